"""The acting keys: which command each composes, and why it is not possible where it is not.

A key composes the whole command text, complete and editable; nothing is sent by it (experience.md, Show, then send).
The reasons given here save a round trip; the Toolbox alone decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from smartup_tui.ledger.rows import TaskBudget
from smartup_tui.workspace.view import Clock

_OVER = ("assessed", "completed", "cancelled")


class Action(StrEnum):
    """What an owner can do to a task by one key."""

    CLAIM = "claim_task"
    RELEASE = "release_task"
    START = "start_work"
    STOP = "stop_work"


@dataclass(frozen=True, slots=True)
class Composed:
    """A command as a key composes it; `complete` is False where the owner still has to say something.

    `undone_by` names the command that takes it back whole; where there is none, it is never sent by one key.
    """

    text: str
    complete: bool = True
    undone_by: str | None = None

    @property
    def may_go_at_once(self) -> bool:
        """Whether one key may send it, for owners whose settings say so."""
        return self.complete and self.undone_by is not None


def seat_of(task: TaskBudget, alias: str) -> str | None:
    """The seat that an owner holds, None when it is none."""
    if task.attacker == alias:
        return "attacker"
    return "defender" if task.defender == alias else None


def hindrance(action: Action, task: TaskBudget | None, alias: str, clock: Clock | None) -> str | None:
    """Why an action is not possible now, in words for the owner; None when it is."""
    if action is Action.STOP:
        return None if clock is not None else "Your clock is not running."
    if task is None:
        return "Choose a task first."
    if task.status in _OVER:
        return f"{task.task_id} is {task.status}."
    seat = seat_of(task, alias)
    if action is Action.CLAIM:
        if seat is not None:
            return f"You hold the {seat}'s seat of {task.task_id} already."
        return None if task.attacker is None or task.defender is None else f"Both seats of {task.task_id} are taken."
    if seat is None:
        return f"You hold no seat of {task.task_id}; claim one first."
    on_this_task = clock is not None and clock.task_id == task.task_id
    if action is Action.RELEASE:
        return f"Your clock runs on {task.task_id}; stop work first." if on_this_task else None
    if clock is None:
        return None
    return "Your clock runs on this task." if on_this_task else f"Your clock runs on {clock.task_id}; stop work first."


def compose(action: Action, task: TaskBudget | None) -> Composed:
    """The command text of an action; for those that need a reason or notes, up to where the owner goes on writing."""
    if action is Action.STOP:
        return Composed("!stop_work ", complete=False)
    assert task is not None
    if action is Action.CLAIM:
        seat = "attacker" if task.attacker is None else "defender"
        return Composed(f"!claim_task {task.task_id} {seat}", undone_by=Action.RELEASE)
    if action is Action.RELEASE:
        return Composed(f"!release_task {task.task_id} ", complete=False)
    return Composed(f"!start_work {task.task_id}")
