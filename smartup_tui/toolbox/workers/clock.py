"""`start_work` and `stop_work`: the clock of a session (ledger.md §4, Pairing and Clock)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from smartup_tui.ledger import tables
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Append, Audit, Change, Entity, Outcome, Refusal, RowWrite, Update
from smartup_tui.ledger.economy import earning
from smartup_tui.ledger.economy.sessions import Ended, end_session
from smartup_tui.ledger.economy.work import OVER, Seat, Work, holder, next_id, other, pair, seat_of, task_update
from smartup_tui.ledger.permission import entitled_assessors
from smartup_tui.ledger.policies import PolicyError
from smartup_tui.ledger.rows import WorkClock
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.found import task_work
from smartup_tui.toolbox.wording import clock_time, conflict, date_time, duration, listed, malformed, sc, stamp


def start_work(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
    """Start a session, or confirm the one that the holder of the other seat began."""
    work = task_work(snapshot, args.text("task_id"))
    if isinstance(work, Refusal):
        return work
    seat = _startable(snapshot, work, actor.alias)
    if isinstance(seat, Refusal):
        return seat
    if work.running is not None:
        change = _confirm(work, work.running, seat, actor.alias, max(now, work.running.started_at))
    else:
        change = _start(snapshot, work, seat, actor.alias, max(now, _last_stop(snapshot, actor.alias) or now))
    return replace(change, figures=(*change.figures, *_unpaid(snapshot, actor)))


def stop_work(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
    """End the running session for both of its pair, or state the end of one that its limit closed."""
    clock = snapshot.running_session(actor.alias)
    if clock is None:
        return _correct(snapshot, actor.alias, args)
    work = task_work(snapshot, clock.task_id)
    if isinstance(work, Refusal):
        return work
    stated = args.moment("at", clock.started_at)
    if stated is not None and not clock.started_at < stated <= now:
        return _no_such_end(clock, now)
    ended = end_session(
        snapshot,
        work,
        clock,
        max(stated or now, clock.started_at),
        how="stopped",
        notes=args.text("notes"),
        evidence=args.optional("evidence"),
        remark=f"end stated by {actor.alias}" if stated else None,
    )
    said = f" (end stated: {date_time(stated)})" if stated else ""
    message = f"Clock stopped on {clock.task_id} after {duration(ended.minutes)}{said}."
    return _stopped(snapshot, work, clock, ended, action="stop_work", message=message)


def _unpaid(snapshot: Snapshot, actor: Actor) -> tuple[str, ...]:
    """What somebody hears before working with a license that earns no SC."""
    try:
        paid = earning.earns(snapshot, actor.license)
    except PolicyError:  # whoever assesses the session will have to see it put right
        return ()
    return () if paid else (f"Your work is not paid: {earning.unpaid_words(actor.license)}.",)


def _startable(snapshot: Snapshot, work: Work, alias: str) -> Seat | Refusal:
    """The seat that a session would run on, or why none can start."""
    task = work.task
    seat = seat_of(task, alias)
    mine = snapshot.running_session(alias)
    if mine is not None:
        message = f"Your clock already runs on {mine.task_id}, since {clock_time(mine.started_at)}."
        code = "already_running" if mine.task_id == task.task_id else "second_clock"
        return conflict(code, message, "!stop_work with your hand-over notes ends it.")
    if work.status in OVER:
        hint = "!open_tasks lists tasks with a free seat."
        return conflict("task_over", f"{task.task_id} is {work.status}; no more work begins on it.", hint)
    if seat is None:
        free = [name for name, who in (("attacker", task.attacker), ("defender", task.defender)) if who is None]
        if free:
            hint = f"Take the {free[0]}'s seat with !claim_task {task.task_id} {free[0]}."
        else:
            hint = "Both seats are taken; !open_tasks lists tasks with a free one."
        holders = listed(f"{who} as {name}" for name, who in _holders(work) if who)
        held = f" {holders} may start." if holders else ""
        return conflict("not_claimed", f"You hold no seat of {task.task_id}.{held}", hint, "task_id")
    if work.running is not None and holder(work.running, seat) is not None:
        message = f"The session on {task.task_id} runs with {listed(pair(work.running))}."
        return conflict("session_running", message, "It can be joined again when it has been stopped.")
    return seat


def _last_stop(snapshot: Snapshot, alias: str) -> datetime | None:
    """When the owner's last session ended: the time of a command may lie before it by the age of the message.

    A session that rolled ended longer ago than any message is old.
    """
    rows = snapshot.rows(tables.CLOCK)
    clocks = (*rows.unrolled(attacker=alias), *rows.unrolled(defender=alias))
    return max((clock.stopped_at for clock in clocks if clock.stopped_at is not None), default=None)


def _holders(work: Work) -> tuple[tuple[str, str | None], ...]:
    return (("attacker", work.task.attacker), ("defender", work.task.defender))


def _start(snapshot: Snapshot, work: Work, seat: Seat, alias: str, now: datetime) -> Change:
    """Only who began is in the clock's row: a partner who has not confirmed has no clock and no share."""
    task = work.task
    clock = WorkClock(
        session_id=next_id("s", snapshot.rows(tables.CLOCK)),
        task_id=task.task_id,
        attacker=alias if seat == "attacker" else None,
        defender=alias if seat == "defender" else None,
        started_by=alias,
        started_at=now,
        confirmed_at=None,
        stopped_at=None,
        status="running",
    )
    partner = holder(task, other(seat))
    message = f"Clock started on {task.task_id}" + (f" with {partner}." if partner else ".")
    index: tuple[RowWrite, ...] = (*task_update(task, work.with_clock(clock)), Append(tables.CLOCK, clock))
    needed = " Without that the session can not be assessed." if work.pairing == "required" else ""
    if partner:
        step = f"{partner} confirms with !start_work {task.task_id}.{needed}"
    else:
        step = f"The {other(seat)}'s seat is free; who takes it confirms with !start_work {task.task_id}.{needed}"
    return Change(
        markdown=(),
        index=index,
        audit=(Audit("start_work", Entity("session", clock.session_id), message),),
        message=message,
        figures=(f"{clock.session_id}, {seat}, from {clock_time(now)}.",),
        next_step=step,
        data=_data(clock, seat, confirmed=False),
    )


