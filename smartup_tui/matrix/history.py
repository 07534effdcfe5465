"""A room's events as people read them: windows from the newest back, what an event says about another, what is missing.

Events read back on request stand before all others, at falling negative numbers, so readers that follow the arrival
never meet them. Edits, redactions and the messages of a thread belong to another event and are no entries of their own,
unless that event is not here.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from smartup_tui.matrix import wire
from smartup_tui.matrix.gaps import Staged
from smartup_tui.matrix.wire import Json

SCHEMA: Final = """
CREATE INDEX events_relation ON events(relates_to, relation) WHERE relates_to IS NOT NULL;
CREATE TABLE holes(
    room_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    PRIMARY KEY(room_id, event_id)) WITHOUT ROWID;
CREATE TABLE beginnings(room_id TEXT PRIMARY KEY, event_id TEXT NOT NULL) WITHOUT ROWID;
"""
UPGRADE: Final = (
    """
ALTER TABLE events ADD COLUMN relation TEXT;
ALTER TABLE events ADD COLUMN relates_to TEXT;
UPDATE events SET relation = json_extract(source, '$.content."m.relates_to".rel_type'),
    relates_to = json_extract(source, '$.content."m.relates_to".event_id')
    WHERE json_type(source, '$.content."m.relates_to".rel_type') = 'text'
    AND json_type(source, '$.content."m.relates_to".event_id') = 'text';
UPDATE events SET relation = 'redacts',
    relates_to = coalesce(json_extract(source, '$.content.redacts'), json_extract(source, '$.redacts'))
    WHERE type = 'm.room.redaction';
"""
    + SCHEMA
)

_OF_ANOTHER: Final = f"('{wire.THREAD}', '{wire.EDIT}', '{wire.REDACTS}')"
_NEWEST: Final = 2**62


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """Any event of a room as it came; nothing in it is cleaned."""

    seq: int
    event_id: str
    sender: str
    type: str
    state_key: str | None
    content: Json
    before: Json
    """What the state was before, for an event that changed it."""
    sent_ts: int
    """Milliseconds since 1970 by the sender's homeserver."""
    redacted_by: str | None
    relation: str | None
    relates_to: str | None

    @property
    def msgtype(self) -> str:
        """What kind of message; empty for what is none."""
        found = self.content.get("msgtype")
        return found if isinstance(found, str) else ""

    @property
    def body(self) -> str:
        """The text; empty where there is none."""
        found = self.content.get("body")
        return found if isinstance(found, str) else ""

    @property
    def answers(self) -> str | None:
        """The event it answers. Of a thread's message this may be only the one before it, for clients that know no
        threads (`is_falling_back`); that is no answer.
        """
        relation = wire.as_object(self.content.get("m.relates_to"))
        falls_back = relation.get("rel_type") == wire.THREAD and relation.get("is_falling_back") is True
        return None if falls_back else wire.reply_to(self.content)


@dataclass(frozen=True, slots=True)
class ThreadLine:
    """How many messages a thread has beside its first, and the last of them."""

    count: int
    last: StoredEvent


