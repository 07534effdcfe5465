"""What an owner has that is not final: roles, seats, missions, sessions and awards on their way, requests.

It becomes free when the owner is suspended or leaves, and goes under the new alias when the owner takes one
(ledger.md §4, Owners). Rows of the past stay as they are (`ledger.aliases`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from smartup_tui.ledger import tables
from smartup_tui.ledger.actor import ACTIVE, FOUNDER, held_roles
from smartup_tui.ledger.change import Append, Audit, Entity, PageWrite, RowWrite, Update
from smartup_tui.ledger.economy.work import OVER, seat_of, task_update, work_on
from smartup_tui.ledger.governance.holders import holder_pages, holder_writes
from smartup_tui.ledger.page_edits import with_bullet
from smartup_tui.ledger.rows import Objective, Owner, TaskClaim
from smartup_tui.ledger.schema import Table
from smartup_tui.ledger.snapshot import Snapshot

_TASK_OVER: Final = ("completed", "cancelled")
_DECIDED: Final = ("paid", "rejected")
UNDECIDED: Final = ("open", "voting")
"""Statuses of proposals that are not decided yet."""


@dataclass(frozen=True, slots=True)
class Freed:
    """Roles, seats (by their tasks) and missions that are free now, and what is written of it."""

    roles: tuple[str, ...]
    seats: tuple[str, ...]
    missions: tuple[str, ...]
    markdown: tuple[PageWrite, ...]
    index: tuple[RowWrite, ...]
    audit: tuple[Audit, ...]


def freed(snapshot: Snapshot, alias: str, why: str, now: datetime, *, founder_too: bool) -> Freed:
    """Everything an owner holds. Sessions keep their pair, awards go on, votes stand.

    The founder's role is given to nobody else, so it is given up only where `founder_too` says so.
    """
    roles = sorted(r.role_id for r in held_roles(snapshot, alias) if founder_too or r.type != FOUNDER)
    audit = [Audit("vacate_role", Entity("role", role_id), f"{role_id} is free: {alias} {why}.") for role_id in roles]
    index: list[RowWrite] = [*holder_writes(snapshot, dict.fromkeys(roles))]
    seats = []
    tasks = snapshot.rows(tables.TASKS)
    for task in (*tasks.unrolled(attacker=alias), *tasks.unrolled(defender=alias)):
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
    markdown = (*holder_pages(snapshot, dict.fromkeys(roles)), *led_by(snapshot, led, None))
    return Freed(tuple(roles), tuple(seats), tuple(missions), markdown, tuple(index), tuple(audit))


def led_by(snapshot: Snapshot, objectives: Iterable[Objective], alias: str | None) -> tuple[PageWrite, ...]:
    """The pages of objectives with another mission leader, None for nobody; those that are there."""
    return tuple(
        PageWrite(row.wiki_path, with_bullet(data.decode("utf-8", "replace"), "Mission leader", alias))
        for row in objectives
        if row.wiki_path is not None and (data := snapshot.tree.read(row.wiki_path)) is not None
    )


def under_new_alias(snapshot: Snapshot, owner: Owner, alias: str) -> Iterator[Update]:
    """The register rows that are not final and name the owner, with the new alias, in the order of the tables."""
    yield Update(tables.OWNERS, (owner.owner_id,), {"alias": alias})
    yield from open_rows(snapshot, owner.alias, alias)


def open_rows(snapshot: Snapshot, old: str, new: str) -> Iterator[Update]:
    """The rows beside the book of owners that are not final and have the old alias, with the new one."""
    yield from _rows(snapshot, tables.TEAMS, old, new, "captain")
    yield from _rows(snapshot, tables.ROLES, old, new, "holder")
    yield from _rows(snapshot, tables.APPLICATIONS, old, new, "alias", when=lambda row: row.status == "open")
    yield from _rows(snapshot, tables.OBJECTIVES, old, new, "mission_leader", when=lambda row: row.status == ACTIVE)
    seats = ("attacker", "defender")
    yield from _rows(snapshot, tables.TASKS, old, new, *seats, when=lambda row: row.status not in _TASK_OVER)
    awards = snapshot.rows(tables.PENDING)
    unpaid: Callable[[Any], bool] = lambda row: not awards.where(session_id=row.session_id, status="paid")  # noqa: E731
    yield from _rows(snapshot, tables.CLOCK, old, new, *seats, "started_by", when=unpaid)
    people = ("beneficiary", "assessed_by", "validated_by")
    yield from _rows(snapshot, tables.PENDING, old, new, *people, when=lambda row: row.status not in _DECIDED)
    yield from _rows(snapshot, tables.REDEMPTIONS, old, new, "alias", when=lambda row: row.status == "queued")
    yield from _rows(snapshot, tables.PROPOSALS, old, new, "alias", when=lambda row: row.status in UNDECIDED)


def _rows(
    snapshot: Snapshot, table: Table[Any], old: str, new: str, *fields: str, when: Callable[[Any], bool] = bool
) -> Iterator[Update]:
    """An update of each row that has the old alias in one of the fields, unless it was rolled into a segment."""
    live = snapshot.rows(table).live
    for row in live.rows if live is not None else ():
        values = {field: new for field in fields if getattr(row, field) == old}
        if values and when(row):
            yield Update(table, tuple(getattr(row, key) for key in table.key), values)
