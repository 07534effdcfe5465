"""Where a number comes from: a tree of what it is made of, over the screen on which `=` was pressed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType

from smartup_tui.ledger import tables
from smartup_tui.ledger.index import queries
from smartup_tui.ledger.index.audit import place_of
from smartup_tui.ledger.rows import TaskBudget
from smartup_tui.screens.acting import ActKey
from smartup_tui.screens.browse import BrowseScreen, View
from smartup_tui.screens.folding import FoldingScreen, Line, TreeSource
from smartup_tui.screens.owner_screen import OwnerScreen
from smartup_tui.screens.sources import WindowSource
from smartup_tui.text import width
from smartup_tui.widgets.lines import KeyHint
from smartup_tui.widgets.table import Column, ListSource, Row, RowSource, VirtualTable
from smartup_tui.workspace import jump, words
from smartup_tui.workspace.audit import Looker
from smartup_tui.workspace.describe_explain import describe_part
from smartup_tui.workspace.explain import Evidence, Explanation, explain, reckoned
from smartup_tui.workspace.explain_forms import sheet, unfolded
from smartup_tui.workspace.explain_rows import known_commits
from smartup_tui.workspace.explain_tree import ExplainTree
from smartup_tui.workspace.export import Sheet
from smartup_tui.workspace.seeking import Seeker
from smartup_tui.workspace.target import Unclear
from smartup_tui.workspace.trail import Asked, Stop
from smartup_tui.workspace.tree import FoldedTree

if TYPE_CHECKING:
    from smartup_tui.workspace.reader import Reader
    from smartup_tui.workspace.workspace import Workspace

_VALUE: Final = 16
_EXPORTED: Final = 2
_COLUMNS: Final = (
    Column("What", minimum=22),
    Column("Value", width=_VALUE, align="right"),
    Column("Check", width=7, drop=1),
    Column("Day", width=11, drop=2),
)
_NOTHING: Final = "Nothing in hand has a number to explain."


class ExplainScreen(FoldingScreen):
    """One explanation. Esc goes back to where it was asked for; Enter opens what a line names."""

    PLACEHOLDER = "words in what is unfolded"
    VIEWS: ClassVar[tuple[View, ...]] = (View("explain", "", "where it comes from", _COLUMNS),)
    ACTS: ClassVar[tuple[ActKey, ...]] = ()
    BINDINGS: ClassVar[list[BindingType]] = [Binding("o", "open", "open what it names", show=False)]

    below: OwnerScreen

    def __init__(self, workspace: Workspace, below: OwnerScreen, asked: Asked, mark: str = "") -> None:
        """Explain what was asked; in hand is `mark`, a row or an id within it, or the line that was left."""
        super().__init__(workspace)
        self.NAME = below.NAME  # type: ignore[misc] # the screen it lies over stays the one that is shown
        self.below = below
        self._wanted, self._mark, self._line = asked.wanted, mark, asked.line
        self._looker = Looker(workspace)
        self._tree: ExplainTree | None = None
        self._shown_commit: str | None = None
        self._unfolded = {"", *asked.unfolded}

    def on_unmount(self) -> None:
        self._looker.close()

    # What is shown

    def read(self) -> Unclear | None:
        """Read the explanation of the commit that is shown now; why there is none, where there is none."""
        reader = self.workspace.reader
        if reader is None:
            return Unclear("The ledger has not been read yet.")
        return self.take(reader, explain(self._evidence(reader), self._wanted), reader.index.commit)

    def take(self, reader: Reader, found: Explanation | Unclear, commit: str) -> Unclear | None:
        """Show what was reckoned of a commit; why there is nothing, where there is nothing."""
        self._shown_commit = commit
        self._tree = ExplainTree(self._evidence(reader), found) if isinstance(found, Explanation) else None
        return found if isinstance(found, Unclear) else None

    def load(self) -> None:
        reader = self.workspace.reader
        assert reader is not None
        # Where only the filter or the folding changed, what was read stays.
        gone = self.read() if self._shown_commit != reader.index.commit else None
        line = self._line_to_mark(self._tree) if self._tree is not None else None
        super().load()
        if line is not None:
            self.table.select(str(line))
        if gone is not None:
            self.page.show(gone.message)

    def source(self, keep: str) -> RowSource:  # noqa: ARG002 - nothing vanishes: what is unfolded stays so
        tree = self._tree
        if tree is None:
            return ListSource()
        if self.words:
            found = tree.matching(self.words.lower().split())
            return TreeSource(FoldedTree(found, lambda _: (), lambda _: False), None, self._rows, self.glyphs)
        return TreeSource(tree.lines(self._unfolded), tree.has_children, self._rows, self.glyphs, in_line=True)

    def describe(self, row_id: str) -> str:
        part = self._part(row_id)
        if part is None:
            return ""
        return describe_part(part, self._leads(part))

    def entity_of(self, row_id: str) -> str | None:
        part = self._part(row_id)
        if part is None:
            return None
        return part.entity or part.about or (str(part.where) if part.where is not None else None)

    def row_of(self, entity: str) -> str | None:
        found = self._tree.find(entity) if self._tree is not None else None
        return str(found[0]) if found is not None else None

    def task_in_hand(self) -> TaskBudget | None:
        reader, entity = self.workspace.reader, self.entity_in_hand
        return queries.task(reader.index, entity) if reader and entity and entity.startswith("6_") else None

    def sheet(self) -> Sheet | None:
        """The explanation as a table, for a file."""
        reader = self.workspace.reader
        if self._tree is None or reader is None:
            return None
        return sheet(unfolded(Evidence(reader, self.workspace.now()), self._tree.part(0), _EXPORTED))

    def own_hints(self) -> list[KeyHint]:
        part = self._part(self.table.selected or "0")
        leads = self._leads(part) if part is not None else ""
        return [
            KeyHint("Space", "fold", rank=1),
            KeyHint("Enter", "open" if leads else "fold", rank=1),
            KeyHint("Esc", "back", keep=True),
            KeyHint("/", "filter", rank=3),
            KeyHint("+ -", "all", rank=4),
        ]

    # Where it was left

    def here(self) -> Stop:
        """On the screen below, with this explanation over it."""
        tree, row_id = self._tree, self.table.selected
        line = tree.key(int(row_id)) if tree is not None and row_id is not None else ""
        return replace(self.below.here(), asked=Asked(self._wanted, frozenset(self._unfolded), line))

    # Keys

    def on_virtual_table_activated(self, event: VirtualTable.Activated) -> None:
        """Enter opens what a line names; a sum without a name of its own unfolds."""
        if event.table.id != "list" or not self._open():
            super().on_virtual_table_activated(event)

    def action_open(self) -> None:
        if not self._open():
            self.say("This line is a sum of what stands below it; Space unfolds it.")

    def action_back(self) -> None:
        self.dismiss()

    def action_calm_down(self) -> None:
        """Esc: out of the page, the filter away, and back to where it was asked for."""
        if self.table.has_focus and not self.words:
            self.dismiss()
        else:
            super().action_calm_down()

    def remember(self, node: int, *, unfolded: bool) -> None:
        if self._tree is not None:
            (self._unfolded.add if unfolded else self._unfolded.discard)(self._tree.key(node))

    def remember_all(self, *, unfolded: bool) -> None:
        tree = self._tree
        if tree is None:
            return
        self._unfolded = {""}
        if unfolded:  # the parts that are here; what they name is read one by one
            self._unfolded |= {tree.key(child) for child in tree.children(0) if tree.part(child).parts}

    # Inside

    def _evidence(self, reader: Reader) -> Evidence:
        known = known_commits(self._looker.store, self.workspace.pasts.store)
        return Evidence(reader, self.workspace.now(), known)

    def _part(self, row_id: str) -> Explanation | None:
        return self._tree.part(int(row_id)) if self._tree is not None and row_id.isdecimal() else None

    def _line_to_mark(self, tree: ExplainTree) -> int | None:
        """The first time, the line that was asked about is unfolded and in hand, or the one that was left."""
        if not self._mark and not self._line:
            return None
        found = tree.find(self._mark) if self._mark else None
        node = next((node for node in tree.lines(self._unfolded).nodes if tree.key(node) == self._line), None)
        self._mark = self._line = ""
        if found is not None:
            self._unfolded |= {tree.key(above) for above in found[1]}
        return node if found is None else found[0]

    def _leads(self, part: Explanation) -> str:
        """What Enter opens, in words; empty where it opens nothing."""
        target = self._target(part)
        return "" if target is None else f"Enter opens {target[1]} on {target[0]}."

    def _target(self, part: Explanation) -> tuple[str, str] | None:
        """The screen and the thing that a line leads to: what it names, else the audit row that wrote it."""
        reader = self.workspace.reader
        if part.where is not None and part.where.table == tables.EVENTS.name:
            return "Audit", str(part.where)
        found = jump.entity(reader, part.entity) if part.entity and reader is not None else None
        if found is not None:
            return found.screen, found.entity
        return ("Audit", part.event) if part.event else None

    def _open(self) -> bool:
        part = self._part(self.table.selected or "")
        target = self._target(part) if part is not None else None
        if target is None:
            return False
        self.owner_app.action_go(target[0], "", target[1])
        return True

    def _rows(self, wanted: Sequence[Line]) -> list[Row]:
        return [self._row(line) for line in wanted]

    def _row(self, line: Line) -> Row:
        assert self._tree is not None
        part = self._tree.part(line.node)
        short = width(part.value) <= _VALUE
        name = part.title if short or not part.value else f"{part.title}: {part.value}"
        name = f"{name} (differs)" if part.doubt else name  # the column of checks may have no room
        again = "" if not part.checked else ("differs" if part.doubt else "agrees")
        day = words.day(part.at) if part.at is not None else ""
        return line.row(name, part.value if short else "", again, day, tone="alert" if part.doubt else "")


def wanted_of(screen: OwnerScreen) -> tuple[str, str]:
    """What `=` explains on a screen, and the row within it that is in hand: the wallet, an audit row, a thing."""
    if isinstance(screen, BrowseScreen):
        place = _place_of_marked(screen)
        if screen.NAME == "Wallet":
            return "wallet", place
        return place if place and screen.NAME == "Audit" else screen.entity_in_hand or "", ""
    task = screen.task_in_hand()
    return (task.task_id if task is not None else "wallet" if screen.NAME == "Today" else ""), ""


def _place_of_marked(screen: BrowseScreen) -> str:
    """Where the ledger has the marked row of one of its tables, as `file:line`."""
    row_id, reader = screen.table.selected, screen.workspace.reader
    if row_id is None or reader is None or not isinstance(screen.table.source, WindowSource):
        return ""
    place = place_of(reader.index, int(row_id))
    return f"{place[0]}:{place[1]}" if place is not None else ""


def open_explanation(screen: OwnerScreen, left: Asked | None = None) -> None:
    """Explain what is in hand on a screen, or go back to an explanation that was left; say why nothing can be."""
    reader = screen.workspace.reader
    if reader is None:
        screen.say("The ledger has not been read yet.")
        return
    wanted, mark = wanted_of(screen)
    if not wanted and left is None:
        screen.say(_NOTHING)
        return
    asked = left or Asked(wanted, frozenset(), "")
    made = ExplainScreen(screen.workspace, screen, asked, "" if left else mark)
    if queries.are_many(reader.index, tables.CREDITS):
        _open_later(screen, made, asked.wanted)
    else:
        _open_now(screen, made, made.read())


def _open_now(screen: OwnerScreen, made: ExplainScreen, unclear: Unclear | None) -> None:
    if unclear is not None:
        screen.say(unclear.message)
    else:
        screen.app.push_screen(made)


def _open_later(screen: OwnerScreen, made: ExplainScreen, wanted: str) -> None:
    """In a long ledger it is reckoned beside the keys, and opens unless the owner has gone on meanwhile."""
    focused, in_hand, workspace = screen.focused, wanted_of(screen), screen.workspace

    def show(found: Explanation | Unclear, commit: str) -> None:
        screen.answered()
        screen.show_state()
        reader = workspace.reader
        waits = screen.is_current and screen.focused is focused and wanted_of(screen) == in_hand
        if waits and reader is not None:
            _open_now(screen, made, made.take(reader, found, commit))

    screen.say("Reckoning …")
    reckon = partial(reckoned, workspace.places, workspace.profile, workspace.now(), wanted)
    Seeker(workspace.places.index).ask(reckon, lambda answer: screen.call_later(show, *answer))


__all__ = ["ExplainScreen", "open_explanation"]
