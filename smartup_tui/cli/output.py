"""Plain output: tables for people, JSON for programs. Nothing is coloured, and every text has passed the gate."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from smartup_tui.text import clean, clean_line, fit, width
from smartup_tui.workspace import words

_COMMANDING: Final = re.compile("[\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
"""What JSON may hold as it is, and a terminal would not show as text."""
_NARROWEST: Final = 12
"""Cells that every column of a table keeps."""
_WHOLE: Final = 10_000_000
"""Characters and lines of a text that is printed whole."""
_READABLE: Final = 100
"""Cells of a line of text, on a terminal that has more."""


def print_json(value: Any) -> None:
    """One JSON document: amounts as text, times ISO 8601 UTC; what would command a terminal, or has no place in the
    encoding of the output, is escaped.
    """
    takes_all = (sys.stdout.encoding or "").lower().startswith("utf")
    text = json.dumps(value, ensure_ascii=not takes_all, indent=2, default=_plain)
    print(_COMMANDING.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def print_table(header: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[int] = ()) -> None:
    """Columns as wide as their texts. On a terminal the widest are cut so that lines fit; where that leaves too little
    of them, each row stands on lines of its own. `right` aligns columns.
    """
    cells = [[clean_line(cell, 200) for cell in row] for row in rows]
    widths = [max([width(name), *(width(row[i]) for row in cells)]) for i, name in enumerate(header)]
    if sys.stdout.isatty() and not _narrow(widths, shutil.get_terminal_size().columns - 2 * (len(widths) - 1)):
        for row in cells:
            _print_stacked(header, row)
        return
    for row in [list(header), *cells]:
        parts = [
            fit(c, w, align="right" if i in right else "left") for i, (c, w) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(parts).rstrip())


def _narrow(widths: list[int], room: int) -> bool:
    """Take cells from the widest columns behind the first, one after the other, until a line fits; whether it does."""
    while sum(widths) > room:
        widest = max(range(1, len(widths)), key=widths.__getitem__, default=0)
        if widths[widest] <= _NARROWEST:
            return False
        widths[widest] -= 1
    return True


def _print_stacked(header: Sequence[str], row: Sequence[str]) -> None:
    """A row where no table fits: its first cells on one line, the others below it under their headings."""
    print_wrapped("  ".join(cell for cell in row[:2] if cell), 0)
    rest = [f"{name.lower()} {cell}" for name, cell in zip(header[2:], row[2:], strict=True) if cell]
    if rest:
        print_wrapped("; ".join(rest), 2)


def print_text(text: str) -> None:
    """A text of the ledger, whole."""
    print(clean(text, _WHOLE, _WHOLE))


def print_wrapped(text: str, indent: int) -> None:
    """A text on a line; on a terminal on as many as it needs, each so far in."""
    shown, margin = clean_line(text, 2_000), " " * indent
    if not sys.stdout.isatty():
        print(margin + shown)
        return
    room = max(24, min(_READABLE, shutil.get_terminal_size().columns) - indent)
    for number, line in enumerate(_lines(shown, room)):
        print(f"{margin}{'  ' if number else ''}{line}")


def _lines(text: str, room: int) -> list[str]:
    """A text in lines of so many cells; a word that is longer stands alone, and the terminal breaks it."""
    made, line, taken = list[str](), list[str](), 0
    for word in text.split(" "):
        cells = width(word)
        if line and taken + 1 + cells > room:
            made.append(" ".join(line))
            line, taken = [], 2  # those below begin a little further in
        taken += cells + (1 if line else 0)
        line.append(word)
    return [*made, " ".join(line)]


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
