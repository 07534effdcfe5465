"""A plot of one amount over months: columns, a scale beside them, and one line that says the same in words.

Nothing is told by the picture alone. It stands still, and is drawn in ASCII where signs are not wanted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from smartup_tui.text import clean_line, fit, width
from smartup_tui.widgets.glyphs import Glyphs, Tone, glyphs_of, tone_style

__all__ = ["Plot", "PlotView", "bar"]

Piece = tuple[str, Tone]

_NARROWEST = 20
_HIGHEST = 10
_ROOMY = 6
"""Lines from which on there is room for air and for the years."""
_WIDEST = 9
_LEAST = 2
_NAMED = 4
"""Cells of a column that has room for the name of a month below it."""


@dataclass(frozen=True, slots=True)
class Plot:
    """One amount over time. `labels` stand below the columns, `groups` (years) below those where they change.

    `texts` are the values as they are written, `summary` says in words what the picture shows. Values below zero are
    drawn as nothing.
    """

    title: str
    summary: str
    labels: tuple[str, ...]
    groups: tuple[str, ...]
    values: tuple[float, ...]
    texts: tuple[str, ...]


def bar(glyphs: Glyphs, done: float, total: float, cells: int) -> str:
    """A bar of so many cells, filled by the part that is done: what is begun is not empty, what is missing not full."""
    if total <= 0 or done <= 0:
        return glyphs.bar_empty * cells
    full = cells if done >= total else max(1, min(cells - 1, int(done * cells / total)))
    return glyphs.bar_full * full + glyphs.bar_empty * (cells - full)


class PlotView(Widget):
    """Shows a `Plot`; `show` replaces it. Without one, or without room, it says so in words."""

    DEFAULT_CSS = """
    PlotView { height: 1fr; width: 1fr; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 (Textual's word)
        super().__init__(id=id, classes=classes)
        self._plot: Plot | None = None
        self._drawn: tuple[object, list[list[Piece]]] | None = None

    @property
    def text(self) -> str:
        """What the plot says in words."""
        return f"{self._plot.title}: {self._plot.summary}" if self._plot is not None else ""

    def show(self, plot: Plot | None) -> None:
        """Draw this; nothing is repainted where it is what is drawn already."""
        if plot != self._plot:
            self._plot = plot
            self._drawn = None
            self.refresh()

    def render_line(self, y: int) -> Strip:
        lines = self._lines()
        if y >= len(lines):
            return Strip.blank(self.size.width, tone_style(self, ""))
        segments = [Segment(text, tone_style(self, tone)) for text, tone in lines[y]]
        return Strip(segments).adjust_cell_length(self.size.width, tone_style(self, ""))

    def _lines(self) -> list[list[Piece]]:
        glyphs = glyphs_of(self)
        key = (self.size.width, self.size.height, glyphs)
        if self._drawn is None or self._drawn[0] != key:
            found = draw(self._plot, glyphs, self.size.width, self.size.height) if self._plot is not None else []
            self._drawn = (key, found)
        return self._drawn[1]


def draw(plot: Plot, glyphs: Glyphs, cells: int, height: int) -> list[list[Piece]]:
    """The lines of a plot: words first, then columns over a rule, then months and years."""
    said = wrap(clean_line(plot.summary), max(_NARROWEST, cells - 2), max_lines=3, placeholder=f" {glyphs.ellipsis}")
    lines: list[list[Piece]] = [[(f" {clean_line(plot.title)}", "lead")]]
    lines += [[(f" {line}", "")] for line in said]
    most = max(plot.values, default=0.0)
    spare = height - len(lines) - 2  # the rule and the months are always there
    roomy = spare >= _ROOMY
    rows = min(_HIGHEST, spare - 2 * roomy)
    if rows < _LEAST or most <= 0:
        return lines
    lines += [[]] * roomy
    scale = max((text for value, text in zip(plot.values, plot.texts, strict=True) if value == most), key=len)
    margin = max(width(scale), 1) + 2
    slot = max(_LEAST, min(_WIDEST, (cells - margin - 2) // max(1, len(plot.values))))
    shown = slice(-max(1, (cells - margin - 2) // slot), None)
    values, texts = plot.values[shown], plot.texts[shown]
    columns = [_column(value / most, rows - 1, glyphs) for value in values]
    for row in range(rows):
        left = scale if row == 1 else ""
        lines.append([(fit(left, margin - 1, "right") + " ", "muted")])
        for column, value, text in zip(columns, values, texts, strict=True):
            lines[-1].append(_cell(column, rows - 1 - row, value, text, slot))
    rule = glyphs.rule * (slot * len(values))
    lines.append([(fit("0", margin - 1, "right") + " ", "muted"), (rule, "muted")])
    months, years = _names(plot, shown, slot)
    lines += [[(" " * margin, ""), (text, "muted")] for text in (months, years)[: 1 + roomy]]
    return lines


def _column(part: float, rows: int, glyphs: Glyphs) -> list[str]:
    """The cells of a column from below; the least that is not nothing is seen."""
    steps = len(glyphs.steps) - 1
    filled = round(max(0.0, part) * rows * steps)
    filled = max(filled, 1) if part > 0 else 0
    return [glyphs.steps[max(0, min(steps, filled - row * steps))] for row in range(rows)]


def _cell(column: Sequence[str], row: int, value: float, text: str, slot: int) -> Piece:
    """One line of one column: the amount where its top is, if it has room, else the column itself."""
    here = column[row] if row < len(column) else " "
    below = column[row - 1] if row > 0 else " "
    if here == " " and (below != " " or row == 0) and value > 0 and width(text) < slot:
        return text.center(slot - 1) + " ", ""
    return here * (slot - 1) + " ", "lead"


def _names(plot: Plot, shown: slice, slot: int) -> tuple[str, str]:
    """The months below the columns, as many as have room, and the years below those where one begins."""
    labels, groups = plot.labels[shown], plot.groups[shown]
    every = -(-_NAMED // slot)
    months, years, before = "", "", ""
    for number, (label, group) in enumerate(zip(labels, groups, strict=True)):
        if number % every == 0:
            months = months.ljust(number * slot) + label
        if group != before and len(years) <= number * slot:
            years = years.ljust(number * slot) + group + " "
            before = group
    return months, years.rstrip()
