"""The typed rows of a table, read once per file version and shared between snapshots.

A row that can not be read is left out and reported; the others stand (ledger.md §2).
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, Protocol, overload

from smartup_tui.ledger.part import Fact, Part, key_fields, parse_part, row_builder
from smartup_tui.ledger.problems import Problem
from smartup_tui.ledger.schema import R, Table
from smartup_tui.ledger.segment_index import SegmentIndex
from smartup_tui.ledger.tree import Tree

_SEGMENT = re.compile(r"[0-9]{6}\.csv\Z")
_PARTS_KEPT = 512
_SUPERSEDED_KEPT = 32


class RowCache:
    """Parsed files by table and blob id, shared between snapshots and threads.

    The newest version of each path is kept, and a few of those it superseded, for snapshots that still look at them.
    """

    def __init__(self, segments: SegmentIndex | None = None) -> None:
        """An empty cache; `segments` remembers between starts what full segments hold."""
        self.segments = segments
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

    def __init__(self, table: Table[R], paths: Sequence[str], tree: Tree, cache: RowCache) -> None:
        self._table, self._paths, self._tree, self._cache = table, paths, tree, cache
        self._loaded: dict[int, Part[R]] = {}
        self._blobs: list[str] | None = None

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
            path = self._paths[at]
            self._loaded[at] = self._cache.part(self._table, path, self._tree) or Part(path, ())
        return self._loaded[at]

    def holding(self, fields: tuple[str, ...], key: Any) -> Sequence[int]:
        """The places of those parts in which the fields may have this value, in order."""
        full, segments = self._full(), self._cache.segments
        if segments is None or not full:
            return range(len(self))
        places = {blob: at for at, blob in enumerate(full)}
        found = segments.holding(self._table, fields, key, full, lambda blob: self[places[blob]].index(fields))
        return (*(at for at, blob in enumerate(full) if blob in found), *range(len(full), len(self)))

    def facts(self, name: str, add_up: Callable[[Sequence[R]], Fact]) -> Iterator[Fact]:
        """What the rows of each part add up to, in order."""
        segments = self._cache.segments
        full = self._full() if segments is not None else ()
        for at in range(len(self)):
            if segments is not None and at < len(full):
                yield segments.fact(self._table, name, full[at], lambda at=at: self[at].fact(name, add_up))  # type: ignore[misc]
            else:
                yield self[at].fact(name, add_up)

    def _full(self) -> Sequence[str]:
        """The blob ids of the segments that never change again: all but the newest, to which a register may add."""
        if self._blobs is None:
            segments = [path for path in self._paths if path != self._table.path]
            self._blobs = [self._tree.blob_id(path) or "" for path in segments[:-1]]
        return self._blobs


class _Some(Sequence[Part[R]]):
    """Some parts of a table, in order, each read when it is reached."""

    def __init__(self, parts: Sequence[Part[R]], places: Sequence[int]) -> None:
        self._parts, self._places = parts, places

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, index: int) -> Part[R]: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Part[R]]: ...
    def __getitem__(self, index: int | slice) -> Part[R] | Sequence[Part[R]]:
        if isinstance(index, slice):
            return [self._parts[at] for at in self._places[index]]
        return self._parts[self._places[index]]


class Rows(Sequence[R]):
    """All rows of a table in one snapshot: segments first, in file order; bad rows are left out and reported."""

    def __init__(self, table: Table[R], parts: Sequence[Part[R]], *, has_live: bool = True) -> None:
        """Join the parts of a table; `has_live` says whether the last is the table's own file."""
        self.table = table
        self.parts = parts
        self._has_live = has_live and bool(parts)
        self._joined: list[R] | None = None
        self._key = key_fields(table)

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
    def live_rows(self) -> Sequence[R]:
        """The rows of the table's own file: all there are whose status is not final."""
        return self.live.rows if self.live is not None else ()

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
        for part in reversed(self._holding(self._key, wanted)):  # what is asked for has seldom been final for long
            found = part.index(self._key).get(wanted)
            if found:
                return found[0]
        return None

    def where(self, **values: Any) -> tuple[R, ...]:
        """The rows whose fields have these values, in order; answered from an index that is kept with the file."""
        fields, wanted = _asked(values)
        found = [part.index(fields).get(wanted, ()) for part in self._holding(fields, wanted)]
        return found[0] if len(found) == 1 else tuple(row for rows in found for row in rows)

    def unrolled(self, **values: Any) -> tuple[R, ...]:
        """The rows with these values in the table's own file: all there are of a status that is not final.

        Only final rows roll into segments (ledger.md §2), so a look for what is open reads none of them.
        """
        live = self.live
        if live is None:
            return ()
        fields, wanted = _asked(values)
        return live.index(fields).get(wanted, ())

    def facts(self, name: str, add_up: Callable[[Sequence[R]], Fact]) -> Iterator[Fact]:
        """What the rows of each file add up to, in order; one name always means the same addition.

        It is kept with each file, so that a sum over a long log costs as much as its files are many, and not its rows.
        """
        parts = self.parts
        return parts.facts(name, add_up) if isinstance(parts, _LazyParts) else (p.fact(name, add_up) for p in parts)

    def largest(self, field: str) -> int:
        """The largest number at the end of the ids in a field, 0 when there is none."""

        def of(rows: Sequence[R]) -> Fact:
            return {"largest": max((number(getattr(row, field)) for row in rows), default=0)}

        return max((fact["largest"] for fact in self.facts(f"largest {field}", of)), default=0)

    def last(self, **values: Any) -> R | None:
        """The last row with these values, None when there is none; looked for from the end."""
        fields, wanted = _asked(values)
        for part in reversed(self._holding(fields, wanted)):
            found = part.index(fields).get(wanted)
            if found:
                return found[-1]
        return None

    def newest(self, **values: Any) -> Iterator[R]:
        """The rows with these values from the last to the first, each file read only when it is reached."""
        fields, wanted = _asked(values)
        for part in reversed(self._holding(fields, wanted)):
            yield from reversed(part.index(fields).get(wanted, ()))

    def _holding(self, fields: tuple[str, ...], wanted: Any) -> Sequence[Part[R]]:
        """The parts in which the fields may have this value, each read when it is reached."""
        parts = self.parts
        return _Some(parts, parts.holding(fields, wanted)) if isinstance(parts, _LazyParts) else parts

    def newest_first(self) -> Iterator[Part[R]]:
        """The parts from the end, each read only when it is reached."""
        return (self.parts[at] for at in range(len(self.parts) - 1, -1, -1))


