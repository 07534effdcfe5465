"""The way of an owner: back to where they were before a jump, and forward again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from smartup_tui.workspace.session import Kept

S = TypeVar("S")

_LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read where the keys scroll it: the path of a page or the id of a message (empty: the page of the marked
    row), the first line that is shown, and the link in hand.
    """

    what: str = ""
    top: int = 0
    hand: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """An explanation that lies over a screen: what it explains, what of it is unfolded, and the line in hand."""

    wanted: str
    unfolded: frozenset[str]
    line: str


@dataclass(frozen=True, slots=True)
class Stop:
    """Where an owner stood: the screen and how it was, what was read on it, and the explanation that lay over it.

    `row` is the index of the marked row: for when what it showed is gone, and where several rows are about one thing.
    """

    screen: str
    kept: Kept
    row: int = 0
    reading: Reading | None = None
    asked: Asked | None = None


class Trail(Generic[S]):
    """The stops before and after the one that is here; those where one stands already are passed over."""

    def __init__(self) -> None:
        """Nothing was left yet."""
        self._before: list[S] = []
        self._after: list[S] = []

    def leave(self, here: S) -> None:
        """Go on from here; what was ahead is gone."""
        self._after.clear()
        if not self._before or self._before[-1] != here:
            self._before = [*self._before, here][-_LONGEST:]

    @property
    def leads_back(self) -> bool:
        """Whether there is anything to go back to."""
        return bool(self._before)

    def back(self, here: S | None) -> S | None:
        """The stop before; None at the beginning."""
        return _step(self._before, self._after, here)

    def forward(self, here: S | None) -> S | None:
        """The stop from which one came back; None where one did not."""
        return _step(self._after, self._before, here)


def _step(source: list[S], other: list[S], here: S | None) -> S | None:
    while source and source[-1] == here:
        source.pop()
    if not source:
        return None
    if here is not None:
        other.append(here)
    return source.pop()
