"""Forgotten clocks are closed at their limit, and unused seats become free (ledger.md §4, Clock and Seats)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from smartup_tui.ledger import tables
from smartup_tui.ledger.change import Append, Audit, Change, Entity, RowWrite, Update
from smartup_tui.ledger.economy.effect import Effect
from smartup_tui.ledger.economy.sessions import end_session
from smartup_tui.ledger.economy.work import SEATS, Seat, Work, holder, pair, task_update, work_on
from smartup_tui.ledger.rows import TaskClaim, WorkClock
from smartup_tui.ledger.snapshot import Snapshot

LIMIT, EXPIRE = "limit", "expire"
_SEATED = ("open", "claimed", "in_review")
"""Statuses in which a seat can be held without being used."""


def forgotten_clocks(snapshot: Snapshot, now: datetime) -> Iterator[Effect]:
    """Clocks that have run as long as a session may."""
    running = snapshot.rows(tables.CLOCK).unrolled(status="running")
    if not running:
        return
    limit = timedelta(hours=snapshot.policies.validation.max_session_hours)
    for clock in running:
        due = clock.started_at + limit
        if due <= now:
            yield Effect(LIMIT, due, Entity("session", clock.session_id), partial(_close, snapshot, clock, due))


def unused_seats(snapshot: Snapshot, now: datetime) -> Iterator[Effect]:
    """Seats that were neither taken nor worked on for as long as an unused seat is kept."""
    kept: timedelta | None = None
    for status in _SEATED:
        for task in snapshot.rows(tables.TASKS).unrolled(status=status):
            for seat in SEATS:
                alias = holder(task, seat)
                if alias is None:
                    continue
                kept = kept or timedelta(days=snapshot.policies.validation.seat_days)
                used = _last_use(snapshot, task.task_id, seat, alias) or task.created_at
                if used + kept <= now:
                    free = partial(_free, snapshot, task.task_id, seat, alias, used + kept)
                    yield Effect(EXPIRE, used + kept, Entity("task", task.task_id), free, seat)


def _last_use(snapshot: Snapshot, task_id: str, seat: Seat, alias: str) -> datetime | None:
    """When the seat was last taken by this owner, or a session of theirs on it ended."""
    claims = snapshot.rows(tables.CLAIMS).newest(task_id=task_id, adm_role=seat, alias=alias)
    times = [next((claim.timestamp for claim in claims if claim.action in ("claim", "assign")), None)]
    clocks = snapshot.rows(tables.CLOCK).where(task_id=task_id)
    times += [c.stopped_at or c.started_at for c in clocks if holder(c, seat) == alias]
    return max((at for at in times if at is not None), default=None)


def _close(snapshot: Snapshot, clock: WorkClock, due: datetime) -> Change:
    work = work_on(snapshot, clock.task_id)
    if work is None:
        return _orphan(clock, due)
    ended = end_session(snapshot, work, clock, due, how="limit", notes="", remark="closed at the limit of a session")
    hours = snapshot.policies.validation.max_session_hours
    who = " and ".join(pair(clock))
    message = f"{clock.session_id} on {clock.task_id} ({who}) was closed at the limit of {hours} hours."
    audit = Audit(LIMIT, Entity("session", clock.session_id), message)
    return Change(ended.markdown, ended.index, (audit,), message, data={"session_id": clock.session_id})


def _orphan(clock: WorkClock, due: datetime) -> Change:
    """The clock of a task that the register does not know (a broken row): it is closed all the same."""
    message = f"{clock.session_id} was closed at the limit; its task {clock.task_id} can not be read."
    closed = Update(tables.CLOCK, (clock.session_id,), {"stopped_at": due, "status": "limit"})
    return Change((), (closed,), (Audit(LIMIT, Entity("session", clock.session_id), message),), message)


def _free(snapshot: Snapshot, task_id: str, seat: Seat, alias: str, due: datetime) -> Change:
    work = work_on(snapshot, task_id)
    if work is None:
        raise LookupError(task_id)
    after: Work = work.with_seat(seat, None)
    days = snapshot.policies.validation.seat_days
    claim = TaskClaim(due, task_id, alias, seat, EXPIRE, f"unused for {days} days")
    message = f"The {seat}'s seat of {task_id}, unused by {alias} for {days} days, is free again."
    index: tuple[RowWrite, ...] = (*task_update(work.task, after), Append(tables.CLAIMS, claim))
    return Change((), index, (Audit(EXPIRE, Entity("task", task_id), message),), message, data={"task_id": task_id})
