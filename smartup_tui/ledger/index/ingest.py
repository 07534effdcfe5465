"""Bringing the read model up to a tree, at a cost in proportion to what is new.

All of it is one transaction: readers see the ledger at one commit or at another, never between. A file with the blob id
that was read before is not opened. Of a longer file whose old part has the old blob id (git's own proof that nothing in
it changed) only the new end is read; any other changed file is compared row by row. Whether old rows of a log changed
is reported, since an append-only file can not do that lawfully (ledger.md §2).
"""

from __future__ import annotations

import gc
import hashlib
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from smartup_tui.files.sqlite import transaction
from smartup_tui.ledger import tables
from smartup_tui.ledger.csvfile import CsvFile, Record, parse_record
from smartup_tui.ledger.index import schema, sums
from smartup_tui.ledger.index.bulk import Unreadable, decoded, plain_lines
from smartup_tui.ledger.index.pages import ingest_pages, ingest_untold
from smartup_tui.ledger.index.store import Index
from smartup_tui.ledger.rowset import segment_paths
from smartup_tui.ledger.schema import Table, TableKind
from smartup_tui.ledger.tree import Tree, blob_id

# How far a long step has come: its name, done, total.
ProgressCall = Callable[[str, int, int], None]

# Path, line, column, message.
_Problem = tuple[str, int | None, str | None, str]


@dataclass(frozen=True, slots=True)
class Ingested:
    """What an ingestion changed: names of tables (and `pages`), and the logs of which old rows are not as they were."""

    commit: str
    changed: tuple[str, ...]
    rewritten: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """The paths at which two commits differ: the one of the tree that is ingested, and `since`."""

    since: str
    paths: Collection[str]


@dataclass(frozen=True, slots=True)
class _File:
    """A source file as it was last read."""

    number: int
    path: str
    blob: str
    size: int
    lines: int


@dataclass(frozen=True, slots=True)
class _New:
    """A source file as it is now."""

    path: str
    data: bytes
    blob: str

    @property
    def lines(self) -> int:
        return self.data.count(b"\n")


@dataclass(frozen=True, slots=True)
class _Records:
    """Some records of a source file: the line of each, and its bytes."""

    path: str
    header: tuple[str, ...]
    lines: Sequence[int]
    raws: Sequence[bytes]


@dataclass(slots=True)
class _Work:
    """What one ingestion looks at (`paths`, or everything), and what it has seen so far."""

    paths: Collection[str] | None
    last_session: int
    """The newest row of the session log before it, 0 for none: new rows are behind it."""
    changed: set[str] = field(default_factory=set)
    rewritten: set[str] = field(default_factory=set)

    def touches(self, folder: str, file: str = "") -> bool:
        """Whether anything in a folder, or a file, may have changed."""
        return self.paths is None or any(path == file or path.startswith(folder) for path in self.paths)


def ingest(
    index: Index, tree: Tree, progress: ProgressCall | None = None, difference: Difference | None = None
) -> Ingested:
    """Make the read model show `tree`. `progress` is told of tables and pages; raising from it undoes everything.

    With a `difference` from the commit that is shown, only what it names is looked at; from another it is not believed.
    """
    with _no_collections():
        return _ingest(index, tree, progress or (lambda _step, _done, _total: None), difference)


