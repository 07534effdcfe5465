"""Every screen and dialog in its main states, as it is seen: readable, aligned, never by colour alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytest_textual_snapshot import SVGImageExtension  # type: ignore[import-untyped]
from rich.color import Color
from rich.segment import Segment
from syrupy.assertion import SnapshotAssertion
from textual.color import Color as Shade

from smartup_tui.config import Settings, ThemeName
from smartup_tui.screens.frame import SCREENS
from smartup_tui.text import width
from tests.screens.gallery import MAIN, OTHERS, Picture, Size, Stop, picture_svg, walk, walker
from tests.screens.test_theme import contrast
from tests.support.local_time import utc
from tests.support.organisation import Organisation
from tests.support.talking_workspace import TalkingWorkspace

__all__ = ["utc"]

DRAWN = frozenset("─│━┃┌┐└┘╭╮╰╯├┤▁▂▃▄▅▆▇█░▏▎▍▌▋▊▉▔ ")
"""Lines and bars: what they say stands beside them in words."""


@dataclass(frozen=True)
class Look:
    """A size and a theme, and what is pictured there."""

    size: Size
    theme: ThemeName
    pictured: tuple[str, ...] = ()
    """Names of stops; empty: all of them."""
    ascii: bool = False

    def __str__(self) -> str:
        return f"{self.size[0]}x{self.size[1]}-{self.theme}{'-ascii' * self.ascii}"


LOOKS = (
    Look((80, 24), "dark"),
    Look((120, 40), "dark"),
    Look((60, 30), "dark"),
    Look((200, 50), "light", MAIN),
    Look((80, 24), "high-contrast", ("today",)),
    Look((80, 24), "ansi", MAIN, ascii=True),
)


@pytest.mark.timeout(600)  # seconds of work, but many where others want the processor too
@pytest.mark.parametrize("look", LOOKS, ids=str)
async def test_the_whole_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, snapshot: SnapshotAssertion, look: Look
) -> None:
    pictures = snapshot.use_extension(SVGImageExtension)
    monkeypatch.setenv("HOME", "/home/maria")
    if look.theme == "ansi":
        monkeypatch.setenv("NO_COLOR", "1")
    settings = Settings(theme=look.theme, ascii=look.ascii, export_folder="~/exports")
    faults: list[str] = []
    async for picture in walk(tmp_path, look.size, settings, (*MAIN, *OTHERS) if look.pictured else ()):
        faults += [f"{picture.name}: {fault}" for fault in _faults(picture, look)]
        if not look.pictured or picture.name in look.pictured:
            svg = picture_svg(picture)
            if pictures(name=picture.file) != svg:
                seen = tmp_path / f"{picture.file}.svg"
                seen.write_text(svg)
                faults.append(f"{picture.name} looks otherwise: {seen}")
    assert not faults, "\n".join(faults)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("state", ["empty", "unread", "unreachable"])
async def test_screens_with_nothing_to_show(tmp_path: Path, snapshot: SnapshotAssertion, state: str) -> None:
    """Each says in words why there is nothing, and what the way on is."""
    pictures = snapshot.use_extension(SVGImageExtension)
    org = Organisation().register().owner("maria") if state == "empty" else None
    workspace = TalkingWorkspace(tmp_path, Settings(theme="dark"), org)
    async with walker(workspace, (80, 24)) as owner:
        for number, name in enumerate(SCREENS, 1):
            if state == "unreachable":
                await owner.hear(workspace.failed)
            seen = await owner.at(Stop(name, (str(number % 10),)))
            assert not list(_faults(seen, Look((80, 24), "dark")))
            said = [line[:44].strip() for line in seen.text.splitlines()[3:20]]
            assert any(len(line) > 12 for line in said), name
            if state == "empty" or number == 1:
                assert pictures(name=name.lower()) == picture_svg(seen)


def _faults(picture: Picture, look: Look) -> Iterator[str]:
    for number, strip in enumerate(picture.strips):
        if not strip.cell_length == width(strip.text) == look.size[0]:
            yield f"line {number} has not the width of the window: {strip.text!r}"
    yield from _impatient(picture)
    if look.ascii:
        yield from _not_ascii(picture)
    if look.theme == "ansi":
        yield from sorted({f"a colour in {s.text!r}" for s in picture.segments if _is_coloured(s)})
    else:
        least = 7.0 if look.theme == "high-contrast" else 4.5
        yield from sorted(set(_hard_to_read(picture, least)))


def _impatient(picture: Picture) -> Iterator[str]:
    """Timers that run while nobody does anything: none is shorter than the minute of a clock, which is full here."""
    app = picture.app
    for node in (app, *app.screen_stack, *app.screen.query("*")):
        for timer in node._timers:
            runs = timer._active.is_set() and timer._task is not None and not timer._task.done()
            if runs and timer._interval < 60 and timer.name != "screen_update":
                yield f"a timer of {timer._interval} s runs in {node}"


def _hard_to_read(picture: Picture, least: float) -> Iterator[str]:
    """Text whose ink is too near to its ground."""
    for segment in picture.segments:
        style = segment.style
        if style is None or set(segment.text) <= DRAWN:
            continue
        ink, ground = (style.bgcolor, style.color) if style.reverse else (style.color, style.bgcolor)
        if ink is None or ground is None or ink.triplet is None or ground.triplet is None:
            yield f"no colours of its own: {segment.text!r}"
            continue
        found = contrast(Shade(*ink.triplet), Shade(*ground.triplet))
        if found < least or style.dim:
            yield f"{found:.1f}:1 {'dim ' * bool(style.dim)}{segment.text.strip()!r} {ink.name} on {ground.name}"


def _is_coloured(segment: Segment) -> bool:
    style = segment.style
    colours: list[Color | None] = [style.color, style.bgcolor] if style is not None else []
    return any(colour is not None and not colour.is_default for colour in colours)


def _not_ascii(picture: Picture) -> Iterator[str]:
    """Signs that are drawn by us, not written by owners."""
    written = set("日本語の手順ü")
    told: set[str] = set()
    for line in picture.text.splitlines():
        strange = {letter for letter in line if not letter.isascii()} - written - told
        told |= strange
        if strange:
            yield f"{''.join(sorted(strange))} in {line.strip()!r}"
