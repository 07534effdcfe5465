"""One SQLite file with its schema, usable from any thread and from several processes at once."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from smartup_tui.files import sqlite


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
                found = sqlite.connect(self.path, synchronous=self._synchronous)
                self._connections.append(found)
            found.row_factory = sqlite3.Row
            self._local.connection = found
        return found

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of the block's writes, or none of them."""
        connection = self.connection()
        with sqlite.transaction(connection):
            yield connection

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
        if self._version(self.connection()) == version:
            return  # nothing is written, and the disk is not waited for, when a file is only opened
        with self.transaction() as connection:
            found = self._version(connection)
            if found > version:
                raise NewerDatabaseError(f"{self.path.name} was written by a newer version of smartup; please update.")
            for script in [schema] if found == 0 else upgrades[found - 1 :]:
                for statement in script.split(";"):
                    if statement.strip():
                        connection.execute(statement)
            connection.execute(f"PRAGMA user_version={version}")

    @staticmethod
    def _version(connection: sqlite3.Connection) -> int:
        (found,) = connection.execute("PRAGMA user_version").fetchone()
        return int(found)
