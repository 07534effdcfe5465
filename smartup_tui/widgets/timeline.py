"""A conversation: items of several lines, the newest at the bottom, one of them marked. Nothing in it moves by itself.

Only what is seen is wrapped. Where the owner wants to go beyond either end, it says so; who fills it decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from smartup_tui.text import fit
from smartup_tui.widgets.conversation import NARROWEST, Item, Lines, lines_of
from smartup_tui.widgets.glyphs import glyphs_of, tone_style

_MARGIN = 2


class Timeline(Widget, can_focus=True):
    """Shows items; the marked one stays, on its line, when others come before or after it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"timeline--cursor", "timeline--rest"}
    DEFAULT_CSS = """
    Timeline {
        height: 1fr;
        & > .timeline--cursor { color: $cursor-ink; background: $cursor-ground; text-style: $cursor-style; }
        & > .timeline--rest { color: $foreground; background: $rest-ground; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "the one before", show=False),
        Binding("down,j", "move(1)", "the next one", show=False),
        Binding("pageup,ctrl+b", "page(-1.0)", "page up", show=False),
        Binding("pagedown,space,ctrl+f", "page(1.0)", "page down", show=False),
        Binding("ctrl+u", "page(-0.5)", "half a page up", show=False),
        Binding("ctrl+d", "page(0.5)", "half a page down", show=False),
        Binding("home", "first", "the oldest that is here", show=False),
        Binding("end,G", "last", "the newest", show=False),
        Binding("enter", "activate", "open the thread, or write", show=False),
    ]

    class Selected(Message):
        """The cursor is on another item (None: there is none to mark)."""

        def __init__(self, item_id: str | None) -> None:
            super().__init__()
            self.item_id = item_id

    class Activated(Message):
        """Enter, or a click on the marked item; None where nothing can be marked."""

        def __init__(self, item_id: str | None) -> None:
            super().__init__()
            self.item_id = item_id

    class Beyond(Message):
        """The owner wants to go on where there is nothing more: before the first item, or after the last."""

        def __init__(self, end: Literal["first", "last"]) -> None:
            super().__init__()
            self.end = end

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 (Textual's word)
        super().__init__(id=id, classes=classes)
        self._items: tuple[Item, ...] = ()
        self._places: dict[str, int] = {}
        self._cursor = -1
        self._top = (0, 0)
        """Item and line of it at the view's top; a negative line is so many blank rows before the first item."""
        self._from_top = False
        self._wrapped: dict[Item, Lines] = {}
        self._wrapped_for = 0

    # What others read and set

    @property
    def selected(self) -> str | None:
        """The id of the marked item."""
        return self._items[self._cursor].id if 0 <= self._cursor < len(self._items) else None

    @property
    def marks_any(self) -> bool:
        """Whether there is anything to mark."""
        return any(item.marks for item in self._items)

    @property
    def at_end(self) -> bool:
        """Whether the last item is marked, so that what comes after it is wanted in view."""
        return not any(item.marks for item in self._items[self._cursor + 1 :])

    def show(
        self, items: Sequence[Item], *, at: str | None = None, to_end: bool = False, from_top: bool = False
    ) -> None:
        """Show these: with the item `at` marked, with the last one, or with the one that was, on the line it was on.

        What is too short for the view stands at its bottom, where the newest is; `from_top`, at its top.
        """
        self._from_top = from_top
        kept = None if to_end else (at or self.selected)
        line = self._row_of(self._cursor) if kept == self.selected else self.size.height // 3
        self._items = tuple(items)
        self._places = {item.id: place for place, item in enumerate(items)}
        self._wrapped = {item: lines for item, lines in self._wrapped.items() if self._places.get(item.id) is not None}
        place = self._places.get(kept) if kept is not None else None
        if place is None:
            self._cursor = self._nearest(len(items) - 1, -1)
            self._top = self._end_top()
        else:
            self._cursor = place
            self._top = self._bounded(self._moved((place, 0), -line))
            self._keep_in_view()
        self.post_message(self.Selected(self.selected))
        self.refresh()

    # Keys and mouse

    def action_move(self, step: int) -> None:
        half = max(1, self.size.height // 2)
        first, last = self._row_of(self._cursor), self._row_of(self._cursor) + self._height(self._cursor) - 1
        if step < 0 and self._cursor >= 0 and first < 0:
            self._scroll(-min(half, -first))
        elif step > 0 and self._cursor >= 0 and last >= self.size.height:
            self._scroll(min(half, last - self.size.height + 1))
        else:
            place = self._nearest(self._cursor + step, step)
            if place >= 0:
                self._go(place)
            elif self._top != (self._bounded((0, 0)) if step < 0 else self._end_top()):
                self._scroll(half * step)
            else:
                self.post_message(self.Beyond("first" if step < 0 else "last"))

    def action_page(self, pages: float) -> None:
        rows = max(1, int(self.size.height * abs(pages))) * (1 if pages > 0 else -1)
        before = self._top
        self._top = self._bounded(self._moved(self._top, rows))
        if self._top == before:
            end = self._nearest(0, 1) if rows < 0 else self._nearest(len(self._items) - 1, -1)
            if end in {-1, self._cursor}:
                self.post_message(self.Beyond("first" if rows < 0 else "last"))
            else:
                self._go(end)
            return
        self._mark_in_view()
        self.refresh()

    def action_first(self) -> None:
        self._top = self._bounded((0, 0))
        place = self._nearest(0, 1)
        if place in {-1, self._cursor}:
            self.post_message(self.Beyond("first"))
        else:
            self._go(place)
        self.refresh()

    def action_last(self) -> None:
        """The end is where news are looked for."""
        self.post_message(self.Beyond("last"))

    def action_activate(self) -> None:
        self.post_message(self.Activated(self.selected))

    def on_click(self, event: events.Click) -> None:
        rows = self._rows()
        if event.y >= len(rows):
            return
        found = rows[event.y]
        if found is None or not self._items[found[0]].marks:
            return
        if found[0] == self._cursor:
            self.action_activate()
        else:
            self._go(found[0])

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._wheel(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._wheel(-3)

    # Painting

    def on_resize(self) -> None:
        if not self._items:
            return
        last = self.at_end
        self._top = self._end_top() if last else self._bounded(self._top)
        self._keep_in_view()
        self.refresh()

    def on_focus(self) -> None:
        self._repaint(self._cursor)

    def on_blur(self) -> None:
        self._repaint(self._cursor)

    def render_line(self, y: int) -> Strip:
        cells = self.size.width
        rows = self._rows()
        found = rows[y] if y < len(rows) else None
        if found is None:
            return Strip.blank(cells, tone_style(self, ""))
        place, line = found
        pieces = self._lines(place)[line]
        if place == self._cursor:
            name = "timeline--cursor" if self.has_focus else "timeline--rest"
            if line == 0:
                text = fit(glyphs_of(self).cursor, _MARGIN) + "".join(piece for piece, _ in pieces)
                return Strip([Segment(fit(text, cells), self.get_component_rich_style(name))], cells)
        segments = [Segment(" " * _MARGIN, tone_style(self, ""))]
        segments += [Segment(text, tone_style(self, tone)) for text, tone in pieces]
        return Strip(segments).adjust_cell_length(cells, tone_style(self, ""))

    # Lines of items

    def _lines(self, place: int) -> Lines:
        if self._wrapped_for != self.size.width:
            self._wrapped.clear()
            self._wrapped_for = self.size.width
        item = self._items[place]
        found = self._wrapped.get(item)
        if found is None:
            glyphs = glyphs_of(self)
            room = max(NARROWEST, self.size.width - _MARGIN - 1)
            found = [
                line
                for part in item.parts
                for line in lines_of(part, room, rule=glyphs.rule, quote=glyphs.quote, ellipsis=glyphs.ellipsis)
            ]
            self._wrapped[item] = found = found or [()]
        return found

    def _height(self, place: int) -> int:
        return len(self._lines(place)) if 0 <= place < len(self._items) else 0

    # Where things are

    def _rows(self) -> list[tuple[int, int] | None]:
        """What stands on each row of the view."""
        place, line = self._top
        rows: list[tuple[int, int] | None] = [None] * max(0, -line)
        line = max(0, line)
        while len(rows) < self.size.height and place < len(self._items):
            rows += [(place, n) for n in range(line, self._height(place))]
            place, line = place + 1, 0
        return rows[: self.size.height]

    def _row_of(self, place: int) -> int:
        """The row of the view on which an item begins; negative above it."""
        top, line = self._top
        if place >= top:
            return -line + sum(self._height(n) for n in range(top, place))
        return -line - sum(self._height(n) for n in range(place, top))

    def _moved(self, top: tuple[int, int], rows: int) -> tuple[int, int]:
        place, line = top
        line += rows
        while line < 0 and place > 0:
            place -= 1
            line += self._height(place)
        while place < len(self._items) - 1 and line >= self._height(place):
            line -= self._height(place)
            place += 1
        return place, line

    def _end_top(self) -> tuple[int, int]:
        """The view's top where its last row is the last line of all."""
        left, place = self.size.height, len(self._items)
        while place > 0 and left > 0:
            place -= 1
            left -= self._height(place)
        return place, 0 if left > 0 and self._from_top else -left

    def _bounded(self, top: tuple[int, int]) -> tuple[int, int]:
        return min(max(top, (0, 0)), self._end_top()) if self._items else (0, 0)

    def _nearest(self, place: int, step: int) -> int:
        """The next item from here on that can be marked; -1 if there is none."""
        while 0 <= place < len(self._items):
            if self._items[place].marks:
                return place
            place += step
        return -1

    def _go(self, place: int) -> None:
        before, top = self._cursor, self._top
        self._cursor = place
        self._keep_in_view()
        if before != place:
            self.post_message(self.Selected(self.selected))
        if top != self._top:
            self.refresh()
        else:
            self._repaint(before)
            self._repaint(place)

    def _keep_in_view(self) -> None:
        """Half a page further where the marked item left the view; of a long one its beginning is in view."""
        if self._cursor < 0:
            return
        half, height = self.size.height // 2, self.size.height
        first = self._row_of(self._cursor)
        last = first + self._height(self._cursor) - 1
        if first < 0:
            self._top = self._bounded(self._moved(self._top, min(first, -half) if last >= -half else first - half))
        elif last >= height:
            needed = min(last - height + 1, first)
            self._top = self._bounded(self._moved(self._top, min(max(needed, half), first)))
        if self._nearest(0, 1) == self._cursor and self._row_of(self._cursor) + self._height(self._cursor) < height:
            self._top = self._bounded((0, 0))  # what stands before the first one that can be marked is seen with it

    def _scroll(self, rows: int) -> None:
        self._top = self._bounded(self._moved(self._top, rows))
        self.refresh()

    def _wheel(self, rows: int) -> None:
        before = self._top
        self._scroll(rows)
        if self._top == before:
            self.post_message(self.Beyond("first" if rows < 0 else "last"))
        self._mark_in_view()

    def _mark_in_view(self) -> None:
        """Mark the nearest item of which something is in view."""
        seen = [found[0] for found in self._rows() if found is not None and self._items[found[0]].marks]
        if seen and self._cursor not in seen:
            self._cursor = seen[0] if self._cursor < seen[0] else seen[-1]
            self.post_message(self.Selected(self.selected))

    def _repaint(self, place: int) -> None:
        first = self._row_of(place) if place >= 0 else 0
        for row in range(max(0, first), min(self.size.height, first + self._height(place))):
            self.refresh(Region(0, row, self.size.width, 1))
