"""`claim_task` and `release_task`: taking and leaving a seat (ledger.md §4, Seats)."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from smartup_tui.ledger import pages, tables
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Append, Audit, Change, Entity, Outcome, Refusal
from smartup_tui.ledger.economy.sessions import with_block
from smartup_tui.ledger.economy.work import OVER, SEATS, Seat, Work, holder, other, pair, seat_of, task_update
from smartup_tui.ledger.rows import TaskBudget, TaskClaim
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.found import task_work
from smartup_tui.toolbox.wording import conflict, rule, sc


def claim_task(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
    """Take a free seat; without a wish, the first free one."""
    work = task_work(snapshot, args.text("task_id"))
    if isinstance(work, Refusal):
        return work
    task = work.task
    seat = _wanted(work, actor.alias, cast("Seat | None", args.optional("seat")))
    if isinstance(seat, Refusal):
        return seat
    limit = snapshot.policies.validation.seats_per_owner
    held = seats_held(snapshot, actor.alias)
    if len(held) >= limit:
        hint = f"Leave one with !release_task, for example {held[0].task_id}."
        return rule("too_many_seats", f"You hold {len(held)} seats already; {limit} is the most.", hint)
    after = work.with_seat(seat, actor.alias)
    claim = TaskClaim(now, task.task_id, actor.alias, seat, "claim", "")
    message = f"{actor.alias} took the {seat}'s seat of {task.task_id}."
    partner = holder(task, other(seat))
    return Change(
        markdown=(),
        index=(*task_update(task, after), Append(tables.CLAIMS, claim)),
        audit=(Audit("claim_task", Entity("task", task.task_id), message),),
        message=message,
        figures=(
            task.title,
            f"Budget {sc(task.budget_sc)}; the {other(seat)} is {partner}."
            if partner
            else f"Budget {sc(task.budget_sc)}; the {other(seat)}'s seat is free.",
        ),
        next_step=f"!start_work {task.task_id} starts the clock.",
        data={"task_id": task.task_id, "seat": seat, "status": after.status, "partner": partner},
    )


def release_task(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
    """Leave a seat, with a reason that the task's page keeps; not while a session runs."""
    work = task_work(snapshot, args.text("task_id"))
    if isinstance(work, Refusal):
        return work
    task = work.task
    seat = seat_of(task, actor.alias)
    if seat is None:
        return conflict("not_claimed", f"You hold no seat of {task.task_id}.", "!my_tasks lists your seats.")
    if work.running is not None:
        who = " and ".join(pair(work.running))
        hint = "End it with !stop_work and your hand-over notes first."
        return conflict("session_running", f"A session of {who} runs on {task.task_id}.", hint)
    reason = args.text("reason")
    after = work.with_seat(seat, None)
    note = pages.comment_block(actor.alias, now, f"Left the {seat}'s seat: {reason}")
    message = f"{actor.alias} left the {seat}'s seat of {task.task_id}."
    return Change(
        markdown=(with_block(snapshot, task, pages.COMMENTS, note),),
        index=(
            *task_update(task, after),
            Append(tables.CLAIMS, TaskClaim(now, task.task_id, actor.alias, seat, "release", reason)),
        ),
        audit=(Audit("release_task", Entity("task", task.task_id), message),),
        message=message,
        data={"task_id": task.task_id, "seat": seat, "status": after.status},
    )


def seats_held(snapshot: Snapshot, alias: str) -> list[TaskBudget]:
    """The tasks on which an owner holds a seat and work may still go on."""
    tasks = snapshot.rows(tables.TASKS)
    return [t for t in (*tasks.unrolled(attacker=alias), *tasks.unrolled(defender=alias)) if t.status not in OVER]


def _wanted(work: Work, alias: str, wish: Seat | None) -> Seat | Refusal:
    """The seat to take, or why there is none."""
    task = work.task
    if work.status in OVER:
        hint = "!open_tasks lists tasks with a free seat."
        return conflict("task_over", f"{task.task_id} is {work.status}; its seats are closed.", hint)
    held = seat_of(task, alias)
    if held is not None:
        message = f"You hold the {held}'s seat of {task.task_id} already."
        hint = "Nobody holds both." if wish not in (None, held) else f"!start_work {task.task_id} starts the clock."
        return conflict("already_claimed", message, hint)
    free = [seat for seat in SEATS if holder(task, seat) is None]
    if wish is not None and wish not in free:
        hint = f"The {other(wish)}'s seat is free." if free else "!open_tasks lists tasks with a free seat."
        return conflict("seat_taken", f"{holder(task, wish)} holds the {wish}'s seat of {task.task_id}.", hint, "seat")
    if not free:
        message = f"Both seats of {task.task_id} are taken, by {task.attacker} and {task.defender}."
        return conflict("seat_taken", message, "!open_tasks lists tasks with a free seat.")
    return wish or free[0]
