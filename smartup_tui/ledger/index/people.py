"""The lists of owners, teams, roles and applications, and what is counted of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from smartup_tui.ledger import rows, tables
from smartup_tui.ledger.aliases import ALIAS, names_in
from smartup_tui.ledger.index.folding import holding
from smartup_tui.ledger.index.schema import quoted
from smartup_tui.ledger.index.store import Index
from smartup_tui.ledger.index.windows import Window
from smartup_tui.ledger.schema import R, Table

OPEN_ROLE: Final = "recruitment = 'OPEN' AND holder IS NULL AND status = 'active'"
"""A role that looks for somebody (ledger.md §4, Roles)."""

# The founder, the leadership, captains, seniors, juniors; whatever else an organisation calls a role comes last.
_RANK: Final = (
    "CASE type WHEN 'founder' THEN 0 WHEN 'leadership' THEN 1 WHEN 'team_captain' THEN 2"
    " WHEN 'senior' THEN 3 WHEN 'junior' THEN 4 ELSE 5 END"
)
_SEARCHED: Final[dict[str, tuple[str, ...]]] = {
    tables.OWNERS.name: ("owner_id", "alias", "license", "status", "roles"),
    tables.ROLES.name: ("role_id", "role_name", "team_id", "type", "recruitment", "skills_required", "holder"),
    tables.TEAMS.name: ("team_id", "name", "captain", "description"),
    tables.APPLICATIONS.name: ("application_id", "alias", "role_id", "status"),
}


def owners_window(index: Index, text: str = "", keep: str = "") -> Window[rows.Owner]:
    """The book of owners by alias, those who are active first; every word of `text` must be found in some column."""
    return _window(index, tables.OWNERS, "1", text=text, keep=("alias", keep), order="status != 'active', alias")


def roles_window(index: Index, text: str = "", keep: str = "", *, only_open: bool = False) -> Window[rows.Role]:
    """The roles by team and rank, or those alone that look for somebody."""
    which = OPEN_ROLE if only_open else "1"
    return _window(
        index,
        tables.ROLES,
        which,
        text=text,
        keep=("role_id", keep),
        order=f"length(team_id), team_id, {_RANK}, role_id",
    )


def teams_window(index: Index, text: str = "", keep: str = "") -> Window[rows.Team]:
    """The teams by their number."""
    return _window(index, tables.TEAMS, "1", text=text, keep=("team_id", keep), order="length(team_id), team_id")


def applications_window(index: Index, text: str = "", keep: str = "") -> Window[rows.RoleApplication]:
    """The applications, the open ones first, then the newest."""
    return _window(
        index,
        tables.APPLICATIONS,
        "1",
        text=text,
        keep=("application_id", keep),
        order="status != 'open', timestamp DESC",
    )


def row_of(index: Index, table: Table[Any], column: str, value: str) -> int | None:
    """The row id of the first row with a value in a column, as lists have it."""
    found = index.connection.execute(
        f"SELECT row FROM {quoted(table.name)} WHERE {quoted(column)} = ?",  # noqa: S608 - names of this package's own
        (value,),
    ).fetchone()
    return int(found[0]) if found else None


def applications_for(index: Index, role_id: str) -> list[rows.RoleApplication]:
    """The applications for a role, the open ones first, then the newest."""
    return index.select(tables.APPLICATIONS, "role_id = ?", (role_id,), order="status != 'open', timestamp DESC")


def applications_of(index: Index, alias: str) -> list[rows.RoleApplication]:
    """An owner's applications, the open ones first, then the newest."""
    return index.select(tables.APPLICATIONS, "alias = ?", (alias,), order="status != 'open', timestamp DESC")


def application(index: Index, application_id: str) -> rows.RoleApplication | None:
    """One application."""
    found = index.select(tables.APPLICATIONS, "application_id = ?", (application_id,), limit=1)
    return found[0] if found else None


