"""The status of a task as a function of what happened (ledger.md §4, Task status). The stored word is only a copy."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from smartup_tui.ledger import tables
from smartup_tui.ledger.rows import PendingSC, TaskBudget, WorkClock

if TYPE_CHECKING:
    # Only its name is wanted here, and the workspace's wallet must not pay for loading it.
    from smartup_tui.ledger.snapshot import Snapshot

OPEN: Final = "open"
CLAIMED: Final = "claimed"
IN_PROGRESS: Final = "in_progress"
IN_REVIEW: Final = "in_review"
ASSESSED: Final = "assessed"
COMPLETED: Final = "completed"
CANCELLED: Final = "cancelled"

TASK_STATUSES: Final = (OPEN, CLAIMED, IN_PROGRESS, IN_REVIEW, ASSESSED, COMPLETED, CANCELLED)
SETTLED_AWARDS: Final = frozenset({"paid", "rejected"})
REQUIRED: Final = "required"


def task_status(task: TaskBudget, clocks: Iterable[WorkClock], awards: Iterable[PendingSC], pairing: str) -> str:
    """The status of a task, given its sessions' clocks and its awards' rows as they stand after a change.

    Cancelled; else completed (all of the budget assessed and no award open), assessed, in_progress (a clock runs),
    in_review (a session waits for assessment), claimed (the seats that `pairing` asks for are taken), open. With
    pairing `required` a session that nobody confirmed waits for nothing, since it can not be assessed.
    """
    if task.status == CANCELLED:
        return CANCELLED
    clocks, awards = tuple(clocks), tuple(awards)
    if assessed_share(awards) >= 100:
        return COMPLETED if all(row.status in SETTLED_AWARDS for row in awards) else ASSESSED
    if any(clock.status == "running" for clock in clocks):
        return IN_PROGRESS
    if unassessed(clocks, awards, pairing):
        return IN_REVIEW
    seats = (task.attacker, task.defender) if pairing == REQUIRED else (task.attacker,)
    return CLAIMED if all(seats) else OPEN


def assessed_share(awards: Iterable[PendingSC]) -> Decimal:
    """The percentage of the budget that assessments have used; a rejected one's share is free again."""
    used = {row.pending_id: row.share or Decimal(0) for row in awards if row.status != "rejected"}
    return sum(used.values(), Decimal(0))


def unassessed(clocks: Iterable[WorkClock], awards: Iterable[PendingSC], pairing: str) -> tuple[WorkClock, ...]:
    """The stopped sessions that wait for an assessment, in order."""
    done = {row.session_id for row in awards if row.status != "rejected"}
    return tuple(
        clock
        for clock in clocks
        if clock.status != "running"
        and clock.session_id not in done
        and (pairing != REQUIRED or clock.confirmed_at is not None)
    )


def status_in(snapshot: Snapshot, task: TaskBudget) -> str:
    """The status of a task as everything in a snapshot says."""
    clocks = snapshot.rows(tables.CLOCK).where(task_id=task.task_id)
    awards = snapshot.rows(tables.PENDING).where(task_id=task.task_id)
    return task_status(task, clocks, awards, snapshot.policies.validation.pairing)
