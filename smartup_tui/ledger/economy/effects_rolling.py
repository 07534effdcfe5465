"""Rows of registers that are final roll into segments, so that the files that commands rewrite stay small.

A task that is completed or cancelled, a session that is assessed, an award that is paid or rejected, a proposal and an
application that are closed: their rows move at the first midnight (UTC) at which they have been final for `roll_days`
days. All rows of one midnight move together. Source: ledger.md §2, Segments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any, Final

from smartup_tui.ledger import tables
from smartup_tui.ledger.change import Audit, Change, Entity, Roll
from smartup_tui.ledger.economy import sc
from smartup_tui.ledger.economy.effect import Effect, is_quiet
from smartup_tui.ledger.rows import PendingSC, Proposal, RoleApplication, TaskBudget, WorkClock
from smartup_tui.ledger.schema import Table
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.status import CANCELLED, COMPLETED, SETTLED_AWARDS, unassessed

ROLL: Final = "roll"


@dataclass(frozen=True, slots=True)
class _Row:
    """A final row, and the midnight at which it moves."""

    due: datetime
    table: Table[Any]
    key: tuple[str, ...]


def final_rows(snapshot: Snapshot, now: datetime) -> Iterator[Effect]:
    """The rows of the earliest midnight that is past. Not looked for on a day that is known to be quiet."""
    if is_quiet(snapshot, now) or not _candidates(snapshot):
        return
    rows = [row for row in _final(snapshot) if row.due <= now]
    if not rows:
        return
    due = min(row.due for row in rows)
    moving = [row for row in rows if row.due == due]
    entity = Entity("register", due.date().isoformat())
    # A row moves once, so its key makes the effect's name its own.
    yield Effect(ROLL, due, entity, partial(_move, moving, due.date()), ".".join(moving[0].key))


def _candidates(snapshot: Snapshot) -> bool:
    """Whether anything in the registers' own files could be final at all."""
    return any(_live(snapshot, table, status) for table, status in _STATUSES)


def _live(snapshot: Snapshot, table: Table[Any], status: str) -> tuple[Any, ...]:
    part = snapshot.rows(table).live
    return () if part is None else part.index(("status",)).get(status, ())


_STATUSES: Final[tuple[tuple[Table[Any], str], ...]] = (
    (tables.TASKS, COMPLETED),
    (tables.TASKS, CANCELLED),
    (tables.CLOCK, "stopped"),
    (tables.CLOCK, "limit"),
    *((tables.PENDING, status) for status in sorted(SETTLED_AWARDS)),
    *((tables.APPLICATIONS, status) for status in ("accepted", "declined", "withdrawn")),
    *((tables.PROPOSALS, status) for status in ("accepted", "rejected", "withdrawn")),
)


def _final(snapshot: Snapshot) -> Iterator[_Row]:
    """The final rows in the registers' own files, table by table in file order."""
    kept = timedelta(days=snapshot.policies.validation.roll_days)
    for table, since in _SINCE.items():
        part = snapshot.rows(tables.BY_NAME[table]).live
        for row in part.rows if part is not None else ():
            at = since(snapshot, row)
            if at is not None:
                key = tuple(getattr(row, name) for name in tables.BY_NAME[table].key)
                yield _Row(_midnight(at + kept), tables.BY_NAME[table], key)


def _midnight(at: datetime) -> datetime:
    """The first midnight (UTC) at or after a time."""
    day = datetime.combine(at.astimezone(UTC).date(), time(), UTC)
    return day if day == at else day + timedelta(days=1)


def _award(snapshot: Snapshot, row: PendingSC) -> datetime | None:
    """Both rows of an award roll together, when the later of them is final."""
    rows = snapshot.award(row.pending_id)
    if any(part.status not in SETTLED_AWARDS for part in rows):
        return None
    return max(_settled(snapshot, part) for part in rows)


def _settled(snapshot: Snapshot, row: PendingSC) -> datetime:
    """When a row of an award was paid or rejected, as far as the ledger tells."""
    times = [row.timestamp, *(at for at in (row.validated_at, row.consensus_ends_at) if at is not None)]
    if row.status == "paid":
        minted = snapshot.rows(tables.CREDITS).where(reference=row.pending_id, to=row.beneficiary, type=sc.MINT)
        times += [mint.timestamp for mint in minted]
    times += [objection.timestamp for objection in snapshot.rows(tables.OBJECTIONS).where(entity_id=row.pending_id)]
    return max(times)


def _task(snapshot: Snapshot, row: TaskBudget) -> datetime | None:
    """A task that is over, with every session assessed and every award settled."""
    if row.status not in (COMPLETED, CANCELLED):
        return None
    awards = snapshot.rows(tables.PENDING).where(task_id=row.task_id)
    clocks = snapshot.rows(tables.CLOCK).where(task_id=row.task_id)
    if any(award.status not in SETTLED_AWARDS for award in awards):
        return None
    if any(c.status == "running" for c in clocks) or unassessed(clocks, awards, snapshot.policies.validation.pairing):
        return None
    times = [row.created_at, *(_settled(snapshot, award) for award in awards)]
    times += [clock.stopped_at for clock in clocks if clock.stopped_at is not None]
    if row.status == CANCELLED:
        cancelled = snapshot.rows(tables.EVENTS).where(entity_id=row.task_id, action="cancel_task")
        times += [event.timestamp for event in cancelled]
    return max(times)


def _clock(snapshot: Snapshot, row: WorkClock) -> datetime | None:
    """A session whose award is paid; or any session of a task that is final."""
    if row.status == "running":
        return None
    awards = [a for a in snapshot.rows(tables.PENDING).where(session_id=row.session_id) if a.status != "rejected"]
    if awards:
        settled = all(award.status in SETTLED_AWARDS for award in awards)
        return max(_settled(snapshot, award) for award in awards) if settled else None
    task = snapshot.task(row.task_id)
    return None if task is None else _task(snapshot, task)


def _application(_snapshot: Snapshot, row: RoleApplication) -> datetime | None:
    return None if row.status == "open" else row.decided_at or row.timestamp


def _proposal(_snapshot: Snapshot, row: Proposal) -> datetime | None:
    if row.status in ("open", "voting"):
        return None
    return max(at for at in (row.timestamp, row.consensus_ends_at, row.vote_ends_at) if at is not None)


_SINCE: Final[dict[str, Callable[[Snapshot, Any], datetime | None]]] = {
    tables.APPLICATIONS.name: _application,
    tables.TASKS.name: _task,
    tables.CLOCK.name: _clock,
    tables.PENDING.name: _award,
    tables.PROPOSALS.name: _proposal,
}


def _move(rows: list[_Row], day: date) -> Change:
    by_table: dict[str, list[tuple[str, ...]]] = {}
    for row in rows:
        by_table.setdefault(row.table.name, []).append(row.key)
    index = tuple(Roll(tables.BY_NAME[name], tuple(keys)) for name, keys in by_table.items())
    told = ", ".join(f"{len(keys)} of {name}" for name, keys in by_table.items())
    message = f"Final rows moved to segments: {told}."
    audit = Audit(ROLL, Entity("register", day.isoformat()), message)
    return Change((), index, (audit,), message, data={"rows": len(rows)})