def _confirm(work: Work, clock: WorkClock, seat: Seat, alias: str, now: datetime) -> Change:
    task = work.task
    joined = replace(clock, attacker=alias) if seat == "attacker" else replace(clock, defender=alias)
    joined = replace(joined, confirmed_at=now)
    values = {seat: alias, "confirmed_at": now}
    message = f"{alias} confirmed {clock.session_id} on {task.task_id} with {clock.started_by}."
    return Change(
        markdown=(),
        index=(*task_update(task, work.with_clock(joined)), Update(tables.CLOCK, (clock.session_id,), values)),
        audit=(Audit("confirm_work", Entity("session", clock.session_id), message),),
        message=message,
        figures=(f"The clock runs for both, from {clock_time(clock.started_at)}.",),
        next_step="Either of you ends it with !stop_work and hand-over notes.",
        data=_data(joined, seat, confirmed=True),
    )


def _data(clock: WorkClock, seat: Seat, *, confirmed: bool) -> dict[str, object]:
    return {
        "session_id": clock.session_id,
        "task_id": clock.task_id,
        "seat": seat,
        "attacker": clock.attacker,
        "defender": clock.defender,
        "started_at": stamp(clock.started_at),
        "confirmed": confirmed,
    }


def _correct(snapshot: Snapshot, alias: str, args: Arguments) -> Outcome:
    """No clock runs: the owner may mean the session that was closed at its limit."""
    closed = [c for c in snapshot.rows(tables.CLOCK).unrolled(status="limit") if alias in pair(c)]
    clock = max(closed, key=lambda c: c.started_at, default=None)
    if clock is None or _assessed(snapshot, clock):
        return conflict("no_clock", "Your clock is not running.", "!start_work <task_id> starts it.")
    limit = clock.stopped_at or clock.started_at
    if "at" not in args:
        message = f"{clock.session_id} on {clock.task_id} was closed at its limit, {date_time(limit)}."
        hint = "Say when it really ended: !stop_work at=<time> and your hand-over notes."
        return conflict("closed_at_limit", message, hint, "at")
    work = task_work(snapshot, clock.task_id)
    if isinstance(work, Refusal):
        return work
    stated = args.moment("at", clock.started_at)
    if stated is None or not clock.started_at < stated <= limit:
        return _no_such_end(clock, limit)
    ended = end_session(
        snapshot,
        work,
        clock,
        stated,
        how="corrected",
        notes=args.text("notes"),
        evidence=args.optional("evidence"),
        remark=f"closed at the limit; end stated by {alias}",
    )
    message = f"{clock.session_id} on {clock.task_id} ended after {duration(ended.minutes)}, at {date_time(stated)}."
    return _stopped(snapshot, work, clock, ended, action="correct_session", message=message)


def _assessed(snapshot: Snapshot, clock: WorkClock) -> bool:
    awards = snapshot.rows(tables.PENDING).where(session_id=clock.session_id)
    return any(row.status != "rejected" for row in awards)


def _no_such_end(clock: WorkClock, latest: datetime) -> Refusal:
    message = f"The end must lie after the start, {date_time(clock.started_at)}, and not after {date_time(latest)}."
    hint = "Times are UTC, such as at=14:30 or at=2026-12-31T14:30Z."
    return malformed("bad_end", message, hint, "at")


def _stopped(snapshot: Snapshot, work: Work, clock: WorkClock, ended: Ended, *, action: str, message: str) -> Change:
    task = work.task
    confirmed = clock.confirmed_at is not None
    if confirmed or work.pairing != "required":
        able = sorted(entitled_assessors(snapshot, task, without=pair(clock)))
        who = listed(able[:3], "or") if able else "An owner with a work license who took no part"
        step = f"{who} can assess it: !assess_work {clock.session_id}."
    else:
        step = "Nobody confirmed it, so it can not be assessed; the notes are on the task's page."
    return Change(
        markdown=ended.markdown,
        index=ended.index,
        audit=(Audit(action, Entity("session", clock.session_id), message),),
        message=message,
        figures=(
            f"{clock.session_id} by {listed(pair(clock))}.",
            f"{task.task_id} is {ended.status.replace('_', ' ')}; {work.share_left} % of {sc(task.budget_sc)} is left.",
        ),
        next_step=step,
        data={
            "session_id": clock.session_id,
            "task_id": task.task_id,
            "minutes": ended.minutes,
            "status": ended.status,
            "attacker": clock.attacker,
            "defender": clock.defender,
            "confirmed": confirmed,
        },
    )