def team(index: Index, team_id: str) -> rows.Team | None:
    """One team."""
    found = index.select(tables.TEAMS, "team_id = ?", (team_id,), limit=1)
    return found[0] if found else None


def team_roles(index: Index, team_id: str) -> list[rows.Role]:
    """The active roles of a team by rank."""
    return index.select(tables.ROLES, "team_id = ? AND status = 'active'", (team_id,), order=f"{_RANK}, role_id")


def team_objectives(index: Index, team_id: str) -> list[rows.Objective]:
    """The active objectives of a team."""
    return index.select(
        tables.OBJECTIVES, "team_id = ? AND status = 'active'", (team_id,), order="length(objective_id), objective_id"
    )


def team_tasks(index: Index, team_id: str) -> dict[str, int]:
    """How many tasks a team has, by status."""
    statement = 'SELECT status, count(*) FROM "task-budgets" WHERE team_id = ? GROUP BY status'
    return dict(index.connection.execute(statement, (team_id,)))


def holders_by_team(index: Index) -> dict[str, tuple[int, int]]:
    """Of every team, how many hold a role and how many roles look for somebody."""
    counted = f"team_id, count(DISTINCT holder), sum({OPEN_ROLE})"
    statement = f"SELECT {counted} FROM roles WHERE status = 'active' AND team_id IS NOT NULL GROUP BY team_id"  # noqa: S608
    return {team_id: (held, free) for team_id, held, free in index.connection.execute(statement)}


def active_objectives_by_team(index: Index) -> dict[str, int]:
    """Of every team, how many objectives are active."""
    statement = (
        "SELECT team_id, count(*) FROM objectives WHERE status = 'active' AND team_id IS NOT NULL GROUP BY team_id"
    )
    return dict(index.connection.execute(statement))


def open_applications(index: Index) -> dict[str, int]:
    """Of every role that somebody applies for, how many applications are open."""
    statement = "SELECT role_id, count(*) FROM \"role-applications\" WHERE status = 'open' GROUP BY role_id"
    return dict(index.connection.execute(statement))


def last_session(index: Index, names: Sequence[str]) -> rows.SessionLog | None:
    """The newest finished session of an owner, who has had these names."""
    newest = [
        found[0]
        for name in names
        for seat in ("attacker", "defender")
        if (found := index.select(tables.SESSIONS, f"{seat} = ?", (name,), order="row DESC", limit=1))
    ]
    return max(newest, key=lambda session: session.stopped_at, default=None)


def alias_changes(index: Index) -> list[rows.LicenseTransaction]:
    """Who changed their alias, in order (ledger.md §2, logs)."""
    return index.select(tables.LICENSES, "type = ?", (ALIAS,))


def karma(index: Index, alias: str, changes: Sequence[rows.LicenseTransaction]) -> int:
    """An owner's SK, under whatever alias they were given, as `economy.sk.tally` counts them."""
    names = names_in(changes, alias)
    marks = ", ".join("?" * len(names))
    given = f"SELECT ifnull(sum(amount), 0) FROM karma WHERE type = 'KARMA' AND \"to\" IN ({marks})"  # noqa: S608
    lost = f"SELECT ifnull(sum(amount), 0) FROM karma WHERE type = 'DECAY' AND \"from\" IN ({marks})"  # noqa: S608
    return int(index.connection.execute(f"SELECT ({given}) - ({lost})", (*names, *names)).fetchone()[0])


def _window(index: Index, table: Table[R], which: str, *, text: str, keep: tuple[str, str], order: str) -> Window[R]:
    """The rows that pass; the one with the value `keep` is among them whether it passes or not."""
    said, values = holding(text.split(), _SEARCHED[table.name])
    where, (column, kept) = f"({which}) AND {said}", keep
    if kept:
        where, values = f"({where}) OR {quoted(column)} = ?", [*values, kept]
    return Window(index, table, where, values, order=order)
