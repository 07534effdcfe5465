"""What we want to say, durable before it is said.

A row is written, with the transaction id it will always be sent with, before anything goes over the network. It is
closed by the homeserver's acknowledgement, by our own event coming back, and by Engelbot's answer. Any process may add
rows; the profile's link leader sends them, in order per room.
"""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final

from smartup_tui.matrix import wire
from smartup_tui.matrix.database import Database
from smartup_tui.matrix.rows import Kind, OutboxRow, State, read_row
from smartup_tui.matrix.wire import Json

__all__ = ["FILE_NAME", "Kind", "Outbox", "OutboxRow", "State"]

FILE_NAME: Final = "outbox.db"

_SCHEMA = """
CREATE TABLE outbox(
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    room_id TEXT NOT NULL,
    body TEXT NOT NULL,
    content TEXT NOT NULL,
    txn_id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    created_at REAL NOT NULL,
    decided_at REAL NOT NULL,
    first_try REAL,
    tries INTEGER NOT NULL DEFAULT 0,
    in_doubt INTEGER NOT NULL DEFAULT 0,
    retry_at REAL,
    event_id TEXT,
    error TEXT,
    hint TEXT);
CREATE INDEX outbox_state ON outbox(state, seq);
"""


class Outbox:
    """The file `outbox.db` of one profile; every write is on disk when the call returns."""

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._database = Database(path, _SCHEMA, version=1, synchronous="FULL")
        self._clock = clock
        self._guard = threading.Lock()
        self._listeners: list[Callable[[], None]] = []

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def data_version(self) -> int:
        """Changes when another thread or process has written."""
        return self._database.data_version()

    def listen(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back, on the writer's thread, after each change made through this object; returns how to stop."""
        with self._guard:
            self._listeners.append(callback)

        def stop() -> None:
            with self._guard:
                if callback in self._listeners:
                    self._listeners.remove(callback)

        return stop

    # --- the owner's side

    def put(
        self,
        room_id: str,
        body: str,
        extra: Mapping[str, object] | None = None,
        *,
        kind: Kind = Kind.COMMAND,
        msgtype: str = "m.text",
        txn_id: str | None = None,
        in_reply_to: str | None = None,
    ) -> OutboxRow:
        """Write a message to be sent, before any network. `extra` is added to the event's content.

        A `txn_id` that was used before returns the row that has it, unchanged: asking twice sends once.
        """
        own_id = str(uuid.uuid4())
        content: Json = {**(extra or {}), "msgtype": msgtype, "body": body}
        if kind is not Kind.REPLY:
            content[wire.COMMAND_KEY] = own_id
        if in_reply_to is not None:
            content["m.relates_to"] = {"m.in_reply_to": {"event_id": in_reply_to}}
        now = self._clock()
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO outbox(id, kind, room_id, body, content, txn_id, state, created_at, decided_at)"
                " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(txn_id) DO NOTHING",
                (own_id, kind, room_id, body, json.dumps(content), txn_id or own_id, State.QUEUED, now, now),
            )
            row = connection.execute("SELECT * FROM outbox WHERE txn_id = ?", (txn_id or own_id,)).fetchone()
        self._changed()
        return read_row(row)

    def get(self, command_id: str) -> OutboxRow | None:
        """The row with this id."""
        return self._one("SELECT * FROM outbox WHERE id = ?", command_id)

    def rows(self, *, states: Collection[State] = tuple(State), limit: int = 200) -> list[OutboxRow]:
        """The newest rows in these states, oldest first."""
        marks = ",".join("?" * len(states))
        found = self._database.connection().execute(
            f"SELECT * FROM outbox WHERE state IN ({marks}) ORDER BY seq DESC LIMIT ?",  # noqa: S608 (marks only)
            (*states, limit),
        )
        return [read_row(row) for row in found][::-1]

    def waiting(self) -> list[OutboxRow]:
        """The rows that are not sent: queued, held, or of unknown fate; oldest first."""
        return self.rows(states=(State.QUEUED, State.HELD, State.UNKNOWN))

    def release(self, command_id: str) -> OutboxRow | None:
        """The owner decides that a held or unknown row is to be sent now. Its transaction id stays the same."""
        return self._decide(
            command_id,
            "UPDATE outbox SET state = 'queued', decided_at = :now, first_try = NULL, in_doubt = 0, retry_at = NULL,"
            " error = NULL, hint = NULL WHERE id = :id AND state IN ('held', 'unknown')",
        )

    def drop(self, command_id: str) -> OutboxRow | None:
        """The owner decides that a waiting row is not to be sent. If it is found to be sent after all, it says so."""
        return self._decide(
            command_id,
            "UPDATE outbox SET state = 'dropped', retry_at = NULL"
            " WHERE id = :id AND state IN ('held', 'unknown', 'queued')",
        )

    # --- the link's side

    def next_due(self, now: float) -> OutboxRow | None:
        """The oldest queued row that is first in its room and need not wait any longer."""
        return self._one(
            "SELECT * FROM outbox WHERE seq IN"
            " (SELECT min(seq) FROM outbox WHERE state = 'queued' GROUP BY room_id)"
            " AND COALESCE(retry_at, 0) <= ? ORDER BY COALESCE(retry_at, 0), seq LIMIT 1",
            now,
        )

    def next_change(self, max_age: timedelta) -> float | None:
        """When a queued row next becomes due or too old (seconds since 1970), or None."""
        row = (
            self._database.connection()
            .execute(
                "SELECT min(retry_at), min(CASE WHEN kind = 'command' AND NOT in_doubt THEN decided_at END) + ?"
                " FROM outbox WHERE state = 'queued'",
                (max_age.total_seconds(),),
            )
            .fetchone()
        )
        return min((float(value) for value in row if value is not None), default=None)

    def hold_overdue(self, now: float, max_age: timedelta) -> int:
        """Hold the commands that wait, surely unsent, for longer than `max_age`; returns how many."""
        return self._write(
            "UPDATE outbox SET state = 'held', retry_at = NULL, error = 'It waited too long to be sent without asking.'"
            " WHERE state = 'queued' AND kind = 'command' AND NOT in_doubt AND decided_at < ?",
            now - max_age.total_seconds(),
        )

    def trying(self, row: OutboxRow, now: float) -> None:
        """On disk before a request goes out: from here its outcome is in doubt."""
        self._write(
            "UPDATE outbox SET tries = tries + 1, first_try = COALESCE(first_try, ?), in_doubt = 1 WHERE seq = ?",
            now,
            row.seq,
        )

    def sent(self, row: OutboxRow, event_id: str) -> bool:
        """The homeserver has it."""
        return bool(
            self._write(
                "UPDATE outbox SET state = 'sent', event_id = ?, in_doubt = 0, retry_at = NULL, error = NULL,"
                " hint = NULL WHERE seq = ? AND state NOT IN ('sent', 'answered')",
                event_id,
                row.seq,
            )
        )

    def answered(self, row: OutboxRow) -> bool:
        """Engelbot has answered it."""
        return bool(self._write("UPDATE outbox SET state = 'answered' WHERE seq = ? AND state = 'sent'", row.seq))

    def waits(self, row: OutboxRow, *, until: float, error: str, hint: str, in_doubt: bool) -> None:
        """It is tried again at `until`."""
        self._write(
            "UPDATE outbox SET retry_at = ?, error = ?, hint = ?, in_doubt = ? WHERE seq = ? AND state = 'queued'",
            until,
            error,
            hint,
            in_doubt,
            row.seq,
        )

    def ends(self, row: OutboxRow, state: State, *, error: str, hint: str) -> None:
        """It is not tried again by itself: failed, unknown or held."""
        self._write(
            "UPDATE outbox SET state = ?, error = ?, hint = ?, retry_at = NULL WHERE seq = ? AND state = 'queued'",
            state,
            error,
            hint,
            row.seq,
        )

    def certain(self, row: OutboxRow) -> None:
        """It is known not to have been sent; the next try is a first one."""
        self._write("UPDATE outbox SET in_doubt = 0, first_try = NULL WHERE seq = ?", row.seq)

    def lighten(self, row: OutboxRow) -> None:
        """Leave out the typed result, so that at least the text arrives."""
        content = {key: value for key, value in row.content.items() if key != wire.RESULT_KEY}
        self._write("UPDATE outbox SET content = ? WHERE seq = ?", json.dumps(content), row.seq)

    def retry_now(self) -> int:
        """The way to the homeserver is open again: what waited for it need not wait any longer."""
        return self._write("UPDATE outbox SET retry_at = NULL WHERE state = 'queued' AND retry_at IS NOT NULL")

    def unsettled(self) -> list[OutboxRow]:
        """Rows that an event in the store may still settle: tried without acknowledgement, or sent without answer."""
        since = self._clock() - timedelta(days=7).total_seconds()
        found = self._database.connection().execute(
            "SELECT * FROM outbox WHERE (state = 'sent' AND kind = 'command' AND decided_at > ?)"
            " OR (tries > 0 AND event_id IS NULL) ORDER BY seq",
            (since,),
        )
        return [read_row(row) for row in found]

    def _decide(self, command_id: str, statement: str) -> OutboxRow | None:
        with self._database.transaction() as connection:
            connection.execute(statement, {"id": command_id, "now": self._clock()})
        self._changed()
        return self.get(command_id)

    def _write(self, statement: str, *values: object) -> int:
        with self._database.transaction() as connection:
            changed = connection.execute(statement, values).rowcount
        if changed:
            self._changed()
        return changed

    def _one(self, query: str, *values: object) -> OutboxRow | None:
        row = self._database.connection().execute(query, values).fetchone()
        return None if row is None else read_row(row)

    def _changed(self) -> None:
        with self._guard:
            listeners = list(self._listeners)
        for callback in listeners:
            callback()
