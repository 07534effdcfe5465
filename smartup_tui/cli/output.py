"""Plain output: tables for people, JSON for programs. Nothing is coloured, and every text has passed the gate."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from smartup_tui.text import clean, clean_line, fit, width
from smartup_tui.workspace import words


def print_json(value: Any) -> None:
    """One JSON document; money and percentages as text, times ISO 8601 UTC."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=_plain)
    print()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def print_table(header: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[int] = ()) -> None:
    """Columns as wide as their texts; on a terminal the widest is cut so that lines fit. `right` aligns columns."""
    cells = [[clean_line(cell, 200) for cell in row] for row in rows]
    widths = [max([width(name), *(width(row[i]) for row in cells)]) for i, name in enumerate(header)]
    if sys.stdout.isatty():
        over = sum(widths) + 2 * (len(widths) - 1) - shutil.get_terminal_size().columns
        widest = widths.index(max(widths))
        widths[widest] = max(12, widths[widest] - max(0, over))
    for row in [list(header), *cells]:
        parts = [
            fit(c, w, align="right" if i in right else "left") for i, (c, w) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(parts).rstrip())


def print_text(text: str) -> None:
    """A text of the ledger, whole."""
    print(clean(text))


def print_as_of(as_of: datetime | None, more: str = "") -> None:
    """How old what was printed is, and what else is to be said of all of it."""
    if as_of is not None:
        print(f"\n{more}as of {words.day_and_time(as_of)}")


def progress_line(text: str) -> None:
    """A line about long work, on standard error; it overwrites itself on a terminal and is left out of a pipe."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()


def progress_end() -> None:
    """Take the progress line away."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
