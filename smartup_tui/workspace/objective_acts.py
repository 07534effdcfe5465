"""What captains and mission leaders do to objectives by one key: which command it is, and why it is not possible."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from smartup_tui.workspace.actions import Composed
from smartup_tui.workspace.objectives import Forest
from smartup_tui.workspace.permission import refusal
from smartup_tui.workspace.reader import Reader


class Act(StrEnum):
    """The acting keys of objectives, by the command that each composes."""

    TASK = "create_task"
    OBJECTIVE = "create_objective"
    TICK = "tick"
    CHANGE = "set_objective"


_SET: Final = "set_objective"


def hindrance(reader: Reader, forest: Forest, act: Act, entity: str | None) -> str | None:
    """Why an action is not possible on what is in hand, in words; None when it is."""
    branch = forest.branches.get(entity or "")
    if act is Act.OBJECTIVE and not forest.branches:
        return refusal(reader, act, {"parent": "organisation"})
    if branch is None:
        return "Choose an objective first."
    if act is Act.TICK:
        if branch.parent_id not in forest.branches:
            return f"{branch.objective_id} stands below nothing; u changes its status."
        return refusal(reader, _SET, {"objective_id": branch.parent_id or ""})
    if act in (Act.TASK, Act.OBJECTIVE) and branch.status != "active":
        return f"{branch.objective_id} is {branch.status}; nothing new opens below it."
    if act is Act.TASK and branch.objective_id.count("_") != 2:
        return f"{branch.objective_id} has no tasks of its own; they stand below its teams' objectives."
    subject = "parent" if act is Act.OBJECTIVE else "objective_id"
    return refusal(reader, act, {subject: branch.objective_id})


def compose(forest: Forest, act: Act, entity: str | None) -> Composed:
    """The command text of an action that is possible; where something is still to be said, up to there."""
    branch = forest.branches.get(entity or "")
    if branch is None:
        return Composed("!create_objective organisation ", complete=False)
    if act is Act.TICK:
        verb = "untick" if is_ticked(forest, entity) else "tick"
        return Composed(f"!set_objective {branch.parent_id} {verb} {branch.objective_id}", undone_by=_SET)
    return Composed(f"!{act} {branch.objective_id} ", complete=False)


def is_ticked(forest: Forest, entity: str | None) -> bool:
    """Whether the objective above this one counts it as reached."""
    branch = forest.branches.get(entity or "")
    return branch is not None and forest.ticks_of(branch.parent_id or "").get(branch.objective_id, False)
