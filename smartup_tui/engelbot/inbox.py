"""The durable inbox: each command from the moment it is heard until its answer is in the outbox.

A row goes received → decided → answered (or ignored). Which messages were looked at is stored with their rows in one
transaction, and the answer's transaction id follows from the event's id; so wherever the process ends, it goes on
without losing a command and without a second answer. Source: commands.md, From room to ledger.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from smartup_tui.matrix.database import Database

FILE_NAME: Final = "inbox.db"

_SCHEMA = """
CREATE TABLE inbox(
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id TEXT NOT NULL UNIQUE,
    room_id TEXT NOT NULL,
    sender TEXT NOT NULL,
    text TEXT NOT NULL,
    given_at REAL NOT NULL,
    dated INTEGER NOT NULL,
    awaited INTEGER NOT NULL,
    thread TEXT,
    state TEXT NOT NULL,
    actor TEXT,
    answer TEXT);
CREATE INDEX inbox_state ON inbox(state, sender, seq);
CREATE TABLE notes(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""

KEPT: Final = timedelta(days=30)
"""How long answered rows are kept; far longer than any message is answered late."""


class State(StrEnum):
    """Where a command is."""

    RECEIVED = "received"
    DECIDED = "decided"
    ANSWERED = "answered"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Heard:
    """A command as it came. `given_at` is when its owner sent it, by our clock and the age the homeserver gave.

    `dated` is False when that age is not known and the message came live, so that it has none worth judging. `awaited`:
    a workspace sent it, which waits for the answer in the room that its owner chose. `thread` is the event at whose
    thread it was given.
    """

    event_id: str
    room_id: str
    sender: str
    text: str
    given_at: datetime
    dated: bool
    awaited: bool = False
    thread: str | None = None

    def age(self, now: datetime) -> timedelta:
        """How long ago it was given; never negative."""
        return max(timedelta(0), now - self.given_at)


@dataclass(frozen=True, slots=True)
class Position:
    """How far the link's stored messages were looked at: the last one's number and event."""

    seq: int
    event_id: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say, and where. `in_reply` is False when it is said in another room than the command's."""

    room_id: str
    text: str
    result: Mapping[str, Any]
    in_reply: bool = True


@dataclass(frozen=True, slots=True)
class Item:
    """A row: the command, the alias in whose name the Toolbox was asked (None: not asked yet), and the answer."""

    heard: Heard
    state: State
    actor: str | None
    answer: Answer | None


class Inbox:
    """The file `inbox.db`. Used from one thread at a time."""

    def __init__(self, path: Path) -> None:
        """Open or make the file."""
        # NORMAL is enough: what a power failure takes back is read again from the link's store, and asked again by id.
        self._database = Database(path, _SCHEMA, version=1, synchronous="NORMAL")

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    @property
    def position(self) -> Position | None:
        """Up to where messages were looked at; None in a new inbox."""
        row = self._database.connection().execute("SELECT value FROM notes WHERE key = 'position'").fetchone()
        return None if row is None else Position(**json.loads(row[0]))

    def forget_position(self) -> None:
        """Look at all stored messages again; those that are known stay as they are."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM notes WHERE key = 'position'")

    def receive(self, commands: Sequence[Heard], position: Position) -> int:
        """Keep commands, and up to where messages were looked at, in one transaction. Returns how many are new."""
        with self._database.transaction() as connection:
            before = connection.total_changes
            connection.executemany(
                "INSERT OR IGNORE INTO inbox(event_id, room_id, sender, text, given_at, dated, awaited, thread, state)"
                " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        heard.event_id,
                        heard.room_id,
                        heard.sender,
                        heard.text,
                        heard.given_at.timestamp(),
                        heard.dated,
                        heard.awaited,
                        heard.thread,
                        State.RECEIVED,
                    )
                    for heard in commands
                ],
            )
            new = connection.total_changes - before
            connection.execute(
                "INSERT OR REPLACE INTO notes VALUES('position', ?)",
                (json.dumps({"seq": position.seq, "event_id": position.event_id}),),
            )
        return new

    def senders(self) -> list[str]:
        """Who has commands whose answer is not in the outbox yet, the longest waiting first."""
        rows = self._database.connection().execute(
            "SELECT sender FROM inbox WHERE state IN (?, ?) GROUP BY sender ORDER BY min(seq)",
            (State.RECEIVED, State.DECIDED),
        )
        return [str(row[0]) for row in rows]

    def next_of(self, sender: str) -> Item | None:
        """The sender's oldest command whose answer is not in the outbox yet."""
        row = (
            self._database.connection()
            .execute(
                "SELECT * FROM inbox WHERE state IN (?, ?) AND sender = ? ORDER BY seq LIMIT 1",
                (State.RECEIVED, State.DECIDED, sender),
            )
            .fetchone()
        )
        return None if row is None else _item(row)

    def decided(self) -> list[Item]:
        """Commands whose answer is not in the outbox yet, in order."""
        rows = self._database.connection().execute("SELECT * FROM inbox WHERE state = ? ORDER BY seq", (State.DECIDED,))
        return [_item(row) for row in rows]

    def get(self, event_id: str) -> Item | None:
        """The row of one event."""
        row = self._database.connection().execute("SELECT * FROM inbox WHERE event_id = ?", (event_id,)).fetchone()
        return None if row is None else _item(row)

    def waiting(self) -> int:
        """How many commands have no answer yet."""
        row = (
            self._database.connection()
            .execute("SELECT count(*) FROM inbox WHERE state IN (?, ?)", (State.RECEIVED, State.DECIDED))
            .fetchone()
        )
        return int(row[0])

    def asking(self, event_id: str, actor: str) -> None:
        """The Toolbox is asked from now on: only its word ends this command, whatever its age becomes."""
        self._set(event_id, "actor = ?", actor)

    def decide(self, event_id: str, answer: Answer) -> None:
        """Store the answer."""
        stored = {
            "room_id": answer.room_id,
            "text": answer.text,
            "result": dict(answer.result),
            "in_reply": answer.in_reply,
        }
        self._set(event_id, "state = ?, answer = ?", State.DECIDED, json.dumps(stored))

    def ignore(self, event_id: str) -> None:
        """Nothing is to be said."""
        self._set(event_id, "state = ?", State.IGNORED)

    def answered(self, event_id: str) -> None:
        """The answer is in the outbox, which is durable itself; it is not kept twice."""
        self._set(event_id, "state = ?, answer = NULL", State.ANSWERED)

    def prune(self, now: datetime) -> None:
        """Let go of what was answered long ago."""
        with self._database.transaction() as connection:
            connection.execute(
                "DELETE FROM inbox WHERE state IN (?, ?) AND given_at < ?",
                (State.ANSWERED, State.IGNORED, (now - KEPT).timestamp()),
            )

    def _set(self, event_id: str, change: str, *values: object) -> None:
        with self._database.transaction() as connection:
            connection.execute(f"UPDATE inbox SET {change} WHERE event_id = ?", (*values, event_id))  # noqa: S608 (ours)


def _item(row: sqlite3.Row) -> Item:
    heard = Heard(
        event_id=row["event_id"],
        room_id=row["room_id"],
        sender=row["sender"],
        text=row["text"],
        given_at=datetime.fromtimestamp(row["given_at"], UTC),
        dated=bool(row["dated"]),
        awaited=bool(row["awaited"]),
        thread=row["thread"],
    )
    answer = None if row["answer"] is None else Answer(**json.loads(row["answer"]))
    return Item(heard, State(row["state"]), row["actor"], answer)
