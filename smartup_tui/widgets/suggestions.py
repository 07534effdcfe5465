"""The list over the open command line: what can be completed, and below it what the command will do or lacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from smartup_tui.text import clean_line, fit, width
from smartup_tui.widgets.glyphs import glyphs_of, tone_style

if TYPE_CHECKING:
    from smartup_tui.catalogue.complete import Completion

_MOST = 8
_WIDEST_LABEL = 32


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether the command is whole (`ok`), and what it will do or what is missing, in one line.

    `aside` stands at the right end and is never cut: where the command goes.
    """

    ok: bool
    text: str
    aside: str = ""


class Suggestions(Widget):
    """Painted over the lowest lines of the screen, so that nothing else moves while typing."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"suggestions--chosen"}
    DEFAULT_CSS = """
    Suggestions {
        overlay: screen;
        constrain: none;
        display: none;
        width: 100%;
        height: 1;
        background: $background;
        & > .suggestions--chosen {
            color: $cursor-ink; background: $cursor-ground; text-style: $cursor-style;
        }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[tuple[str, str], ...] = ()
        self._chosen: int | None = None
        self._first = 0
        self._explained = (True, "", "")
        self._more = 0

    @property
    def labels(self) -> list[str]:
        """What the list offers now."""
        return [label for label, _ in self._rows]

    def show(self, candidates: Sequence[Completion], chosen: int | None, explanation: Explanation) -> None:
        """Show these, from the chosen one's surroundings, and the explanation below them."""
        first = 0 if chosen is None else max(0, min(chosen - _MOST + 2, len(candidates) - _MOST))
        part = candidates[first : first + _MOST]
        self._rows = tuple((clean_line(c.label), clean_line(c.help, 200)) for c in part)
        self._chosen = None if chosen is None else chosen - first
        self._more = len(candidates) - first - len(part)
        self._explained = (explanation.ok, clean_line(explanation.text, 400), clean_line(explanation.aside))
        height = len(self._rows) + bool(self._explained[1])
        self.styles.height = max(1, height)
        self.styles.offset = (0, -height - 1)
        self.display = height > 0
        self.refresh()

    def hide(self) -> None:
        self.display = False

    def render_line(self, y: int) -> Strip:
        cells, glyphs = self.size.width, glyphs_of(self)
        if y < len(self._rows):
            label, words = self._rows[y]
            labels = min(_WIDEST_LABEL, max(width(label) for label, _ in self._rows))
            chosen = y == self._chosen
            name = f" {glyphs.cursor if chosen else ' '} {fit(label, labels, ellipsis=glyphs.ellipsis)}  "
            more = f"  {self._more} more" if self._more and y == len(self._rows) - 1 else ""
            text = fit(words + more, max(0, cells - width(name)), ellipsis=glyphs.ellipsis)
            if chosen:
                style = self.get_component_rich_style("suggestions--chosen")
                return Strip([Segment(name + text, style)]).adjust_cell_length(cells, style)
            strip = Strip([Segment(name, tone_style(self, "")), Segment(text, tone_style(self, "muted"))])
            return strip.adjust_cell_length(cells, tone_style(self, ""))
        ok, said, aside = self._explained
        sign = glyphs.yes if ok else glyphs.waiting
        aside = f"  {aside} " if aside else ""
        line = fit(f" {sign} {said}", max(0, cells - width(aside)), ellipsis=glyphs.ellipsis)
        parts = [Segment(line, tone_style(self, "done" if ok else "muted")), Segment(aside, tone_style(self, "muted"))]
        return Strip(parts).adjust_cell_length(cells)
