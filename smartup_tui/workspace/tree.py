"""A tree as the lines that are seen of it: what is folded away is not read, what is unfolded is put in its place.

Nodes are whole numbers, so that a tree of 100,000 tasks is a megabyte of numbers and no objects.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence


class FoldedTree:
    """The visible lines of a tree, in order; `children` is asked only for what is unfolded."""

    def __init__(
        self,
        roots: Iterable[int],
        children: Callable[[int], Sequence[int]],
        is_open: Callable[[int], bool],
    ) -> None:
        """Show the roots, and below every node that `is_open` its children."""
        self._children = children
        self._is_open = is_open
        self.nodes = array("q")
        self._depths = array("B")
        for root in roots:
            self._add(root, 0, self.nodes, self._depths)

    def __len__(self) -> int:
        """How many lines are seen."""
        return len(self.nodes)

    def depth(self, place: int) -> int:
        """How far in a line stands, from 0."""
        return self._depths[place]

    def position(self, node: int) -> int | None:
        """The line of a node, None where it is folded away."""
        try:
            return self.nodes.index(node)
        except ValueError:
            return None

    def above(self, place: int) -> int | None:
        """The line of the node that a line stands under, None for a root."""
        depth = self._depths[place]
        return next((p for p in range(place - 1, -1, -1) if self._depths[p] < depth), None)

    def is_unfolded(self, place: int) -> bool:
        """Whether something is seen below a line."""
        return place + 1 < len(self) and self._depths[place + 1] > self._depths[place]

    def unfold(self, place: int) -> None:
        """Put the children of a line below it."""
        nodes, depths = array("q"), array("B")
        if not self.is_unfolded(place):
            for child in self._children(self.nodes[place]):
                self._add(child, self._depths[place] + 1, nodes, depths)
            self.nodes[place + 1 : place + 1] = nodes
            self._depths[place + 1 : place + 1] = depths

    def fold(self, place: int) -> None:
        """Take away what stands below a line."""
        depth, end = self._depths[place], place + 1
        while end < len(self) and self._depths[end] > depth:
            end += 1
        del self.nodes[place + 1 : end]
        del self._depths[place + 1 : end]

    def _add(self, node: int, depth: int, nodes: array[int], depths: array[int]) -> None:
        waiting = [(node, depth)]
        while waiting:
            found, far = waiting.pop()
            nodes.append(found)
            depths.append(min(far, 255))
            if self._is_open(found):
                waiting += [(child, far + 1) for child in reversed(self._children(found))]
