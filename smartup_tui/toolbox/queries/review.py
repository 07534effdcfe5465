"""`review_queue`: what waits for a decision of captains, mission leaders, leadership or founder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal

from smartup_tui.ledger import tables
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Answer, Outcome
from smartup_tui.ledger.economy.amounts import money
from smartup_tui.ledger.economy.minting import FOUNDER
from smartup_tui.ledger.economy.work import pair
from smartup_tui.ledger.governance.objections import CONTESTED, resolvers, standing
from smartup_tui.ledger.permission import entitled_assessors, place_of
from smartup_tui.ledger.rows import PendingSC, TaskBudget, WorkClock
from smartup_tui.ledger.rowset import number
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.status import unassessed
from smartup_tui.toolbox.wording import listed, sc, stamp

_LISTED = 50

Entry = dict[str, object]


def review_queue(snapshot: Snapshot, actor: Actor, args: Arguments, _now: datetime) -> Outcome:
    """Sessions to assess, awards to validate, objections to resolve, the oldest first, and which are the actor's."""
    team = args.optional("team")
    sessions = [_session(snapshot, actor, clock) for clock in waiting_sessions(snapshot, team)]
    validate = [_award(snapshot, actor, rows) for rows in _awards(snapshot, "pending", team)]
    contested = [_award(snapshot, actor, rows) for rows in _awards(snapshot, CONTESTED, team)]
    data: dict[str, object] = {
        "sessions": sessions[:_LISTED],
        "awards": validate[:_LISTED],
        "objections": contested[:_LISTED],
    }
    if max(len(sessions), len(validate), len(contested)) > _LISTED:
        data["more"] = True
    where = f" in {team}" if team else ""
    total = len(sessions) + len(validate) + len(contested)
    if not total:
        return Answer(f"Nothing waits for review{where}.", data=data)
    lines = [
        line
        for entries, what in ((sessions, "to assess"), (validate, "to validate"), (contested, "contested"))
        if (line := _line(entries, what)) is not None
    ]
    count = "1 thing waits" if total == 1 else f"{total} things wait"
    return Answer(f"{count} for review{where}.", tuple(lines), _next(sessions, validate, contested), data)


def waiting_sessions(snapshot: Snapshot, team: str | None) -> Iterator[WorkClock]:
    """Ended sessions that an assessment waits for, in the order of their ids; none of them has rolled."""
    pairing = snapshot.policies.validation.pairing
    ended = [clock for status in ("stopped", "limit") for clock in snapshot.rows(tables.CLOCK).unrolled(status=status)]
    awards = snapshot.rows(tables.PENDING)
    for clock in sorted(ended, key=lambda clock: number(clock.session_id)):
        if unassessed([clock], awards.where(session_id=clock.session_id), pairing) and _in(snapshot, clock, team):
            yield clock


def _in(snapshot: Snapshot, clock: WorkClock, team: str | None) -> bool:
    return team is None or place_of(snapshot, clock.task_id)[0] == team


def _awards(snapshot: Snapshot, status: str, team: str | None) -> Iterator[tuple[PendingSC, ...]]:
    """The awards of one status, without the founding tranches, in the order of their ids."""
    rows = [row for row in snapshot.rows(tables.PENDING).unrolled(status=status) if row.adm_role != FOUNDER]
    for pending_id in sorted({row.pending_id for row in rows}, key=number):
        award = snapshot.award(pending_id)
        if team is None or (award[0].task_id and place_of(snapshot, award[0].task_id)[0] == team):
            yield award


def _session(snapshot: Snapshot, actor: Actor, clock: WorkClock) -> Entry:
    task = snapshot.task(clock.task_id)
    took_part = pair(clock)
    able = entitled_assessors(snapshot, task, without=took_part) if task is not None else frozenset()
    return {
        "id": clock.session_id,
        "task": clock.task_id,
        "title": _title(task),
        "pair": list(took_part),
        "ended": stamp(clock.stopped_at) if clock.stopped_at is not None else None,
        "limit": clock.status == "limit",
        "yours": actor.alias in able,
    }


def _award(snapshot: Snapshot, actor: Actor, rows: tuple[PendingSC, ...]) -> Entry:
    first = rows[0]
    against = standing(snapshot, first.pending_id) if first.status == CONTESTED else ()
    able = resolvers(snapshot, rows)
    return {
        "id": first.pending_id,
        "session": first.session_id,
        "task": first.task_id,
        "title": _title(snapshot.task(first.task_id) if first.task_id is not None else None),
        "amount": money(sum((row.amount for row in rows), Decimal(0))),
        "assessed_by": first.assessed_by,
        "objections": [{"alias": row.alias, "reason": row.reason} for row in against],
        "yours": actor.alias in able,
    }


def _title(task: TaskBudget | None) -> str:
    return task.title if task is not None else ""


def _line(entries: list[Entry], what: str) -> str | None:
    if not entries:
        return None
    shown = [_shown(entry) for entry in entries[:3]]
    more = f" and {len(entries) - 3} more" if len(entries) > 3 else ""
    return f"{len(entries)} {what}: {listed(shown)}{more}."


def _shown(entry: Entry) -> str:
    amount = entry.get("amount")
    what = f"{sc(Decimal(str(amount)))} for {entry['task']}" if amount is not None else f"on {entry['task']}"
    return f"{entry['id']} {what}"


def _next(sessions: list[Entry], validate: list[Entry], contested: list[Entry]) -> str | None:
    """The first thing that this owner can do."""
    for entries, form in (
        (contested, "!resolve {} uphold or dismiss, with a reason."),
        (validate, "!validate_sc {} approve or reject."),
        (sessions, "!assess_work {} <effort> <learning> <collaboration>."),
    ):
        first = _first_of(entries)
        if first is not None:
            return form.format(first)
    return None


def _first_of(entries: Iterable[Entry]) -> str | None:
    return next((str(entry["id"]) for entry in entries if entry["yours"]), None)
