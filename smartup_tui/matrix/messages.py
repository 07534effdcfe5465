"""A room message as the store gives it."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from smartup_tui.matrix import wire
from smartup_tui.matrix.wire import Json


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A room message as it came. `body` and `content` are raw."""

    seq: int
    """Grows with arrival; a reader keeps the last one it has handled."""
    event_id: str
    room_id: str
    sender: str
    type: str
    msgtype: str
    body: str
    content: Json
    origin_server_ts: int
    """Milliseconds since 1970 by the sender's homeserver."""
    age_ms: int | None
    """Age when it reached us, by our homeserver's clock."""
    received_at: datetime
    catch_up: bool
    """It came after a start, an interruption or a gap, so its age counts."""

    @property
    def reply_to(self) -> str | None:
        """The event it answers."""
        return wire.reply_to(self.content)

    @property
    def replaces(self) -> str | None:
        """The event it is an edit of."""
        return wire.replaces(self.content)

    def age(self, now: datetime) -> timedelta:
        """How old it is, free of clock differences between machines where the homeserver gave an age."""
        if self.age_ms is None:
            sent = datetime.fromtimestamp(self.origin_server_ts / 1000, UTC)
            return max(timedelta(0), now - sent)
        return timedelta(milliseconds=self.age_ms) + max(timedelta(0), now - self.received_at)


def read_message(row: sqlite3.Row) -> StoredMessage:
    """The message in a row of the store's `events` table."""
    content = wire.as_object(wire.as_object(json.loads(row["source"])).get("content"))
    msgtype, body = content.get("msgtype"), content.get("body")
    return StoredMessage(
        seq=row["seq"],
        event_id=row["event_id"],
        room_id=row["room_id"],
        sender=row["sender"],
        type=row["type"],
        msgtype=msgtype if isinstance(msgtype, str) else "",
        body=body if isinstance(body, str) else "",
        content=content,
        origin_server_ts=row["origin_server_ts"],
        age_ms=row["age_ms"],
        received_at=datetime.fromtimestamp(row["received_at"], UTC),
        catch_up=bool(row["catch_up"]),
    )
