"""`objectives` and `objective`: what is to be reached, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from smartup_tui.ledger import pages, tables
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Answer, Entity, Outcome
from smartup_tui.ledger.rows import Objective, TaskBudget
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.status import CANCELLED, COMPLETED
from smartup_tui.toolbox.queries.tasks import by_id, summary
from smartup_tui.toolbox.wording import counted, few, not_found

_LISTED: Final = 40
"""Objectives or tasks in one answer; the workspace has them all from its own index."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What is reached of an objective: children that its page ticks, and tasks under it that are completed."""

    ticked: int
    boxes: int
    completed: int
    tasks: int

    @property
    def text(self) -> str:
        """Both counts in a few words; what there is none of is left out."""
        parts = [f"{self.ticked} of {self.boxes} reached"] if self.boxes else []
        if self.tasks:
            parts.append(f"{self.completed} of {counted(self.tasks, 'task')} completed")
        return ", ".join(parts) or "nothing below it yet"

    @property
    def data(self) -> dict[str, int]:
        """The counts as results carry them."""
        return {"ticked": self.ticked, "boxes": self.boxes, "completed": self.completed, "tasks": self.tasks}


def objectives(snapshot: Snapshot, _actor: Actor, args: Arguments, _now: datetime) -> Outcome:
    """The active objectives, of one team or of all, each with its progress."""
    team = args.optional("team")
    rows = [
        row for row in snapshot.rows(tables.OBJECTIVES).where(status="active") if team is None or row.team_id == team
    ]
    rows.sort(key=lambda row: by_id(row.objective_id))
    where = f" of {team}" if team else ""
    if not rows:
        return Answer(f"No objective{where} is active now.", data={"objectives": []})
    shown = [(row, progress(snapshot, row)) for row in rows[:_LISTED]]
    data: dict[str, Any] = {"objectives": [_data(row) | {"progress": done.data} for row, done in shown]}
    if len(rows) > _LISTED:
        data["more"] = True
    lines = [f"{row.objective_id} {row.title}: {done.text}" for row, done in shown]
    lines += ["" for _ in rows[_LISTED:]]
    return Answer(
        message=f"{counted(len(rows), 'objective')}{where}.",
        figures=few(lines),
        next_step="!objective <objective_id> shows one.",
        data=data,
    )


def objective(snapshot: Snapshot, _actor: Actor, args: Arguments, _now: datetime) -> Outcome:
    """One objective: its definition of success, who leads it, and its tasks."""
    objective_id = args.text("objective_id")
    row = snapshot.objective(objective_id)
    if row is None:
        return not_found(
            "not_found", f"There is no objective {objective_id}.", "!objectives lists them.", "objective_id"
        )
    boxes = ticks_of(snapshot, row)
    below = tasks_of(snapshot, row)
    done = progress(snapshot, row)
    lines = [f"{done.text[:1].upper()}{done.text[1:]}."]
    waiting = [child for child, ticked in boxes.items() if not ticked]
    if waiting:
        lines.append(f"Not reached yet: {', '.join(waiting[:8])}{' …' if len(waiting) > 8 else ''}.")
    lines.append(f"Of {row.team_id or 'the organisation'}; mission leader {row.mission_leader or 'nobody'}.")
    if row.phase:
        lines.append(f"Phase {row.phase}.")
    data: dict[str, Any] = _data(row) | {
        "progress": done.data,
        "success": [{"id": child, "title": _title(snapshot, child), "done": ticked} for child, ticked in boxes.items()],
        "tasks": [summary(task) for task in below[:_LISTED]],
    }
    if len(below) > _LISTED:
        data["more"] = True
    return Answer(
        f"{objective_id} {row.title}: {row.status}.", tuple(lines), data=data, entity=Entity("objective", objective_id)
    )


def ticks_of(snapshot: Snapshot, row: Objective) -> dict[str, bool]:
    """What the page's definition of success says of each child, and the children that it does not list."""
    page = snapshot.page(row.wiki_path) if row.wiki_path else None
    boxes = dict(pages.ticks(page.body)) if page is not None else {}
    for child in snapshot.rows(tables.OBJECTIVES).where(parent_id=row.objective_id):
        boxes.setdefault(child.objective_id, child.status == "done")
    return boxes


def tasks_of(snapshot: Snapshot, row: Objective) -> list[TaskBudget]:
    """The tasks right under an objective that are not cancelled."""
    found = [t for t in snapshot.rows(tables.TASKS).where(objective_id=row.objective_id) if t.status != CANCELLED]
    return sorted(found, key=lambda task: by_id(task.task_id))


def progress(snapshot: Snapshot, row: Objective) -> Progress:
    """How far an objective is."""
    boxes, below = ticks_of(snapshot, row), tasks_of(snapshot, row)
    completed = sum(1 for task in below if task.status == COMPLETED)
    return Progress(sum(boxes.values()), len(boxes), completed, len(below))


def _title(snapshot: Snapshot, child_id: str) -> str:
    child = snapshot.objective(child_id)
    return child.title if child is not None else ""


def _data(row: Objective) -> dict[str, Any]:
    return {
        "id": row.objective_id,
        "title": row.title,
        "status": row.status,
        "phase": row.phase,
        "parent": row.parent_id,
        "team": row.team_id,
        "mission_leader": row.mission_leader,
        "attacker": row.attacker,
        "defender": row.defender,
    }
