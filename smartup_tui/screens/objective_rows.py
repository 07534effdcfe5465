"""Objectives and their tasks as rows of a list: how far each is, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from smartup_tui.ledger import tables
from smartup_tui.ledger.index.by_row import by_row
from smartup_tui.ledger.rows import Objective, TaskBudget
from smartup_tui.screens.folding import Line
from smartup_tui.widgets.glyphs import Glyphs, Tone
from smartup_tui.widgets.plot import bar
from smartup_tui.widgets.table import Column, Row
from smartup_tui.workspace import words
from smartup_tui.workspace.objective_tree import ELSEWHERE, is_task, row_id
from smartup_tui.workspace.objectives import Forest
from smartup_tui.workspace.reader import Reader

_REACHED: Final = 20
_BAR: Final = 5
_WIDE_BAR: Final = 12
_OVER: Final = ("assessed", "completed", "cancelled")

TREE_COLUMNS: Final = (
    Column("Objective", minimum=18),
    Column("Reached", width=_REACHED),
    Column("SC", width=8, align="right", drop=1),
)
BUDGET_COLUMNS: Final = (
    Column("Objective", minimum=12),
    Column("Paid", width=12, drop=2),
    Column("SC paid of budget", width=17, align="right"),
    Column("Left", width=9, align="right", drop=1),
)


class ObjectiveRows:
    """Shapes lines of the tree; it reads what a window needs in two questions."""

    def __init__(self, reader: Reader, forest: Forest, glyphs: Glyphs) -> None:
        """Read from `reader`, on its thread."""
        self._index = reader.index
        self._forest = forest
        self._glyphs = glyphs

    def lines(self, wanted: Sequence[Line]) -> list[Row]:
        """How far each is: the line's place, bar and numbers (a task's status), and the budget."""
        tasks, objectives = self._read(wanted)
        rows = []
        for line in wanted:
            task, objective = tasks.get(row_id(line.node)), objectives.get(row_id(line.node))
            if line.node == ELSEWHERE:
                rows.append(line.row("Tasks of unknown objectives", "", "", tone="alert"))
            elif is_task(line.node) and task is not None:
                rows.append(self._task(line, task))
            elif objective is not None:
                rows.append(self._objective(line, objective))
            else:
                rows.append(line.row("gone meanwhile", "", "", tone="muted"))
        return rows

    def budgets(self, wanted: Sequence[Line], most: Decimal) -> list[Row]:
        """What each costs: a bar as long as its budget (the longest is `most`), filled as far as it is paid."""
        _, objectives = self._read(wanted)
        rows = []
        for line in wanted:
            objective = objectives.get(row_id(line.node))
            if objective is None:
                continue
            money = self._forest.money(objective.objective_id)
            cells = (f"{words.sc_short(money.paid)} of {words.sc_short(money.budget)}", words.sc_short(money.left))
            length = max(1, round(_WIDE_BAR * money.budget / most)) if most and money.budget else 0
            drawn = bar(self._glyphs, float(money.paid), float(money.budget), length)
            rows.append(line.row(_name(objective), drawn, *cells, tone=_tone(objective)))
        return rows

    def _objective(self, line: Line, objective: Objective) -> Row:
        budget = self._forest.counts(objective.objective_id).budget
        reached = self._reached(objective) if objective.status == "active" else objective.status
        return line.row(_name(objective), reached, words.sc_short(budget) if budget else "", tone=_tone(objective))

    def _reached(self, objective: Objective) -> str:
        """A bar and its numbers; where both have no room, the numbers."""
        progress = self._forest.progress(objective)
        done, total = progress.parts
        if not total:
            return "nothing below yet"
        unit = "" if progress.boxes else (" task" if total == 1 else " tasks")
        said = f"{done:,} of {total:,}{unit}"
        drawn = bar(self._glyphs, done, total, _BAR)
        return f"{drawn} {said}" if len(said) + _BAR + 1 <= _REACHED else said

    @staticmethod
    def _task(line: Line, task: TaskBudget) -> Row:
        tone: Tone = "muted" if task.status in _OVER else ""
        cells = (words.status(task.status), words.sc_short(task.budget_sc))
        return line.row(f"{task.task_id} {task.title}", *cells, tone=tone)

    def _read(self, wanted: Sequence[Line]) -> tuple[Mapping[int, TaskBudget], Mapping[int, Objective]]:
        tasks = [row_id(line.node) for line in wanted if is_task(line.node)]
        others = [row_id(line.node) for line in wanted if not is_task(line.node)]
        return by_row(self._index, tables.TASKS, tasks), by_row(self._index, tables.OBJECTIVES, others)


def _tone(objective: Objective) -> Tone:
    return "" if objective.status == "active" else "muted"


def _name(objective: Objective) -> str:
    return f"{objective.objective_id} {objective.title}"
