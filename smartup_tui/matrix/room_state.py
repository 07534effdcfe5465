"""What the store keeps of rooms: whether we are in one, the state that describes it, whether it was ever encrypted.

Functions on a connection, for `Store` and within its transactions.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import Literal

from smartup_tui.matrix import wire
from smartup_tui.matrix.rooms import Invite, Room, read_invite, read_room
from smartup_tui.matrix.wire import Event, RoomDelta

SCHEMA = """
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
"""


def leave_all(connection: sqlite3.Connection) -> None:
    """A first response names every room we are in; we are in no other."""
    connection.execute("UPDATE rooms SET membership = 'leave'")


def apply(connection: sqlite3.Connection, delta: RoomDelta) -> bool:
    """Keep what a response says of a room; whether the room itself has changed (not only who is in it)."""
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
    note_encryption(connection, delta.room_id, state)
    return changed or any(e.type != "m.room.member" for e in state)


def note_encryption(connection: sqlite3.Connection, room_id: str, events: Iterable[Event]) -> None:
    """Remember for ever that a room is encrypted, where one of its events says so."""
    if any(e.type == wire.ENCRYPTION and e.state_key is not None for e in events):
        mark_encrypted(connection, room_id)


def mark_encrypted(connection: sqlite3.Connection, room_id: str) -> None:
    """Remember for ever that a room is encrypted."""
    connection.execute(
        "INSERT INTO rooms(room_id, membership, encrypted_ever) VALUES(?, 'leave', 1)"
        " ON CONFLICT(room_id) DO UPDATE SET encrypted_ever = 1",
        (room_id,),
    )


def is_encrypted(connection: sqlite3.Connection, room_id: str) -> bool:
    """Whether a room was ever seen to be encrypted."""
    row = connection.execute("SELECT encrypted_ever FROM rooms WHERE room_id = ?", (room_id,)).fetchone()
    return row is not None and bool(row[0])


def rooms(connection: sqlite3.Connection, own_user: str, room_id: str | None = None) -> list[Room]:
    """The rooms we are in, or the one of this id."""
    return [read_room(*parts) for parts in _parts(connection, own_user, "join", room_id)]


def invites(connection: sqlite3.Connection, own_user: str) -> list[Invite]:
    """The invitations that wait for a decision."""
    return [read_invite(*parts, own_user) for parts in _parts(connection, own_user, "invite")]


def _parts(
    connection: sqlite3.Connection, own_user: str, membership: Literal["join", "invite"], room_id: str | None = None
) -> Iterable[tuple[str, bool, list[Event]]]:
    """Id, whether it was ever encrypted, and state of each room; of its members, us alone."""
    rows = connection.execute(
        "SELECT rooms.room_id, encrypted_ever, source FROM rooms LEFT JOIN state"
        " ON state.room_id = rooms.room_id AND (state.type <> 'm.room.member' OR state.state_key = ?)"
        " WHERE membership = ? AND (? IS NULL OR rooms.room_id = ?) ORDER BY rooms.room_id",
        (own_user, membership, room_id, room_id),
    )
    parts: dict[str, tuple[str, bool, list[Event]]] = {}
    for found_id, encrypted, source in rows:
        events = parts.setdefault(found_id, (found_id, bool(encrypted), []))[2]
        event = None if source is None else wire.read_event(json.loads(source), stripped=membership == "invite")
        if event is not None:
            events.append(event)
    return parts.values()
