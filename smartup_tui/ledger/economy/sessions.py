"""Ending a session: the task's page, the session log, the clock and the task's status (ledger.md §4, Clock)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from smartup_tui.ledger import pages, paths, tables
from smartup_tui.ledger.change import Append, PageWrite, RowWrite, Update
from smartup_tui.ledger.economy.work import Work, task_update
from smartup_tui.ledger.rows import SessionLog, TaskBudget, WorkClock
from smartup_tui.ledger.snapshot import Snapshot

Ending = Literal["stopped", "limit", "corrected"]


@dataclass(frozen=True, slots=True)
class Ended:
    """What an ended session writes, and how long it took in whole minutes."""

    markdown: tuple[PageWrite, ...]
    index: tuple[RowWrite, ...]
    minutes: int
    status: str


def minutes_between(start: datetime, stop: datetime) -> int:
    """Whole minutes from start to stop."""
    return int((stop - start) // timedelta(minutes=1))


def end_session(
    snapshot: Snapshot,
    work: Work,
    clock: WorkClock,
    stopped_at: datetime,
    *,
    how: Ending,
    notes: str,
    evidence: str | None = None,
    remark: str | None = None,
) -> Ended:
    """End a session, or correct the end of one that its limit closed.

    The page keeps the notes whole; the log gets their summary. A corrected session gets a further row and block, which
    supersede the earlier ones.
    """
    minutes = minutes_between(clock.started_at, stopped_at)
    block = pages.session_block(
        clock.session_id,
        started_at=clock.started_at,
        stopped_at=stopped_at,
        attacker=clock.attacker,
        defender=clock.defender,
        minutes=minutes,
        notes=notes,
        evidence=evidence,
        remark=remark,
    )
    page = with_block(snapshot, work.task, pages.SESSIONS, block)
    log = SessionLog(
        session_id=clock.session_id,
        task_id=clock.task_id,
        attacker=clock.attacker,
        defender=clock.defender,
        started_at=clock.started_at,
        stopped_at=stopped_at,
        duration_minutes=minutes,
        status=how,
        summary=notes,
        wiki_path=page.path,
    )
    ended = "limit" if how == "limit" else "stopped"
    after = work.with_clock(replace(clock, stopped_at=stopped_at, status=ended))
    index: Sequence[RowWrite] = (
        *task_update(work.task, after),
        Update(tables.CLOCK, (clock.session_id,), {"stopped_at": stopped_at, "status": ended}),
        Append(tables.SESSIONS, log),
    )
    return Ended((page,), tuple(index), minutes, after.status)


def with_block(snapshot: Snapshot, task: TaskBudget, section: str, block: str) -> PageWrite:
    """The task's page with a block added to a section; a missing page is begun anew, so nothing is lost."""
    path = task.wiki_path or paths.task_page_path(task.task_id, task.title)
    data = snapshot.tree.read(path)
    if data is None:
        text = pages.task_page(
            task.task_id,
            task.title,
            author=task.created_by,
            role=None,
            at=task.created_at,
            objective_id=task.objective_id,
            why="",
        )
    else:
        text = data.decode("utf-8", "replace")
    return PageWrite(path, pages.append_block(text, section, block))
