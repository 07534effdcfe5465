"""What was read of the forge's issues and repositories, on this machine: readable offline, thrown away at any time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from smartup_tui.files.sqlite import SqliteFile, connect, is_damaged, remove, transaction
from smartup_tui.workspace.forge_rows import DependencyRow, IssueRow, RepositoryRow

_VERSION: Final = 2
_SCHEMA: Final = (
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE repositories(name TEXT PRIMARY KEY, row BLOB NOT NULL) WITHOUT ROWID",
    """CREATE TABLE issues(repository TEXT NOT NULL, number INTEGER NOT NULL, open INTEGER NOT NULL,
    updated TEXT NOT NULL, row BLOB NOT NULL, body TEXT NOT NULL, waits_for BLOB,
    PRIMARY KEY(repository, number)) WITHOUT ROWID""",
    "CREATE INDEX issues_updated ON issues(updated)",
)
_TABLES: Final = ("meta", "repositories", "issues")
_encode = msgspec.json.encode
_issue = msgspec.json.Decoder(IssueRow).decode
_repository = msgspec.json.Decoder(RepositoryRow).decode
_dependencies = msgspec.json.Decoder(tuple[DependencyRow, ...]).decode

AS_OF: Final = "as_of"
"""When the forge last answered."""
PROBLEM: Final = "problem"
"""Why nothing is read, in plain words; empty where it is."""


class ForgeStore(SqliteFile):
    """The file of one profile."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it; one that is damaged or of another version is begun anew."""
        try:
            self._connection = _opened(path)
        except sqlite3.DatabaseError as error:
            if not is_damaged(error):
                raise
            remove(path)
            self._connection = _opened(path)

    @property
    def stamp(self) -> int:
        """A number that differs when another connection has written."""
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def transaction(self) -> AbstractContextManager[None]:
        """All that the block writes, or nothing of it."""
        return transaction(self._connection)

    # Reading

    def meta(self, key: str) -> str:
        """A word about the whole; empty where there is none."""
        found = self._connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(found[0]) if found else ""

    @property
    def as_of(self) -> datetime | None:
        """When the forge last answered; None when it never did."""
        text = self.meta(AS_OF)
        return datetime.fromisoformat(text) if text else None

    def repositories(self) -> tuple[RepositoryRow, ...]:
        """All repositories by name."""
        found = self._connection.execute("SELECT row FROM repositories ORDER BY name")
        return tuple(_repository(row) for (row,) in found)

    def issues(self, *, only_open: bool = False) -> tuple[IssueRow, ...]:
        """All issues: by repository, the open ones first, each part with the newest change first."""
        where = "WHERE open" if only_open else ""
        text = f"SELECT row FROM issues {where} ORDER BY repository, open DESC, updated DESC, number DESC"  # noqa: S608
        return tuple(_issue(row) for (row,) in self._connection.execute(text))

    def issue(self, repository: str, number: int) -> tuple[IssueRow, str, tuple[DependencyRow, ...] | None] | None:
        """One issue, its text, and what it waits for (None: not asked yet)."""
        found = self._connection.execute(
            "SELECT row, body, waits_for FROM issues WHERE repository = ? AND number = ?", (repository, number)
        ).fetchone()
        if found is None:
            return None
        row, body, waits_for = found
        return _issue(row), str(body), None if waits_for is None else _dependencies(waits_for)

    def without_dependencies(self, limit: int) -> list[tuple[str, int]]:
        """Issues whose dependencies were not asked since they changed, the open and the newest first."""
        found = self._connection.execute(
            "SELECT repository, number FROM issues WHERE waits_for IS NULL ORDER BY open DESC, updated DESC LIMIT ?",
            (limit,),
        )
        return [(str(repository), int(number)) for repository, number in found]

    # Writing

    def put_meta(self, values: Mapping[str, str]) -> None:
        """Say something about the whole."""
        self._connection.executemany("INSERT OR REPLACE INTO meta VALUES(?, ?)", list(values.items()))

    def put_repositories(self, rows: Iterable[RepositoryRow]) -> None:
        """The repositories that there are; what was known of others is forgotten."""
        kept = list(rows)
        self._connection.execute("DELETE FROM repositories")
        self._connection.executemany(
            "INSERT INTO repositories VALUES(?, ?)", [(row.name, _encode(row)) for row in kept]
        )
        names = _encode([row.name for row in kept]).decode()
        self._connection.execute(
            "DELETE FROM issues WHERE repository NOT IN (SELECT value FROM json_each(?))", (names,)
        )

    def has(self, row: IssueRow, body: str) -> bool:
        """Whether an issue is stored as it is now."""
        found = self._connection.execute(
            "SELECT row = ? AND body = ? FROM issues WHERE repository = ? AND number = ?",
            (_encode(row), body, row.repository, row.number),
        ).fetchone()
        return found is not None and bool(found[0])

    def put_issue(self, row: IssueRow, body: str) -> None:
        """Store an issue as it is now. What it waits for is asked anew."""
        self._connection.execute(
            "INSERT OR REPLACE INTO issues VALUES(?, ?, ?, ?, ?, ?, NULL)",
            (row.repository, row.number, row.state == "open", row.updated_at.isoformat(), _encode(row), body),
        )

    def put_dependencies(self, repository: str, number: int, found: tuple[DependencyRow, ...]) -> None:
        """What an issue waits for."""
        self._connection.execute(
            "UPDATE issues SET waits_for = ? WHERE repository = ? AND number = ?", (_encode(found), repository, number)
        )

    def forget(self, repository: str, number: int) -> None:
        """An issue that is gone."""
        self._connection.execute("DELETE FROM issues WHERE repository = ? AND number = ?", (repository, number))


def _opened(path: Path) -> sqlite3.Connection:
    connection = connect(path, synchronous="NORMAL")
    try:
        if not _is_current(connection):
            with transaction(connection):
                if not _is_current(connection):  # another process may have been first
                    for table in _TABLES:
                        connection.execute(f"DROP TABLE IF EXISTS {table}")
                    for statement in _SCHEMA:
                        connection.execute(statement)
                    connection.execute(f"PRAGMA user_version = {_VERSION}")
    except BaseException:
        connection.close()
        raise
    return connection


def _is_current(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("PRAGMA user_version").fetchone()[0] == _VERSION)
