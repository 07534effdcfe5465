"""The objectives as a tree, and what is counted of the tasks below them: by status, by budget, by what was awarded."""

from __future__ import annotations

import json
from array import array
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from smartup_tui.ledger import rows, tables
from smartup_tui.ledger.index.folding import holding
from smartup_tui.ledger.index.store import Index

_OVER = "('assessed', 'completed', 'cancelled')"
_NOT_OVER = "status IN ('open', 'claimed', 'in_progress', 'in_review')"  # as the index knows it, with its objective
_AMONG = "objective_id IN (SELECT value FROM json_each(?))"
_FEW = 100
_OBJECTIVE_TEXT = ("objective_id", "title", "team_id", "phase", "status", "mission_leader")
_TASK_TEXT = ("task_id", "title", "status", "size", "attacker", "defender")


@dataclass(frozen=True, slots=True)
class Branch:
    """An objective's place: its row id, its own id, the id above it, and what the lists narrow by."""

    row: int
    objective_id: str
    parent_id: str | None
    team_id: str | None
    status: str


def branches(index: Index) -> list[Branch]:
    """All objectives, as places in the tree."""
    statement = "SELECT row, objective_id, parent_id, team_id, status FROM objectives"
    return [Branch(*values) for values in index.connection.execute(statement)]


def task_totals(index: Index) -> dict[str, dict[str, tuple[int, int]]]:
    """By objective and status: how many tasks stand right under it, and their budgets in cents."""
    statement = "SELECT objective_id, status, tasks, budget FROM objective_tasks WHERE tasks"
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for objective_id, status, count, cents in index.connection.execute(statement):
        found.setdefault(objective_id, {})[status] = (count, cents)
    return found


def tasks_under(index: Index, objective_id: str) -> array[int]:
    """The row ids of the tasks right under an objective, in the order of their numbers."""
    statement = 'SELECT row FROM "task-budgets" WHERE objective_id = ? ORDER BY length(task_id), task_id'
    return array("q", (found[0] for found in index.connection.execute(statement, (objective_id,))))


def tasks_by_objective(index: Index) -> dict[str, array[int]]:
    """The row ids of all tasks, by the objective they stand under."""
    statement = 'SELECT objective_id, row FROM "task-budgets" ORDER BY objective_id, length(task_id), task_id'
    return _grouped(index.connection.execute(statement))


def matching_tasks(index: Index, text: str) -> dict[str, array[int]]:
    """The row ids of the tasks that hold every word of a text, by the objective they stand under."""
    where, values = holding(text.split(), _TASK_TEXT)
    statement = (
        f'SELECT objective_id, row FROM "task-budgets" WHERE {where}'  # noqa: S608 - columns of this module's own
        " ORDER BY +objective_id, length(task_id), task_id"  # rows that are looked at are read as they stand
    )
    return _grouped(index.connection.execute(statement, values))


def matching_objectives(index: Index, text: str) -> set[str]:
    """The ids of the objectives that hold every word of a text."""
    where, values = holding(text.split(), _OBJECTIVE_TEXT)
    statement = f"SELECT objective_id FROM objectives WHERE {where}"  # noqa: S608 - columns of this module's own
    return {found[0] for found in index.connection.execute(statement, values)}


def awarded(index: Index, objective_ids: Iterable[str]) -> dict[str, Decimal]:
    """What was assessed for the tasks right under these objectives, in SC by the award's status."""
    statement = f"SELECT status, sum(amount) FROM objective_awards WHERE {_AMONG} GROUP BY 1"  # noqa: S608
    found = index.connection.execute(statement, (json.dumps(list(objective_ids)),))
    return {status: Decimal(cents).scaleb(-2) for status, cents in found if cents}


def awarded_by_month(index: Index, objective_ids: Iterable[str]) -> dict[str, Decimal]:
    """SC paid for the tasks right under these objectives, by the UTC month (`2026-03`) in which their window ended."""
    statement = (
        "SELECT substr(ifnull(award.consensus_ends_at, award.timestamp), 1, 7), sum(award.amount)"
        ' FROM "task-budgets" AS task JOIN "pending-sc" AS award ON award.task_id = task.task_id'
        " WHERE award.status = 'paid' AND task.objective_id IN (SELECT value FROM json_each(?)) GROUP BY 1 ORDER BY 1"
    )
    found = index.connection.execute(statement, (json.dumps(list(objective_ids)),))
    return {month: Decimal(cents or 0).scaleb(-2) for month, cents in found}


def at_work(index: Index, objective_ids: Collection[str], limit: int = 12) -> list[tuple[str, int]]:
    """Who holds seats of open tasks right under these objectives, and how many; most seats first."""
    among, values = _open_among(objective_ids)
    seats = " UNION ALL ".join(
        f'SELECT {seat} AS alias FROM "task-budgets" WHERE {seat} IS NOT NULL AND {among}'  # noqa: S608
        for seat in ("attacker", "defender")
    )
    statement = f"SELECT alias, count(*) FROM ({seats}) GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?"  # noqa: S608
    return list(index.connection.execute(statement, (*values, *values, limit)))


def next_due(index: Index, objective_ids: Collection[str]) -> rows.TaskBudget | None:
    """The task right under these objectives that is due first of those that are not over."""
    among, values = _open_among(objective_ids)
    found = index.select(tables.TASKS, f"due IS NOT NULL AND {among}", values, order="due", limit=1)
    return found[0] if found else None


def _open_among(objective_ids: Collection[str]) -> tuple[str, tuple[str]]:
    """The condition for tasks right under these objectives that are not over, with its value.

    Of a few objectives their own tasks are looked at, of many (by the `+`) all that are not over, which are fewer.
    """
    sign = "" if len(objective_ids) < _FEW else "+"
    return f"{_NOT_OVER} AND {sign}{_AMONG}", (json.dumps(list(objective_ids)),)


def first_tasks(index: Index, objective_id: str, limit: int) -> list[rows.TaskBudget]:
    """The first tasks right under an objective; those that are not over come first."""
    order = f"status IN {_OVER}, length(task_id), task_id"
    return index.select(tables.TASKS, "objective_id = ?", (objective_id,), order=order, limit=limit)


def _grouped(found: Iterable[tuple[str, int]]) -> dict[str, array[int]]:
    grouped: dict[str, array[int]] = {}
    for objective_id, row in found:
        grouped.setdefault(objective_id, array("q")).append(row)
    return grouped
