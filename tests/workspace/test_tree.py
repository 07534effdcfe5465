"""A folded tree shows what a plain walk over what is unfolded shows, whatever was folded and unfolded before."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from smartup_tui.workspace.tree import FoldedTree

CHILDREN = {0: [1, 2, 3], 1: [4, 5], 4: [6], 3: [7, 8], 9: []}
ROOTS = (0, 9)


def children(node: int) -> list[int]:
    return CHILDREN.get(node, [])


def walked(opened: set[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []

    def visit(node: int, depth: int) -> None:
        found.append((node, depth))
        if node in opened:
            for child in children(node):
                visit(child, depth + 1)

    for root in ROOTS:
        visit(root, 0)
    return found


@settings(max_examples=60)
@given(st.lists(st.integers(0, 9)))
def test_folding_in_any_order_is_the_walk(turns: list[int]) -> None:
    opened: set[int] = set()
    tree = FoldedTree(ROOTS, children, lambda node: node in opened)
    for node in turns:
        place = tree.position(node)
        if place is None:
            continue
        if node in opened:
            opened.discard(node)
            tree.fold(place)
        else:
            opened.add(node)
            tree.unfold(place)
        seen = [(found, tree.depth(where)) for where, found in enumerate(tree.nodes)]
        assert seen == walked(opened)


def test_what_is_folded_away_is_not_asked_for() -> None:
    asked: list[int] = []

    def asking(node: int) -> list[int]:
        asked.append(node)
        return children(node)

    tree = FoldedTree(ROOTS, asking, lambda _: False)
    assert (list(tree.nodes), asked) == ([0, 9], [])
    tree.unfold(0)
    tree.unfold(0)
    assert (list(tree.nodes), asked) == ([0, 1, 2, 3, 9], [0])
    assert tree.above(2) == 0
    assert tree.above(4) is None
    assert tree.position(6) is None
