"""Tasks: a list to choose from, and beside it all there is to say of the chosen one."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from smartup_tui.ledger import tables
from smartup_tui.ledger.index import queries
from smartup_tui.ledger.index.queries import Scope, TaskFilter
from smartup_tui.ledger.rows import TaskBudget
from smartup_tui.screens.acting import TASK_ACTS, ActKey, act_bindings
from smartup_tui.screens.browse import BrowseScreen, View, view_bindings
from smartup_tui.screens.forms import open_form
from smartup_tui.screens.sources import WindowSource
from smartup_tui.widgets.table import Column, Row, RowSource
from smartup_tui.workspace import captains, words
from smartup_tui.workspace.actions import Composed
from smartup_tui.workspace.describe import describe_task

_COLUMNS = (
    Column("Task", width=9, most=12),
    Column("Title", minimum=14),
    Column("Status", width=11, drop=2),
    Column("SC", width=4, align="right", drop=1),
    Column("Free", width=8, drop=3),
)
_CAPTAINS = (
    ActKey(captains.Act.CREATE, "n", "new task", rank=5),
    ActKey(captains.Act.ASSIGN, "i", "assign", rank=6),
    ActKey(captains.Act.SET, "t", "title, due, size", rank=8),
    ActKey(captains.Act.CANCEL, "D", "cancel task", rank=7),
)
_OWN = frozenset(act.name for act in _CAPTAINS)


class TasksScreen(BrowseScreen):
    """The tasks of the organisation."""

    NAME = "Tasks"
    PLACEHOLDER = "words in id, title, objective, size, status or seat"
    VIEWS: ClassVar[tuple[View, ...]] = (
        View(Scope.OPEN, "o", "open", _COLUMNS, "No task has a free seat now. a shows all."),
        View(Scope.MINE, "m", "mine", _COLUMNS, "You have no seat. o shows the open tasks."),
        View(Scope.TEAM, "e", "my teams", _COLUMNS, "Your teams have no task. a shows all."),
        View(Scope.ALL, "a", "all", _COLUMNS, "There are no tasks yet."),
    )
    ACTS: ClassVar[tuple[ActKey, ...]] = (*TASK_ACTS, *_CAPTAINS)
    BINDINGS: ClassVar[list[BindingType]] = [*view_bindings(VIEWS), *act_bindings(_CAPTAINS)]

    _source: WindowSource[TaskBudget] | None = None

    def source(self, keep: str) -> RowSource | None:
        reader = self.workspace.reader
        assert reader is not None
        scope = Scope(self.view.name)
        teams = reader.teams() if scope is Scope.TEAM else ()
        wanted = TaskFilter(scope, reader.alias, teams, self.words, keep)
        if wanted.text and queries.are_many(reader.index, tables.TASKS):
            self.seek(lambda index: queries.task_window(index, wanted), lambda window: WindowSource(window, _row))
            return None
        self._source = WindowSource(queries.task_window(reader.index, wanted), _row)
        return self._source

    def rows_found(self, source: RowSource) -> None:
        self._source = source if isinstance(source, WindowSource) else None

    def describe(self, row_id: str) -> str:
        task, reader = self._task_of(row_id), self.workspace.reader
        detail = reader.task(task.task_id) if reader and task else None
        return describe_task(detail) if detail else ""

    def entity_of(self, row_id: str) -> str | None:
        task = self._task_of(row_id)
        return task.task_id if task else None

    def row_of(self, entity: str) -> str | None:
        reader = self.workspace.reader
        row = queries.task_row(reader.index, entity) if reader else None
        return None if row is None else str(row)

    def task_in_hand(self) -> TaskBudget | None:
        chosen = self.table.selected
        return self._task_of(chosen) if chosen is not None else None

    def hindrance_of(self, name: str) -> str | None:
        reader = self.workspace.reader
        if name not in _OWN or reader is None:
            return super().hindrance_of(name)
        return captains.hindrance(reader, captains.Act(name), self.task_in_hand())

    def compose_of(self, name: str) -> Composed | None:
        reader, task = self.workspace.reader, self.task_in_hand()
        if name not in _OWN or reader is None:
            return super().compose_of(name)
        act = captains.Act(name)
        if act is captains.Act.CANCEL and task is not None:
            return Composed(f"!cancel_task {task.task_id} ", complete=False)
        open_form(self, act, captains.known(reader, act, task))
        return None

    def _task_of(self, row_id: str) -> TaskBudget | None:
        return self._source.first(row_id) if self._source is not None else None


def _row(key: str, task: TaskBudget) -> Row:
    free = [seat for seat, holder in (("attacker", task.attacker), ("defender", task.defender)) if holder is None]
    seats = "both" if len(free) == 2 else (free[0] if free else "")
    over = task.status in ("completed", "cancelled", "assessed")
    return Row(
        key,
        (task.task_id, task.title, words.status(task.status), words.sc_short(task.budget_sc), "" if over else seats),
        "muted" if over else "",
    )
