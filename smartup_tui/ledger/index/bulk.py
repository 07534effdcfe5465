"""Many records at once: the cells of a column are read together, several times faster than row by row.

What is stored is what `storing.value_builder` makes of each row. Records of which this is not certain are left to it:
those with quotes, and all those beside a row that can not be read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import repeat
from typing import Any, Final, NamedTuple

from smartup_tui.ledger.cells import CellError
from smartup_tui.ledger.csvfile import RecordError, parse_record
from smartup_tui.ledger.index.storing import storer, value_builder
from smartup_tui.ledger.schema import Cell, Column, Table

_AT_ONCE: Final = 4096
_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", re.ASCII)
_PLAIN_TEXT: Final = frozenset({Cell.TEXT, Cell.SUMMARY})

Values = Sequence[Any]


class Unreadable(NamedTuple):
    """A record that can not be read: which, in what column, and why."""

    at: int
    column: str | None
    message: str
    expected: str


def plain_lines(data: bytes) -> list[bytes] | None:
    """The lines of a file in which each of them is a record, the first the header; None where that is not certain."""
    if b"\r" in data or b"\n#" in data or b"\n\n" in data or b"\n " in data or b"\n\t" in data:
        return None
    lines = data.split(b"\n")
    if not lines[-1]:
        lines.pop()
    if not lines or lines[0][:1] in {b"", b"#", b" ", b"\t"} or b'"' in lines[0] or not lines[0].isascii():
        return None
    if b'"' in data and any(line.count(b'"') % 2 for line in lines if b'"' in line):
        return None
    return lines


def decoded(
    table: Table[Any], header: tuple[str, ...], raws: Sequence[bytes]
) -> Iterator[tuple[int, Values] | Unreadable]:
    """The stored values of each record with its place among `raws`, or why it can not be read; in no certain order."""
    build = value_builder(table, header)
    plan = [(header.index(c.name) if c.name in header else None, _column_storer(c)) for c in table.columns]
    for start in range(0, len(raws), _AT_ONCE):
        part = raws[start : start + _AT_ONCE]
        easy = [at for at, raw in enumerate(part) if b'"' not in raw and b"\r" not in raw]
        columns = _columns([part[at] for at in easy], len(header), plan)
        if columns is None:
            easy = []
        else:
            yield from zip((start + at for at in easy), zip(*columns, strict=True), strict=True)
        if len(easy) < len(part):
            known = frozenset(easy)
            for at, raw in enumerate(part):
                if at not in known:
                    yield _one(build, start + at, raw)


def _one(build: Callable[[list[str]], list[Any]], at: int, raw: bytes) -> tuple[int, Values] | Unreadable:
    try:
        return at, build(parse_record(raw))
    except CellError as error:
        return Unreadable(at, error.column, error.message, error.expected)
    except RecordError as error:
        return Unreadable(at, None, str(error), error.expected)


def _columns(
    raws: Sequence[bytes], width: int, plan: Sequence[tuple[int | None, Callable[[Sequence[str]], Values]]]
) -> list[Values] | None:
    """The stored values of records without quotes, column by column; None when one of them can not be read."""
    if not raws:
        return None
    try:
        rows = [line.split(",") for line in b"\n".join(raws).decode("utf-8").split("\n")]
        if set(map(len, rows)) != {width}:
            return None
        found = list(zip(*rows, strict=True))
        return [store(found[at] if at is not None else ("",) * len(rows)) for at, store in plan]
    except ValueError:  # bytes that are no UTF-8, and cells that can not be read
        return None


def _column_storer(column: Column) -> Callable[[Sequence[str]], Values]:
    one = storer(column)

    def each(cells: Sequence[str]) -> Values:
        """Every different cell once: amounts, names and days come again and again."""
        known = {cell: one(cell) for cell in set(cells)}
        return list(map(known.__getitem__, cells))

    def texts(cells: Sequence[str]) -> Values:
        return each(cells) if "" in cells or any(map(str.startswith, cells, repeat("'"))) else cells

    def times(cells: Sequence[str]) -> Values:
        moments = set(cells)
        if not all(map(_TIME.fullmatch, moments)):
            return each(cells)
        for moment in moments:
            datetime.fromisoformat(moment)
        return cells

    if column.cell in _PLAIN_TEXT:
        return texts
    return times if column.cell is Cell.TIMESTAMP else each


__all__ = ["Unreadable", "decoded", "plain_lines"]
