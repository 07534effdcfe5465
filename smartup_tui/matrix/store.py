"""What we know of the homeserver: events in order of arrival, the state of rooms, and the position in the stream.

One transaction per sync response stores its events, its state and the new position together, so nothing is ever lost or
read twice. The file can be deleted at any time; it is then filled again from the homeserver. Text is kept as it came:
clean it before it is shown.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from smartup_tui.matrix import gaps, history, room_state, wire
from smartup_tui.matrix.database import Database
from smartup_tui.matrix.gaps import Gap, Staged
from smartup_tui.matrix.history import RoomHistory
from smartup_tui.matrix.messages import StoredMessage, read_message
from smartup_tui.matrix.rooms import Invite, Room
from smartup_tui.matrix.wire import Page, SyncBatch

__all__ = ["FILE_NAME", "Applied", "Store", "StoredMessage"]

FILE_NAME: Final = "matrix.db"

_SCHEMA = (
    """
CREATE TABLE events(
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id TEXT NOT NULL UNIQUE,
    room_id TEXT NOT NULL,
    sender TEXT NOT NULL,
    type TEXT NOT NULL,
    origin_server_ts INTEGER NOT NULL,
    age_ms INTEGER,
    received_at REAL NOT NULL,
    catch_up INTEGER NOT NULL,
    reply_to TEXT,
    own_id TEXT,
    source TEXT NOT NULL,
    relation TEXT,
    relates_to TEXT);
CREATE INDEX events_message ON events(seq) WHERE type = 'm.room.message';
CREATE INDEX events_room ON events(room_id, seq);
CREATE INDEX events_reply ON events(reply_to) WHERE reply_to IS NOT NULL;
CREATE INDEX events_own ON events(own_id) WHERE own_id IS NOT NULL;
CREATE TABLE notes(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
    + room_state.SCHEMA
    + gaps.SCHEMA
    + history.SCHEMA
)

_UPGRADES = (history.UPGRADE,)
_POSITION, _LAST_SUCCESS, _LOST = "position", "last_success", "lost_gaps"


@dataclass(frozen=True, slots=True)
class Applied:
    """What a response changed."""

    events: int
    rooms: bool
    gaps: bool


