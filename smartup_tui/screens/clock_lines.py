"""The running clock on Today: what runs, with whom, for how long; and since when, confirmed or not."""

from __future__ import annotations

from collections.abc import Iterable

from smartup_tui.text import clean_line, fit, width
from smartup_tui.widgets.glyphs import glyphs_of
from smartup_tui.widgets.lines import OneLine, Piece
from smartup_tui.workspace.view import Clock

_SHORTEST_TITLE = 12
_ID = 9
"""Cells of a task's id, as in the list below: the titles stand under each other."""


class ClockLine(OneLine):
    """The first line. Its title gives way, so that the elapsed time at the right end is always seen.

    The elapsed time is not kept in the last picture, since it would be untrue later.
    """

    def __init__(self, label: str, *, id: str | None = None) -> None:  # noqa: A002 (Textual's word)
        super().__init__(id=id)
        self._label: Piece = (label, "muted")
        self._clock: Clock | None = None
        self._elapsed = ""

    def show(self, clock: Clock | None, elapsed: str) -> None:
        """Say what runs, with whom, and for how long."""
        self._clock, self._elapsed = clock, elapsed
        self._fill()

    def elapsed_spans(self) -> Iterable[tuple[int, int, int]]:
        """The cells that would be untrue later."""
        cells = sum(width(text) for text, _ in self._right)
        return [(0, self.size.width - cells, cells)] if cells else []

    def on_resize(self) -> None:
        self._fill()

    def _fill(self) -> None:
        clock = self._clock
        if clock is None:
            self.set_line([self._label, ("stopped", "")])
            return
        task: Piece = (f"{clean_line(clock.task_id):<{_ID}}  ", "lead")
        right: Piece = (f"{self._elapsed} ", "lead")
        room = self.size.width - sum(width(text) for text, _ in (self._label, task, right)) - 2
        title, partner = clean_line(clock.title, 200), partner_of(clock)
        pieces: list[Piece] = [self._label, task]
        if room - width(partner) - 2 >= _SHORTEST_TITLE:
            gap = " " * min(6, max(2, room - width(partner) - width(title)))
            cells = min(width(title), room - width(partner) - len(gap))
            pieces += [(fit(title, cells, ellipsis=glyphs_of(self).ellipsis) + gap, ""), (partner, "muted")]
        else:
            pieces.append((fit(title, max(0, min(width(title), room)), ellipsis=glyphs_of(self).ellipsis), ""))
        self.set_line(pieces, [right])


def partner_of(clock: Clock) -> str:
    """`with jonas`, or that there is nobody in the other seat."""
    return f"with {clean_line(clock.partner, 40)}" if clock.partner else "without a partner"


def state_of(clock: Clock) -> str:
    """Whether the session is that of a pair already."""
    if clock.confirmed:
        return "confirmed"
    # Work that nobody confirms is paid to nobody, so it is not to be learnt when the clock stops.
    return "waiting for the partner to confirm" if clock.partner else "not confirmed: the other seat is free"
