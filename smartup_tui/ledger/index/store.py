"""Opening the read model's file, and typed look-ups in it.

One process writes (the syncer), any number read: SQLite's write-ahead log lets them pass each other. A file of another
version, or one that SQLite calls damaged, is thrown away and built again: it holds nothing of its own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from smartup_tui.files import sqlite
from smartup_tui.files.sqlite import SqliteFile
from smartup_tui.ledger.index import schema
from smartup_tui.ledger.schema import R, Table

# KiB. Rows of a large ledger go to many places at once; with SQLite's own 2 MB each of them is read again and again.
_WRITERS_CACHE = 32 * 1024
# Who reads sees a page of the file again soon or not at all, and the system keeps it: more is not faster.
_READERS_CACHE = 512
OLDEST_SQLITE = (3, 34)
"""The first version that has the tokenizer of the index of names."""


class Index(SqliteFile):
    """A connection to the read model. Use one for each thread; `writable` creates the file when it is missing."""

    def __init__(self, path: Path, *, writable: bool = False) -> None:
        """Open the file.

        Errors: `FileNotFoundError` when it is missing (or is of another version) and this opening may not write;
        `sqlite3.NotSupportedError` when it is to be made and this Python's SQLite is too old.
        """
        self.path = path
        self._connection = _open(path) if writable else _open_for_reading(path)

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection itself, for the modules of this package."""
        return self._connection

    @property
    def commit(self) -> str:
        """The commit this read model shows; empty before the first ingestion."""
        return self.meta("commit") or ""

    def meta(self, key: str) -> str | None:
        """A value kept beside the rows, such as the commit or when it was read."""
        found = self._connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return found[0] if found else None

    def select(
        self,
        table: Table[R],
        where: str = "1",
        parameters: Sequence[Any] = (),
        *,
        order: str = "row",
        limit: int = -1,
        offset: int = 0,
    ) -> list[R]:
        """Typed rows of a table. `where` and `order` are SQL of this package's own, never an owner's text."""
        names = ", ".join(schema.quoted(c.name) for c in table.columns)
        statement = f"SELECT {names} FROM {schema.quoted(table.name)} WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?"  # noqa: S608
        found = self._connection.execute(statement, (*parameters, limit, offset))
        return [*map(schema.row_builder(table), found)]

    def count(self, table: Table[Any], where: str = "1", parameters: Sequence[Any] = ()) -> int:
        """How many rows of a table there are."""
        statement = f"SELECT count(*) FROM {schema.quoted(table.name)} WHERE {where}"  # noqa: S608
        return int(self._connection.execute(statement, tuple(parameters)).fetchone()[0])

    @staticmethod
    def typed(table: Table[R], values: Sequence[Any]) -> R:
        """One row from the SQL values of its columns, in file order."""
        build: Callable[[Sequence[Any]], R] = schema.row_builder(table)
        return build(values)


def too_old() -> str:
    """That this Python's SQLite is older than `OLDEST_SQLITE`."""
    return f"SQLite {'.'.join(map(str, OLDEST_SQLITE))} or newer is needed, this Python has {sqlite3.sqlite_version}"


def _open(path: Path) -> sqlite3.Connection:
    """Open for writing; build the schema in an empty file, and begin again with a file that can not be used."""
    connection = _connect(path)
    if connection is not None:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version == schema.VERSION:
            return connection
        connection.close()
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise sqlite3.NotSupportedError(too_old())
    sqlite.remove(path)
    connection = _connect(path)
    assert connection is not None, "an empty file is a database"
    connection.executescript(f"BEGIN; {schema.statements()} PRAGMA user_version = {schema.VERSION}; COMMIT;")
    return connection


def _connect(path: Path) -> sqlite3.Connection | None:
    """A connection that can write; None when the file is no database."""
    try:
        connection = sqlite.connect(path, synchronous="NORMAL")
    except sqlite3.DatabaseError as error:
        if sqlite.is_damaged(error):
            return None
        raise
    connection.execute(f"PRAGMA cache_size = -{_WRITERS_CACHE}")
    return connection


def _open_for_reading(path: Path) -> sqlite3.Connection:
    if not path.exists():
        raise FileNotFoundError(path)
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=10, isolation_level=None)
    try:
        usable = connection.execute("PRAGMA user_version").fetchone()[0] == schema.VERSION
    except sqlite3.DatabaseError:
        usable = False
    if not usable:
        connection.close()
        raise FileNotFoundError(path)
    try:
        connection.execute(f"PRAGMA cache_size = -{_READERS_CACHE}")  # it reads the schema, which may be damaged
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection
