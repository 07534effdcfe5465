"""Which rows a commit added to a table, and which old ones it touched, from the bytes before and after.

The cost is that of the files that changed; segments that stay are never opened.
"""

from __future__ import annotations

import difflib
from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Any, Final

from smartup_tui.ledger.cells import CellError
from smartup_tui.ledger.csvfile import CsvFile, Record, RecordError, parse_record
from smartup_tui.ledger.rowset import row_builder
from smartup_tui.ledger.schema import R, Table
from smartup_tui.ledger.tree import Tree

_COMPARED: Final = 3000
"""Lines up to which two versions are matched line by line; beyond, only the first that differ are told."""
_TOLD: Final = 12


@dataclass(frozen=True, slots=True)
class Touched:
    """Old lines that are not as they were: the first one's number, the lines before and after, and how many in all."""

    line: int
    before: str
    after: str
    count: int


def changed_files(table: Table[Any], changed: Container[str], tree: Tree) -> list[str]:
    """The files of a table in `tree` that are among the changed paths; segments first."""
    paths = [path for path in tree.paths(table.segments) if path in changed and path.endswith(".csv")]
    return [*paths, table.path] if table.path in changed and tree.blob_id(table.path) is not None else paths


def added_rows(table: Table[R], changed: Container[str], before: Tree, after: Tree) -> tuple[R, ...]:
    """The rows that `after` has and `before` has not, in file order; a register's changed rows are among them.

    Rows that only moved into a segment are not new. What can not be read is left out: other checks name it.
    """
    new = changed_files(table, changed, after)
    if not new:
        return ()
    old, main = changed_files(table, changed, before), before.read(table.path)
    known: set[bytes] | None = None
    found: list[R] = []
    for path in new:
        data = after.read(path) or b""
        earlier = before.read(path)
        header, records = CsvFile.parse(data[: data.find(b"\n") + 1], path).header, None
        for part in (earlier, main):
            if part and data.startswith(part) and part.endswith(b"\n") and part.count(b'"') % 2 == 0:
                records = list(CsvFile.parse_tail(data[len(part) :], path, header, 1).records)
                break
        if records is None or (path != table.path and earlier is None and main is None):
            file = CsvFile.parse(data, path)
            header, records = file.header, list(file.records)
        if known is None and records:
            known = {r.raw for place in old for r in CsvFile.parse(before.read(place) or b"", place).records}
        found += _typed(table, header, [record for record in records if record.raw not in (known or ())])
    return tuple(found)


def _typed(table: Table[R], header: tuple[str, ...], records: list[Record]) -> Iterator[R]:
    if any(column.name not in header and not column.optional for column in table.columns):
        return
    build = row_builder(table, header)
    for record in records:
        try:
            yield build(parse_record(record.raw))
        except (CellError, RecordError):
            continue


def removed_keys(table: Table[Any], changed: Container[str], before: Tree, after: Tree) -> list[tuple[str, str]]:
    """The rows of a register that are gone: each with its key and its bytes as text."""
    old = _keyed(table, changed, before)
    if not old:
        return []
    new = _keyed(table, changed, after)
    return [(" ".join(key), raw) for key, raw in old.items() if key not in new]


def _keyed(table: Table[Any], changed: Container[str], tree: Tree) -> dict[tuple[str, ...], str]:
    found = {}
    for path in changed_files(table, changed, tree):
        file = CsvFile.parse(tree.read(path) or b"", path)
        places = [file.header.index(name) for name in table.key if name in file.header]
        if len(places) != len(table.key):
            continue
        for record in file.records:
            try:
                cells = parse_record(record.raw)
            except RecordError:
                continue
            if len(cells) > max(places):
                found[tuple(cells[at] for at in places)] = record.raw.decode("utf-8", "replace")
    return found


def grew(old: bytes, new: bytes) -> bool:
    """Whether `new` is `old` with lines behind it."""
    if not new.startswith(old):
        return False
    rest = new[len(old) :]
    return not old or not rest or old.endswith(b"\n") or rest.startswith((b"\n", b"\r\n"))


def touched(old: bytes, new: bytes) -> Touched:
    """What of an append-only file is not as it was; lines added behind its end are lawful and not told."""
    was, now = old.split(b"\n"), new.split(b"\n")
    if was and not was[-1]:
        was.pop()
    if now and not now[-1]:
        now.pop()
    start = next((n for n, (a, b) in enumerate(zip(was, now, strict=False)) if a != b), min(len(was), len(now)))
    was, now = was[start:], now[start:]
    gone: list[bytes] = []
    came: list[bytes] = []
    first: int | None = None
    if len(was) > _COMPARED or len(now) > _COMPARED:
        gone, came, first = was[:_TOLD], now[:_TOLD], start
    else:
        matcher = difflib.SequenceMatcher(None, was, now, autojunk=False)
        for kind, i1, i2, j1, j2 in matcher.get_opcodes():
            if kind == "equal" or (kind == "insert" and i1 == len(was)):
                continue
            # Of a change at the end only as many new lines stand in the place of old ones; the rest were added.
            end = min(j2, j1 + i2 - i1) if i2 == len(was) else j2
            gone, came = gone + was[i1:i2], came + now[j1:end]
            first = start + i1 if first is None else first
    line = 1 + (start if first is None else first)
    return Touched(line, _text(gone), _text(came), max(len(gone), len(came)))


def _text(lines: list[bytes]) -> str:
    shown = [line.decode("utf-8", "replace") for line in lines[:_TOLD]]
    return "\n".join(shown + ([f"… and {len(lines) - _TOLD} more"] if len(lines) > _TOLD else []))
