"""An explanation as a tree that is unfolded line by line: what nobody unfolds is not read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from smartup_tui.workspace.explain import Evidence, Explanation, below, has_below
from smartup_tui.workspace.tree import FoldedTree


@dataclass(frozen=True, slots=True)
class _Node:
    """A part, what is explained above it, and its place in words, which stays the same when it is read anew."""

    part: Explanation
    above: frozenset[str]
    key: str


class ExplainTree:
    """The parts of one explanation by number, the whole being 0."""

    def __init__(self, evidence: Evidence, whole: Explanation) -> None:
        """Nothing below the whole is read yet."""
        self._evidence = evidence
        self._nodes = [_Node(whole, frozenset(), "")]
        self._children: dict[int, list[int]] = {}
        self._parents: dict[int, int] = {}

    def part(self, node: int) -> Explanation:
        """What a node is."""
        return self._nodes[node].part

    def key(self, node: int) -> str:
        """What a node is remembered by."""
        return self._nodes[node].key

    def has_children(self, node: int) -> bool:
        """Whether there is anything to unfold, without reading it."""
        known = self._children.get(node)
        return bool(known) if known is not None else has_below(self.part(node), self._known(node))

    def children(self, node: int) -> Sequence[int]:
        """The parts of a node, read when they are first asked for."""
        if node not in self._children:
            known, found = self._known(node), list[int]()
            for number, part in enumerate(below(self._evidence, self.part(node), known)):
                name = str(part.where or part.about or f"{number} {part.title}")
                self._parents[len(self._nodes)] = node
                found.append(len(self._nodes))
                self._nodes.append(_Node(part, known, f"{self.key(node)}/{name}"))
            self._children[node] = found
        return self._children[node]

    def lines(self, unfolded: set[str]) -> FoldedTree:
        """The lines that are seen, where these keys are unfolded."""
        return FoldedTree([0], self.children, lambda node: self.key(node) in unfolded)

    def find(self, mark: str, levels: int = 2) -> tuple[int, list[int]] | None:
        """The node of a row (`file:line`) or of what leads to an id, with the nodes over it, a few levels down."""
        here = [0]
        for _ in range(levels + 1):
            for node in here:
                part = self.part(node)
                if mark in (str(part.where), part.entity) and node:
                    return node, self.way(node)
            here = [child for node in here if self.part(node).parts for child in self.children(node)]
        return None

    def way(self, node: int) -> list[int]:
        """The nodes over one, the nearest first."""
        found = []
        while node in self._parents:
            node = self._parents[node]
            found.append(node)
        return found

    def matching(self, words: Sequence[str]) -> list[int]:
        """The nodes that have been read and hold all words."""
        return [number for number, node in enumerate(self._nodes) if all(w in _text(node.part) for w in words)]

    def _known(self, node: int) -> frozenset[str]:
        found = self._nodes[node]
        return found.above | {found.part.about} if found.part.about else found.above


def _text(part: Explanation) -> str:
    return " ".join((part.title, part.value, part.note, part.actor, str(part.where or ""))).lower()
