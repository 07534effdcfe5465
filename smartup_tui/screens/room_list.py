"""The tree of rooms: folding, filter, and the row under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from smartup_tui.screens.filter_line import FilterInput
from smartup_tui.screens.narrowing import NOTHING_FOUND, NarrowingScreen
from smartup_tui.widgets.glyphs import glyphs_of
from smartup_tui.widgets.table import Column, ListSource, Row, VirtualTable
from smartup_tui.workspace.rooms import SAME_NAME, RoomTree, RowKind, TreeRow
from smartup_tui.workspace.session import Kept

if TYPE_CHECKING:
    from smartup_tui.workspace.talk import Talk
    from smartup_tui.workspace.workspace import Workspace

_INDENT = 2


class RoomListScreen(NarrowingScreen):
    """A screen with the tree of rooms in its list. What is folded stays so while the program runs."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "fold", "fold or unfold"),
        Binding("right", "unfold", "unfold, or go in", show=False),
        Binding("left", "fold_or_leave", "fold, or go out", show=False),
        Binding("plus", "fold_all(False)", "unfold all", key_display="+"),
        Binding("minus", "fold_all(True)", "fold all", key_display="-"),
    ]

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.tree_of_rooms = RoomTree()
        self._folded: set[str] | None = None

    def row_chosen(self) -> None:
        """The cursor is on another row."""

    def make_list(self) -> list[Widget]:
        """The list, for `compose`."""
        return [VirtualTable((Column("Room"),), header=False, id="list")]

    @property
    def talk(self) -> Talk:
        """The rooms."""
        return self.workspace.talk

    @property
    def row(self) -> TreeRow | None:
        """The row under the cursor."""
        return self.tree_of_rooms.row(self.table.selected) if self.table.selected is not None else None

    def read_tree(self) -> None:
        """Read the rooms anew."""
        self.tree_of_rooms = self.talk.tree()
        if self._folded is None and self.tree_of_rooms.rows:
            self._folded = set(self.tree_of_rooms.folded_at_first())

    def show_tree(self) -> None:
        """Show the rooms as they were read, folded and narrowed."""
        shown = self.tree_of_rooms.shown(self._folded or (), self.words)
        self.table.say_where_empty(NOTHING_FOUND if self.words else "You are in no room yet.")
        self.table.set_source(ListSource([self._shape(row) for row in shown]))
        self.show_keys()

    def open_row(self, row_id: str) -> None:
        """Put the cursor on a row, unfolding what it is below."""
        if self.words:
            self.action_clear_filter()
        above = self.tree_of_rooms.above(row_id)
        while above is not None and self._folded is not None:
            self._folded.discard(above.id)
            above = self.tree_of_rooms.above(above.id)
        self.show_tree()
        self.table.select(row_id)

    # Where it was left

    def kept(self) -> Kept:
        return Kept(words=self.words, marked=self.table.selected or "")

    def show_kept(self, kept: Kept) -> bool:
        if kept.words != self.words:
            self.write_filter(kept.words)
            self.show_tree()
        if not kept.words and self.tree_of_rooms.row(kept.marked) is not None:
            self.open_row(kept.marked)  # what it is below may be folded
        return self.table.select(kept.marked)

    def _shape(self, row: TreeRow) -> Row:
        glyphs, folded = glyphs_of(self), row.folds and self._is_folded(row)
        sign = f"{glyphs.folded if folded else glyphs.unfolded} " if row.folds else ""
        many = f"{row.holds} room{'' if row.holds == 1 else 's'}" if folded and row.kind is RowKind.SPACE else ""
        note = ", ".join(part for part in (row.note, many) if part)
        muted = row.kind in (RowKind.SPACE, RowKind.HEADING) or row.note == "closed"
        # A room that is called as its space says first what it is: in a narrow list its end is not seen.
        name = f"Room: {row.name}" if note == SAME_NAME else f"{row.name}{f' ({note})' if note else ''}"
        return Row(
            row.id,
            (f"{sign}{name}",),
            "muted" if muted else "",
            _INDENT * row.depth,
        )

    def _is_folded(self, row: TreeRow) -> bool:
        return row.id in (self._folded or ()) and not self.words

    # Folding

    @property
    def unfoldable(self) -> str:
        """Why the row in hand does not fold; empty when it does."""
        row = self.row
        if row is None or not row.folds:
            return "Nothing hangs below this one."
        return "All is unfolded while the list is narrowed; Esc shows the whole tree." if self.words else ""

    def action_fold(self) -> None:
        row = self.row
        if self.unfoldable:
            self.say(self.unfoldable)
        elif row is not None and self._in_tree() is not None:
            self._turn(row, fold=not self._is_folded(row))

    def action_unfold(self) -> None:
        row = self._in_tree()
        if row is None or not row.folds:
            return
        if self._is_folded(row):
            self._turn(row, fold=False)
        else:
            self.table.action_move(1)

    def action_fold_or_leave(self) -> None:
        row = self._in_tree()
        if row is None:
            return
        above = self.tree_of_rooms.above(row.id)
        if row.folds and not self._is_folded(row):
            self._turn(row, fold=True)
        elif above is not None:
            self.table.select(above.id)

    def action_fold_all(self, fold: bool) -> None:
        """All but the outermost, of which there is little to see when it is folded."""
        row = self._in_tree()
        if row is None:
            return
        self._folded = {each.id for each in self.tree_of_rooms.rows if each.folds and each.depth > 0} if fold else set()
        kept: TreeRow | None = row
        shown = {each.id for each in self.tree_of_rooms.shown(self._folded)}
        while kept is not None and kept.id not in shown:
            kept = self.tree_of_rooms.above(kept.id)
        self.show_tree()
        if kept is not None:
            self.table.select(kept.id)

    def _in_tree(self) -> TreeRow | None:
        return self.row if self.table.has_focus and not self.words and self._folded is not None else None

    def _turn(self, row: TreeRow, *, fold: bool) -> None:
        if self._folded is not None:
            (self._folded.add if fold else self._folded.discard)(row.id)
            self.show_tree()

    def on_virtual_table_selected(self, event: VirtualTable.Selected) -> None:
        if event.table.id == "list":
            self.row_chosen()

    # The filter

    def _narrow(self) -> None:
        self.show_tree()
        self._mark_found()

    def _mark_found(self) -> None:
        """What was looked for is marked, not what it hangs below; a room before a space."""
        found = [row for row in self.tree_of_rooms.shown((), self.words) if row.passes(self.words)]
        if self.words and found and self.row not in found:
            self.table.select(next((row for row in found if not row.folds), found[0]).id)

    def action_leave_filter(self) -> None:
        """Enter: back to the list, as it is narrowed, though what was typed last is still on its way."""
        self.words = self.query_one(FilterInput).value
        self.show_tree()
        super().action_leave_filter()
