"""What every screen with a list does: named views of it, a filter, and beside the list a page on what is marked.

A screen says which views it has, gives the rows that pass, and describes one of them in Markdown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message

from smartup_tui.ledger.index.store import Index
from smartup_tui.ledger.index.windows import Window
from smartup_tui.ledger.schema import R
from smartup_tui.screens.filter_line import FilterInput
from smartup_tui.screens.narrowing import NOTHING_FOUND, NarrowingScreen
from smartup_tui.screens.sources import WindowSource
from smartup_tui.text import width
from smartup_tui.widgets.glyphs import glyphs_of
from smartup_tui.widgets.lines import KeyHint, OneLine, Piece
from smartup_tui.widgets.page import PageView
from smartup_tui.widgets.table import Column, ListSource, RowSource, VirtualTable
from smartup_tui.workspace.seeking import Seeker
from smartup_tui.workspace.session import Kept
from smartup_tui.workspace.trail import Reading, Stop

if TYPE_CHECKING:
    from smartup_tui.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class View:
    """One list of a screen: the key that shows it, what it is called, its columns, and what is said where it is empty.

    `name` is what links and the kept session know it by.
    """

    name: str
    key: str
    label: str
    columns: tuple[Column, ...]
    empty: str = "Nothing here."


def view_bindings(views: Iterable[View]) -> list[Binding]:
    """The keys of a screen's views, for its `BINDINGS`."""
    return [Binding(view.key, f"view('{view.name}')", view.label) for view in views]


class RowsFound(Message):
    """A long look for rows has ended; `question` tells whether it is still the one that was asked last."""

    def __init__(self, question: object, window: Window[Any], shown: RowSource) -> None:
        super().__init__()
        self.question = question
        self.window = window
        self.shown = shown


