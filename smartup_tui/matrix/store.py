"""What we know of the homeserver: events in order of arrival, the state of rooms, and the position in the stream.

One transaction per sync response stores its events, its state and the new position together, so nothing is ever lost or
read twice. The file can be deleted at any time; it is then filled again from the homeserver. Text is kept as it came:
clean it before it is shown.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from smartup_tui.matrix import gaps, history, wire
from smartup_tui.matrix.database import Database
from smartup_tui.matrix.gaps import Gap, Staged
from smartup_tui.matrix.history import RoomHistory
from smartup_tui.matrix.messages import StoredMessage, read_message
from smartup_tui.matrix.rooms import Invite, Room, read_invite, read_room
from smartup_tui.matrix.wire import Event, Page, RoomDelta, SyncBatch

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
CREATE TABLE rooms(
    room_id TEXT PRIMARY KEY,
    membership TEXT NOT NULL,
    encrypted_ever INTEGER NOT NULL DEFAULT 0);
CREATE TABLE state(
    room_id TEXT NOT NULL,
    type TEXT NOT NULL,
    state_key TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY(room_id, type, state_key)) WITHOUT ROWID;
CREATE TABLE notes(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
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
        found = [read_room(*parts) for parts in self._room_parts("join")]
        return sorted(found, key=lambda room: (room.name.casefold(), room.room_id))

    def room(self, room_id: str) -> Room | None:
        """One room we are in."""
        return next((read_room(*parts) for parts in self._room_parts("join", room_id)), None)

    def invites(self) -> list[Invite]:
        """Invitations that wait for a decision. None is ever accepted by itself."""
        return [read_invite(*parts, self._own_user) for parts in self._room_parts("invite")]

    def encrypted(self, room_id: str) -> bool:
        """Whether the room was ever seen to be encrypted."""
        row = (
            self._database.connection()
            .execute("SELECT encrypted_ever FROM rooms WHERE room_id = ?", (room_id,))
            .fetchone()
        )
        return row is not None and bool(row[0])

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
                connection.execute("UPDATE rooms SET membership = 'leave'")
            for delta in batch.rooms:
                rooms_changed |= self._apply_state(connection, delta)
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
            if any(e.type == wire.ENCRYPTION and e.state_key is not None for e in page.events):
                _mark_encrypted(connection, gap.room_id)
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
            if any(e.type == wire.ENCRYPTION and e.state_key is not None for e in page.events):
                _mark_encrypted(connection, room_id)
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
            _mark_encrypted(connection, room_id)

    def _close(self, connection: sqlite3.Connection, gap: Gap, *, whole: bool) -> int:
        waiting = gaps.take_staged(connection, gap)
        if not whole:
            history.note_hole(connection, gap.room_id, waiting)
        return self._add(connection, gap.room_id, waiting, catch_up=True)

    def _apply_state(self, connection: sqlite3.Connection, delta: RoomDelta) -> bool:
        row = connection.execute("SELECT membership FROM rooms WHERE room_id = ?", (delta.room_id,)).fetchone()
        changed = row is None or row[0] != delta.membership
        if changed and delta.membership != "leave":  # the homeserver sends the whole state of a room that is new to us
            connection.execute("DELETE FROM state WHERE room_id = ?", (delta.room_id,))
        connection.execute(
            "INSERT INTO rooms(room_id, membership) VALUES(?, ?)"
            " ON CONFLICT(room_id) DO UPDATE SET membership = excluded.membership",
            (delta.room_id, delta.membership),
        )
        state = [e for e in (*delta.state, *delta.timeline) if e.state_key is not None and e.type in wire.STATE_TYPES]
        connection.executemany(
            "INSERT OR REPLACE INTO state(room_id, type, state_key, source) VALUES(?, ?, ?, ?)",
            [(delta.room_id, e.type, e.state_key, json.dumps(e.raw)) for e in state],
        )
        if any(e.type == wire.ENCRYPTION for e in state):
            _mark_encrypted(connection, delta.room_id)
        return changed or any(e.type != "m.room.member" for e in state)

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

    def _room_parts(self, membership: str, room_id: str | None = None) -> Iterable[tuple[str, bool, list[Event]]]:
        connection = self._database.connection()
        rows = connection.execute(
            "SELECT rooms.room_id, encrypted_ever, source FROM rooms LEFT JOIN state"
            " ON state.room_id = rooms.room_id AND (state.type <> 'm.room.member' OR state.state_key = ?)"
            " WHERE membership = ? AND (? IS NULL OR rooms.room_id = ?) ORDER BY rooms.room_id",
            (self._own_user, membership, room_id, room_id),
        )
        parts: dict[str, tuple[str, bool, list[Event]]] = {}
        for found_id, encrypted, source in rows:
            events = parts.setdefault(found_id, (found_id, bool(encrypted), []))[2]
            event = None if source is None else wire.read_event(json.loads(source), stripped=membership == "invite")
            if event is not None:
                events.append(event)
        return parts.values()

    def _note(self, key: str) -> str | None:
        row = self._database.connection().execute("SELECT value FROM notes WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])


def _mark_encrypted(connection: sqlite3.Connection, room_id: str) -> None:
    connection.execute(
        "INSERT INTO rooms(room_id, membership, encrypted_ever) VALUES(?, 'leave', 1)"
        " ON CONFLICT(room_id) DO UPDATE SET encrypted_ever = 1",
        (room_id,),
    )


def _set_note(connection: sqlite3.Connection, key: str, value: str) -> None:
    connection.execute(
        "INSERT INTO notes(key, value) VALUES(?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value", (key, value)
    )
