"""A task with everything that decides its status: seats, sessions, awards (ledger.md §4, task status).

Every change that touches a task goes through `task_update`, so the status in the register is always the value of the
function at the time of the write.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final, Literal

from smartup_tui.ledger import tables
from smartup_tui.ledger.change import Update
from smartup_tui.ledger.economy import sc
from smartup_tui.ledger.rows import PendingSC, TaskBudget, WorkClock
from smartup_tui.ledger.rowset import Rows
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.status import task_status

Seat = Literal["attacker", "defender"]
SEATS: Final[tuple[Seat, Seat]] = ("attacker", "defender")
OVER: Final = frozenset({"assessed", "completed", "cancelled"})
"""Statuses of a task on which no more work begins."""


@dataclass(frozen=True, slots=True)
class Work:
    """A task, its sessions as the clock sees them, and the rows of its awards."""

    task: TaskBudget
    clocks: tuple[WorkClock, ...]
    awards: tuple[PendingSC, ...]
    pairing: str

    @property
    def running(self) -> WorkClock | None:
        """The session that runs on the task now."""
        return next((clock for clock in self.clocks if clock.status == "running"), None)

    @property
    def status(self) -> str:
        """The status that the task has by the function."""
        return task_status(self.task, self.clocks, self.awards, self.pairing)

    @property
    def share_left(self) -> Decimal:
        """What percentage of the budget no assessment has taken."""
        return sc.share_left(self.awards)

    def with_clock(self, clock: WorkClock) -> Work:
        """The same work with one session added or replaced."""
        others = tuple(c for c in self.clocks if c.session_id != clock.session_id)
        return replace(self, clocks=(*others, clock))

    def with_awards(self, rows: Iterable[PendingSC]) -> Work:
        """The same work with some rows of awards added or replaced."""
        new = {(row.pending_id, row.adm_role): row for row in rows}
        kept = tuple(row for row in self.awards if (row.pending_id, row.adm_role) not in new)
        return replace(self, awards=(*kept, *new.values()))

    def with_seat(self, seat: Seat, alias: str | None) -> Work:
        """The same work with one seat taken or left."""
        task = replace(self.task, attacker=alias) if seat == "attacker" else replace(self.task, defender=alias)
        return replace(self, task=task)


def work_on(snapshot: Snapshot, task_id: str) -> Work | None:
    """The work on a task, None when there is no such task."""
    task = snapshot.task(task_id)
    if task is None:
        return None
    return Work(
        task=task,
        clocks=snapshot.rows(tables.CLOCK).where(task_id=task_id),
        awards=snapshot.rows(tables.PENDING).where(task_id=task_id),
        pairing=snapshot.policies.validation.pairing,
    )


def seat_of(task: TaskBudget, alias: str) -> Seat | None:
    """The seat that an owner holds on a task, None when it is none."""
    if task.attacker == alias:
        return "attacker"
    return "defender" if task.defender == alias else None


def holder(row: TaskBudget | WorkClock, seat: Seat) -> str | None:
    """Who holds a seat of a task, or sat on it in a session."""
    return row.attacker if seat == "attacker" else row.defender


def other(seat: Seat) -> Seat:
    """The other seat."""
    return "defender" if seat == "attacker" else "attacker"


def pair(clock: WorkClock) -> tuple[str, ...]:
    """Who took part in a session: who began it, and the partner who confirmed."""
    return tuple(alias for alias in (clock.attacker, clock.defender) if alias is not None)


def task_update(before: TaskBudget, after: Work) -> tuple[Update, ...]:
    """The update of the task's row that brings it to `after`, with its status; nothing when nothing changed."""
    task = replace(after.task, status=after.status)
    values: Mapping[str, Any] = {
        name: getattr(task, name)
        for name in ("title", "status", "attacker", "defender", "due")
        if getattr(task, name) != getattr(before, name)
    }
    return (Update(tables.TASKS, (before.task_id,), values),) if values else ()


def next_id(letter: str, rows: Rows[Any]) -> str:
    """The id after the largest of those used in a register, such as `s_43`; numbers are never used again."""
    return f"{letter}_{rows.largest(rows.table.key[0]) + 1}"
