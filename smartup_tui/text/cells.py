"""Width in terminal cells, and cutting or padding to an exact width."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Literal

_WIDE_OR_UNSURE = re.compile(
    "[^ -~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482\u2010-\u2027\u2030-\u205e\u2190-\u21ff\u2500-\u25fc\u2713\u2717]"
)
"""Characters outside ranges that are known to take one cell; only these are looked up."""


@lru_cache(maxsize=1)
def _table() -> Callable[[str], int]:
    # The tables cost 15 ms to import; a screen of Latin text never needs them.
    from wcwidth import wcwidth  # noqa: PLC0415

    return wcwidth


@lru_cache(maxsize=4096)
def _of(character: str) -> int:
    return max(0, _table()(character))


def width(s: str) -> int:
    """Cells that `s` takes in a terminal, for text that passed the gate (a control character counts nothing)."""
    if not _WIDE_OR_UNSURE.search(s):
        return len(s)
    return sum(map(_of, s))


def fit(s: str, cells: int, align: Literal["left", "right"] = "left", ellipsis: str = "…") -> str:
    """`s` cut or padded to exactly `cells` cells; a cut is marked by `ellipsis`, for which there is always room."""
    if cells <= 0:
        return ""
    taken = width(s)
    if taken > cells:
        mark = _head(ellipsis, cells)
        s = _head(s, cells - width(mark)) + mark
        taken = width(s)
    padding = " " * (cells - taken)
    return padding + s if align == "right" else s + padding


def _head(s: str, cells: int) -> str:
    """The longest beginning of `s` that takes at most `cells` cells, marks on its last letter included."""
    if not _WIDE_OR_UNSURE.search(s):
        return s[:cells]
    taken = 0
    for index, character in enumerate(s):
        taken += _of(character)
        if taken > cells:
            return s[:index]
    return s
