"""What captains and mission leaders do to tasks: what keeps this owner from it, and what is known beforehand."""

from __future__ import annotations

from enum import StrEnum

from smartup_tui.ledger.economy.work import OVER
from smartup_tui.ledger.index import queries
from smartup_tui.ledger.rows import TaskBudget
from smartup_tui.workspace import words
from smartup_tui.workspace.permission import refusal
from smartup_tui.workspace.reader import Reader
from smartup_tui.workspace.standing import standing


class Act(StrEnum):
    """What is done to a task, each by the command of that name."""

    CREATE = "create_task"
    ASSIGN = "assign_task"
    SET = "set_task"
    CANCEL = "cancel_task"


def hindrance(reader: Reader, act: Act, task: TaskBudget | None) -> str | None:
    """Why an act is not possible now, in words; None when it is."""
    if act is Act.CREATE:
        return _not_creatable(reader, task)
    if task is None:
        return "Choose a task first."
    refused = refusal(reader, act, {"task_id": task.task_id})
    if refused is not None:
        return refused
    if task.status in OVER:
        return f"{task.task_id} is {task.status}."
    running = queries.running_on(reader.index, task.task_id)
    if running and act is Act.CANCEL:
        who = words.listed([alias for alias in (running[0].attacker, running[0].defender) if alias])
        return f"A session of {who} runs on {task.task_id}; it is cancelled when that has been stopped."
    return None


def known(reader: Reader, act: Act, task: TaskBudget | None) -> dict[str, str]:
    """What a form of the act begins with."""
    if task is None:
        return {}
    if act is not Act.CREATE:
        return {"task_id": task.task_id}
    mine = refusal(reader, act, {"objective_id": task.objective_id}) is None
    return {"objective_id": task.objective_id} if mine else {}


def _not_creatable(reader: Reader, task: TaskBudget | None) -> str | None:
    """A captain opens tasks under the objectives of their teams, whatever is chosen in the list."""
    here = standing(reader)
    if here.is_founder or here.is_leadership or here.is_captain:
        return None
    return refusal(reader, Act.CREATE, {"objective_id": task.objective_id} if task is not None else {})