@contextmanager
def _no_collections() -> Iterator[None]:
    """Python looks for cycles after every so many new values; rows by the million have none (a third of the time)."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _ingest(index: Index, tree: Tree, tell: ProgressCall, difference: Difference | None) -> Ingested:
    connection = index.connection
    with transaction(connection):
        shown = index.commit
        paths = difference.paths if difference is not None and shown and difference.since == shown else None
        work = _Work(paths, last_session=_last_row(connection, tables.SESSIONS))
        _ingest_tables(connection, tree, work, tell, first=not shown)
        if work.touches("policies/"):
            _ingest_texts(connection, tree, work)
        told = ingest_pages(connection, tree, tell, paths)
        if told is not None:
            work.changed.add("pages")
        if work.changed & {"pages", tables.SESSIONS.name}:
            ingest_untold(connection, _sessions_to_look_at(connection, work, told or set()))
        connection.execute(
            "INSERT INTO meta VALUES('commit', ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value", (tree.commit,)
        )
    return Ingested(tree.commit, tuple(sorted(work.changed)), tuple(sorted(work.rewritten)))


def _ingest_tables(connection: sqlite3.Connection, tree: Tree, work: _Work, tell: ProgressCall, *, first: bool) -> None:
    """All tables. A first build makes indexes and sums over what is there, several times faster than row by row."""
    if first:
        _each(connection, (f"DROP INDEX {schema.quoted(name)}" for name in schema.index_statements()))
        _each(connection, (f"DROP TRIGGER {schema.quoted(name)}" for name in sums.triggers()))
    for done, table in enumerate(tables.TABLES):
        tell("tables", done, len(tables.TABLES))
        if work.touches(table.segments, table.path):
            _ingest_table(connection, table, tree, work)
    if first:
        _each(connection, (*schema.index_statements().values(), *sums.FILL, *sums.triggers().values()))
    tell("tables", len(tables.TABLES), len(tables.TABLES))


def _sessions_to_look_at(connection: sqlite3.Connection, work: _Work, told: set[str]) -> set[str] | None:
    """The sessions whose notes may be others now; None for all, after a first build or where old rows changed."""
    if not work.last_session or any(path.startswith(tables.SESSIONS.path[:-4]) for path in work.rewritten):
        return None
    name = schema.quoted(tables.SESSIONS.name)
    new = connection.execute(f"SELECT session_id FROM {name} WHERE row > ?", (work.last_session,))  # noqa: S608
    return told | {row[0] for row in new}


def _last_row(connection: sqlite3.Connection, table: Table[Any]) -> int:
    found = connection.execute(f"SELECT ifnull(max(row), 0) FROM {schema.quoted(table.name)}").fetchone()  # noqa: S608
    return int(found[0])


def _each(connection: sqlite3.Connection, statements: Iterable[str]) -> None:
    for statement in statements:
        connection.execute(statement)


def _ingest_table(connection: sqlite3.Connection, table: Table[Any], tree: Tree, work: _Work) -> None:
    """Bring one table up to the tree, its segments first."""
    known = _known_files(connection, table)
    paths = [p for p in (*segment_paths(table, tree), table.path) if tree.blob_id(p) is not None]
    for path in paths:
        blob = tree.blob_id(path)
        before = known.pop(path, None)
        if before is not None and before.blob == blob:
            continue
        data = tree.read(path)
        if data is None or blob is None:
            continue
        new = _New(path, data, blob)
        work.changed.add(table.name)
        if before is None and path != table.path:
            # A log that was full has moved, byte for byte, to its first free segment (ledger.md §2).
            moved = known.get(table.path)
            if moved is not None and _continues(moved, data):
                before = known.pop(table.path)
        if before is not None and _continues(before, data):
            _append(connection, table, before, new)
            continue
        if before is not None and table.kind is TableKind.LOG:
            work.rewritten.add(path)
        _compare(connection, table, before, new)
    for gone in known.values():
        _forget(connection, table, gone)
        work.changed.add(table.name)


def _known_files(connection: sqlite3.Connection, table: Table[Any]) -> dict[str, _File]:
    found = connection.execute(
        "SELECT number, path, blob, size, lines FROM files WHERE path = ? OR path LIKE ? || '%'",
        (table.path, table.segments),
    )
    return {row[1]: _File(*row) for row in found}


def _continues(before: _File, data: bytes) -> bool:
    """True when `data` begins with the file as it was, line for line."""
    if len(data) < before.size or (before.size and data[before.size - 1 : before.size] != b"\n"):
        return False
    return blob_id(data[: before.size]) == before.blob


def _append(connection: sqlite3.Connection, table: Table[Any], before: _File, new: _New) -> None:
    """Read only what follows the part that was read before."""
    if new.path != before.path:
        connection.execute("UPDATE problems SET path = ? WHERE path = ?", (new.path, before.path))
    header_end = new.data.find(b"\n") + 1
    tail = CsvFile.parse(new.data[:header_end] + new.data[before.size :], new.path)
    shift = before.lines - new.data.count(b"\n", 0, header_end)
    records = tail.records
    lines, raws = [record.line + shift for record in records], [record.raw for record in records]
    added = _write(connection, table, before.number, _Records(new.path, tail.header, lines, raws))
    connection.execute(
        "UPDATE files SET path = ?, blob = ?, size = ?, lines = ?, rows = rows + ? WHERE number = ?",
        (new.path, new.blob, len(new.data), new.lines, added, before.number),
    )


def _compare(connection: sqlite3.Connection, table: Table[Any], before: _File | None, new: _New) -> None:
    """Read a whole file, and write only the rows that differ from what is known of it."""
    what = (new.blob, len(new.data), new.lines)
    if before is None:
        number = connection.execute(
            "INSERT INTO files(blob, size, lines, rows, path) VALUES(?, ?, ?, 0, ?)", (*what, new.path)
        ).lastrowid
        assert number is not None
    else:
        number = before.number
        connection.execute("UPDATE files SET blob = ?, size = ?, lines = ? WHERE number = ?", (*what, number))
    if before is not None:
        rows = _write_changed(connection, table, number, CsvFile.parse(new.data, new.path))
    elif (lines := plain_lines(new.data)) is not None:
        header = tuple(name.strip() for name in parse_record(lines[0]))
        rows = _write(connection, table, number, _Records(new.path, header, range(2, len(lines) + 1), lines[1:]))
    else:
        file = CsvFile.parse(new.data, new.path)
        rows = _write(connection, table, number, _records(file, file.records))
    connection.execute("UPDATE files SET rows = ? WHERE number = ?", (rows, number))


def _write_changed(connection: sqlite3.Connection, table: Table[Any], number: int, file: CsvFile) -> int:
    """Take away the rows of a file that are not as they were, and write what stands there now; how many rows it has."""
    name = schema.quoted(table.name)
    old = dict(connection.execute(f"SELECT row, proof FROM {name} WHERE row BETWEEN ? AND ?", _span(number)))  # noqa: S608
    connection.execute("DELETE FROM problems WHERE path = ?", (file.path,))
    same = {row for r in file.records if old.get(row := schema.row_id(number, r.line)) == _proof(r.raw)}
    changed = [r for r in file.records if schema.row_id(number, r.line) not in same]
    connection.executemany(f"DELETE FROM {name} WHERE row = ?", ((row,) for row in old.keys() - same))  # noqa: S608
    return len(same) + _write(connection, table, number, _records(file, changed))


def _records(file: CsvFile, records: Sequence[Record]) -> _Records:
    return _Records(file.path, file.header, [r.line for r in records], [r.raw for r in records])


def _write(connection: sqlite3.Connection, table: Table[Any], number: int, new: _Records) -> int:
    """Decode and write new records of a file, and say how many; what can not be read becomes a problem."""
    missing = [c.name for c in table.columns if c.name not in new.header and not c.optional]
    if missing:
        _report(connection, [(new.path, 1, name, "the header lacks this column") for name in missing])
        return 0
    problems: list[_Problem] = []
    base = schema.row_id(number, 0)

    def values() -> Iterable[tuple[Any, ...]]:
        for found in decoded(table, new.header, new.raws):
            if isinstance(found, Unreadable):
                line = new.lines[found.at]
                problems.append((new.path, line, found.column, f"{found.message}; expected {found.expected}"))
                continue
            at, cells = found
            yield (base | new.lines[at], _proof(new.raws[at]), *cells)

    connection.executemany(schema.insert_statement(table), values())
    _report(connection, sorted(problems, key=lambda problem: problem[1] or 0))
    return len(new.raws) - len(problems)


def _report(connection: sqlite3.Connection, problems: Sequence[_Problem]) -> None:
    connection.executemany("INSERT INTO problems(path, line, field, message) VALUES(?, ?, ?, ?)", problems)


def _forget(connection: sqlite3.Connection, table: Table[Any], gone: _File) -> None:
    """Drop a file that is no longer in the ledger; a lawful ledger removes none, a rewritten one may."""
    connection.execute(
        f"DELETE FROM {schema.quoted(table.name)} WHERE row BETWEEN ? AND ?",  # noqa: S608
        _span(gone.number),
    )
    connection.execute("DELETE FROM files WHERE number = ?", (gone.number,))
    connection.execute("DELETE FROM problems WHERE path = ?", (gone.path,))


def _span(number: int) -> tuple[int, int]:
    return schema.row_id(number, 0), schema.row_id(number + 1, 0) - 1


def _proof(raw: bytes) -> bytes:
    return hashlib.blake2b(raw, digest_size=8).digest()


def _ingest_texts(connection: sqlite3.Connection, tree: Tree, work: _Work) -> None:
    """Keep the policy files, from which the economy's rules are read."""
    known = dict(connection.execute("SELECT path, blob FROM texts"))
    for path in tree.paths("policies/"):
        blob = tree.blob_id(path)
        if known.pop(path, None) == blob:
            continue
        work.changed.add("policies")
        connection.execute("INSERT OR REPLACE INTO texts VALUES(?, ?, ?)", (path, blob, tree.read(path) or b""))
    for path in known:
        work.changed.add("policies")
        connection.execute("DELETE FROM texts WHERE path = ?", (path,))
