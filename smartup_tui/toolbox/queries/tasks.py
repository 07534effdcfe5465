"""`my_tasks`, `open_tasks` and `task`: what there is to do."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from smartup_tui.ledger import pages, tables
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Answer, Entity, Outcome, Refusal
from smartup_tui.ledger.economy.amounts import money, percent
from smartup_tui.ledger.economy.work import OVER, SEATS, Work, holder, pair, seat_of
from smartup_tui.ledger.rows import SessionLog, TaskBudget
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.found import task_work
from smartup_tui.toolbox.wording import clock_time, counted, duration, few, listed, sc, stamp

_LISTED = 40
"""Tasks in one answer; the workspace has them all from its own index."""


def my_tasks(snapshot: Snapshot, actor: Actor, _args: Arguments, _now: datetime) -> Outcome:
    """The tasks on which the actor holds a seat; the one whose clock runs comes first."""
    rows = snapshot.rows(tables.TASKS)
    running = snapshot.running_session(actor.alias)
    current = running.task_id if running is not None else None
    held = [t for t in (*rows.unrolled(attacker=actor.alias), *rows.unrolled(defender=actor.alias)) if _matters(t)]
    held.sort(key=lambda task: (task.task_id != current, by_id(task.task_id)))
    lines = [_line(task, seat_of(task, actor.alias) or "", running=task.task_id == current) for task in held]
    tasks = [summary(task) | {"seat": seat_of(task, actor.alias), "running": task.task_id == current} for task in held]
    if not held:
        return Answer(
            "You hold no seat now.", next_step="!open_tasks lists tasks with a free seat.", data={"tasks": []}
        )
    return Answer(
        message=f"You hold {counted(len(held), 'seat')}.",
        figures=few(lines),
        next_step=f"Your clock runs on {current}; !stop_work ends it." if current else None,
        data={"tasks": tasks},
    )


def open_tasks(snapshot: Snapshot, actor: Actor, args: Arguments, _now: datetime) -> Outcome:
    """The tasks with a seat that the actor could take."""
    within, size = args.optional("within"), args.optional("size")
    found = [
        task
        for task in snapshot.rows(tables.TASKS).live_rows
        if task.status not in OVER
        and (task.attacker is None or task.defender is None)
        and seat_of(task, actor.alias) is None
        and (within is None or within in (task.team_id, task.objective_id))
        and (size is None or size == task.size)
    ]
    found.sort(key=lambda task: by_id(task.task_id))
    where = f" in {within}" if within else ""
    if not found:
        return Answer(f"No task has a free seat{where} now.", data={"tasks": []})
    data: dict[str, Any] = {"tasks": [summary(task) | {"free": _free(task)} for task in found[:_LISTED]]}
    if len(found) > _LISTED:
        data["more"] = True
    return Answer(
        message=f"{counted(len(found), 'task')} with a free seat{where}.",
        figures=few([f"{t.task_id} {t.title}, {sc(t.budget_sc)}, free: {listed(_free(t))}" for t in found]),
        next_step=f"!claim_task {found[0].task_id} {_free(found[0])[0]} takes a seat.",
        data=data,
    )


def task(snapshot: Snapshot, _actor: Actor, args: Arguments, _now: datetime) -> Outcome:
    """One task: seats, status, budget and share left, sessions, and the last hand-over note."""
    work = task_work(snapshot, args.text("task_id"))
    if isinstance(work, Refusal):
        return work
    row = work.task
    logs = session_logs(snapshot, work)
    last = logs[-1] if logs else None
    notes = _notes(snapshot, row, last) if last is not None else None
    lines = [
        f"Attacker {row.attacker or 'free'}, defender {row.defender or 'free'}.",
        f"{sc(row.budget_sc)} ({row.size}); {percent(work.share_left).normalize():f} % not assessed yet.",
    ]
    if work.running is not None:
        lines.append(f"{listed(pair(work.running))} at work since {clock_time(work.running.started_at)}.")
    elif logs:
        minutes = sum(log.duration_minutes for log in logs)
        lines.append(f"{counted(len(logs), 'session')}, {duration(minutes)} in all.")
    if last is not None and last.summary:
        lines.append(f"Last hand-over: {last.summary}")
    data = summary(row) | {
        "attacker": row.attacker,
        "defender": row.defender,
        "share_left": money(work.share_left),
        "due": row.due.isoformat() if row.due else None,
        "sessions": [_session(log) for log in logs],
        "notes": notes,
    }
    status = work.status.replace("_", " ")
    message = f"{row.task_id} {row.title}: {status}."
    return Answer(message, tuple(lines[:4]), data=data, entity=Entity("task", row.task_id))


def session_logs(snapshot: Snapshot, work: Work) -> list[SessionLog]:
    """The latest log row of each finished session of a task, in the order of their start."""
    latest = {log.session_id: log for log in snapshot.rows(tables.SESSIONS).where(task_id=work.task.task_id)}
    return sorted(latest.values(), key=lambda log: log.started_at)


def summary(row: TaskBudget) -> dict[str, Any]:
    """What every list says of a task."""
    return {
        "id": row.task_id,
        "title": row.title,
        "status": row.status,
        "size": row.size,
        "budget": money(row.budget_sc),
        "objective": row.objective_id,
        "team": row.team_id,
    }


def by_id(entity_id: str) -> tuple[int, ...]:
    """The order of ids such as `6_1_10_2`: by their numbers, not by their letters."""
    return tuple(int(part) for part in entity_id.split("_") if part.isdigit())


def _matters(row: TaskBudget) -> bool:
    return row.status not in ("completed", "cancelled")


def _free(row: TaskBudget) -> list[str]:
    return [seat for seat in SEATS if holder(row, seat) is None]


def _line(row: TaskBudget, seat: str, *, running: bool) -> str:
    status = "clock running" if running else row.status.replace("_", " ")
    return f"{row.task_id} {row.title}, {seat}, {status}, {sc(row.budget_sc)}"


def _session(log: SessionLog) -> dict[str, Any]:
    return {
        "id": log.session_id,
        "attacker": log.attacker,
        "defender": log.defender,
        "started_at": stamp(log.started_at),
        "minutes": log.duration_minutes,
        "status": log.status,
        "summary": log.summary,
    }


def _notes(snapshot: Snapshot, row: TaskBudget, log: SessionLog) -> str | None:
    page = snapshot.page(log.wiki_path or row.wiki_path or "")
    return pages.session_notes(page.body, log.session_id) if page is not None else None
