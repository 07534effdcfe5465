"""A row of the outbox, and where it is on its way."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from smartup_tui.matrix import wire
from smartup_tui.matrix.wire import Json


class State(StrEnum):
    """Where a row is on its way."""

    QUEUED = "queued"
    """Waits to be sent, or to be known as sent."""
    SENT = "sent"
    """The homeserver has it (`event_id`)."""
    ANSWERED = "answered"
    """Engelbot has answered it."""
    FAILED = "failed"
    """The homeserver refused it for good, see `error` and `hint`."""
    UNKNOWN = "unknown"
    """It may or may not have been sent, and can not be found: the owner decides."""
    HELD = "held"
    """Too old to be sent without the owner's decision."""
    DROPPED = "dropped"
    """The owner decided not to send it."""


class Kind(StrEnum):
    """What a row is, which decides what is done when it gets old."""

    COMMAND = "command"
    """An owner's `!command`: held when old, closed by an answer."""
    TALK = "talk"
    """Conversation: sent whenever it can be, wants no answer."""
    REPLY = "reply"
    """Engelbot's answer: sent whenever it can be, wants no answer."""


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One row as it is now. Times are UTC."""

    seq: int
    id: str
    """Our own id of the command (a UUID), also in the event's content."""
    kind: Kind
    room_id: str
    body: str
    content: Json
    txn_id: str
    state: State
    created_at: datetime
    decided_at: datetime
    """When the owner last wanted it sent: written, or released."""
    first_try: datetime | None
    tries: int
    in_doubt: bool
    """A request went out and its outcome is not known."""
    retry_at: datetime | None
    """When it is tried again, where the homeserver or a failure asks to wait."""
    event_id: str | None
    error: str | None
    hint: str | None


def read_row(row: sqlite3.Row) -> OutboxRow:
    """The row of the `outbox` table."""
    return OutboxRow(
        seq=row["seq"],
        id=row["id"],
        kind=Kind(row["kind"]),
        room_id=row["room_id"],
        body=row["body"],
        content=wire.as_object(json.loads(row["content"])),
        txn_id=row["txn_id"],
        state=State(row["state"]),
        created_at=datetime.fromtimestamp(row["created_at"], UTC),
        decided_at=datetime.fromtimestamp(row["decided_at"], UTC),
        first_try=_time(row["first_try"]),
        tries=row["tries"],
        in_doubt=bool(row["in_doubt"]),
        retry_at=_time(row["retry_at"]),
        event_id=row["event_id"],
        error=row["error"],
        hint=row["hint"],
    )


def _time(value: float | None) -> datetime | None:
    return None if value is None else datetime.fromtimestamp(value, UTC)
