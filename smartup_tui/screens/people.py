"""People: teams, roles and who holds them, as a tree and as lists; what is open, and who applies for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual.binding import BindingType

from smartup_tui.ledger import tables
from smartup_tui.ledger.index import people
from smartup_tui.ledger.rows import Owner, Role, RoleApplication, Team
from smartup_tui.ledger.schema import Table
from smartup_tui.screens.acting import STOP, ActKey, act_bindings
from smartup_tui.screens.browse import View, view_bindings
from smartup_tui.screens.folding import FoldingScreen, TreeSource
from smartup_tui.screens.people_rows import (
    APPLICATION_COLUMNS,
    OPEN_COLUMNS,
    OWNER_COLUMNS,
    ROLE_COLUMNS,
    TEAM_COLUMNS,
    TREE_COLUMNS,
    BatchSource,
    application_row,
    open_rows,
    owner_rows,
    role_rows,
    team_rows,
    tree_rows,
)
from smartup_tui.screens.sources import WindowSource
from smartup_tui.widgets.lines import KeyHint
from smartup_tui.widgets.table import RowSource
from smartup_tui.workspace import people as values
from smartup_tui.workspace import people_acts as acts
from smartup_tui.workspace.actions import Composed
from smartup_tui.workspace.describe_people import describe_application, describe_owner, describe_role, describe_team
from smartup_tui.workspace.people_acts import Act
from smartup_tui.workspace.people_tree import PeopleTree

if TYPE_CHECKING:
    from smartup_tui.workspace.reader import Reader
    from smartup_tui.workspace.workspace import Workspace

_TREE: Final = "tree"
_OWNERS: Final = "owners"
_ROLES: Final = "roles"
_OPEN: Final = "open"
_APPLICATIONS: Final = "applications"
_TEAMS: Final = "teams"
_NONE: Final = "There is nothing yet."
_ACTS: Final = (
    ActKey(Act.APPLY, "a", "apply"),
    ActKey(Act.ACCEPT, "A", "accept", rank=4),
    ActKey(Act.DECLINE, "D", "decline", rank=4),
    ActKey(Act.ASSIGN, "n", "assign", rank=4),
    ActKey(Act.CHANGE, "u", "change", rank=4),
    ActKey(Act.THANK, "K", "thank", rank=4),
    ActKey(Act.LEAVE, "W", "give back", rank=5),
)
_KEYS: Final[dict[str, tuple[Table[Any], str]]] = {
    _OWNERS: (tables.OWNERS, "alias"),
    _ROLES: (tables.ROLES, "role_id"),
    _OPEN: (tables.ROLES, "role_id"),
    _APPLICATIONS: (tables.APPLICATIONS, "application_id"),
    _TEAMS: (tables.TEAMS, "team_id"),
}


class PeopleScreen(FoldingScreen):
    """Everybody and every role of the organisation."""

    NAME = "People"
    PLACEHOLDER = "words in id, name, alias, team, kind, skills or status"
    VIEWS: ClassVar[tuple[View, ...]] = (
        View(_TREE, "t", "tree", TREE_COLUMNS, _NONE),
        View(_OWNERS, "b", "owners", OWNER_COLUMNS, _NONE),
        View(_ROLES, "l", "roles", ROLE_COLUMNS, _NONE),
        View(_OPEN, "o", "open", OPEN_COLUMNS, "No role looks for anybody now."),
        View(_APPLICATIONS, "i", "applications", APPLICATION_COLUMNS, "Nobody applies for a role."),
        View(_TEAMS, "T", "teams", TEAM_COLUMNS, _NONE),
    )
    ACTS: ClassVar[tuple[ActKey, ...]] = (*_ACTS, replace(STOP, rank=4))
    BINDINGS: ClassVar[list[BindingType]] = [*view_bindings(VIEWS), *act_bindings(_ACTS)]

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._source: BatchSource[Any] | WindowSource[Any] | None = None
        self._tree: PeopleTree | None = None
        self._unfolded: set[str] | None = None
        """The ids of what is unfolded; None before the first reading, when the teams are."""
        self._folded: set[int] = set()
        """While the tree is narrowed all teams are unfolded, except these."""
        self._first_hit: int | None = None

    # What is shown

    def source(self, keep: str) -> RowSource:
        self._source = None
        if self.view.name == _TREE:
            return self._as_tree(keep)
        self._source = self._as_list(keep)
        return self._source

    def describe(self, row_id: str) -> str:
        reader, hand = self._reader, acts.in_hand(self.entity_of(row_id))
        if hand.team is not None:
            team = values.team_detail(reader, hand.team)
            return describe_team(team) if team is not None else ""
        if hand.role is not None:
            role = values.role_detail(reader, hand.role)
            return describe_role(role) if role is not None else ""
        if hand.application is not None:
            application = values.application_detail(reader, hand.application)
            return describe_application(application) if application is not None else ""
        owner = values.owner_detail(reader, hand.owner) if hand.owner is not None else None
        return describe_owner(owner) if owner is not None else ""

    def entity_of(self, row_id: str) -> str | None:
        if not row_id.lstrip("-").isdecimal() or self.workspace.reader is None:
            return None
        if self._source is None:
            return self._people().name(int(row_id))
        row = self._source.first(row_id)
        if isinstance(row, Owner):
            return row.alias
        if isinstance(row, Role):
            return row.role_id
        if isinstance(row, RoleApplication):
            return row.application_id
        return row.team_id if isinstance(row, Team) else None

    def row_of(self, entity: str) -> str | None:
        if self.view.name == _TREE:
            node, way = self._people().find(entity)
            if node is not None and self.table.source.index_of(str(node)) is None:
                self._opened().update(map(self._known_as, way))
                self.load()
            return None if node is None else str(node)
        table, column = _KEYS[self.view.name]
        row = people.row_of(self._reader.index, table, column, entity)
        return None if row is None else str(row)

    def view_of(self, entity: str) -> str:
        hand = acts.in_hand(entity)
        if hand.team is not None:
            return _TEAMS
        if hand.role is not None:
            return _ROLES
        return _APPLICATIONS if hand.application is not None else _OWNERS

    def own_hints(self) -> list[KeyHint]:
        return [*super().own_hints(), *self.fold_hints()]

    # Acting

    def hindrance_of(self, name: str) -> str | None:
        if name not in set(Act):
            return super().hindrance_of(name)
        return acts.hindrance(self._reader, Act(name), self._meant(Act(name)))

    def compose_of(self, name: str) -> Composed | None:
        if name not in set(Act):
            return super().compose_of(name)
        composed, cursor = acts.compose(Act(name), self._meant(Act(name)))
        if cursor is None:
            return composed
        self.open_command(composed.text)
        self.command_line.open(composed.text.removeprefix("!"), cursor)
        return None

    def _meant(self, act: Act) -> acts.InHand:
        return acts.meant(self._reader, act, acts.in_hand(self.entity_in_hand))

    # Folding

    def remember(self, node: int, *, unfolded: bool) -> None:
        if self.words:
            (self._folded.discard if unfolded else self._folded.add)(node)
        else:
            (self._opened().add if unfolded else self._opened().discard)(self._known_as(node))

    def remember_all(self, *, unfolded: bool) -> None:
        tree = self._people()
        if self.words:
            self._folded = set() if unfolded else set(tree.nodes())
        else:
            self._unfolded = set(map(self._known_as, tree.nodes())) if unfolded else set()

    def _narrow(self) -> None:
        """What is typed for is marked, not what it stands under."""
        super()._narrow()
        if self.words and self.view.name == _TREE and self._first_hit is not None:
            self.table.select(str(self._first_hit))

    # Inside

    @property
    def _reader(self) -> Reader:
        reader = self.workspace.reader
        assert reader is not None
        return reader

    def _people(self) -> PeopleTree:
        """Teams and roles of the commit that is shown, read once for each."""
        if self._tree is None or not self._tree.shows(self._reader):
            self._tree = PeopleTree(self._reader)
        return self._tree

    def _opened(self) -> set[str]:
        if self._unfolded is None:
            self._unfolded = set(map(self._known_as, self._people().roots()))
        return self._unfolded

    def _known_as(self, node: int) -> str:
        """What a node is remembered by; the one above the roles of no team has no id."""
        return self._people().name(node) or ""

    def _as_tree(self, keep: str) -> TreeSource:
        tree = self._people()
        if self.words:
            lines, self._first_hit = tree.narrowed(self.words, keep, self._folded)
        else:
            self._folded.clear()
            opened = self._opened()
            lines = tree.lines({node for node in tree.nodes() if self._known_as(node) in opened})
        return TreeSource(lines, tree.has_children, tree_rows(tree), self.glyphs, in_line=True)

    def _as_list(self, keep: str) -> BatchSource[Any] | WindowSource[Any]:
        reader, text, name = self._reader, self.words, self.view.name
        index = reader.index
        if name == _OWNERS:
            return BatchSource(people.owners_window(index, text, keep), owner_rows(reader))
        if name == _TEAMS:
            return BatchSource(people.teams_window(index, text, keep), team_rows(reader))
        if name == _APPLICATIONS:
            return WindowSource(people.applications_window(index, text, keep), application_row)
        if name == _OPEN:
            roles = people.roles_window(index, text, keep, only_open=True)
            return BatchSource(roles, open_rows(people.open_applications(index)))
        return BatchSource(people.roles_window(index, text, keep), role_rows)
