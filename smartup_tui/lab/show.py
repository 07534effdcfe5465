"""Progress of a lab on a terminal: one line for each part, changed in place; plain lines when it is no terminal."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Sequence
from typing import Final, TextIO

from smartup_tui.text import fit

_LABEL: Final = {
    "waiting": "",
    "starting": "starting",
    "ready": "ready",
    "restarting": "starting again",
    "held": "held down",
    "failed": "failed",
    "stopping": "stopping",
    "stopped": "stopped",
}
_COUNT_EVERY: Final = 5.0
"""Seconds between two lines of counting in a pipe."""


class Lines:
    """Lines in place on a terminal. Times count from the first word about a line."""

    def __init__(self, names: Sequence[str], out: TextIO | None = None) -> None:
        self._out = sys.stderr if out is None else out
        self._live = self._out.isatty()
        self._said: dict[str, str] = {}
        self._shown = dict.fromkeys(names, "")
        self._began: dict[str, float] = {}
        self._counted: dict[str, float] = {}
        self._drawn = 0

    def line(self, name: str, text: str) -> None:
        """Say how `name` is now; a text that is repeated is not said again."""
        word, colon, detail = text.partition(":")
        label = _LABEL.get(word, word) + colon + detail
        if self._said.get(name, "") == label:
            return
        took = time.monotonic() - self._began.setdefault(name, time.monotonic())
        self._said[name] = label
        self._shown[name] = f"{label:<14} {took:4.1f} s" if label == "ready" and took >= 0.05 else label
        if self._live:
            self._draw()
        elif word in _LABEL or self._is_time(name):
            self._out.write(f"{name}: {self._shown[name]}\n")
            self._out.flush()

    def _is_time(self, name: str) -> bool:
        """Whether a line that only counts is due again where every word stays."""
        now = time.monotonic()
        due = now - self._counted.get(name, 0.0) >= _COUNT_EVERY
        if due:
            self._counted[name] = now
        return due

    def end(self) -> None:
        """Leave the lines as they are; what comes next is written below them."""
        self._drawn = 0

    def _draw(self) -> None:
        columns = shutil.get_terminal_size().columns
        label = max(map(len, self._shown)) + 2
        up = f"\x1b[{self._drawn}A" if self._drawn else ""
        rows = [fit(f"  {name:<{label}}{text}", columns - 1).rstrip() for name, text in self._shown.items()]
        self._out.write(up + "".join(f"\r\x1b[K{row}\n" for row in rows))
        self._out.flush()
        self._drawn = len(rows)
