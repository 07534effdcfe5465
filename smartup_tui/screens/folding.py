"""A list that is a tree: lines fold and unfold in place, and what is folded away is not read."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType

from smartup_tui.screens.browse import BrowseScreen
from smartup_tui.widgets.glyphs import Glyphs, Tone, glyphs_of
from smartup_tui.widgets.lines import KeyHint
from smartup_tui.widgets.table import Row, VirtualTable
from smartup_tui.workspace.tree import FoldedTree

_INDENT = 2


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the tree that is to be shown: its node, the sign that stands before its text, and how far in it is."""

    node: int
    sign: str
    indent: int

    def row(self, name: str, *cells: str, tone: Tone = "") -> Row:
        """This line as a row: the name behind its sign, and the other cells."""
        return Row(str(self.node), (f"{self.sign} {name}" if self.sign else name, *cells), tone, self.indent)


class TreeSource:
    """The lines of a folded tree as rows of a table; `shape` makes those of a window at once, a node's id is its row's.

    `has_children` says whether there is anything to unfold, without reading it; None: nothing of it folds.
    `in_line` lets what does not fold begin where its neighbours' texts begin, behind their signs.
    """

    def __init__(
        self,
        tree: FoldedTree,
        has_children: Callable[[int], bool] | None,
        shape: Callable[[Sequence[Line]], Sequence[Row]],
        glyphs: Glyphs,
        *,
        in_line: bool = False,
    ) -> None:
        self.tree = tree
        self.has_children = has_children or (lambda _: False)
        self._shape = shape
        self._glyphs = glyphs
        self._without_sign = _INDENT if in_line else 0

    @property
    def count(self) -> int:
        return len(self.tree)

    def leveled(self, start: int, n: int) -> list[tuple[object, ...]]:
        """The lines from one on for a file: how far in each stands, and its texts without signs."""
        places = range(start, min(start + n, len(self.tree)))
        rows = self._shape([Line(self.tree.nodes[place], "", 0) for place in places])
        return [(self.tree.depth(place), *row.cells) for place, row in zip(places, rows, strict=True)]

    def rows(self, start: int, n: int) -> Sequence[Row]:
        return self._shape([self._line(place) for place in range(start, min(start + n, len(self.tree)))])

    def index_of(self, id: str) -> int | None:  # noqa: A002 - the word of the protocol
        return self.tree.position(int(id)) if id.lstrip("-").isdecimal() else None

    def _line(self, place: int) -> Line:
        node = self.tree.nodes[place]
        indent = _INDENT * self.tree.depth(place)
        if not self.has_children(node):
            return Line(node, "", indent + self._without_sign)
        return Line(node, self._glyphs.unfolded if self.tree.is_unfolded(place) else self._glyphs.folded, indent)


class FoldingScreen(BrowseScreen):
    """A `BrowseScreen` of which some views are trees. What is unfolded is remembered by the ledger's ids."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "fold", "fold or unfold"),
        Binding("right", "unfold", "unfold, or go in", show=False),
        Binding("left", "fold_or_leave", "fold, or go out", show=False),
        Binding("plus", "unfold_all", "unfold all", key_display="+"),
        Binding("minus", "fold_all", "fold all", key_display="-"),
    ]

    @property
    def tree_source(self) -> TreeSource | None:
        """The tree that is shown; None where the view is a plain list."""
        source = self.table.source
        return source if isinstance(source, TreeSource) else None

    @abstractmethod
    def remember(self, node: int, *, unfolded: bool) -> None:
        """Keep whether a node is unfolded."""

    @abstractmethod
    def remember_all(self, *, unfolded: bool) -> None:
        """Keep that all nodes are unfolded, or none."""

    def fold_hints(self) -> list[KeyHint]:
        """The keys of a tree, for the line at the bottom."""
        if self.tree_source is None:
            return []
        return [KeyHint("Space", "fold", rank=3), KeyHint("+ -", "all", rank=4)]

    # Keys

    def action_fold(self) -> None:
        self._turn()

    def action_unfold(self) -> None:
        source = self._in_tree()
        if source is None:
            return
        if source.tree.is_unfolded(self.table.cursor):
            self.table.action_move(1)
        else:
            self._turn(unfolded=True)

    def action_fold_or_leave(self) -> None:
        source = self._in_tree()
        if source is None or not len(source.tree):
            return
        if source.tree.is_unfolded(self.table.cursor):
            self._turn(unfolded=False)
            return
        above = source.tree.above(self.table.cursor)
        if above is not None:
            self.table.select(str(source.tree.nodes[above]))

    def action_unfold_all(self) -> None:
        self._turn_all(unfolded=True)

    def action_fold_all(self) -> None:
        self._turn_all(unfolded=False)

    def on_virtual_table_activated(self, event: VirtualTable.Activated) -> None:
        """Enter unfolds and folds; where there is nothing to unfold, it opens the page."""
        source = self.tree_source
        if event.table.id == "list" and source is not None and source.has_children(int(event.row_id)):
            self._turn()
        else:
            super().on_virtual_table_activated(event)

    # Inside

    @property
    def glyphs(self) -> Glyphs:
        """The signs of this application's settings."""
        return glyphs_of(self)

    def _in_tree(self) -> TreeSource | None:
        return self.tree_source if self.table.has_focus else None

    def _turn(self, *, unfolded: bool | None = None) -> None:
        """Unfold the line in hand, or fold it; None: the other of the two."""
        source = self._in_tree()
        if source is None or not len(source.tree):
            return
        place = self.table.cursor
        node = source.tree.nodes[place]
        if not source.has_children(node):
            return
        wanted = not source.tree.is_unfolded(place) if unfolded is None else unfolded
        self.remember(node, unfolded=wanted)
        if wanted:
            source.tree.unfold(place)
        else:
            source.tree.fold(place)
        self._show_again(source)

    def _turn_all(self, *, unfolded: bool) -> None:
        source = self._in_tree()
        if source is None:
            return
        # What is in hand, or what it stands under, stays in hand.
        place: int | None = self.table.cursor
        ways = []
        while place is not None and place < len(source.tree):
            ways.append(source.tree.nodes[place])
            place = source.tree.above(place)
        self.remember_all(unfolded=unfolded)
        self.load()
        found = self.tree_source
        if found is not None:
            kept = next((node for node in ways if found.tree.position(node) is not None), None)
            if kept is not None:
                self.table.select(str(kept))

    def _show_again(self, source: TreeSource) -> None:
        """The same tree with other lines: the one in hand stays in hand."""
        self.table.set_source(source)
        self._show_views()
