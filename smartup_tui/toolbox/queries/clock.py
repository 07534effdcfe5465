"""`clock`: the running session and today's total."""

from __future__ import annotations

from datetime import UTC, datetime, time

from smartup_tui.ledger import tables
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Answer, Entity, Outcome
from smartup_tui.ledger.economy.sessions import minutes_between
from smartup_tui.ledger.economy.work import holder, other, pair, seat_of
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.wording import clock_time, duration, listed, stamp


def clock(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
    """An owner's clock; the actor's own where no alias is given."""
    alias = args.optional("alias") or actor.alias
    mine = alias == actor.alias
    running = snapshot.running_session(alias)
    today = minutes_today(snapshot, alias, now)
    total = f"{duration(today)} on this UTC day."
    data: dict[str, object] = {"alias": alias, "running": None, "today_minutes": today}
    if running is None:
        message = "Your clock is not running." if mine else f"The clock of {alias} is not running."
        return Answer(message, (total,), data=data)
    task = snapshot.task(running.task_id)
    minutes = minutes_between(running.started_at, now)
    whose = "Your clock" if mine else f"The clock of {alias}"
    message = f"{whose} runs on {running.task_id} since {clock_time(running.started_at)}, {duration(minutes)}."
    lines = [f"{running.session_id} with {listed(p for p in pair(running) if p != alias) or 'nobody yet'}.", total]
    step = None
    if task is not None and running.confirmed_at is None:
        seat = seat_of(task, running.started_by)
        partner = holder(task, other(seat)) if seat is not None else None
        step = f"{partner or 'The holder of the other seat'} confirms with !start_work {running.task_id}."
    data["running"] = {
        "session_id": running.session_id,
        "task_id": running.task_id,
        "title": task.title if task is not None else "",
        "started_at": stamp(running.started_at),
        "minutes": minutes,
        "attacker": running.attacker,
        "defender": running.defender,
        "confirmed": running.confirmed_at is not None,
    }
    return Answer(message, tuple(lines), step, data, Entity("session", running.session_id))


def minutes_today(snapshot: Snapshot, alias: str, now: datetime) -> int:
    """Whole minutes that an owner's sessions lasted on this UTC day so far, the running one included."""
    midnight = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
    rows = snapshot.rows(tables.CLOCK)
    sessions = {c.session_id: c for c in (*rows.unrolled(attacker=alias), *rows.unrolled(defender=alias))}
    total = 0
    for session in sessions.values():
        start, stop = max(session.started_at, midnight), min(session.stopped_at or now, now)
        if stop > start:
            total += minutes_between(start, stop)
    return total