class RoomHistory:
    """Reads one room. Belongs to the thread of its connection."""

    def __init__(self, connection: sqlite3.Connection, room_id: str) -> None:
        self._connection = connection
        self.room_id = room_id

    @property
    def newest(self) -> int:
        """The number of the event that arrived last; what comes later has a higher one."""
        (found,) = self._connection.execute("SELECT max(seq) FROM events WHERE room_id = ?", (self.room_id,)).fetchone()
        return int(found) if found is not None else 0

    @property
    def is_filling(self) -> bool:
        """Whether newer events wait until those between are fetched."""
        found = self._connection.execute("SELECT 1 FROM gaps WHERE room_id = ? LIMIT 1", (self.room_id,)).fetchone()
        return found is not None

    @property
    def is_whole(self) -> bool:
        """Whether the homeserver has nothing older than what is here."""
        found = self._connection.execute(
            "SELECT type = 'm.room.create' OR event_id IN (SELECT event_id FROM beginnings)"
            " FROM events WHERE room_id = ? ORDER BY seq LIMIT 1",
            (self.room_id,),
        ).fetchone()
        return found is not None and bool(found[0])

    @property
    def oldest(self) -> str | None:
        """The id of the oldest event here."""
        found = self._connection.execute(
            "SELECT event_id FROM events WHERE room_id = ? ORDER BY seq LIMIT 1", (self.room_id,)
        ).fetchone()
        return None if found is None else str(found[0])

    def holes(self) -> frozenset[str]:
        """The ids of events before which some are missing for good."""
        rows = self._connection.execute("SELECT event_id FROM holes WHERE room_id = ?", (self.room_id,))
        return frozenset(row[0] for row in rows)

    def window(
        self, *, since: int = -_NEWEST, before: int = _NEWEST, until: int = _NEWEST, limit: int = 100
    ) -> list[StoredEvent]:
        """The last `limit` entries from the number `since` on, before `before` and up to `until`, oldest first."""
        rows = self._connection.execute(
            "SELECT * FROM events AS entry WHERE room_id = :room AND seq >= :since AND seq < :before AND seq <= :until"  # noqa: S608
            f" AND (relation IS NULL OR relation NOT IN {_OF_ANOTHER} OR NOT EXISTS"
            " (SELECT 1 FROM events AS other WHERE other.event_id = entry.relates_to AND other.room_id = :room))"
            " ORDER BY seq DESC LIMIT :limit",
            {"room": self.room_id, "since": since, "before": before, "until": until, "limit": limit},
        )
        return [_read(row) for row in rows][::-1]

    def thread(self, root: str, *, until: int = _NEWEST, limit: int = 1_000) -> list[StoredEvent]:
        """The last messages of a thread, oldest first, without its first."""
        return [e for e in self._about([root], wire.THREAD, until, limit) if e.type != wire.REDACTION]

    def event(self, event_id: str) -> StoredEvent | None:
        """One event of this room."""
        row = self._connection.execute(
            "SELECT * FROM events WHERE event_id = ? AND room_id = ?", (event_id, self.room_id)
        ).fetchone()
        return None if row is None else _read(row)

    def edits(self, event_ids: Sequence[str], *, until: int = _NEWEST) -> dict[str, list[StoredEvent]]:
        """The edits of these events by event, in the order of arrival. Whoever made them."""
        found: dict[str, list[StoredEvent]] = {}
        for event in self._about(event_ids, wire.EDIT, until):
            found.setdefault(event.relates_to or "", []).append(event)
        return found

    def redactions(self, event_ids: Sequence[str], *, until: int = _NEWEST) -> Mapping[str, str]:
        """Who took back which of these events. The homeserver hands on only redactions that were allowed."""
        found = self._about(event_ids, wire.REDACTS, until)
        return {event.relates_to or "": event.sender for event in found if event.type == wire.REDACTION}

    def threads(self, event_ids: Sequence[str], *, until: int = _NEWEST) -> dict[str, ThreadLine]:
        """The threads that begin with these events."""
        marks = ",".join("?" * len(event_ids))
        rows = self._connection.execute(
            f"SELECT relates_to, count(*) AS count, max(seq) AS last FROM events WHERE relates_to IN ({marks})"  # noqa: S608
            f" AND relation = '{wire.THREAD}' AND room_id = ? AND seq <= ? GROUP BY relates_to",
            (*event_ids, self.room_id, until),
        ).fetchall()
        lasts = {row["last"]: row for row in self._rows([row["last"] for row in rows])}
        return {row["relates_to"]: ThreadLine(row["count"], _read(lasts[row["last"]])) for row in rows}

    def _about(self, event_ids: Sequence[str], relation: str, until: int, limit: int = 5_000) -> list[StoredEvent]:
        marks = ",".join("?" * len(event_ids))
        rows = self._connection.execute(
            f"SELECT * FROM events WHERE relates_to IN ({marks}) AND relation = ? AND room_id = ? AND seq <= ?"  # noqa: S608
            " ORDER BY seq DESC LIMIT ?",
            (*event_ids, relation, self.room_id, until, limit),
        )
        return [_read(row) for row in rows][::-1]

    def _rows(self, numbers: Sequence[int]) -> Iterable[sqlite3.Row]:
        marks = ",".join("?" * len(numbers))
        found = self._connection.execute(f"SELECT *, seq AS last FROM events WHERE seq IN ({marks})", numbers)  # noqa: S608
        return found.fetchall()


# --- writing, inside the store's transactions


def lowest(connection: sqlite3.Connection) -> int:
    """What is read back goes below this number."""
    (found,) = connection.execute("SELECT min(seq) FROM events").fetchone()
    return min(0, int(found or 0))


def note_hole(connection: sqlite3.Connection, room_id: str, waiting: Sequence[Staged]) -> None:
    """Remember that these events do not join those of the room, unless one of them is known or there are none."""
    if not waiting or connection.execute("SELECT 1 FROM events WHERE room_id = ?", (room_id,)).fetchone() is None:
        return
    marks = ",".join("?" * len(waiting))
    known = connection.execute(
        f"SELECT 1 FROM events WHERE event_id IN ({marks}) LIMIT 1",  # noqa: S608
        [item.event_id for item in waiting],
    ).fetchone()
    if known is None:
        connection.execute("INSERT OR IGNORE INTO holes VALUES(?, ?)", (room_id, waiting[0].event_id))


def note_beginning(connection: sqlite3.Connection, room_id: str) -> None:
    """Remember that there is nothing before the oldest event of the room."""
    connection.execute(
        "INSERT OR REPLACE INTO beginnings SELECT room_id, event_id FROM events WHERE room_id = ? ORDER BY seq LIMIT 1",
        (room_id,),
    )


def _read(row: sqlite3.Row) -> StoredEvent:
    raw = wire.as_object(json.loads(row["source"]))
    state_key = raw.get("state_key")
    return StoredEvent(
        seq=row["seq"],
        event_id=row["event_id"],
        sender=row["sender"],
        type=row["type"],
        state_key=state_key if isinstance(state_key, str) else None,
        content=wire.as_object(raw.get("content")),
        before=wire.as_object(wire.as_object(raw.get("unsigned")).get("prev_content")),
        sent_ts=row["origin_server_ts"],
        redacted_by=wire.redactor(raw),
        relation=row["relation"],
        relates_to=row["relates_to"],
    )
