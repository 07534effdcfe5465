"""The objectives as values: their places in the tree, how far each is, what it may cost and what was awarded for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Final

from smartup_tui.ledger import markdown
from smartup_tui.ledger.index import objectives, queries
from smartup_tui.ledger.rows import MasterEvent, Objective, TaskBudget
from smartup_tui.workspace.reader import Reader

_ZERO: Final = Decimal(0)
_SHOWN_TASKS: Final = 40
_SHOWN_CRITERIA: Final = 100
_ON_THE_WAY: Final = ("pending", "consensus", "contested", "held")
_CANCELLED: Final = "cancelled"
_COMPLETED: Final = "completed"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an objective is: children that its definition of success ticks, and tasks below it that are completed.

    Cancelled tasks count as none (as in the Toolbox's answer to `!objective`).
    """

    ticked: int
    boxes: int
    completed: int
    tasks: int

    @property
    def parts(self) -> tuple[int, int]:
        """What is done, of how many: of the definition of success where it lists anything, else of the tasks."""
        return (self.ticked, self.boxes) if self.boxes else (self.completed, self.tasks)


@dataclass(frozen=True, slots=True)
class Counts:
    """The tasks below an objective, its children's included: how many by status, and their budgets in SC."""

    by_status: Mapping[str, int]
    budget: Decimal

    @property
    def tasks(self) -> int:
        """All of them that are not cancelled."""
        return sum(count for status, count in self.by_status.items() if status != _CANCELLED)


@dataclass(frozen=True, slots=True)
class Money:
    """SC below an objective: the budget of tasks that are not cancelled, what was paid, and what is on its way."""

    budget: Decimal
    paid: Decimal
    pending: Decimal

    @property
    def left(self) -> Decimal:
        """What may still be awarded at most; what lapsed by an assessment below 100 % is still in it."""
        return max(_ZERO, self.budget - self.paid - self.pending)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of a definition of success: the child's id, its title where it is known, and whether it is reached."""

    entity: str
    title: str
    reached: bool


@dataclass(frozen=True, slots=True)
class ObjectiveDetail:
    """All there is to say of an objective; `people` are aliases with the open seats they hold below it."""

    objective: Objective
    parent: Objective | None
    progress: Progress
    success: tuple[Criterion, ...]
    more_success: int
    counts: Counts
    money: Money
    people: tuple[tuple[str, int], ...]
    due: TaskBudget | None
    tasks: tuple[TaskBudget, ...]
    more_tasks: int
    page: str | None
    events: tuple[MasterEvent, ...]


