"""Gaps in a room's timeline: what is missing, how far it is filled, and the events that wait behind it.

A limited sync response leaves a hole between the last position and its first event. History comes newest first, so the
pages are staged, with their place, until the hole is closed; events that arrive meanwhile in that room wait behind it.
Then all go into the room's events in the order in which they happened. Each page and the place to go on from are
persisted together, so a restart loses nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from smartup_tui.matrix.wire import Event, RoomDelta

SCHEMA = """
CREATE TABLE gaps(
    gap_id INTEGER PRIMARY KEY AUTOINCREMENT,
    room_id TEXT NOT NULL,
    start TEXT NOT NULL,
    until TEXT,
    oldest_ts INTEGER,
    pages INTEGER NOT NULL DEFAULT 0);
CREATE INDEX gaps_room ON gaps(room_id, gap_id);
CREATE TABLE staged(
    gap_id INTEGER NOT NULL,
    place INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    source TEXT NOT NULL,
    age_ms INTEGER,
    received_at REAL NOT NULL,
    PRIMARY KEY(gap_id, place));
"""


@dataclass(frozen=True, slots=True)
class Gap:
    """A hole to fill by paging back from `start`, until the position `until` or events older than `oldest_ts`."""

    gap_id: int
    room_id: str
    start: str
    until: str | None
    oldest_ts: int | None
    """Milliseconds since 1970; None where `until` bounds the gap."""
    pages: int


@dataclass(frozen=True, slots=True)
class Staged:
    """An event that waits for its place."""

    event_id: str
    source: str
    age_ms: int | None
    received_at: float


def open_gap(
    connection: sqlite3.Connection, room_id: str, start: str, *, until: str | None, oldest_ts: int | None
) -> int:
    """Record a hole; the newer events of the room wait behind it from now on."""
    cursor = connection.execute(
        "INSERT INTO gaps(room_id, start, until, oldest_ts) VALUES(?, ?, ?, ?)", (room_id, start, until, oldest_ts)
    )
    return int(cursor.lastrowid or 0)


def newest_gap(connection: sqlite3.Connection, room_id: str) -> int | None:
    """The gap behind which new events of this room wait, or None."""
    row = connection.execute("SELECT max(gap_id) FROM gaps WHERE room_id = ?", (room_id,)).fetchone()
    return None if row[0] is None else int(row[0])


def all_gaps(connection: sqlite3.Connection) -> list[Gap]:
    """The oldest open gap of each room: a room's gaps close in order."""
    rows = connection.execute(
        "SELECT gap_id, room_id, start, until, oldest_ts, pages FROM gaps"
        " WHERE gap_id IN (SELECT min(gap_id) FROM gaps GROUP BY room_id) ORDER BY gap_id"
    )
    return [Gap(*row) for row in rows]


def stage_newer(connection: sqlite3.Connection, gap_id: int, events: Sequence[Staged]) -> None:
    """Let events that came after the gap wait behind it, in their order."""
    (last,) = connection.execute("SELECT max(0, max(place)) FROM staged WHERE gap_id = ?", (gap_id,)).fetchone()
    _stage(connection, gap_id, ((int(last or 0) + n, event) for n, event in enumerate(events, start=1)))


def stage_page(connection: sqlite3.Connection, gap: Gap, newest_first: Sequence[Staged], start: str) -> None:
    """Keep one page of the gap's history, and go on from `start` next time."""
    (first,) = connection.execute("SELECT min(0, min(place)) FROM staged WHERE gap_id = ?", (gap.gap_id,)).fetchone()
    _stage(connection, gap.gap_id, ((int(first or 0) - n, event) for n, event in enumerate(newest_first, start=1)))
    connection.execute("UPDATE gaps SET start = ?, pages = pages + 1 WHERE gap_id = ?", (start, gap.gap_id))


def take_staged(connection: sqlite3.Connection, gap: Gap) -> list[Staged]:
    """Close the gap and hand over what waited, oldest first."""
    rows = connection.execute(
        "SELECT event_id, source, age_ms, received_at FROM staged WHERE gap_id = ? ORDER BY place", (gap.gap_id,)
    ).fetchall()
    connection.execute("DELETE FROM staged WHERE gap_id = ?", (gap.gap_id,))
    connection.execute("DELETE FROM gaps WHERE gap_id = ?", (gap.gap_id,))
    return [Staged(*row) for row in rows]


def staged(event: Event, source: str, received_at: float) -> Staged:
    """The waiting form of an event."""
    return Staged(event.event_id, source, event.age_ms, received_at)


def _stage(connection: sqlite3.Connection, gap_id: int, placed: Iterable[tuple[int, Staged]]) -> None:
    connection.executemany(
        "INSERT INTO staged(gap_id, place, event_id, source, age_ms, received_at) VALUES(?, ?, ?, ?, ?, ?)",
        [(gap_id, place, e.event_id, e.source, e.age_ms, e.received_at) for place, e in placed],
    )


def hole(
    delta: RoomDelta, position: str | None, received_at: datetime, page_back: timedelta | None
) -> tuple[str, str | None, int | None] | None:
    """Start, end and oldest time of what is missing before this timeline, if anything is."""
    if delta.membership != "join" or not delta.limited or delta.prev_batch is None:
        return None
    if position is not None:
        return delta.prev_batch, position, None
    if page_back is None:
        return None
    oldest = int((received_at - page_back).timestamp() * 1000)
    if any(event.origin_server_ts < oldest for event in delta.timeline):
        return None
    return delta.prev_batch, None, oldest
