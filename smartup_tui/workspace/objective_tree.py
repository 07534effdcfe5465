"""The objectives with their tasks as the lines of a tree: every node a number, nothing read before it is unfolded."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from smartup_tui.ledger import tables
from smartup_tui.ledger.index import objectives, queries
from smartup_tui.ledger.index.by_row import by_row
from smartup_tui.workspace.objectives import Forest
from smartup_tui.workspace.reader import Reader
from smartup_tui.workspace.tree import FoldedTree

ELSEWHERE: Final = -2
"""The node above the tasks whose objective is in no table."""


def is_task(node: int) -> bool:
    """Whether a node is a task; an objective otherwise."""
    return node % 2 == 1


def row_id(node: int) -> int:
    """The id of a node's row in its table."""
    return node // 2


@dataclass(slots=True)
class Folds:
    """What the owner has unfolded, by id; while a list is narrowed everything is, but for what they folded since."""

    unfolded: set[str]
    folded_since: set[str] = field(default_factory=set)


class ObjectiveTree:
    """Nodes and their names in one forest."""

    def __init__(self, reader: Reader, forest: Forest) -> None:
        """Read from `reader`, on its thread."""
        self._index = reader.index
        self._forest = forest
        self._names = {branch.row * 2: name for name, branch in forest.branches.items()}
        self._tasks: Mapping[str, array[int]] | None = None

    def node_of(self, objective_id: str) -> int:
        """The node of a known objective."""
        return self._forest.branches[objective_id].row * 2

    def name(self, node: int) -> str | None:
        """The ledger's id of a node; None for one that has none (any more)."""
        if not is_task(node):
            return self._names.get(node)
        task = by_row(self._index, tables.TASKS, [row_id(node)]).get(row_id(node))
        return task.task_id if task is not None else None

    def find(self, entity: str) -> tuple[int | None, tuple[str, ...]]:
        """The node of an objective or a task, and the ids that must be unfolded for it to be seen."""
        if entity in self._forest.branches:
            return self.node_of(entity), self._forest.above(entity)
        task, row = queries.task(self._index, entity), queries.task_row(self._index, entity)
        if task is None or row is None:
            return None, ()
        over = task.objective_id
        return row * 2 + 1, (over, *self._forest.above(over)) if over in self._forest.branches else ("",)

    def read_all_tasks(self) -> None:
        """Everything will be unfolded: one question in place of one for each objective."""
        self._tasks = objectives.tasks_by_objective(self._index)

    def has_children(self, node: int) -> bool:
        """Whether there is anything below a node."""
        if node == ELSEWHERE:
            return True
        name = self._names.get(node, "")
        return name in self._forest.children or self._forest.has_tasks(name)

    def lines(self, folds: Folds) -> FoldedTree:
        """The tree with what is unfolded."""

        def is_open(node: int) -> bool:
            return not is_task(node) and self._names.get(node, "") in folds.unfolded

        roots = [self.node_of(name) for name in self._forest.roots]
        return FoldedTree([*roots, ELSEWHERE] if self._forest.homeless else roots, self._children, is_open)

    def narrowed(self, text: str, keep: str, folds: Folds) -> tuple[FoldedTree, int | None]:
        """What holds every word of a text, under all that it stands under; `keep` stays whether it passes or not.

        With it, the first node that holds the words itself.
        """
        forest = self._forest
        found = objectives.matching_tasks(self._index, text)
        hits = objectives.matching_objectives(self._index, text)
        wanted = set(hits)
        node, way = self.find(keep) if keep else (None, ())
        if node is not None and is_task(node):
            kept = found.setdefault(way[0] or "", array("q"))
            if row_id(node) not in kept:
                kept.append(row_id(node))
        elif node is not None:
            wanted.add(keep)
        wanted |= {name for name in found if name in forest.branches}
        wanted |= {above for name in tuple(wanted) for above in forest.above(name)}
        elsewhere = [row for name, rows in found.items() if name not in forest.branches for row in rows]

        def children(node: int) -> list[int]:
            if node == ELSEWHERE:
                return _task_nodes(elsewhere)
            name = self._names.get(node, "")
            below = [self.node_of(child) for child in forest.children.get(name, ()) if child in wanted]
            return below + _task_nodes(found.get(name, ()))

        def is_open(node: int) -> bool:
            return not is_task(node) and self._names.get(node, "") not in folds.folded_since

        roots = [self.node_of(name) for name in forest.roots if name in wanted]
        tree = FoldedTree([*roots, ELSEWHERE] if elsewhere else roots, children, is_open)
        return tree, next((node for node in tree.nodes if is_task(node) or self._names.get(node) in hits), None)

    def alone(self, text: str) -> FoldedTree:
        """The objectives without their tasks, all unfolded; of a text those that hold its words, and what is above."""
        wanted = objectives.matching_objectives(self._index, text) if text else set(self._forest.branches)
        wanted |= {above for name in tuple(wanted) for above in self._forest.above(name)}

        def children(node: int) -> list[int]:
            below = self._forest.children.get(self._names.get(node, ""), ())
            return [self.node_of(child) for child in below if child in wanted]

        return FoldedTree([self.node_of(n) for n in self._forest.roots if n in wanted], children, lambda _: True)

    def listed(self, names: Iterable[str], text: str, keep: str) -> FoldedTree:
        """These objectives one below the other; of a text those that hold its words. `keep` stays."""
        found = objectives.matching_objectives(self._index, text) | {keep} if text else None
        chosen = [self.node_of(name) for name in names if found is None or name in found]
        return FoldedTree(chosen, lambda _: (), lambda _: False)

    def _children(self, node: int) -> list[int]:
        if node == ELSEWHERE:
            return [task for name in self._forest.homeless for task in _task_nodes(self._tasks_under(name))]
        name = self._names.get(node, "")
        below = [self.node_of(child) for child in self._forest.children.get(name, ())]
        return below + _task_nodes(self._tasks_under(name))

    def _tasks_under(self, objective_id: str) -> Sequence[int]:
        if self._tasks is not None:
            return self._tasks.get(objective_id, ())
        return objectives.tasks_under(self._index, objective_id) if self._forest.has_tasks(objective_id) else ()


def _task_nodes(rows: Sequence[int]) -> list[int]:
    return [row * 2 + 1 for row in rows]
