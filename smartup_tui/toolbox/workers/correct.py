"""`correct_session`: what a session's log says is put right, until it is assessed (ledger.md §4, Clock)."""

from __future__ import annotations

from datetime import datetime

from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Audit, Change, Entity, Outcome, Refusal
from smartup_tui.ledger.economy.sessions import end_session
from smartup_tui.ledger.economy.work import Work, pair
from smartup_tui.ledger.rows import WorkClock
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.found import task_work
from smartup_tui.toolbox.wording import conflict, date_time, duration, forbidden, listed, malformed, not_found, stamp


def correct_session(snapshot: Snapshot, actor: Actor, args: Arguments, _now: datetime) -> Outcome:
    """Add a row and a block that supersede those of a session: better notes, and an earlier end if one is given."""
    session_id = args.text("session_id")
    clock = snapshot.session(session_id)
    if clock is None:
        return not_found("not_found", f"There is no session {session_id}.", field="session_id")
    work = task_work(snapshot, clock.task_id)
    if isinstance(work, Refusal):
        return work
    refusal = _not_correctable(work, clock, actor.alias)
    if refusal is not None:
        return refusal
    end = _end(clock, args)
    if isinstance(end, Refusal):
        return end
    earlier = end != clock.stopped_at
    ended = end_session(
        snapshot,
        work,
        clock,
        end,
        how="corrected",
        notes=args.text("notes"),
        remark=f"corrected by {actor.alias}"
        + (f"; end stated, it was {stamp(clock.stopped_at or end)}" if earlier else ""),
    )
    said = f"; it ended {date_time(end)}, after {duration(ended.minutes)}" if earlier else ""
    message = f"{session_id} on {clock.task_id} is corrected by {actor.alias}{said}."
    return Change(
        markdown=ended.markdown,
        index=ended.index,
        audit=(Audit("correct_session", Entity("session", session_id), message),),
        message=message,
        figures=(f"{session_id} by {listed(pair(clock))}, {duration(ended.minutes)}.",),
        data={
            "session_id": session_id,
            "task_id": clock.task_id,
            "minutes": ended.minutes,
            "stopped_at": stamp(end),
            "status": ended.status,
        },
    )


def _not_correctable(work: Work, clock: WorkClock, alias: str) -> Refusal | None:
    """Why this owner can not correct the session, or nobody can any more."""
    session_id = clock.session_id
    took_part = listed(pair(clock), "or")
    if alias not in pair(clock):
        message = f"You can't correct {session_id}: you took no part in it."
        return forbidden("took_no_part", message, f"{took_part} can.")
    if clock.status == "running":
        hint = "End it with !stop_work at=<time> and your hand-over notes."
        return conflict("session_running", f"{session_id} is still running.", hint, "session_id")
    award = next((r for r in work.awards if r.session_id == session_id and r.status != "rejected"), None)
    if award is not None:
        hint = f"{award.pending_id} is its award; !comment {clock.task_id} adds a word to the page."
        return conflict("assessed", f"{session_id} is assessed already.", hint, "session_id")
    return None


def _end(clock: WorkClock, args: Arguments) -> datetime | Refusal:
    """The end that the session is to have: the one stated, else the one it has."""
    latest = clock.stopped_at or clock.started_at
    stated = args.moment("stopped", clock.started_at)
    if stated is None:
        if clock.status != "limit":
            return latest
        message = f"{clock.session_id} was closed at its limit, {date_time(latest)}."
        return conflict("closed_at_limit", message, "Say when it really ended, with stopped=<time>.", "stopped")
    if clock.started_at < stated <= latest:
        return stated
    message = f"The end must lie after the start, {date_time(clock.started_at)}, and not after {date_time(latest)}."
    return malformed("bad_end", message, "Times are UTC, such as stopped=14:30 or 2026-12-31T14:30Z.", "stopped")
