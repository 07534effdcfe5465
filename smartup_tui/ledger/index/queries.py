"""The questions that screens and the command line ask of the read model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from smartup_tui.ledger import rows, tables
from smartup_tui.ledger.index.folding import holding
from smartup_tui.ledger.index.store import Index
from smartup_tui.ledger.index.windows import Window
from smartup_tui.ledger.schema import Table

_T = TypeVar("_T")

# Seats may be claimed and work started until a task is assessed (ledger.md §4, Seats).
_OPEN_STATUSES = ("open", "claimed", "in_progress", "in_review")
_OPEN = f"(attacker IS NULL OR defender IS NULL) AND status IN {_OPEN_STATUSES}"
_MINE = "(attacker = ? OR defender = ?)"
_SEARCHED = (
    "task_id",
    "title",
    "objective_id",
    "team_id",
    "size",
    "status",
    "ifnull(attacker, '')",
    "ifnull(defender, '')",
)


MANY = 20_000
"""So many rows are looked through between two keys."""


class Scope(StrEnum):
    """Which tasks a list shows."""

    OPEN = "open"
    MINE = "mine"
    TEAM = "team"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """What a list of tasks is narrowed to; every word of `text` must be found in some column.

    The task `keep` is in the list whether it passes or not: the one in hand does not vanish under the owner.
    """

    scope: Scope = Scope.ALL
    alias: str = ""
    teams: tuple[str, ...] = ()
    text: str = ""
    keep: str = ""


def are_many(index: Index, table: Table[Any]) -> bool:
    """Whether a table is so long that keys would wait for a look at all of its rows."""
    statement = "SELECT ifnull(sum(lines), 0) FROM files WHERE path = ? OR substr(path, 1, ?) = ?"
    found = index.connection.execute(statement, (table.path, len(table.segments), table.segments)).fetchone()
    return int(found[0]) > MANY


def task_window(index: Index, wanted: TaskFilter) -> Window[rows.TaskBudget]:
    """The tasks that pass a filter, by objective and then by age."""
    where, parameters = _task_condition(wanted)
    # An index in the order of the list is for the whole of it: rows that are looked at are read as they stand.
    order = "+objective_id, row" if wanted.text else "objective_id, row"
    return Window(index, tables.TASKS, where, parameters, order=order)


def _task_condition(wanted: TaskFilter) -> tuple[str, list[Any]]:
    conditions, parameters = ["1"], []
    if wanted.scope is Scope.OPEN:
        conditions.append(_OPEN)
    elif wanted.scope is Scope.MINE:
        conditions.append(_MINE)
        parameters += [wanted.alias, wanted.alias]
    elif wanted.scope is Scope.TEAM:
        conditions.append(f"team_id IN ({', '.join('?' * len(wanted.teams))})")
        parameters += wanted.teams
    said, words = holding(wanted.text.split(), _SEARCHED)
    conditions.append(said)
    parameters += words
    where = " AND ".join(f"({condition})" for condition in conditions)
    return (f"({where}) OR task_id = ?", [*parameters, wanted.keep]) if wanted.keep else (where, parameters)


def owner(index: Index, alias: str) -> rows.Owner | None:
    """The owner of that alias."""
    return _first(index.select(tables.OWNERS, "alias = ?", (alias,), limit=1))


def owner_by_matrix_id(index: Index, matrix_id: str) -> rows.Owner | None:
    """The owner whom the book of owners gives this Matrix id."""
    return _first(index.select(tables.OWNERS, "matrix_id = ?", (matrix_id,), limit=1))


def roles_of(index: Index, alias: str) -> list[rows.Role]:
    """The roles that an owner holds, from the roles register, which is the truth."""
    return index.select(tables.ROLES, "holder = ? AND status = 'active'", (alias,), order="role_id")


def task(index: Index, task_id: str) -> rows.TaskBudget | None:
    """One task."""
    return _first(index.select(tables.TASKS, "task_id = ?", (task_id,), limit=1))


def objective(index: Index, objective_id: str) -> rows.Objective | None:
    """One objective."""
    return _first(index.select(tables.OBJECTIVES, "objective_id = ?", (objective_id,), limit=1))


def led_by(index: Index, alias: str) -> list[rows.Objective]:
    """The active objectives whose mission leader an owner is."""
    return index.select(tables.OBJECTIVES, "mission_leader = ? AND status = 'active'", (alias,), order="row")


def ids_led_by(index: Index, alias: str) -> frozenset[str]:
    """The ids of the active objectives whose mission leader an owner is."""
    statement = "SELECT objective_id FROM objectives WHERE mission_leader = ? AND status = 'active'"
    return frozenset(found[0] for found in index.connection.execute(statement, (alias,)))


def role(index: Index, role_id: str) -> rows.Role | None:
    """One role."""
    return _first(index.select(tables.ROLES, "role_id = ?", (role_id,), limit=1))


def open_roles(index: Index, team_id: str | None = None) -> list[rows.Role]:
    """The roles that look for someone, of one team or of all."""
    return index.select(
        tables.ROLES,
        "recruitment = 'OPEN' AND holder IS NULL AND status = 'active' AND (? IS NULL OR team_id = ?)",
        (team_id, team_id),
        order="role_id",
    )


def task_of(index: Index, entity_id: str) -> str | None:
    """The task that a session or a pending award belongs to."""
    session = _first(index.select(tables.CLOCK, "session_id = ?", (entity_id,), limit=1))
    if session is not None:
        return session.task_id
    award = _first(index.select(tables.PENDING, "pending_id = ?", (entity_id,), limit=1))
    return award.task_id if award else None


def task_row(index: Index, task_id: str) -> int | None:
    """The row id of a task, as lists have it."""
    found = index.connection.execute('SELECT row FROM "task-budgets" WHERE task_id = ?', (task_id,)).fetchone()
    return int(found[0]) if found else None


def tasks_of(index: Index, alias: str) -> list[rows.TaskBudget]:
    """The tasks in which an owner holds a seat and work is not over; the running one first, then the newest."""
    return index.select(
        tables.TASKS,
        f"{_MINE} AND status NOT IN ('completed', 'cancelled')",
        (alias, alias),
        order="status != 'in_progress', row DESC",
    )


def running_session(index: Index, alias: str) -> rows.WorkClock | None:
    """The running session that an owner started or has confirmed."""
    return _first(
        index.select(
            tables.CLOCK,
            "status = 'running' AND (started_by = ? OR (confirmed_at IS NOT NULL AND (attacker = ? OR defender = ?)))",
            (alias, alias, alias),
            limit=1,
        )
    )


def running_on(index: Index, task_id: str) -> list[rows.WorkClock]:
    """The sessions that run on a task."""
    return index.select(tables.CLOCK, "status = 'running' AND task_id = ?", (task_id,))


def sessions_between(index: Index, alias: str, start: datetime, end: datetime) -> list[rows.SessionLog]:
    """An owner's finished sessions that ended in a span of time; of corrected ones the last row."""
    found = index.select(
        tables.SESSIONS,
        "(attacker = ? OR defender = ?) AND stopped_at > ? AND started_at < ?",
        (alias, alias, _stamp(start), _stamp(end)),
    )
    return list({s.session_id: s for s in found}.values())


