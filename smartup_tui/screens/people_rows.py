"""Owners, roles, teams and applications as rows of lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Generic

from smartup_tui.ledger.index.windows import Window
from smartup_tui.ledger.rows import Owner, Role, RoleApplication, Team
from smartup_tui.ledger.schema import R
from smartup_tui.screens.folding import Line
from smartup_tui.widgets.table import Column, Row
from smartup_tui.workspace import words
from smartup_tui.workspace.describe_people import kind
from smartup_tui.workspace.people import Person, TeamLine, is_open, persons, team_lines
from smartup_tui.workspace.people_tree import HOLDER, NO_TEAM, PeopleTree
from smartup_tui.workspace.reader import Reader

TREE_COLUMNS: Final = (
    Column("Team, role, holder", minimum=18, weight=3),
    Column("Held by", minimum=14),
    Column("Kind", width=13, drop=1),
)
OWNER_COLUMNS: Final = (
    Column("Alias", minimum=12),
    Column("License", width=14, drop=1),
    Column("Roles", minimum=10, drop=3),
    Column("SK", width=6, align="right"),
    Column("Status", width=9, drop=2),
)
ROLE_COLUMNS: Final = (
    Column("Role", width=7),
    Column("Name", minimum=14),
    Column("Team", width=5, drop=1),
    Column("Held by", minimum=10),
    Column("Kind", width=13, drop=2),
)
OPEN_COLUMNS: Final = (
    Column("Role", width=7),
    Column("Name", minimum=12),
    Column("Team", width=5, drop=1),
    Column("Commitment", width=14, drop=3),
    Column("SC a week", width=9, align="right"),
    Column("Applied", width=7, align="right", drop=2),
)
TEAM_COLUMNS: Final = (
    Column("Team", width=5),
    Column("Name", minimum=12),
    Column("Captain", minimum=10),
    Column("Members", width=7, align="right", drop=2),
    Column("Open", width=4, align="right", drop=1),
    Column("Objectives", width=10, align="right", drop=3),
)
APPLICATION_COLUMNS: Final = (
    Column("Id", width=5),
    Column("Owner", minimum=10),
    Column("Role", width=7),
    Column("Status", width=10),
    Column("Since", width=11, drop=1),
)


class BatchSource(Generic[R]):
    """A pinned window whose rows are shaped a window at a time, for what is counted of several at once."""

    def __init__(self, window: Window[R], shape: Callable[[Sequence[tuple[int, R]]], Sequence[Row]]) -> None:
        self._window = window
        self._shape = shape

    @property
    def count(self) -> int:
        return len(self._window)

    def rows(self, start: int, n: int) -> Sequence[Row]:
        return self._shape(self._window.rows(start, n))

    def index_of(self, id: str) -> int | None:  # noqa: A002 - the word of the protocol
        return self._window.position(int(id)) if id.isdecimal() else None

    def first(self, id: str) -> R | None:  # noqa: A002
        """The ledger's row behind a row of the table."""
        place = self.index_of(id)
        found = self._window.rows(place, 1) if place is not None else []
        return found[0][1] if found else None


def owner_rows(reader: Reader) -> Callable[[Sequence[tuple[int, Owner]]], Sequence[Row]]:
    """Owners with license, roles, SK and status."""

    def shape(found: Sequence[tuple[int, Owner]]) -> Sequence[Row]:
        return [
            _owner(row, person) for (row, _), person in zip(found, persons(reader, (o for _, o in found)), strict=True)
        ]

    return shape


def team_rows(reader: Reader) -> Callable[[Sequence[tuple[int, Team]]], Sequence[Row]]:
    """Teams with captain, members, open roles and active objectives."""

    def shape(found: Sequence[tuple[int, Team]]) -> Sequence[Row]:
        return [
            _team(row, line) for (row, _), line in zip(found, team_lines(reader, (t for _, t in found)), strict=True)
        ]

    return shape


def role_rows(found: Sequence[tuple[int, Role]]) -> Sequence[Row]:
    """Roles with team, holder and kind."""
    return [
        Row(
            str(row),
            (role.role_id, role.role_name, role.team_id or "", held_by(role), kind(role)),
            "muted" if role.status != "active" else "",
        )
        for row, role in found
    ]


def open_rows(waiting: dict[str, int]) -> Callable[[Sequence[tuple[int, Role]]], Sequence[Row]]:
    """Roles that look for somebody, with their terms and how many apply (`waiting` counts them by role)."""

    def shape(found: Sequence[tuple[int, Role]]) -> Sequence[Row]:
        rows = []
        for row, role in found:
            weekly = words.sc_short(role.sc_potential_weekly) if role.sc_potential_weekly is not None else ""
            apply = str(waiting.get(role.role_id, "")) if is_open(role) else "taken"
            cells = (role.role_id, role.role_name, role.team_id or "", role.commitment or "", weekly, apply)
            rows.append(Row(str(row), cells))
        return rows

    return shape


def application_row(key: str, application: RoleApplication) -> Row:
    """An application with who, for what, since when."""
    a = application
    cells = (a.application_id, a.alias, a.role_id, a.status, words.day(a.timestamp))
    return Row(key, cells, "muted" if a.status != "open" else "")


def tree_rows(tree: PeopleTree) -> Callable[[Sequence[Line]], Sequence[Row]]:
    """Teams, roles and holders as lines of the tree."""
    return lambda lines: [_line(tree, line) for line in lines]


def held_by(role: Role) -> str:
    """Who holds a role, or what it is without anybody."""
    if role.holder:
        return role.holder
    return "open" if is_open(role) else ("nobody" if role.status == "active" else role.status)


def _line(tree: PeopleTree, line: Line) -> Row:
    if line.node == NO_TEAM:
        return line.row("Roles of no team", "", "")
    team, role = tree.team(line.node), tree.role(line.node)
    if team is not None:
        name = f"{team.team_id} {team.name}"
        return line.row(name, team.captain or "no captain", "", tone="" if team.status == "active" else "muted")
    if role is None:
        return line.row("gone meanwhile", "", "", tone="muted")
    if line.node % 4 == HOLDER:
        return line.row(role.holder or "", "", "")
    name = f"{role.role_id} {role.role_name}"
    return line.row(name, held_by(role), kind(role), tone="" if role.status == "active" else "muted")


def _owner(row: int, person: Person) -> Row:
    owner = person.owner
    roles = " ".join(role.role_id for role in person.roles)
    cells = (owner.alias, owner.license, roles, f"{person.sk:,}", owner.status)
    return Row(str(row), cells, "" if owner.status == "active" else "muted")


def _team(row: int, line: TeamLine) -> Row:
    team = line.team
    cells = (
        team.team_id,
        team.name,
        team.captain or "nobody",
        str(line.members),
        str(line.open_roles),
        str(line.objectives),
    )
    return Row(str(row), cells, "" if team.status == "active" else "muted")
