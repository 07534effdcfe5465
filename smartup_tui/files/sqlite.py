"""SQLite files in write-ahead mode: several processes use one at once, and readers never wait for the writer."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Literal, Self

_PATIENCE: Final = 15.0
"""Seconds to wait while another connection writes."""
_DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


def connect(path: Path, *, synchronous: Literal["NORMAL", "FULL"]) -> sqlite3.Connection:
    """Open the file, or make it with its folder, readable by its owner alone; in autocommit mode.

    `synchronous`: what was committed survives a loss of power with `FULL`; with `NORMAL` the newest of it may not. Any
    thread may use the connection, one at a time. Raises `sqlite3.Error` and `OSError`.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # A file that is there is not opened beside SQLite: closing it again would drop this process's locks on it.
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
    connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
    try:
        _write_ahead(connection)
        connection.execute(f"PRAGMA synchronous = {synchronous}")
    except BaseException:
        connection.close()
        raise
    return connection


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to write-ahead mode; SQLite does not wait by itself while another process makes the same switch."""
    last = time.monotonic() + _PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > last:
                raise  # a full or read-only disk does not change by waiting
            time.sleep(0.02)
        else:
            return


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All that the block writes, or nothing of it; no other connection writes meanwhile."""
    with connection:  # commits at the end; rolls back after an error, also one of the commit itself
        connection.execute("BEGIN IMMEDIATE")
        yield


def is_damaged(error: BaseException) -> bool:
    """Whether SQLite says that the file itself is at fault: neither busy nor out of room, but no whole database."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in _DAMAGED  # the rest of an extended code says more closely where


def remove(path: Path) -> None:
    """Remove a file with what SQLite keeps beside it. Nobody may have it open. Raises `OSError`."""
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


class SqliteFile:
    """What stores with one connection share. Each opens it in its own way: one can be made again, another can not."""

    _connection: sqlite3.Connection

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        """Close at the end of a `with` block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self.close()


__all__ = ["SqliteFile", "connect", "is_damaged", "remove", "transaction"]
