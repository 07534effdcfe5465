"""One SQLite file in write-ahead mode, usable from any thread and from several processes at once."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

_BUSY_SECONDS = 15.0


class NewerDatabaseError(Exception):
    """The file was written by a newer version of the program."""


class Database:
    """A connection per thread to one file; readers never wait for the writer.

    `schema` is run once, when the file is new; `version` is kept in the file. `upgrades` bring an older file up, one
    step each, the first from version 1 to 2. The file is readable by its owner only.
    """

    def __init__(
        self,
        path: Path,
        schema: str,
        *,
        version: int,
        synchronous: Literal["NORMAL", "FULL"],
        upgrades: Sequence[str] = (),
    ) -> None:
        self.path = path
        self._synchronous = synchronous
        self._local = threading.local()
        self._guard = threading.Lock()
        self._connections: list[sqlite3.Connection] = []
        self._closed = False
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        try:
            self._prepare(schema, version, upgrades)
        except BaseException:
            self.close()
            raise

    def connection(self) -> sqlite3.Connection:
        """This thread's connection, in autocommit mode."""
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            with self._guard:
                if self._closed:
                    raise sqlite3.ProgrammingError(f"{self.path.name} is closed")
                found = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
                self._connections.append(found)
            found.row_factory = sqlite3.Row
            _use_wal(found)
            found.execute(f"PRAGMA synchronous={self._synchronous}")
            self._local.connection = found
        return found

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of the block's writes, or none of them."""
        connection = self.connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def data_version(self) -> int:
        """A number that changes when another connection, of any process, has committed."""
        (value,) = self.connection().execute("PRAGMA data_version").fetchone()
        return int(value)

    def close(self) -> None:
        """Close every thread's connection."""
        with self._guard:
            self._closed = True
            for connection in self._connections:
                connection.close()
            self._connections.clear()
            self._local = threading.local()

    def _prepare(self, schema: str, version: int, upgrades: Sequence[str]) -> None:
        with self.transaction() as connection:
            (found,) = connection.execute("PRAGMA user_version").fetchone()
            if found > version:
                raise NewerDatabaseError(f"{self.path.name} was written by a newer version of smartup; please update.")
            for script in [schema] if found == 0 else upgrades[found - 1 :]:
                for statement in script.split(";"):
                    if statement.strip():
                        connection.execute(statement)
            connection.execute(f"PRAGMA user_version={version}")


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch to write-ahead mode; SQLite does not wait by itself while another process makes the same switch."""
    last = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > last:
                raise
            time.sleep(0.02)
        else:
            return
