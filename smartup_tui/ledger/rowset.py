"""The typed rows of a table, read once per file version and shared between snapshots.

A row that can not be read is left out and reported; the others stand (ledger.md §2).
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Generic, overload

from smartup_tui.ledger.cells import CellError, decoder
from smartup_tui.ledger.csvfile import CsvFile, Record, RecordError, parse_record
from smartup_tui.ledger.problems import Problem
from smartup_tui.ledger.schema import R, Table
from smartup_tui.ledger.tree import Tree

_SEGMENT = re.compile(r"[0-9]{6}\.csv\Z")
_PARTS_KEPT = 512
_SUPERSEDED_KEPT = 32


class Part(Generic[R]):
    """The rows of one file: `rows` in file order, `lines` their line numbers, `problems` what could not be read."""

    __slots__ = ("_indexes", "_largest", "by_raw", "data", "header", "lines", "path", "problems", "rows")

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
        self._largest: dict[str, int] = {}

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

    def largest(self, field: str) -> int:
        """The largest number at the end of the ids in a field, 0 when there is none; looked for once."""
        known = self._largest.get(field)
        if known is None:
            known = self._largest[field] = max((number(getattr(row, field)) for row in self.rows), default=0)
        return known

    def moved(self, path: str) -> Part[R]:
        """The same rows under another path, as when a full log becomes a segment."""
        part: Part[R] = Part(path, self.header)
        part.rows, part.lines, part._indexes, part._largest = self.rows, self.lines, self._indexes, self._largest
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
    if len(part.index(_key_fields(table))) == len(part.rows):
        return []
    seen: set[tuple[Any, ...]] = set()
    problems = []
    for row, line in zip(part.rows, part.lines, strict=True):
        key = tuple(getattr(row, name) for name in _key_fields(table))
        if key in seen:
            message = f"a second row for {' '.join(map(str, key))}; the first counts"
            problems.append(Problem(part.path, line, table.key[0], message, "one row for each entity"))
        seen.add(key)
    return problems


def _key_fields(table: Table[Any]) -> tuple[str, ...]:
    return tuple(next(c.field for c in table.columns if c.name == name) for name in table.key)


class RowCache:
    """Parsed files by table and blob id, shared between snapshots and threads.

    The newest version of each path is kept, and a few of those it superseded, for snapshots that still look at them.
    """

    def __init__(self) -> None:
        """An empty cache."""
        self.quiet_day: date | None = None
        """A day on which it was seen that no time effect was due (`economy.effect.is_quiet`)."""
        self._lock = threading.Lock()
        self._parts: OrderedDict[tuple[str, str], Part[Any]] = OrderedDict()
        self._newest: dict[tuple[str, str], tuple[tuple[str, str], Part[Any]]] = {}
        self._superseded: OrderedDict[tuple[str, str], None] = OrderedDict()

    def part(self, table: Table[R], path: str, tree: Tree) -> Part[R] | None:
        """The rows of one file of a tree, None when there is no such file."""
        blob = tree.blob_id(path)
        if blob is None:
            return None
        key = (table.name, blob)
        with self._lock:
            found = self._parts.get(key)
            if found is not None:
                self._parts.move_to_end(key)
            _, known = self._newest.get((table.name, path), (None, None))
        if found is None:
            data = tree.read(path)
            if data is None:
                return None
            found = parse_part(table, data, path, known)
            self._keep(key, (table.name, path), found)
        if found.path == path:
            return found
        moved = found.moved(path)
        self._keep(key, (table.name, path), moved)
        return moved

    def _keep(self, key: tuple[str, str], place: tuple[str, str], part: Part[Any]) -> None:
        """Remember a part as the newest of its place, and let go of what is too old."""
        with self._lock:
            self._parts[key] = part
            self._superseded.pop(key, None)
            before = self._newest.get(place)
            self._newest[place] = (key, part)
            if before is not None and before[0] != key:
                before[1].release()
                self._superseded[before[0]] = None
            while len(self._superseded) > _SUPERSEDED_KEPT:
                self._parts.pop(self._superseded.popitem(last=False)[0], None)
            while len(self._parts) > _PARTS_KEPT:
                self._parts.popitem(last=False)


class _LazyParts(Sequence[Part[R]]):
    """The parts of a table, each read when it is first asked for: a command seldom needs what is long past."""

    def __init__(self, paths: Sequence[str], load: Callable[[str], Part[R]]) -> None:
        self._paths = paths
        self._load = load
        self._loaded: dict[int, Part[R]] = {}

    def __len__(self) -> int:
        return len(self._paths)

    @overload
    def __getitem__(self, index: int) -> Part[R]: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Part[R]]: ...
    def __getitem__(self, index: int | slice) -> Part[R] | Sequence[Part[R]]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        at = range(len(self))[index]
        if at not in self._loaded:
            self._loaded[at] = self._load(self._paths[at])
        return self._loaded[at]


class Rows(Sequence[R]):
    """All rows of a table in one snapshot: segments first, in file order; bad rows are left out and reported."""

    def __init__(self, table: Table[R], parts: Sequence[Part[R]], *, has_live: bool = True) -> None:
        """Join the parts of a table; `has_live` says whether the last is the table's own file."""
        self.table = table
        self.parts = parts
        self._has_live = has_live and bool(parts)
        self._joined: list[R] | None = None
        self._key = _key_fields(table)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What could not be read, in all parts."""
        return tuple(problem for part in self.parts for problem in part.problems)

    @property
    def first(self) -> R | None:
        """The first row of all, None when there is none."""
        return next((part.rows[0] for part in self.parts if part.rows), None)

    @property
    def live(self) -> Part[R] | None:
        """The rows of the table's own file, which may still change; None when there is no such file."""
        return self.parts[-1] if self._has_live else None

    @property
    def _rows(self) -> list[R]:
        """All rows in one list, joined when somebody asks for more than a look-up."""
        if self._joined is None:
            single = len(self.parts) == 1
            self._joined = self.parts[0].rows if single else [row for part in self.parts for row in part.rows]
        return self._joined

    def __len__(self) -> int:
        """How many rows could be read."""
        return sum(len(part.rows) for part in self.parts)

    @overload
    def __getitem__(self, index: int) -> R: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[R]: ...
    def __getitem__(self, index: int | slice) -> R | Sequence[R]:
        """A row, or some rows, by position."""
        return self._rows[index]

    def __iter__(self) -> Iterator[R]:
        """The rows in order."""
        return iter(self._rows)

    def placed(self) -> Iterator[tuple[R, str]]:
        """The rows in order, each with the file and line where it stands."""
        for part in self.parts:
            for row, line in zip(part.rows, part.lines, strict=True):
                yield row, f"{part.path}:{line}"

    def get(self, *key: str) -> R | None:
        """The row of a register with these values in the table's key columns, None when there is none."""
        if len(key) != len(self._key):
            raise ValueError(f"the key of {self.table.name} is {', '.join(self.table.key) or 'none: it is a log'}")
        wanted = key[0] if len(key) == 1 else key
        for part in self.newest_first():  # what is asked for has seldom been final for long
            found = part.index(self._key).get(wanted)
            if found:
                return found[0]
        return None

    def where(self, **values: Any) -> tuple[R, ...]:
        """The rows whose fields have these values, in order; answered from an index that is kept with the file."""
        fields = tuple(sorted(values))
        wanted = values[fields[0]] if len(fields) == 1 else tuple(values[name] for name in fields)
        found = [part.index(fields).get(wanted, ()) for part in self.parts]
        return found[0] if len(found) == 1 else tuple(row for rows in found for row in rows)

    def unrolled(self, **values: Any) -> tuple[R, ...]:
        """The rows with these values in the table's own file: all there are of a status that is not final.

        Only final rows roll into segments (ledger.md §2), so a look for what is open reads none of them.
        """
        live = self.live
        if live is None:
            return ()
        fields = tuple(sorted(values))
        return live.index(fields).get(values[fields[0]] if len(fields) == 1 else tuple(values[n] for n in fields), ())

    def largest(self, field: str) -> int:
        """The largest number at the end of the ids in a field, 0 when there is none; kept with each file."""
        return max((part.largest(field) for part in self.parts), default=0)

    def last(self, **values: Any) -> R | None:
        """The last row with these values, None when there is none; looked for from the end."""
        fields = tuple(sorted(values))
        wanted = values[fields[0]] if len(fields) == 1 else tuple(values[name] for name in fields)
        for part in self.newest_first():
            found = part.index(fields).get(wanted)
            if found:
                return found[-1]
        return None

    def newest_first(self) -> Iterator[Part[R]]:
        """The parts from the end, each read only when it is reached."""
        return (self.parts[at] for at in range(len(self.parts) - 1, -1, -1))


def number(entity_id: str) -> int:
    """The running number of an id such as `g_12`, so that 12 comes after 9; 0 when there is none."""
    tail = entity_id.rsplit("_", 1)[-1]
    return int(tail) if tail.isascii() and tail.isdigit() else 0


def segment_paths(table: Table[Any], tree: Tree) -> tuple[str, ...]:
    """The paths of a table's full segments in order."""
    prefix = table.segments
    return tuple(path for path in tree.paths(prefix) if _SEGMENT.match(path, len(prefix)))


def read_rows(table: Table[R], tree: Tree, cache: RowCache) -> Rows[R]:
    """The rows of a table in a tree; a table without a file has none."""
    has_live = tree.blob_id(table.path) is not None
    paths = (*segment_paths(table, tree), *([table.path] if has_live else []))

    def load(path: str) -> Part[R]:
        return cache.part(table, path, tree) or Part(path, ())

    return Rows(table, _LazyParts(paths, load), has_live=has_live)


__all__ = ["Part", "Record", "RowCache", "Rows", "number", "parse_part", "read_rows", "row_builder", "segment_paths"]
