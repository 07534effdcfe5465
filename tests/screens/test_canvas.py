"""However little is written, the terminal shows what it would show if all were written."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pyte
from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region, Size
from textual.strip import Strip

from smartup_tui.screens.canvas import Canvas, Frame

SIZE = Size(24, 4)
CUTS = (0, 7, 15, 24)
CONSOLE = Console(force_terminal=True, color_system="truecolor", legacy_windows=False)
STYLES = tuple(
    map(
        Style.parse,
        (
            "none",
            "#ece6da on #16130f",
            "bold #ffb641 on #16130f",
            "#fff6e5 on #4b3711",
            "bold reverse",
            "reverse",
            "underline #ece6da on #16130f",
            "italic yellow on blue",
            "bright_red on bright_black",
            "default on default",
            "strike red",
        ),
    )
)
WORDS = ("a", "b", " ", "  ", "      ", "task ", "▸", "─", "日", "本語", "e\u0301", "é", "…", "ab c", "한")


def strip(random: Random, cells: int) -> Strip:
    """A strip of so many cells."""
    pieces = [Segment(random.choice(WORDS), random.choice(STYLES)) for _ in range(random.randint(0, 5))]
    return Strip(pieces).adjust_cell_length(cells, STYLES[1])


def frame(random: Random) -> Frame:
    """A whole screen, or some pieces of it."""
    lines = [[strip(random, right - left) for left, right in pairwise(CUTS)] for _ in range(4)]
    if random.random() < 0.4:
        return LayoutUpdate(list(lines), Region(0, 0, *SIZE))
    chops = [dict(zip(CUTS, line, strict=False)) for line in lines]
    rows = sorted(random.sample(range(4), random.randint(1, 4)))
    cuts = [sorted(random.sample(CUTS, 2)) for _ in rows]
    spans = [(y, left, right) for y, (left, right) in zip(rows, cuts, strict=True)]
    return ChopsUpdate(chops, spans, [list(CUTS[1:])] * 4)


def shown(screen: pyte.Screen) -> list[list[tuple[object, ...]]]:
    """What is seen, cell by cell: of a blank only its ground, unless it is drawn upon."""
    seen = []
    for y in range(SIZE.height):
        cells = [screen.buffer[y][x] for x in range(SIZE.width)]
        seen.append([
            (c.data, c.bg) if c.data == " " and not (c.reverse or c.underscore or c.strikethrough) else tuple(c)
            for c in cells
        ])  # fmt: skip
    return seen


def terminal() -> tuple[pyte.Screen, pyte.Stream]:
    screen = pyte.Screen(*SIZE)
    screen.reset_mode(7, private=True)  # what stands in the last cell does not move on, as the program has it
    return screen, pyte.Stream(screen)


def test_the_screen_is_as_if_every_frame_were_written_whole() -> None:
    random = Random(5)
    for _ in range(100):
        canvas = Canvas()
        (little, little_stream), (whole, whole_stream) = terminal(), terminal()
        for _ in range(4):
            given = frame(random)
            little_stream.feed(canvas.paint(given, SIZE, ColorSystem.TRUECOLOR))
            whole_stream.feed(given.render_segments(CONSOLE) + "\x1b[0m")
            assert shown(little) == shown(whole)
            assert canvas.paint(given, SIZE, ColorSystem.TRUECOLOR) == ""


def line(text: str, style: str = "#ece6da on #16130f") -> LayoutUpdate:
    strip = Strip([Segment(text, Style.parse(style))]).adjust_cell_length(SIZE.width, Style.parse(style))
    return LayoutUpdate([[strip]], Region(0, 0, SIZE.width, 1))


def test_only_what_has_changed_is_written() -> None:
    canvas = Canvas()
    canvas.paint(line("1 h 24 min"), SIZE, ColorSystem.TRUECOLOR)
    written = canvas.paint(line("1 h 25 min"), SIZE, ColorSystem.TRUECOLOR)
    assert written == "\x1b[1;6H\x1b[38;2;236;230;218;48;2;22;19;15m5\x1b[0m"


def test_what_something_else_has_painted_over_is_written_again() -> None:
    canvas = Canvas()
    first = canvas.paint(line("here"), SIZE, ColorSystem.TRUECOLOR)
    assert canvas.paint(line("here"), SIZE, ColorSystem.TRUECOLOR) == ""
    canvas.forget()
    assert canvas.paint(line("here"), SIZE, ColorSystem.TRUECOLOR) == first


def test_a_line_of_unsure_width_is_written_as_a_whole() -> None:
    canvas = Canvas()
    canvas.paint(line("日本 at 12:41"), SIZE, ColorSystem.TRUECOLOR)
    written = canvas.paint(line("日本 at 12:42"), SIZE, ColorSystem.TRUECOLOR)
    assert "日本 at 12:42" in written
