"""The typed rows of one file of a table: parsed once, indexed when asked, grown when lines were added.

A row that can not be read is left out and reported; the others stand (ledger.md §2).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Generic

from smartup_tui.ledger.cells import CellError, decoder
from smartup_tui.ledger.csvfile import CsvFile, RecordError, parse_record
from smartup_tui.ledger.problems import Problem
from smartup_tui.ledger.schema import R, Table

Fact = Mapping[str, Any]
"""What rows add up to; it can be written as JSON."""


class Part(Generic[R]):
    """The rows of one file: `rows` in file order, `lines` their line numbers, `problems` what could not be read."""

    __slots__ = ("_facts", "_indexes", "by_raw", "data", "header", "lines", "path", "problems", "rows")

    def __init__(self, path: str, header: tuple[str, ...]) -> None:
        """An empty part; `parse_part` fills it."""
        self.path = path
        self.header = header
        self.rows: list[R] = []
        self.lines: list[int] = []
        self.problems: tuple[Problem, ...] = ()
        self.by_raw: dict[bytes, R] = {}
        self.data = b""
        self._indexes: dict[tuple[str, ...], dict[Any, tuple[R, ...]]] = {}
        self._facts: dict[str, Fact] = {}

    def index(self, fields: tuple[str, ...]) -> Mapping[Any, tuple[R, ...]]:
        """The rows by the values of one field, or by the tuple of several; built at the first question."""
        known = self._indexes.get(fields)
        if known is None:
            lists: dict[Any, list[R]] = {}
            single = fields[0] if len(fields) == 1 else None
            for row in self.rows:
                key = getattr(row, single) if single else tuple(getattr(row, name) for name in fields)
                lists.setdefault(key, []).append(row)
            known = self._indexes[fields] = {key: tuple(found) for key, found in lists.items()}
        return known

    def fact(self, name: str, add_up: Callable[[Sequence[R]], Fact]) -> Fact:
        """What the rows add up to under this name; added up once."""
        known = self._facts.get(name)
        if known is None:
            known = self._facts[name] = add_up(self.rows)
        return known

    def moved(self, path: str) -> Part[R]:
        """The same rows under another path, as when a full log becomes a segment."""
        part: Part[R] = Part(path, self.header)
        part.rows, part.lines, part._indexes, part._facts = self.rows, self.lines, self._indexes, self._facts
        part.problems = tuple(replace(problem, path=path) for problem in self.problems)
        return part

    def release(self) -> None:
        """Let go of what only the reading of a next version needs."""
        self.by_raw, self.data = {}, b""

    def grow(self, earlier: Part[R]) -> None:
        """Take over the rows and indexes of an earlier version, to which rows will be added by `add`."""
        self.rows, self.lines = list(earlier.rows), list(earlier.lines)
        self.by_raw = earlier.by_raw
        self._indexes = {fields: dict(index) for fields, index in list(earlier._indexes.items())}

    def add(self, raw: bytes, row: R, line: int) -> None:
        """Add a row at the end."""
        self.by_raw[raw] = row
        self.rows.append(row)
        self.lines.append(line)
        for fields, index in self._indexes.items():
            key = getattr(row, fields[0]) if len(fields) == 1 else tuple(getattr(row, name) for name in fields)
            index[key] = (*index.get(key, ()), row)


def parse_part(table: Table[R], data: bytes, path: str, known: Part[R] | None = None) -> Part[R]:
    """Read a file's rows. `known` is an earlier version, whose unchanged lines are not decoded again."""
    earlier = known.data if known is not None else b""
    if known is not None and earlier and not known.problems and _only_grew(data, earlier):
        part: Part[R] = Part(path, known.header)
        part.grow(known)
        file = CsvFile.parse_tail(data[len(earlier) :], path, known.header, earlier.count(b"\n") + 1)
    else:
        file = CsvFile.parse(data, path)
        part = Part(path, file.header)
    part.data = data
    problems: list[Problem] = _header_problems(table, file)
    if any(p.expected.startswith("the column") for p in problems):
        part.problems = tuple(problems)
        return part
    build = row_builder(table, file.header)
    memo = known.by_raw if known is not None and known.header == file.header else {}
    for record in file.records:
        row = memo.get(record.raw)
        if row is None:
            try:
                row = build(parse_record(record.raw))
            except CellError as error:
                problems.append(Problem(path, record.line, error.column, error.message, error.expected))
                continue
            except RecordError as error:
                problems.append(Problem(path, record.line, None, str(error), error.expected))
                continue
        part.add(record.raw, row, record.line)
    problems += _doubles(table, part)
    part.problems = tuple(problems)
    return part


def _only_grew(data: bytes, earlier: bytes) -> bool:
    """Whether lines were added and nothing else; an open quote before them might change what they are."""
    return data.startswith(earlier) and earlier.endswith(b"\n") and earlier.count(b'"') % 2 == 0


def _header_problems(table: Table[Any], file: CsvFile) -> list[Problem]:
    """Columns that are missing, of which the first names all that the header has; and columns that stand twice."""
    if not file.header:
        return [Problem(file.path, 1, None, "there is no header", f"the column {table.header[0]} and the others")]
    found = ", ".join(file.header)
    problems = [
        Problem(file.path, 1, c.name, f"the header lacks this column; it has {found}", f"the column {c.name}")
        for c in table.columns
        if c.name not in file.header and not c.optional
    ]
    twice = sorted({name for name in file.header if name and file.header.count(name) > 1})
    message = "the header has this column twice; the first counts"
    return problems + [Problem(file.path, 1, name, message, "each once") for name in twice]


def row_builder(table: Table[R], header: tuple[str, ...]) -> Callable[[list[str]], R]:
    """The function that makes a row of a record's fields, whatever the order of the columns in this file.

    It raises CellError or RecordError for a row that can not be read.
    """
    width = len(header)
    plan = [(header.index(c.name) if c.name in header else width, decoder(c)) for c in table.columns]
    make = table.row

    def build(fields: list[str]) -> R:
        if len(fields) != width:
            raise RecordError(f"the row has {len(fields)} cells", f"{width} cells, as the header has")
        fields.append("")  # what a column that this file lacks holds
        return make(*[read(fields[at]) for at, read in plan])

    return build


def _doubles(table: Table[R], part: Part[R]) -> list[Problem]:
    """Rows of a register that repeat a key: the first counts."""
    if not table.key:
        return []
    if len(part.index(key_fields(table))) == len(part.rows):
        return []
    seen: set[tuple[Any, ...]] = set()
    problems = []
    for row, line in zip(part.rows, part.lines, strict=True):
        key = tuple(getattr(row, name) for name in key_fields(table))
        if key in seen:
            message = f"a second row for {' '.join(map(str, key))}; the first counts"
            problems.append(Problem(part.path, line, table.key[0], message, "one row for each entity"))
        seen.add(key)
    return problems


def key_fields(table: Table[Any]) -> tuple[str, ...]:
    return tuple(next(c.field for c in table.columns if c.name == name) for name in table.key)
