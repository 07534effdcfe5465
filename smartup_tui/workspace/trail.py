"""The way of a reader through pages: back to where they were, and forward again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class Stop:
    """A page and the place in it: the first line that was shown, and the link in hand."""

    path: str
    top: int = 0
    hand: int | None = None


class Trail:
    """What was read before and after the page that is read now."""

    def __init__(self) -> None:
        """Nothing was read yet."""
        self._before: list[Stop] = []
        self._after: list[Stop] = []

    def leave(self, here: Stop) -> None:
        """Go on to another page from here; what was ahead is gone."""
        self._before = [*self._before, here][-_LONGEST:]
        self._after.clear()

    def back(self, here: Stop | None) -> Stop | None:
        """The page before; None when this is the first."""
        return _step(self._before, self._after, here)

    def forward(self, here: Stop | None) -> Stop | None:
        """The page from which the reader came back; None when they did not."""
        return _step(self._after, self._before, here)


def _step(source: list[Stop], other: list[Stop], here: Stop | None) -> Stop | None:
    if not source:
        return None
    if here is not None:
        other.append(here)
    return source.pop()
