"""The names of the screens, each with the key that opens it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.segment import Segment
from textual.message import Message
from textual.strip import Strip

from smartup_tui.text import width
from smartup_tui.widgets.glyphs import glyphs_of, tone_style
from smartup_tui.widgets.lines import OneLine

DIGITS = "1234567890"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a screen is named: its key before its name, or alone where there is no room for more."""

    name: str
    start: int
    lead: str
    shown: str = ""

    @property
    def end(self) -> int:
        return self.start + width(self.lead) + width(self.shown)


class Tabs(OneLine):
    """The names of the screens, each behind its key; the one that is open has a sign in the key's place and is bold.

    Where the window is narrow the keys move up to their names, and then the last names give way to their keys alone:
    every screen keeps a place that says how it is reached.
    """

    class Chosen(Message):
        """A name was clicked."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, names: Sequence[str], active: str = "", keys: Sequence[str] = DIGITS) -> None:
        super().__init__()
        self._names = tuple(names)
        self._keys = tuple(keys)
        self._active = active

    @property
    def active(self) -> str:
        return self._active

    def show(self, active: str) -> None:
        """Mark this name."""
        if active != self._active:
            self._active = active
            self.refresh()

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 (there is one)
        mark = glyphs_of(self).cursor
        segments: list[Segment] = []
        at = 0
        for place in self.places():
            chosen = place.name == self._active
            lead = mark.rjust(len(place.lead)) if chosen else place.lead
            segments.append(Segment(" " * (place.start - at), tone_style(self, "")))
            segments.append(Segment(lead, tone_style(self, "lead" if chosen else "muted")))
            segments.append(Segment(place.shown, tone_style(self, "lead" if chosen else "")))
            at = place.end
        return Strip(segments).adjust_cell_length(self.size.width, tone_style(self, ""))

    def on_click(self, event: object) -> None:
        x = getattr(event, "x", -1)
        for place in self.places():
            if place.start <= x < place.end:
                self.post_message(self.Chosen(place.name))

    def places(self) -> list[_Place]:
        """All screens, as roomy as the width allows."""
        roomy = ((" ", 3, 0), (" ", 2, 0), ("", 2, 0))
        found: list[_Place] = []
        for between, gap, bare in (*roomy, *(("", 1, bare) for bare in range(len(self._names) + 1))):
            found = [*self._run(between, gap, bare)]
            if self._end(found) <= self.size.width:
                break
        return found

    @staticmethod
    def _end(places: Sequence[_Place]) -> int:
        return places[-1].end if places else 0

    def _run(self, between: str, gap: int, bare: int) -> Iterator[_Place]:
        """One behind the other; the last `bare` of those that are not open are keys alone."""
        closed = [name for name in self._names if name != self._active]
        named = {self._active, *closed[: len(closed) - bare]} if bare else {*self._names}
        at = 1
        for key, name in zip(self._keys, self._names, strict=True):
            place = _Place(name, at, key + between, name) if name in named else _Place(name, at, key)
            yield place
            at = place.end + gap
