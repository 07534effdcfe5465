"""`assign_task`: somebody else is given a seat (ledger.md §4, Seats)."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from smartup_tui.ledger import tables
from smartup_tui.ledger.actor import Actor, held_roles
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Append, Audit, Change, Entity, Outcome, Refusal, RowWrite
from smartup_tui.ledger.economy.work import OVER, SEATS, Seat, Work, holder, other, pair, seat_of, task_update
from smartup_tui.ledger.permission import works
from smartup_tui.ledger.rows import Owner, TaskClaim
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.found import active_owner, task_work
from smartup_tui.toolbox.wording import conflict, listed, rule, sc
from smartup_tui.toolbox.workers.seats import seats_held


def assign_task(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
    """Give a seat to an owner who may work; one that is taken changes hands while no session runs."""
    work = task_work(snapshot, args.text("task_id"))
    if isinstance(work, Refusal):
        return work
    owner = active_owner(snapshot, args.text("alias"))
    if isinstance(owner, Refusal):
        return owner
    seat = _assignable(snapshot, work, owner, cast("Seat | None", args.optional("seat")))
    if isinstance(seat, Refusal):
        return seat
    task = work.task
    before, partner = holder(task, seat), holder(task, other(seat))
    after = work.with_seat(seat, owner.alias)
    claims: list[RowWrite] = []
    if before is not None:
        note = f"{owner.alias} was assigned by {actor.alias}"
        claims.append(Append(tables.CLAIMS, TaskClaim(now, task.task_id, before, seat, "release", note)))
    note = f"by {actor.alias}"
    claims.append(Append(tables.CLAIMS, TaskClaim(now, task.task_id, owner.alias, seat, "assign", note)))
    instead = f", in place of {before}" if before is not None else ""
    message = f"{owner.alias} has the {seat}'s seat of {task.task_id} now{instead}."
    shared = f"the {other(seat)} is {partner}" if partner else f"the {other(seat)}'s seat is free"
    return Change(
        markdown=(),
        index=(*task_update(task, after), *claims),
        audit=(Audit("assign_task", Entity("task", task.task_id), message),),
        message=message,
        figures=(task.title, f"Budget {sc(task.budget_sc)}; {shared}."),
        next_step=f"{owner.alias} starts the clock with !start_work {task.task_id}, or leaves with !release_task.",
        data={
            "task_id": task.task_id,
            "alias": owner.alias,
            "seat": seat,
            "replaced": before,
            "status": after.status,
            "partner": partner,
        },
    )


def _assignable(snapshot: Snapshot, work: Work, owner: Owner, wish: Seat | None) -> Seat | Refusal:
    """The seat that is meant, the one named or else the first free one; or why it can not go to this owner."""
    task = work.task
    if work.status in OVER:
        hint = "!open_tasks lists tasks with a free seat."
        return conflict("task_over", f"{task.task_id} is {work.status}; its seats are closed.", hint, "task_id")
    held = seat_of(task, owner.alias)
    if held is not None:
        message = f"{owner.alias} holds the {held}'s seat of {task.task_id} already."
        return conflict("already_claimed", message, "Nobody holds both." if wish not in (None, held) else "", "alias")
    seat = wish or next((free for free in SEATS if holder(task, free) is None), None)
    if seat is None:
        message = f"Both seats of {task.task_id} are taken, by {task.attacker} and {task.defender}."
        return conflict("seat_taken", message, "Name the seat that is to change hands: attacker or defender.", "seat")
    if holder(task, seat) is not None and work.running is not None:
        message = f"A session of {listed(pair(work.running))} runs on {task.task_id}."
        return conflict("session_running", message, "The seat can change hands when it has been stopped.", "seat")
    return _may_not_work(snapshot, owner) or seat


def _may_not_work(snapshot: Snapshot, owner: Owner) -> Refusal | None:
    """Why this owner could not have claimed the seat either: license, role, seats held."""
    if not works(snapshot, owner.license):
        message = f"{owner.alias} has a {owner.license} license; seats need a work license."
        return rule("license", message, "The leadership can change the license once it is paid.", "alias")
    if not held_roles(snapshot, owner.alias):
        hint = "!assign_role gives one, or they !apply for one."
        return rule("no_role", f"{owner.alias} holds no role yet.", hint, "alias")
    seats = seats_held(snapshot, owner.alias)
    limit = snapshot.policies.validation.seats_per_owner
    if len(seats) >= limit:
        hint = f"{owner.alias} can leave one with !release_task, for example {seats[0].task_id}."
        return rule("too_many_seats", f"{owner.alias} holds {len(seats)} seats; {limit} is the most.", hint, "alias")
    return None
