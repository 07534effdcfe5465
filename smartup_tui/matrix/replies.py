"""Which messages are Engelbot's answers, and to which of our commands.

An answer counts only if a configured bot sent it, by its full user id, in the room of the command and in reply to the
command's event. It may come before the homeserver's acknowledgement, late, or twice; the store keeps every message,
and here they are joined to the outbox. The join can be made again at any time, so a crash between the two files costs
nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from smartup_tui.matrix import wire
from smartup_tui.matrix.outbox import Kind, Outbox, State
from smartup_tui.matrix.store import Store, StoredMessage
from smartup_tui.matrix.wire import Json
from smartup_tui.text import clean, clean_line

_DEEPEST = 12
_LONGEST = 16_000


@dataclass(frozen=True, slots=True)
class Reply:
    """Engelbot's answer; every string in it is safe to show."""

    event_id: str
    sender: str
    room_id: str
    text: str
    result: Json | None
    """The typed result (`org.smartup.result`), where the bot gave one."""
    ts: datetime


class Replies:
    """The answers of `bots` (user ids) to the rows of `outbox`."""

    def __init__(self, store: Store, outbox: Outbox, bots: Collection[str]) -> None:
        self._store = store
        self._outbox = outbox
        self._bots = frozenset(bots)

    def answers(self, command_id: str) -> list[Reply]:
        """All answers to a command so far, in the order of arrival."""
        row = self._outbox.get(command_id)
        if row is None or row.event_id is None:
            return []
        return [_reply(message) for message in self._store.replies(row.room_id, row.event_id, self._bots)]

    def settle(self) -> bool:
        """Close the rows that stored events settle; True if any changed."""
        changed = False
        for row in self._outbox.unsettled():
            event_id = row.event_id
            if event_id is None:
                event_id = self._store.own_event(row.room_id, row.txn_id) or self._store.own_event(row.room_id, row.id)
                if event_id is None:
                    continue
                changed |= self._outbox.sent(row, event_id)
            if row.kind is Kind.COMMAND and row.state is not State.ANSWERED:
                answered = bool(self._store.replies(row.room_id, event_id, self._bots))
                changed |= answered and self._outbox.answered(row)
        return changed


def _reply(message: StoredMessage) -> Reply:
    result = message.content.get(wire.RESULT_KEY)
    cleaned = _clean(result) if isinstance(result, dict) else None
    return Reply(
        event_id=message.event_id,
        sender=message.sender,
        room_id=message.room_id,
        text=clean(message.body),
        result=cleaned if isinstance(cleaned, dict) else None,
        ts=datetime.fromtimestamp(message.origin_server_ts / 1000, UTC),
    )


def _clean(value: object, depth: int = 0) -> object:
    if isinstance(value, str):
        return clean(value, _LONGEST)
    if depth < _DEEPEST and isinstance(value, dict):
        return {clean_line(key): _clean(item, depth + 1) for key, item in value.items()}
    if depth < _DEEPEST and isinstance(value, list):
        return [_clean(item, depth + 1) for item in value]
    return value if isinstance(value, int | float | None) else None