class Store:
    """The file `matrix.db` of one profile. `own_user` is the profile's user id."""

    def __init__(self, path: Path, own_user: str) -> None:
        self._database = Database(path, _SCHEMA, version=2, synchronous="NORMAL", upgrades=_UPGRADES)
        self._own_user = own_user

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def data_version(self) -> int:
        """Changes when another thread or process has written."""
        return self._database.data_version()

    # --- reading

    @property
    def position(self) -> str | None:
        """Where to go on in the homeserver's stream; None before the first response."""
        return self._note(_POSITION)

    @property
    def last_success(self) -> datetime | None:
        """When a response of the homeserver was last stored."""
        value = self._note(_LAST_SUCCESS)
        return None if value is None else datetime.fromtimestamp(float(value), UTC)

    @property
    def lost_gaps(self) -> int:
        """How many gaps could never be filled, since the homeserver refused their history."""
        return int(self._note(_LOST) or 0)

    def messages_after(self, cursor: int, limit: int = 100) -> list[StoredMessage]:
        """Messages of all rooms that arrived after `cursor`, in the order of arrival."""
        rows = self._database.connection().execute(
            "SELECT * FROM events WHERE type = 'm.room.message' AND seq > ? ORDER BY seq LIMIT ?", (cursor, limit)
        )
        return [read_message(row) for row in rows]

    def room_messages(self, room_id: str, *, before: int | None = None, limit: int = 50) -> list[StoredMessage]:
        """The last messages of a room, oldest first; with `before`, those that arrived before that `seq`."""
        rows = self._database.connection().execute(
            "SELECT * FROM events WHERE room_id = ? AND type = 'm.room.message' AND seq < ? ORDER BY seq DESC LIMIT ?",
            (room_id, before if before is not None else 2**62, limit),
        )
        return [read_message(row) for row in rows][::-1]

    def replies(self, room_id: str, event_id: str, senders: Collection[str]) -> list[StoredMessage]:
        """Messages of these senders that answer this event in this room, in the order of arrival."""
        rows = self._database.connection().execute(
            "SELECT * FROM events WHERE reply_to = ? AND room_id = ? AND type = 'm.room.message' ORDER BY seq",
            (event_id, room_id),
        )
        return [read_message(row) for row in rows if row["sender"] in senders]

    def message(self, event_id: str) -> StoredMessage | None:
        """A message by its event id, None where it is not on this machine."""
        found = (
            self._database.connection()
            .execute("SELECT * FROM events WHERE event_id = ? AND type = 'm.room.message'", (event_id,))
            .fetchone()
        )
        return None if found is None else read_message(found)

    def own_event(self, room_id: str, own_id: str) -> str | None:
        """The id of our own event that carries this command id or transaction id, if it has come back to us."""
        row = (
            self._database.connection()
            .execute("SELECT event_id FROM events WHERE own_id = ? AND room_id = ?", (own_id, room_id))
            .fetchone()
        )
        return None if row is None else str(row[0])

    def newest_event(self) -> tuple[str, str] | None:
        """Room and id of the event stored last in a room we are in: a witness that the homeserver still knows us."""
        row = (
            self._database.connection()
            .execute(
                "SELECT room_id, event_id FROM events JOIN rooms USING(room_id) WHERE membership = 'join'"
                " ORDER BY seq DESC LIMIT 1"
            )
            .fetchone()
        )
        return None if row is None else (str(row[0]), str(row[1]))

    def history(self, room_id: str) -> RoomHistory:
        """The room's events as they are read: windows, what they answer, where something is missing."""
        return RoomHistory(self._database.connection(), room_id)

    def rooms(self) -> list[Room]:
        """The rooms and spaces we are in, by name."""
        found = room_state.rooms(self._database.connection(), self._own_user)
        return sorted(found, key=lambda room: (room.name.casefold(), room.room_id))

    def room(self, room_id: str) -> Room | None:
        """One room we are in."""
        return next(iter(room_state.rooms(self._database.connection(), self._own_user, room_id)), None)

    def invites(self) -> list[Invite]:
        """Invitations that wait for a decision. None is ever accepted by itself."""
        return room_state.invites(self._database.connection(), self._own_user)

    def encrypted(self, room_id: str) -> bool:
        """Whether the room was ever seen to be encrypted."""
        return room_state.is_encrypted(self._database.connection(), room_id)

    def gaps(self) -> list[Gap]:
        """The gap to fill next in each room that has one."""
        return gaps.all_gaps(self._database.connection())

    # --- writing (the link's thread alone)

    def apply(
        self, batch: SyncBatch, *, received_at: datetime, catch_up: bool, page_back: timedelta | None = None
    ) -> Applied:
        """Store a response and its position in one transaction.

        `catch_up` marks its events as come late. `page_back` says how far to fetch the history of rooms whose timeline
        has no earlier position to be joined to (a first response).
        """
        stored, rooms_changed, opened = 0, False, False
        with self._database.transaction() as connection:
            position = self.position
            if position is None:
                room_state.leave_all(connection)
            for delta in batch.rooms:
                rooms_changed |= room_state.apply(connection, delta)
                waiting = [gaps.staged(e, json.dumps(e.raw), received_at.timestamp()) for e in delta.timeline]
                hole = gaps.hole(delta, position, received_at, page_back)
                behind = gaps.newest_gap(connection, delta.room_id)
                if hole is not None:
                    behind = gaps.open_gap(connection, delta.room_id, hole[0], until=hole[1], oldest_ts=hole[2])
                    opened = True
                if behind is not None:
                    gaps.stage_newer(connection, behind, waiting)
                else:
                    if position is None and delta.limited:
                        history.note_hole(connection, delta.room_id, waiting)
                    stored += self._add(connection, delta.room_id, waiting, catch_up=catch_up)
            _set_note(connection, _POSITION, batch.next_batch)
            _set_note(connection, _LAST_SUCCESS, str(received_at.timestamp()))
        return Applied(stored, rooms_changed, opened)

    def add_page(self, gap: Gap, page: Page, *, received_at: datetime, go_on: bool) -> int:
        """Keep one page of a gap; with `go_on` False close it and let its events in. Returns how many came in."""
        kept = [
            gaps.staged(e, json.dumps(e.raw), received_at.timestamp())
            for e in page.events
            if gap.oldest_ts is None or e.origin_server_ts >= gap.oldest_ts
        ]
        with self._database.transaction() as connection:
            room_state.note_encryption(connection, gap.room_id, page.events)
            gaps.stage_page(connection, gap, kept, page.end or gap.start)
            return 0 if go_on else self._close(connection, gap, whole=gap.oldest_ts is None)

    def give_up(self, gap: Gap) -> int:
        """Close a gap whose history the homeserver refuses; what waited behind it comes in."""
        with self._database.transaction() as connection:
            _set_note(connection, _LOST, str(self.lost_gaps + 1))
            return self._close(connection, gap, whole=False)

    def add_older(self, room_id: str, page: Page, *, received_at: datetime) -> int:
        """Put a page of the room's history before all that we have of it; returns how many events were new.

        A page without an end is the room's beginning, as far as we may see it.
        """
        waiting = [gaps.staged(e, json.dumps(e.raw), received_at.timestamp()) for e in page.events]
        with self._database.transaction() as connection:
            room_state.note_encryption(connection, room_id, page.events)
            first = history.lowest(connection)
            added = sum(
                self._add(connection, room_id, [item], catch_up=True, seq=first - number)
                for number, item in enumerate(waiting, start=1)
            )
            if page.end is None:
                history.note_beginning(connection, room_id)
        return added

    def forget_position(self) -> None:
        """Begin again with a first response; events that are known stay and are not stored twice."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM notes WHERE key = ?", (_POSITION,))

    def forget_before(self, when: datetime) -> int:
        """Drop the events that came before `when`, so that the file does not grow for ever; returns how many.

        The newest message stays: readers recognise the store by it. Of a room, all before such an event goes too, also
        what was read back later, so that nothing is missing between what is left.
        """
        with self._database.transaction() as connection:
            return connection.execute(
                "DELETE FROM events WHERE seq IN (SELECT seq FROM events JOIN (SELECT room_id, max(seq) AS last"
                " FROM events WHERE received_at < ? GROUP BY room_id) USING(room_id) WHERE seq <= last)"
                " AND seq <> (SELECT COALESCE(max(seq), 0) FROM events WHERE type = 'm.room.message')",
                (when.timestamp(),),
            ).rowcount

    def mark_encrypted(self, room_id: str) -> None:
        """Remember for ever that the room is encrypted."""
        with self._database.transaction() as connection:
            room_state.mark_encrypted(connection, room_id)

    def _close(self, connection: sqlite3.Connection, gap: Gap, *, whole: bool) -> int:
        waiting = gaps.take_staged(connection, gap)
        if not whole:
            history.note_hole(connection, gap.room_id, waiting)
        return self._add(connection, gap.room_id, waiting, catch_up=True)

    def _add(
        self,
        connection: sqlite3.Connection,
        room_id: str,
        waiting: Sequence[Staged],
        *,
        catch_up: bool,
        seq: int | None = None,
    ) -> int:
        """Store events after all others, or the one there is at `seq`."""
        cursor = connection.executemany(
            "INSERT OR IGNORE INTO events(seq, event_id, room_id, sender, type, origin_server_ts, age_ms, received_at,"
            " catch_up, reply_to, own_id, source, relation, relates_to)"
            " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (seq, *values)
                for item in waiting
                if (values := self._columns(room_id, item, catch_up=catch_up)) is not None
            ],
        )
        return max(0, cursor.rowcount)

    def _columns(self, room_id: str, item: Staged, *, catch_up: bool) -> tuple[object, ...] | None:
        event = wire.read_event(json.loads(item.source))
        if event is None:
            return None
        own_id: str | None = None
        if event.sender == self._own_user:
            own_id = wire.command_id(event.content) or event.transaction_id
        return (
            event.event_id,
            room_id,
            event.sender,
            event.type,
            event.origin_server_ts,
            item.age_ms,
            item.received_at,
            catch_up,
            wire.reply_to(event.content),
            own_id,
            item.source,
            *(wire.relation(event) or (None, None)),
        )

    def _note(self, key: str) -> str | None:
        row = self._database.connection().execute("SELECT value FROM notes WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])


def _set_note(connection: sqlite3.Connection, key: str, value: str) -> None:
    connection.execute(
        "INSERT INTO notes(key, value) VALUES(?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value", (key, value)
    )
