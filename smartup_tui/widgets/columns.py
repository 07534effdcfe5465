"""How the columns of a table share a width."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from smartup_tui.text import width
from smartup_tui.widgets.glyphs import Tone


@dataclass(frozen=True, slots=True)
class Column:
    """One column: of `width` cells, or flexible (None) with at least `minimum` cells and a share by `weight`.

    A column of ids is `width` cells wide at first, and as wide as the widest that has come, up to `most`: no id is cut.
    Where there is not enough room, the column with the highest `drop` disappears first; 0 stays always.
    """

    title: str
    width: int | None = None
    minimum: int = 12
    weight: int = 1
    align: Literal["left", "right"] = "left"
    drop: int = 0
    tone: Tone = ""
    most: int = 0


@lru_cache(maxsize=64)
def _lay_out(columns: tuple[Column, ...], room: int, gap: int) -> tuple[tuple[int, int], ...]:
    shown = list(range(len(columns)))

    def needed() -> int:
        return sum(columns[i].width or columns[i].minimum for i in shown) + gap * (len(shown) - 1)

    while len(shown) > 1 and needed() > room:
        last = max(shown, key=lambda i: (columns[i].drop, i))
        if columns[last].drop == 0:
            break
        shown.remove(last)
    spare = max(0, room - needed())
    flexible = [i for i in shown if columns[i].width is None]
    weights = sum(columns[i].weight for i in flexible)
    laid: list[tuple[int, int]] = []
    left = room
    for i in shown:
        cells = columns[i].width or columns[i].minimum
        if i in flexible:
            share = spare if i == flexible[-1] else (room - needed()) * columns[i].weight // weights
            share = max(0, min(share, spare))
            spare -= share
            cells += share
        cells = max(0, min(cells, left))
        left -= cells + gap
        laid.append((i, cells))
    return tuple(laid)


def widened(columns: tuple[Column, ...], rows: Iterable[Sequence[str]]) -> tuple[Column, ...]:
    """The columns with those of ids as wide as these rows want them; they never become narrower."""
    if not any(column.most for column in columns):
        return columns
    seen = list(rows)

    def wide(number: int, column: Column) -> int:
        widest = max((width(cells[number]) for cells in seen if number < len(cells)), default=0)
        return max(column.width or 0, min(widest, column.most))

    return tuple(replace(c, width=wide(n, c)) if c.most else c for n, c in enumerate(columns))


def lay_out(columns: Sequence[Column], room: int, gap: int) -> tuple[tuple[int, int], ...]:
    """The shown columns as (number, cells), which with their gaps take at most `room` cells."""
    return _lay_out(tuple(columns), room, gap)