def sessions_of_task(index: Index, task_id: str) -> list[rows.SessionLog]:
    """The finished sessions of a task, the newest first; of corrected ones the last row."""
    found = index.select(tables.SESSIONS, "task_id = ?", (task_id,))
    return list({s.session_id: s for s in found}.values())[::-1]


def awards_of_task(index: Index, task_id: str) -> list[rows.PendingSC]:
    """The rows of a task's awards."""
    return index.select(tables.PENDING, "task_id = ?", (task_id,))


def redemptions_of(index: Index, alias: str) -> list[rows.Redemption]:
    """An owner's requests to redeem SC."""
    return index.select(tables.REDEMPTIONS, "alias = ?", (alias,))


def events_of(index: Index, entity_id: str, *, limit: int = 20) -> list[rows.MasterEvent]:
    """The newest audit rows of an entity."""
    return index.select(tables.EVENTS, "entity_id = ?", (entity_id,), order="row DESC", limit=limit)


def event_of_request(index: Index, request_id: str) -> rows.MasterEvent | None:
    """The audit row of a request: the proof that a command took effect."""
    return _first(index.select(tables.EVENTS, "request_id = ?", (request_id,), limit=1))


def page(index: Index, path: str) -> str | None:
    """The Markdown of a page, as it is in the ledger."""
    found = index.connection.execute(
        "SELECT body FROM page_text JOIN pages ON number = page WHERE path = ?", (path,)
    ).fetchone()
    return found[0] if found else None


def text(index: Index, path: str) -> str | None:
    """A file of the ledger that is neither a table nor a page, such as a policy."""
    found = index.connection.execute("SELECT text FROM texts WHERE path = ?", (path,)).fetchone()
    return bytes(found[0]).decode("utf-8", "replace") if found else None


def problems(index: Index) -> list[tuple[str, int | None, str | None, str]]:
    """What could not be read: file, line, column and what was expected there."""
    return list(index.connection.execute("SELECT path, line, field, message FROM problems ORDER BY path, line"))


def _first(found: Sequence[_T]) -> _T | None:
    return found[0] if found else None


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
