"""`create_task`: a task under an objective, with the budget of its size (ledger.md §4, Budgets)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from smartup_tui.ledger import pages, paths, tables
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Append, Audit, Change, Entity, Outcome, PageWrite
from smartup_tui.ledger.part import Fact
from smartup_tui.ledger.rows import TaskBudget
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.status import OPEN
from smartup_tui.toolbox.found import author_role
from smartup_tui.toolbox.wording import conflict, malformed, not_found, rule, sc


def create_task(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
    """Open a task: page and row, under the next free id."""
    objective_id = args.text("objective_id")
    objective = snapshot.objective(objective_id)
    if objective is None:
        return not_found("not_found", f"There is no objective {objective_id}.", field="objective_id")
    if objective.status != "active":
        hint = "Choose an active objective."
        return conflict("objective_over", f"{objective_id} is {objective.status}.", hint, "objective_id")
    if objective_id.count("_") != 2:
        hint = f"Open an objective of a team below {objective_id} first, with !create_objective."
        return rule("no_tasks_here", f"{objective_id} has no tasks of its own.", hint, "objective_id")
    due = args.day("due")
    if due is not None and due < now.date():
        return malformed("due_past", f"{due.isoformat()} is over.", "Give a day that is still to come.", "due")
    title, size = args.text("title"), args.text("size")
    budget = snapshot.policies.credits.budgets.get(size)
    if budget is None:
        return rule("no_budget", f"The policy has no budget for {size} tasks.", field="size")
    task_id = _next_id(snapshot, objective_id)
    row = TaskBudget(
        task_id=task_id,
        title=title,
        objective_id=objective_id,
        team_id=objective.team_id,
        size=size,
        budget_sc=budget,
        status=OPEN,
        attacker=None,
        defender=None,
        due=due,
        created_by=actor.alias,
        created_at=now,
        wiki_path=paths.task_page_path(task_id, title),
    )
    text = pages.task_page(
        task_id,
        title,
        author=actor.alias,
        role=author_role(actor),
        at=now,
        objective_id=objective_id,
        why=args.text("why"),
        facts=[("Size", size), ("Budget", sc(budget)), ("Due", due.isoformat() if due else None)],
    )
    message = f"{task_id} {title} is open."
    return Change(
        markdown=(PageWrite(row.wiki_path or "", text),),
        index=(Append(tables.TASKS, row),),
        audit=(Audit("create_task", Entity("task", task_id), message),),
        message=message,
        figures=(f"Budget {sc(budget)} ({size}), under {objective_id}.",),
        next_step=f"!claim_task {task_id} takes a seat.",
        data={"task_id": task_id, "objective": objective_id, "team": objective.team_id, "budget": f"{budget:.2f}"},
    )


def _next_id(snapshot: Snapshot, objective_id: str) -> str:
    """The next free 6_X_Y_Z under objective 5_X_Y."""
    group = f"6_{objective_id.removeprefix('5_')}"
    used = [fact.get(group, -1) for fact in snapshot.rows(tables.TASKS).facts("last of group", _last_of_group)]
    return f"{group}_{max(used, default=-1) + 1}"


def _last_of_group(rows: Sequence[TaskBudget]) -> Fact:
    """The largest Z for each 6_X_Y."""
    last: dict[str, int] = {}
    for row in rows:
        group, _, number = row.task_id.rpartition("_")
        if number.isascii() and number.isdecimal():
            last[group] = max(last.get(group, -1), int(number))
    return last
