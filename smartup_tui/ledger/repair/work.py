"""Seats and sessions of which one file knows and another does not (ledger.md §4, Seats and Clock)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from smartup_tui.ledger import pages, tables
from smartup_tui.ledger.aliases import present_name
from smartup_tui.ledger.change import Append, Change, RowWrite, Update
from smartup_tui.ledger.economy.sessions import minutes_between
from smartup_tui.ledger.economy.work import OVER, SEATS, Seat, holder
from smartup_tui.ledger.markdown import Block
from smartup_tui.ledger.repair.evidence import Trail
from smartup_tui.ledger.repair.wording import repaired
from smartup_tui.ledger.rows import SessionLog, TaskBudget, TaskClaim, WorkClock
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.status import status_in

_SPAN: Final = re.compile(r"(\S+) to (\S+)")
_TAKEN: Final = ("claim", "assign")
_SEATING: Final = ("claim_task", "start_task", "release_task", "assign_task", "expire", "set_owner")
"""Actions of the audit trail by which a seat is taken or left."""
_LACKED: Final = "repaired: the log lacked this"


def sessions(snapshot: Snapshot, _now: datetime) -> Iterator[Change]:
    """Sessions that a page or the log says have ended, or been corrected, and the other files do not."""
    for clock in snapshot.rows(tables.CLOCK):
        change = _session(snapshot, clock)
        if change is not None:
            yield change


def _session(snapshot: Snapshot, clock: WorkClock) -> Change | None:
    logs = snapshot.rows(tables.SESSIONS).where(session_id=clock.session_id)
    assessed = bool(snapshot.rows(tables.PENDING).where(session_id=clock.session_id))
    if logs and assessed:
        return None
    task = snapshot.task(clock.task_id)
    page = snapshot.page(task.wiki_path) if task is not None and task.wiki_path else None
    blocks = [] if page is None else [b for b in pages.blocks(page.body, pages.SESSIONS) if _is_of(b, clock)]
    index: list[RowWrite] = []
    last = logs[-1] if logs else None
    if len(blocks) > len(logs) and (log := _of_block(clock, blocks[-1], task, corrects=last is not None)):
        index.append(Append(tables.SESSIONS, log))
        last = log
    elif last is None and clock.status != "running":
        last = _of_clock(clock, task)
        index.append(Append(tables.SESSIONS, last))
    if last is None:
        return None
    status = clock.status if clock.status != "running" else "limit" if last.status == "limit" else "stopped"
    if last.status == "corrected":
        status = "stopped"
    if (clock.stopped_at, clock.status) != (last.stopped_at, status):
        values = {"stopped_at": last.stopped_at, "status": status}
        index.append(Update(tables.CLOCK, (clock.session_id,), values))
    if not index:
        return None
    message = f"The end of {clock.session_id} was not in every file; it is entered where it was missing."
    return repaired("session", clock.session_id, message, index)


def _is_of(block: Block, clock: WorkClock) -> bool:
    return block.heading.split()[:1] == [clock.session_id]


def _of_block(clock: WorkClock, block: Block, task: TaskBudget | None, *, corrects: bool) -> SessionLog | None:
    span = _SPAN.fullmatch(block.fields.get("Time", ""))
    if span is None:
        return None
    try:
        started, stopped = (datetime.fromisoformat(text).astimezone(UTC) for text in span.groups())
    except ValueError:
        return None
    if stopped < started:
        return None
    at_limit = "limit" in block.fields.get("Remark", "")
    return SessionLog(
        session_id=clock.session_id,
        task_id=clock.task_id,
        attacker=clock.attacker,
        defender=clock.defender,
        started_at=started,
        stopped_at=stopped,
        duration_minutes=minutes_between(started, stopped),
        status="corrected" if corrects else "limit" if at_limit else "stopped",
        summary=block.text,
        wiki_path=task.wiki_path if task is not None else None,
    )


def _of_clock(clock: WorkClock, task: TaskBudget | None) -> SessionLog:
    stopped = clock.stopped_at or clock.started_at
    return SessionLog(
        session_id=clock.session_id,
        task_id=clock.task_id,
        attacker=clock.attacker,
        defender=clock.defender,
        started_at=clock.started_at,
        stopped_at=stopped,
        duration_minutes=minutes_between(clock.started_at, stopped),
        status="limit" if clock.status == "limit" else "stopped",
        summary="",
        wiki_path=task.wiki_path if task is not None else None,
    )


def seats(snapshot: Snapshot, now: datetime) -> Iterator[Change]:
    """Seats of which the task and the log of claims say different things."""
    for task in snapshot.rows(tables.TASKS):
        if task.status in OVER:
            continue
        for seat in SEATS:
            change = _seat(snapshot, task, seat, now)
            if change is not None:
                yield change


def _seat(snapshot: Snapshot, task: TaskBudget, seat: Seat, now: datetime) -> Change | None:
    """What the last row of the log began is completed; where it was complete, the task is right and the log lacks."""
    last = snapshot.rows(tables.CLAIMS).last(task_id=task.task_id, adm_role=seat)
    held = holder(task, seat)
    said = present_name(snapshot, last.alias) if last is not None and last.action in _TAKEN else None
    if held == said:
        return None
    if last is not None and not _is_audited(snapshot, last, now) and _may_have(task, seat, said):
        message = f"{task.task_id}: the {seat}'s seat is {said or 'free'}, as the log of claims says."
        return repaired("task", task.task_id, message, [Update(tables.TASKS, (task.task_id,), {seat: said})])
    rows = [] if said is None else [TaskClaim(now, task.task_id, said, seat, "release", _LACKED)]
    if held is not None:
        rows.append(TaskClaim(now, task.task_id, held, seat, "claim", _LACKED))
    told = " and ".join(f"{row.alias} has {'taken' if row.action == 'claim' else 'left'} a seat" for row in rows)
    message = f"{task.task_id}: the log of claims lacked that {told}."
    return repaired("task", task.task_id, message, [Append(tables.CLAIMS, row) for row in rows])


def _may_have(task: TaskBudget, seat: Seat, alias: str | None) -> bool:
    """Nobody holds both seats."""
    return alias is None or alias not in (task.attacker, task.defender) or holder(task, seat) == alias


def _is_audited(snapshot: Snapshot, row: TaskClaim, now: datetime) -> bool:
    """Whether the command that wrote this row has come to its end: the audit trail is written last."""
    return Trail(snapshot, now).has(row.timestamp, row.task_id, actions=_SEATING, of=row.alias)


def copies(snapshot: Snapshot, _now: datetime) -> Iterator[Change]:
    """Statuses of tasks, captains of teams and roles of owners, which are written from what decides them."""

    for task in snapshot.rows(tables.TASKS):
        status = status_in(snapshot, task)
        if status != task.status:
            message = f"{task.task_id} is {status}, by its sessions and awards."
            yield repaired("task", task.task_id, message, [Update(tables.TASKS, (task.task_id,), {"status": status})])
    held: dict[str, set[str]] = {}
    captains: dict[str, str] = {}
    for role in snapshot.rows(tables.ROLES):
        if role.holder and role.status == "active":
            held.setdefault(role.holder, set()).add(role.role_id)
            if role.type == "team_captain" and role.team_id:
                captains[role.team_id] = role.holder
    for owner in snapshot.rows(tables.OWNERS):
        roles = tuple(sorted(held.get(owner.alias, ())))
        if set(owner.roles) != set(roles):
            message = f"The roles of {owner.alias} are {', '.join(roles) or 'none'}, by the roles register."
            update = Update(tables.OWNERS, (owner.owner_id,), {"roles": roles})
            yield repaired("owner", owner.alias, message, [update])
    for team in snapshot.rows(tables.TEAMS):
        captain = captains.get(team.team_id)
        if team.captain != captain:
            message = f"The captain of {team.team_id} is {captain or 'nobody'}, by the roles register."
            yield repaired("team", team.team_id, message, [Update(tables.TEAMS, (team.team_id,), {"captain": captain})])
