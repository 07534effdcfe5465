"""What full segments hold, remembered between starts, so that a command reads only those that it needs.

A full segment never changes, and its blob id is its name: what was found in it once is true for good. The file can be
deleted at any time; it is made again from the segments as they are asked for. Source: ledger.md §2, Segments.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from time import monotonic
from typing import Any, Final

from smartup_tui import __version__
from smartup_tui.files import sqlite
from smartup_tui.ledger import tables
from smartup_tui.ledger.part import Fact
from smartup_tui.ledger.schema import Table

REST: Final = 60.0
"""Seconds after which a file that could not be used is tried again."""
_VERSION: Final = 1
"""Raised with every change of what is added up (`economy.totals`, and who else asks for facts) between two releases."""

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS known (kind TEXT, blob TEXT, id INTEGER PRIMARY KEY, UNIQUE (kind, blob));
CREATE TABLE IF NOT EXISTS held (kind TEXT, key INTEGER, known INTEGER, PRIMARY KEY (kind, key, known)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS fact (kind TEXT, blob TEXT, told TEXT, PRIMARY KEY (kind, blob)) WITHOUT ROWID;
"""
_log = logging.getLogger(__name__)


class SegmentIndex:
    """Which segments hold a value, and what their rows add up to; thread-safe, and shared with other processes.

    A file that can not be used costs time and nothing else: every segment may then hold everything. It is tried again
    after `rest` seconds, since a full disk passes; one that is damaged is made anew.
    """

    def __init__(self, path: Path, *, rest: float = REST) -> None:
        """Remember in this file, which is made with its folder when it is first needed."""
        self._path = path
        self._mark = _fingerprint()
        self._rest = rest
        self._lock = threading.Lock()
        self._database: sqlite3.Connection | None = None
        self._unusable_until = 0.0  # by the monotonic clock
        self._known: dict[str, set[str]] = {}
        self._facts: dict[tuple[str, str], Fact] = {}
        self._facts_read: set[str] = set()

    def close(self) -> None:
        """Let go of the file. It is opened again when something is asked."""
        with self._lock:
            if self._database is not None:
                self._database.close()
                self._database = None

    def holding(
        self,
        table: Table[Any],
        fields: tuple[str, ...],
        key: Any,
        blobs: Sequence[str],
        read: Callable[[str], Iterable[Any]],
    ) -> frozenset[str]:
        """Those of the segments that may have rows of which the fields have this value.

        `read` answers all values of the fields in a segment that was never asked about them.
        """
        kind = f"{table.name}:{','.join(fields)}"
        with self._lock:
            if self._open() is None:
                return frozenset(blobs)
            missing = [blob for blob in blobs if blob not in self._seen(kind)]
        for blob in missing:
            keys = {_digest(value) for value in read(blob)}  # outside of the lock: it may wait for the network
            with self._lock:
                self._remember(kind, blob, keys)
        with self._lock:
            found = self._rows(
                "SELECT blob FROM held JOIN known ON known.id = held.known WHERE held.kind = ? AND key = ?",
                (kind, _digest(key)),
            )
            if self._database is None:
                return frozenset(blobs)  # it failed just now: nothing found is not nothing there
            unknown = [blob for blob in blobs if blob not in self._known.get(kind, ())]
        return frozenset((*(blob for (blob,) in found), *unknown))

    def fact(self, table: Table[Any], name: str, blob: str, add_up: Callable[[], Fact]) -> Fact:
        """What a segment's rows add up to under this name."""
        kind = f"{table.name}:{name}"
        with self._lock:
            known = self._facts.get((kind, blob))
            if known is None and kind not in self._facts_read:
                self._facts_read.add(kind)
                for of, told in self._rows("SELECT blob, told FROM fact WHERE kind = ?", (kind,)):
                    self._facts[kind, of] = json.loads(told)
                known = self._facts.get((kind, blob))
        if known is None:
            known = add_up()
            with self._lock:
                self._facts[kind, blob] = known
                self._write([("INSERT OR IGNORE INTO fact VALUES (?, ?, ?)", [(kind, blob, json.dumps(known))])])
        return known

    def _seen(self, kind: str) -> set[str]:
        """The segments that were asked about these fields before."""
        if kind not in self._known:
            self._known[kind] = {blob for (blob,) in self._rows("SELECT blob FROM known WHERE kind = ?", (kind,))}
        return self._known[kind]

    def _remember(self, kind: str, blob: str, keys: Iterable[int]) -> None:
        known = "INSERT OR IGNORE INTO known (kind, blob) VALUES (?, ?)"
        held = "INSERT OR IGNORE INTO held SELECT kind, ?, id FROM known WHERE kind = ? AND blob = ?"
        if self._write([(known, [(kind, blob)]), (held, [(key, kind, blob) for key in keys])]):
            self._seen(kind).add(blob)

    def _rows(self, query: str, values: Sequence[Any]) -> list[Any]:
        try:
            database = self._open()
            if database is None:
                return []
            found = database.execute(query, values).fetchall()
            self._own(database)  # after the question: what was answered before somebody emptied it is true
        except (sqlite3.Error, OSError) as error:
            self._give_up(error)
            return []
        return found

    def _write(self, statements: Sequence[tuple[str, Sequence[Sequence[Any]]]]) -> bool:
        try:
            database = self._open()
            if database is None:
                return False
            with sqlite.transaction(database):
                self._own(database)
                for statement, rows in statements:
                    database.executemany(statement, rows)
        except (sqlite3.Error, OSError) as error:
            self._give_up(error)
            return False
        return True

    def _own(self, database: sqlite3.Connection) -> None:
        """Raise an error when another version of the program has taken the file over, as in the midst of an upgrade."""
        if database.execute("PRAGMA user_version").fetchone()[0] != self._mark:
            raise sqlite3.OperationalError("another version of the program uses it")

    def _open(self) -> sqlite3.Connection | None:
        """The file; None while it can not be used."""
        if self._database is None and monotonic() >= self._unusable_until:
            try:
                self._database = self._prepared()
            except (sqlite3.Error, OSError) as error:
                self._give_up(error)
        return self._database

    def _prepared(self) -> sqlite3.Connection:
        self._known.clear()  # what was found meanwhile is not in the file
        self._facts.clear()
        self._facts_read.clear()
        database = sqlite.connect(self._path, synchronous="NORMAL")  # a lost end is found again
        try:
            with sqlite.transaction(database):
                if database.execute("PRAGMA user_version").fetchone()[0] != self._mark:
                    for name in ("known", "held", "fact"):
                        database.execute(f"DROP TABLE IF EXISTS {name}")
                    for statement in _TABLES.split(";"):
                        database.execute(statement)
                    database.execute(f"PRAGMA user_version = {self._mark}")
        except BaseException:
            database.close()
            raise
        return database

    def _give_up(self, error: Exception) -> None:
        _log.warning("%s can not be used, so old segments are read again: %s", self._path.name, error)
        self._unusable_until = monotonic() + self._rest
        if self._database is not None:
            self._database.close()
            self._database = None
        if sqlite.is_damaged(error):
            with suppress(OSError):
                sqlite.remove(self._path)


def _digest(value: Any) -> int:
    """A number for a value. Two values of one number cost the look into a segment, and no more."""
    return int.from_bytes(blake2b(repr(value).encode(), digest_size=8).digest(), "big", signed=True)


def _fingerprint() -> int:
    """A number for how rows are read by this version, so that what another one found is not believed."""
    columns = [(table.name, table.header, [column.cell for column in table.columns]) for table in tables.TABLES]
    return int.from_bytes(blake2b(repr((_VERSION, __version__, columns)).encode(), digest_size=4).digest(), "big") >> 1