def _asked(values: dict[str, Any]) -> tuple[tuple[str, ...], Any]:
    """The fields in the order of their names, and the value by which an index of them is asked."""
    fields = tuple(sorted(values))
    return fields, values[fields[0]] if len(fields) == 1 else tuple(values[name] for name in fields)


def number(entity_id: str) -> int:
    """The running number of an id such as `g_12`, so that 12 comes after 9; 0 when there is none."""
    tail = entity_id.rsplit("_", 1)[-1]
    return int(tail) if tail.isascii() and tail.isdigit() else 0


def segment_paths(table: Table[Any], tree: Tree) -> tuple[str, ...]:
    """The paths of a table's full segments in order."""
    prefix = table.segments
    return tuple(path for path in tree.paths(prefix) if _SEGMENT.match(path, len(prefix)))


class RowReader(Protocol):
    """Whatever gives the rows of a table; a snapshot does."""

    def rows(self, table: Table[R]) -> Rows[R]:
        """The rows of a table."""
        ...


def read_rows(table: Table[R], tree: Tree, cache: RowCache) -> Rows[R]:
    """The rows of a table in a tree; a table without a file has none."""
    has_live = tree.blob_id(table.path) is not None
    paths = (*segment_paths(table, tree), *([table.path] if has_live else []))
    return Rows(table, _LazyParts(table, paths, tree, cache), has_live=has_live)


__all__ = ["Part", "RowCache", "RowReader", "Rows", "number", "parse_part", "read_rows", "row_builder", "segment_paths"]
