"""A table over any number of rows: it asks for the window it shows and holds nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import ClassVar, Protocol

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from smartup_tui.text import clean_line, fit
from smartup_tui.widgets.columns import Column, lay_out, widened
from smartup_tui.widgets.glyphs import Tone, glyphs_of, tone_style

__all__ = ["Column", "ListSource", "Row", "RowSource", "VirtualTable"]

_GAP = 2
_MARGIN = 1
"""At the right, as the lines above have it: nothing touches the edge or the line before a page."""
_MARK = 2
_LONGEST_CELL = 400


@dataclass(frozen=True, slots=True)
class Row:
    """One row: an id that stays the same over refreshes, and one text per column (foreign text is welcome).

    `indent` is how many cells further in the first column begins, for rows that stand under others.
    """

    id: str
    cells: tuple[str, ...]
    tone: Tone = ""
    indent: int = 0


class RowSource(Protocol):
    """Where rows come from. Its order is pinned: a newer state is another source."""

    @property
    def count(self) -> int:
        """How many rows there are."""

    def rows(self, start: int, n: int) -> Sequence[Row]:
        """Rows `start` up to `start + n`, fewer at the end."""

    def index_of(self, id: str) -> int | None:  # noqa: A002 (the word of the protocol)
        """Where this row is, or None if it is not there (any more)."""


class ListSource:
    """Rows that are in memory already: a short list."""

    def __init__(self, rows: Sequence[Row] = ()) -> None:
        self._rows = rows
        self._places = {row.id: place for place, row in enumerate(rows)}

    @property
    def count(self) -> int:
        return len(self._rows)

    def rows(self, start: int, n: int) -> Sequence[Row]:
        return self._rows[start : start + n]

    def index_of(self, id: str) -> int | None:  # noqa: A002
        return self._places.get(id)


class VirtualTable(Widget, can_focus=True):
    """Rows of a `RowSource`, one of them selected, by keys of vim or arrows.

    The selection is kept by id when the source changes. At the edge the view moves by half a page, so that most
    moves repaint two lines only.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"table--header", "table--cursor", "table--rest"}
    DEFAULT_CSS = """
    VirtualTable {
        height: 1fr;
        & > .table--header { color: $muted; text-style: $muted-style; }
        & > .table--cursor { color: $cursor-ink; background: $cursor-ground; text-style: $cursor-style; }
        & > .table--rest { color: $foreground; background: $rest-ground; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "up", show=False),
        Binding("down,j", "move(1)", "down", show=False),
        Binding("pageup,ctrl+b", "page(-1.0)", "page up", show=False),
        Binding("pagedown,ctrl+f", "page(1.0)", "page down", show=False),
        Binding("ctrl+u", "page(-0.5)", "half a page up", show=False),
        Binding("ctrl+d", "page(0.5)", "half a page down", show=False),
        Binding("home", "first", "first", show=False),
        Binding("end,G", "last", "last", show=False),
        Binding("enter", "activate", "open", show=False),
    ]

    class Selected(Message):
        """The cursor is on another row (None: there are no rows)."""

        def __init__(self, table: VirtualTable, row_id: str | None) -> None:
            super().__init__()
            self.table = table
            self.row_id = row_id

        @property
        def control(self) -> VirtualTable:
            return self.table

    class Activated(Message):
        """Enter, or a click on the selected row."""

        def __init__(self, table: VirtualTable, row_id: str) -> None:
            super().__init__()
            self.table = table
            self.row_id = row_id

        @property
        def control(self) -> VirtualTable:
            return self.table

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        header: bool = True,
        cursor: bool = True,
        empty: str = "Nothing here.",
        id: str | None = None,  # noqa: A002 (Textual's word)
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._columns = tuple(columns)
        self._header = 1 if header else 0
        self._marks_cursor = cursor
        """False for a list that is only read: it takes no focus and marks no row."""
        self.can_focus = cursor
        self._empty = empty
        self._source: RowSource = ListSource()
        self._selected: str | None = None
        self._cursor = 0
        self._top = 0
        self._window: Sequence[Row] = ()
        self._window_start = 0

    # What others read and set

    @property
    def selected(self) -> str | None:
        """The id of the row under the cursor."""
        return self._selected

    @property
    def cursor(self) -> int:
        """The index of the row under the cursor, from 0."""
        return self._cursor

    @property
    def source(self) -> RowSource:
        return self._source

    @property
    def columns(self) -> tuple[Column, ...]:
        return self._columns

    @property
    def position(self) -> str:
        """Where the cursor is, in words: `17 of 1,204`."""
        return f"{self._cursor + 1:,} of {self._source.count:,}" if self._source.count else "0"

    def set_source(self, source: RowSource) -> None:
        """Show another state. The selected row stays selected and on its line; if it is gone, its place is kept."""
        line = self._cursor - self._top
        index = source.index_of(self._selected) if self._selected is not None else 0
        self._source = source
        self._window = ()
        self._top = max(0, (self._cursor if index is None else index) - line)
        self._place(self._cursor if index is None else index)
        self.refresh()

    def show_columns(self, columns: Sequence[Column], empty: str) -> None:
        """Other columns, for another kind of rows: their source follows. `empty` is said where there are none."""
        self._columns = tuple(columns)
        self._empty = empty

    def say_where_empty(self, empty: str) -> None:
        """What is said where there are no rows; the source follows."""
        self._empty = empty

    def forget(self) -> None:
        """Begin at the top with the next source, whatever its rows are called."""
        self._selected = None
        self._cursor = self._top = 0

    def select(self, row_id: str) -> bool:
        """Put the cursor on this row; False if it is not there."""
        index = self._source.index_of(row_id)
        if index is None:
            return False
        self._go(index)
        return True

    # Keys and mouse

    def action_move(self, rows: int) -> None:
        self._go(self._cursor + rows)

    def action_page(self, pages: float) -> None:
        step = max(1, int(self._page * abs(pages))) * (1 if pages > 0 else -1)
        self._top = self._bounded_top(self._top + step)
        self._go(self._cursor + step, everything=True)

    def action_first(self) -> None:
        self._go(0)

    def action_last(self) -> None:
        self._go(self._source.count - 1)

    def action_activate(self) -> None:
        if self._selected is not None:
            self.post_message(self.Activated(self, self._selected))

    def on_click(self, event: events.Click) -> None:
        index = self._top + event.y - self._header
        if event.y < self._header or index >= self._source.count:
            return
        if index == self._cursor:
            self.action_activate()
        else:
            self._go(index)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._scroll(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._scroll(-3)

    # Painting

    def on_resize(self) -> None:
        self._keep_in_view()
        self.refresh()

    def on_focus(self) -> None:
        self._repaint(self._cursor)

    def on_blur(self) -> None:
        self._repaint(self._cursor)

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y < self._header:
            titles = tuple(column.title for column in self._columns)
            return self._strip(titles, width, "", self.get_component_rich_style("table--header"))
        index = self._top + y - self._header
        row = self._row(index)
        if row is None:
            empty = self._source.count == 0
            lines = wrap(clean_line(self._empty, _LONGEST_CELL), max(1, width - _MARK - 1)) if empty else []
            text = fit(" " * _MARK + lines[index] if index < len(lines) else "", width)
            return Strip([Segment(text, tone_style(self, "muted") if empty else tone_style(self, ""))], width)
        if index == self._cursor and self._marks_cursor:
            name = "table--cursor" if self.has_focus else "table--rest"
            style = self.get_component_rich_style(name)
            return self._strip(row.cells, width, glyphs_of(self).cursor, style, indent=row.indent)
        return self._strip(row.cells, width, "", None, row.tone, indent=row.indent)

    def _strip(
        self, cells: Sequence[str], width: int, mark: str, style: Style | None, tone: Tone = "", *, indent: int = 0
    ) -> Strip:
        """One line; `style` for all of it, or the tones of row and columns where it is None."""
        segments: list[Segment] = []
        ellipsis = glyphs_of(self).ellipsis
        text, current = fit(mark, _MARK), style or tone_style(self, tone)
        for number, (column, cell_width) in enumerate(lay_out(self._columns, width - _MARK - _MARGIN, _GAP)):
            wanted = style or tone_style(self, tone or self._columns[column].tone)
            if wanted != current:
                segments.append(Segment(text, current))
                text, current = "", wanted
            cell = clean_line(cells[column], _LONGEST_CELL) if column < len(cells) else ""
            lead = min(0 if column else indent, cell_width // 2)
            text += " " * (_GAP * bool(number) + lead)
            text += fit(cell, cell_width - lead, self._columns[column].align, ellipsis)
        segments.append(Segment(text, current))
        return Strip(segments).adjust_cell_length(width, current)

    # Where things are

    @property
    def _page(self) -> int:
        return max(1, self.size.height - self._header)

    def _row(self, index: int) -> Row | None:
        if not 0 <= index < self._source.count:
            return None
        if not self._window_start <= index < self._window_start + len(self._window):
            page = max(self._page, 20)
            self._window_start = max(0, min(index, self._top) - page)
            self._window = self._source.rows(self._window_start, 3 * page + 1)
            columns = widened(self._columns, (row.cells for row in self._window))
            if columns != self._columns:
                self._columns = columns
                self.call_later(self.refresh)  # lines that were painted already have the columns before
        place = index - self._window_start
        return self._window[place] if 0 <= place < len(self._window) else None

    def _bounded_top(self, top: int) -> int:
        return max(0, min(top, self._source.count - self._page))

    def _scroll(self, rows: int) -> None:
        before = self._top
        self._top = self._bounded_top(self._top + rows)
        if self._top != before:
            self._go(max(self._top, min(self._cursor, self._top + self._page - 1)), everything=True)

    def _go(self, index: int, *, everything: bool = False) -> None:
        before, top = self._cursor, self._top
        self._place(index)
        if everything or self._top != top:
            self.refresh()
        elif self._cursor != before:
            self._repaint(before)
            self._repaint(self._cursor)

    def _place(self, index: int) -> None:
        """Put the cursor at the nearest row there is, in view, and say so if it is another one."""
        self._cursor = max(0, min(index, self._source.count - 1))
        self._keep_in_view()
        row = self._row(self._cursor)
        selected = row.id if row is not None else None
        if selected != self._selected:
            self._selected = selected
            self.post_message(self.Selected(self, selected))

    def _keep_in_view(self) -> None:
        """Half a page further where the cursor left the view, so that the next moves need no scrolling."""
        if not self.size.height:
            return  # not laid out yet: there is no view
        page = self._page
        if self._cursor < self._top or self._cursor >= self._top + page:
            beyond = self._cursor - self._top
            far = beyond < -page or beyond >= 2 * page
            if far or beyond < 0:
                self._top = self._cursor - page // 2
            else:
                self._top = self._cursor - page + 1 + page // 2
        self._top = self._bounded_top(self._top)

    def _repaint(self, index: int) -> None:
        line = index - self._top + self._header
        if self._header <= line < self.size.height:
            self.refresh(Region(0, line, self.size.width, 1))
