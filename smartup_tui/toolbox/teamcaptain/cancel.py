"""`cancel_task`: a task that will not be done (ledger.md §4, Task status)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from smartup_tui.ledger import pages
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Audit, Change, Entity, Outcome, Refusal
from smartup_tui.ledger.economy.sessions import with_block
from smartup_tui.ledger.economy.work import OVER, pair, task_update
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.status import CANCELLED
from smartup_tui.toolbox.found import task_work
from smartup_tui.toolbox.wording import conflict, listed


def cancel_task(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
    """Close a task with a reason that its page keeps; not while a session runs. Sessions done are still assessed."""
    work = task_work(snapshot, args.text("task_id"))
    if isinstance(work, Refusal):
        return work
    task = work.task
    if work.status in OVER:
        return conflict("task_over", f"{task.task_id} is {work.status} already.", field="task_id")
    if work.running is not None:
        hint = "Either of them ends it with !stop_work and hand-over notes; then the task can be cancelled."
        message = f"A session of {listed(pair(work.running))} runs on {task.task_id}."
        return conflict("session_running", message, hint, "task_id")
    reason = args.text("reason")
    message = f"{task.task_id} {task.title} is cancelled."
    note = pages.comment_block(actor.alias, now, f"Cancelled: {reason}")
    return Change(
        markdown=(with_block(snapshot, task, pages.COMMENTS, note),),
        index=task_update(task, replace(work, task=replace(task, status=CANCELLED))),
        audit=(Audit("cancel_task", Entity("task", task.task_id), message),),
        message=message,
        data={"task_id": task.task_id, "status": CANCELLED},
    )