class Forest:
    """All objectives in their places, with what is counted below each. It is of the commit it was made for.

    Of the tasks it holds counts alone. An objective whose parent is unknown, or is below itself, stands as a root.
    """

    def __init__(self, reader: Reader) -> None:
        """Read places and counts from the reader's index."""
        self._reader = reader
        self._commit = reader.index.commit
        ordered = sorted(objectives.branches(reader.index), key=lambda branch: by_number(branch.objective_id))
        self.branches = {branch.objective_id: branch for branch in ordered}
        self._totals = objectives.task_totals(reader.index)
        self.children: dict[str, list[str]] = {}
        self._counts: dict[str, Counts] = {}
        self._money: dict[str, Money] = {}
        for branch in ordered:
            if branch.parent_id in self.branches:
                self.children.setdefault(branch.parent_id or "", []).append(branch.objective_id)
        self.roots = self._find_roots()

    def shows(self, reader: Reader) -> bool:
        """Whether this is what the reader reads now."""
        return self._reader is reader and self._commit == reader.index.commit

    def below(self, objective_id: str) -> tuple[str, ...]:
        """The ids of an objective and of all that stand under it."""
        found: dict[str, None] = {}
        waiting = [objective_id]
        while waiting:
            here = waiting.pop()
            if here not in found:
                found[here] = None
                waiting += self.children.get(here, ())
        return tuple(found)

    def above(self, objective_id: str) -> tuple[str, ...]:
        """The ids of the objectives over one, the nearest first."""
        found: dict[str, None] = {}
        branch = self.branches.get(objective_id)
        while branch is not None and branch.objective_id not in found and branch.objective_id not in self.roots:
            found[branch.objective_id] = None
            branch = self.branches.get(branch.parent_id or "")
        if branch is not None:
            found[branch.objective_id] = None
        return tuple(found)[1:]

    def has_tasks(self, objective_id: str) -> bool:
        """Whether tasks stand right under an objective."""
        return objective_id in self._totals

    @property
    def homeless(self) -> tuple[str, ...]:
        """Ids that tasks name as their objective and that no objective has."""
        return tuple(sorted(name for name in self._totals if name not in self.branches))

    def counts(self, objective_id: str) -> Counts:
        """The tasks below an objective, its children's included."""
        known = self._counts.get(objective_id)
        if known is None:
            by_status: dict[str, int] = {}
            cents = 0
            for here in self.below(objective_id):
                for status, (count, amount) in self._totals.get(here, {}).items():
                    by_status[status] = by_status.get(status, 0) + count
                    cents += amount if status != _CANCELLED else 0
            known = self._counts[objective_id] = Counts(by_status, Decimal(cents).scaleb(-2))
        return known

    def money(self, objective_id: str) -> Money:
        """SC below an objective, its children's included."""
        known = self._money.get(objective_id)
        if known is None:
            awarded = objectives.awarded(self._reader.index, self.below(objective_id))
            on_the_way = sum((awarded.get(status, _ZERO) for status in _ON_THE_WAY), _ZERO)
            known = Money(self.counts(objective_id).budget, awarded.get("paid", _ZERO), on_the_way)
            self._money[objective_id] = known
        return known

    def progress(self, objective: Objective) -> Progress:
        """How far an objective is, as `!objective` counts it: its own tasks, its page's ticks, its children."""
        own = self._totals.get(objective.objective_id, {})
        tasks = sum(count for status, (count, _) in own.items() if status != _CANCELLED)
        boxes = self._boxes(objective)
        return Progress(sum(boxes.values()), len(boxes), own.get(_COMPLETED, (0, 0))[0], tasks)

    def detail(self, objective_id: str) -> ObjectiveDetail | None:
        """All there is to say of an objective; None when there is none of that id."""
        index = self._reader.index
        objective = queries.objective(index, objective_id)
        if objective is None:
            return None
        below = self.below(objective_id)
        tasks = objectives.first_tasks(index, objective_id, _SHOWN_TASKS)
        boxes = self._boxes(objective)
        all_own = sum(count for count, _ in self._totals.get(objective_id, {}).values())
        return ObjectiveDetail(
            objective=objective,
            parent=queries.objective(index, objective.parent_id) if objective.parent_id else None,
            progress=self.progress(objective),
            success=tuple(
                Criterion(entity, self._title(entity), reached)
                for entity, reached in islice(boxes.items(), _SHOWN_CRITERIA)
            ),
            more_success=max(0, len(boxes) - _SHOWN_CRITERIA),
            counts=self.counts(objective_id),
            money=self.money(objective_id),
            people=tuple(objectives.at_work(index, below)),
            due=objectives.next_due(index, below),
            tasks=tuple(tasks),
            more_tasks=max(0, all_own - len(tasks)),
            page=queries.page(index, objective.wiki_path) if objective.wiki_path else None,
            events=tuple(queries.events_of(index, objective_id, limit=10)),
        )

    def ticks_of(self, objective_id: str) -> Mapping[str, bool]:
        """What an objective's definition of success says of each child; nothing for one that is unknown."""
        objective = queries.objective(self._reader.index, objective_id)
        return self._boxes(objective) if objective is not None else {}

    def paid_by_month(self, objective_id: str) -> Mapping[str, Decimal]:
        """SC paid below an objective, by UTC month such as `2026-03`, the first month first."""
        return objectives.awarded_by_month(self._reader.index, self.below(objective_id))

    def _boxes(self, objective: Objective) -> dict[str, bool]:
        """What the definition of success says of each child, and the children that it does not list."""
        page = queries.page(self._reader.index, objective.wiki_path) if objective.wiki_path else None
        boxes = dict(markdown.ticks(page)) if page else {}
        for child in self.children.get(objective.objective_id, ()):
            boxes.setdefault(child, self.branches[child].status == "done")
        return boxes

    def _title(self, entity: str) -> str:
        objective = queries.objective(self._reader.index, entity)
        if objective is not None:
            return objective.title
        task = queries.task(self._reader.index, entity)
        return task.title if task is not None else ""

    def _find_roots(self) -> tuple[str, ...]:
        roots = [b.objective_id for b in self.branches.values() if b.parent_id not in self.branches]
        seen = {found for root in roots for found in self.below(root)}
        for name in sorted(self.branches.keys() - seen, key=by_number):  # those that stand below themselves
            if name not in seen:
                roots.append(name)
                seen.update(self.below(name))
                above = self.branches[name].parent_id or ""
                self.children[above] = [child for child in self.children[above] if child != name]
        return tuple(roots)


def by_number(entity_id: str) -> tuple[int, ...]:
    """For sorting ids as people count: `5_10` after `5_9`."""
    return tuple(int(part) if part.isdecimal() else -1 for part in entity_id.split("_"))