class BrowseScreen(NarrowingScreen):
    """A list to choose from, and beside it (below it where it is narrow) the page of what is chosen."""

    VIEWS: ClassVar[tuple[View, ...]] = ()
    PLACEHOLDER: ClassVar[str] = "words to look for"
    """What stands in the empty filter: where its words are looked for."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "other_pane", "list or page"),
        Binding("shift+tab", "other_pane", show=False),
    ]
    DEFAULT_CSS = """
    BrowseScreen #list { width: 11fr; }
    BrowseScreen #page { width: 9fr; padding: 0 1; border-left: solid $rule; }
    BrowseScreen #page:focus { border-left: heavy $primary; }
    BrowseScreen.-narrow #list { width: 1fr; height: 1fr; }
    BrowseScreen.-narrow #page { width: 1fr; height: 1fr; border-left: none; border-top: solid $rule; }
    BrowseScreen.-narrow #page:focus { border-left: none; border-top: heavy $primary; }
    BrowseScreen.-ascii #page { border-left: ascii $rule; }
    BrowseScreen.-ascii #page:focus { border-left: ascii $primary; }
    BrowseScreen.-ascii.-narrow #page { border-left: none; border-top: ascii $rule; }
    BrowseScreen.-ascii.-narrow #page:focus { border-left: none; border-top: ascii $primary; }
    """

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.view = self.VIEWS[0]
        self._loaded: tuple[str, str] | None = None
        self._shown: str | None = None
        self._in_hand = ""
        """The ledger's id of what is shown as marked, as long as nothing else is."""
        self._mark_when_found: tuple[str, str | None] = ("", None)
        """What is to be marked once its rows are found, if what is marked now is still marked then."""
        self._seeker = Seeker(workspace.places.index)
        self._question: object = None
        self._in_page = False
        """Whether the keys scroll the page."""

    # What a screen says of itself

    def source(self, keep: str) -> RowSource | None:  # noqa: ARG002 - for those that have rows
        """The rows of `self.view` that pass `self.words`; None where they are still looked for: what is shown stays,
        and `show_rows` follows. The entity `keep`, unless it is empty, stays among them
        whether it passes or not: what is in hand does not vanish under the owner.
        """
        return ListSource()

    def describe(self, row_id: str) -> str:  # noqa: ARG002 - for those that have rows
        """The page of a row, in Markdown. Texts of the ledger may be in it as they are."""
        return ""

    def entity_of(self, row_id: str) -> str | None:
        """The ledger's id of what a row shows, by which it is found again, linked and copied."""
        return row_id

    def row_of(self, entity: str) -> str | None:
        """The row of a thing of the ledger in the view that is shown; None where it is not."""
        return entity

    def view_of(self, _entity: str) -> str:
        """The view to look in for a thing that the shown one does not have."""
        return self.VIEWS[-1].name

    def texts_in_hand(self) -> Iterator[str]:
        yield from super().texts_in_hand()
        yield self.page.markdown

    # Where it was left

    def kept(self) -> Kept:
        return Kept(self.view.name, self.words, self.entity_in_hand or "")

    def show_kept(self, kept: Kept) -> bool:
        view = kept.view if any(view.name == kept.view for view in self.VIEWS) else self.view.name
        if (view, kept.words) != (self.view.name, self.words):
            self.show_view(view, kept.words)
        if self._question is not None:
            self._mark_when_found = kept.marked, self.table.selected
            return True  # as far as is known before its rows are found
        row_id = self.row_of(kept.marked) if kept.marked else None
        return row_id is not None and self.table.select(row_id)

    def here(self) -> Stop:
        reading = Reading(top=self.page.top) if self.focused is self.page else None
        return replace(super().here(), reading=reading)

    def come_to(self, stop: Stop) -> bool:
        found = super().come_to(stop)
        row = next(iter(self.table.source.rows(stop.row, 1)), None)
        if found and self._question is None and row is not None and self.entity_of(row.id) == stop.kept.marked:
            self.table.select(row.id)  # of several rows about one thing the one that was left
        if stop.reading is not None and (found or stop.reading.what) and self._question is None:
            self.read_on(stop.reading)
        return found

    def read_on(self, reading: Reading) -> None:
        """Come back to a place in the page of the marked row."""
        self._show_page()
        self.page.stand_at(reading.top)
        self.set_focus(self.page, scroll_visible=False)

    # The screen

    def compose_body(self) -> ComposeResult:
        yield OneLine(id="views")
        yield FilterInput(self.PLACEHOLDER)
        with Horizontal(classes="panes"):
            yield VirtualTable(self.view.columns, empty=self.view.empty, id="list")
            yield PageView(id="page")

    @property
    def page(self) -> PageView:
        """The page of what is chosen."""
        return self.query_one("#page", PageView)

    @property
    def entity_in_hand(self) -> str | None:
        """The ledger's id of what is marked."""
        row_id = self.table.selected
        return self.entity_of(row_id) if row_id is not None else None

    def load(self) -> None:
        self._seeker.drop()
        self._question = None
        same = self._loaded == (self.view.name, self.words)
        if self._loaded is None or self._loaded[0] != self.view.name:
            self.table.show_columns(self.view.columns, self.view.empty)
        self.table.say_where_empty(NOTHING_FOUND if self.words.strip() else self.view.empty)
        # Of the same list, the one in hand stays: after `c` comes `s`, whether a task is still open for others or not.
        keep = self._in_hand if same else ""
        self._loaded = (self.view.name, self.words)
        source = self.source(keep)
        if source is not None:
            self.show_rows(source)
        else:
            self._show_views()

    def seek(self, find: Callable[[Index], Window[R]], shape: Callable[[Window[R]], RowSource]) -> None:
        """Look for rows beside the keys; they are shown when they are found, if nothing else is wanted by then."""
        question = self._question = object()
        self._seeker.ask(find, lambda window: self.post_message(RowsFound(question, window, shape(window))))

    def on_rows_found(self, message: RowsFound) -> None:
        message.stop()
        reader = self.workspace.reader
        if message.question is self._question and self.is_ready and reader is not None:
            self._question = None
            message.window.read_with(reader.index)
            self.rows_found(message.shown)
            self.show_rows(message.shown)
            self.show_keys()

    def rows_found(self, source: RowSource) -> None:
        """Rows that were looked for are about to be shown."""

    def show_rows(self, source: RowSource) -> None:
        """Put rows into the list."""
        before = self._in_hand if self.table.selected is not None else ""
        to_mark, at = self._mark_when_found
        if to_mark and self.table.selected == at:
            before = to_mark
        self._mark_when_found = "", None
        self.table.set_source(source)
        if before and isinstance(source, WindowSource) and self.entity_in_hand != before:
            row_id = self.row_of(before)  # a row's id is its line in the ledger, which may be another now
            if row_id is not None:
                self.table.select(row_id)
        self._show_views()
        self._show_page(keep_place=True)

    def own_hints(self) -> list[KeyHint]:
        follow = [KeyHint("f", "follow", rank=3)] if self._in_page else []
        other = "list" if self._in_page else "page"
        return [KeyHint("/", "filter", rank=3), *follow, KeyHint("Tab", other, rank=4)]

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        in_page = isinstance(event.widget, PageView)
        if in_page != self._in_page:
            self._in_page = in_page
            self.show_keys()

    def narrow(self, scope: str, entity: str, words_: str) -> None:
        if not self.has_read:
            return
        if entity:
            self.show_entity(entity, scope)
        elif scope:
            self.show_view(scope, words_)

    def show_entity(self, entity: str, view: str = "") -> None:
        """Put the cursor on a thing: in the view that is named or shown, else in the one that has it."""
        for name in dict.fromkeys((view or self.view.name, self.view_of(entity))):
            self.show_view(name)
            row_id = self.row_of(entity)
            if row_id is not None and self.table.select(row_id):
                return
        self.say(f"There is no {entity} here.")

    def show_view(self, name: str, words_: str = "") -> None:
        """Show another list, narrowed to words."""
        if name != self.view.name:
            self.view = next((view for view in self.VIEWS if view.name == name), self.view)
            self.table.forget()
        self.write_filter(words_)
        self.reload()

    # Keys

    def action_act(self, name: str) -> None:
        if self._in_hand and self.is_behind and self.entity_in_hand != self._in_hand:
            self.reload()  # what is seen as marked is meant, not what stands on its line of the ledger by now
        super().action_act(name)

    def action_view(self, name: str) -> None:
        self.show_view(name, self.words)

    def action_other_pane(self) -> None:
        self.set_focus(self.page if self.table.has_focus else self.table, scroll_visible=False)

    def on_virtual_table_selected(self, event: VirtualTable.Selected) -> None:
        if event.table.id == "list":
            if event.row_id != self._shown:  # with new rows its page has come already
                self._show_page()
                self._show_views()
            self.show_keys()
            if self.reply.remarks and not self._said:
                self.show_state()  # it was said of another row

    def on_virtual_table_activated(self, event: VirtualTable.Activated) -> None:
        if event.table.id == "list":
            self.set_focus(self.page, scroll_visible=False)

    def action_calm_down(self) -> None:
        """Esc: back to the list, then the filter away, then the last answer."""
        if not self.table.has_focus:
            self.set_focus(self.table, scroll_visible=False)
        elif self.words:
            self.action_clear_filter()
        else:
            super().action_calm_down()

    def on_unmount(self) -> None:
        self._seeker.drop()

    def on_resize(self, _event: events.Resize) -> None:
        self._show_views()

    # Inside

    def _show_views(self) -> None:
        """The views with their keys, the shown one marked, and where the cursor is, as far as there is room for it."""
        # What is shown until the rows are found is the list before.
        position = "looking " if self._question is not None else f"{self.table.position} "
        pieces: list[Piece] = []
        for gap in ("   ", "  ", " "):
            pieces = self._view_pieces(gap)
            if sum(width(text) for text, _ in pieces) + width(position) < self.size.width:
                break
        self.query_one("#views", OneLine).set_line(pieces, [(position, "muted")])

    def _view_pieces(self, gap: str) -> list[Piece]:
        if len(self.VIEWS) == 1:
            return [(f" {self.view.label}", "lead")]
        pieces: list[Piece] = []
        for view in self.VIEWS:
            # The sign takes the key's place, so that nothing moves when another view is shown.
            chosen = view is self.view
            sign = glyphs_of(self).cursor if chosen else view.key or " "
            before = gap if pieces else " "
            pieces += [(f"{before}{sign} ", "lead" if chosen else "muted"), (view.label, "lead" if chosen else "")]
        return pieces

    def _show_page(self, *, keep_place: bool = False) -> None:
        row_id = self.table.selected
        same = row_id is not None and row_id == self._shown
        self._shown = row_id
        self._in_hand = (row_id is not None and self.entity_of(row_id)) or ""
        text = self.describe(row_id) if row_id is not None and self.workspace.reader is not None else ""
        self.page.show(text, keep_place=keep_place and same)
