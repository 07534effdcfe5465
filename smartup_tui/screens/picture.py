"""The last picture of a session, as ANSI text, without anything that would be untrue later."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from rich.segment import Segment
from textual.screen import Screen
from textual.strip import Strip

if TYPE_CHECKING:
    from textual.app import App


@runtime_checkable
class ShowsElapsed(Protocol):
    """A widget that shows a running duration: these cells are left out of the kept picture."""

    def elapsed_spans(self) -> Iterable[tuple[int, int, int]]:
        """Line, first cell and number of cells, within the widget."""


def picture_of(app: App[Any]) -> str:
    """What the lowest screen of ours shows, row by row, ready to be printed into an empty terminal.

    What lies over it (a page, a dialog) is not there at the next start; what lies under it is Textual's empty one.
    """
    screen = next((s for s in app.screen_stack if type(s) is not Screen), app.screen)
    compositor = screen._compositor  # noqa: SLF001 (Textual's only way to the painted lines)
    strips = compositor.render_strips()
    for widget, (region, clip) in compositor.visible_widgets.items():
        if isinstance(widget, ShowsElapsed):
            for line, start, cells in widget.elapsed_spans():
                y, x = region.y + line, region.x + start
                if clip.contains(x, y) and y < len(strips):
                    strips[y] = _blank(strips[y], x, min(cells, clip.right - x))
    rows = (f"\x1b[{y};1H{strip.render(app.console)}" for y, strip in enumerate(strips, 1))
    return "".join(rows) + "\x1b[0m"


def _blank(strip: Strip, start: int, cells: int) -> Strip:
    before, hidden, after = strip.divide([start, start + cells, strip.cell_length])
    return Strip.join([before, Strip([Segment(" " * len(s.text), s.style) for s in hidden]), after])
