"""What becomes free when an owner is suspended, leaves, or may not work any more (ledger.md §4, Owners)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from smartup_tui.ledger import tables
from smartup_tui.ledger.actor import ACTIVE, FOUNDER, held_roles
from smartup_tui.ledger.change import Append, Audit, Entity, PageWrite, RowWrite, Update
from smartup_tui.ledger.economy.work import OVER, seat_of, task_update, work_on
from smartup_tui.ledger.governance.holders import holder_pages, holder_writes
from smartup_tui.ledger.page_edits import with_bullet
from smartup_tui.ledger.rows import Objective, TaskClaim
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.wording import counted, listed


@dataclass(frozen=True, slots=True)
class Freed:
    """Roles, seats and missions that are free now: what is written, and what is said of it."""

    markdown: tuple[PageWrite, ...]
    index: tuple[RowWrite, ...]
    audit: tuple[Audit, ...]
    figures: tuple[str, ...]


def freed(snapshot: Snapshot, alias: str, why: str, now: datetime, *, founder_too: bool) -> Freed:
    """Everything an owner holds. Sessions keep their pair, awards go on, votes stand.

    The founder's role is given to nobody else, so it is given up only where `founder_too` says so.
    """
    roles = sorted(r.role_id for r in held_roles(snapshot, alias) if founder_too or r.type != FOUNDER)
    audit = [Audit("vacate_role", Entity("role", role_id), f"{role_id} is free: {alias} {why}.") for role_id in roles]
    index: list[RowWrite] = [*holder_writes(snapshot, dict.fromkeys(roles))]
    seats = []
    tasks = snapshot.rows(tables.TASKS)
    for task in (*tasks.where(attacker=alias), *tasks.where(defender=alias)):
        work, seat = work_on(snapshot, task.task_id), seat_of(task, alias)
        if work is None or seat is None or work.status in OVER:
            continue
        seats.append(task.task_id)
        index += task_update(task, work.with_seat(seat, None))
        index.append(Append(tables.CLAIMS, TaskClaim(now, task.task_id, alias, seat, "release", f"{alias} {why}")))
        details = f"The {seat}'s seat of {task.task_id} is free: {alias} {why}."
        audit.append(Audit("release_task", Entity("task", task.task_id), details))
    led = [o for o in snapshot.rows(tables.OBJECTIVES).where(mission_leader=alias) if o.status == ACTIVE]
    missions = [objective.objective_id for objective in led]
    index += [Update(tables.OBJECTIVES, (objective_id,), {"mission_leader": None}) for objective_id in missions]
    audit += [
        Audit(
            "set_objective", Entity("objective", objective_id), f"{objective_id} has no mission leader: {alias} {why}."
        )
        for objective_id in missions
    ]
    figures = [f"Free now: {listed(roles)}."] if roles else []
    if seats:
        figures.append(f"{counted(len(seats), 'seat')} free: {', '.join(seats[:6])}{' …' if len(seats) > 6 else ''}.")
    if missions:
        figures.append(f"Without a mission leader: {listed(missions[:6])}.")
    markdown = (*holder_pages(snapshot, dict.fromkeys(roles)), *led_by(snapshot, led, None))
    return Freed(markdown, tuple(index), tuple(audit), tuple(figures))


def led_by(snapshot: Snapshot, objectives: Iterable[Objective], alias: str | None) -> tuple[PageWrite, ...]:
    """The pages of objectives with another mission leader, None for nobody; those that are there."""
    return tuple(
        PageWrite(row.wiki_path, with_bullet(data.decode("utf-8", "replace"), "Mission leader", alias))
        for row in objectives
        if row.wiki_path is not None and (data := snapshot.tree.read(row.wiki_path)) is not None
    )
