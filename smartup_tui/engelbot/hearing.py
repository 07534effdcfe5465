"""Hearing: which messages are commands, and taking them from the link's store into the inbox."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection
from datetime import datetime
from typing import Final

from smartup_tui.engelbot.inbox import Heard, Inbox, Position
from smartup_tui.matrix import Store, StoredMessage
from smartup_tui.matrix.wire import as_object, command_id, identifier

PAGE: Final = 200
_COMMAND: Final = re.compile(r"\s*![^\W\d_]")
_QUOTE: Final = re.compile(r"(?:>[^\n]*\n)+\n?")
"""What some clients put before the text of a reply: the lines it answers."""

_log = logging.getLogger(__name__)


def command_in(message: StoredMessage, deaf_to: Collection[str]) -> str | None:
    """The command's text, or None for what is no command: talk, notices (bots), edits, and users in `deaf_to`."""
    if message.sender in deaf_to or message.msgtype != "m.text" or message.replaces is not None:
        return None
    text = message.body
    if message.reply_to is not None:
        text = _QUOTE.sub("", text, count=1) if text.startswith(">") else text
    return text.strip() if _COMMAND.match(text) else None


class Hearing:
    """Moves commands from the store into the inbox, each once. `own` is Engelbot's user id, `started` when it began."""

    def __init__(
        self, store: Store, inbox: Inbox, own: str, *, started: datetime, deaf_to: Collection[str] = ()
    ) -> None:
        self._store = store
        self._inbox = inbox
        self._own = own
        self._started = started
        self._deaf_to = frozenset(deaf_to) | {own}

    def check_position(self) -> None:
        """Look at everything again when the store is not the one we left off in (it may be deleted at any time)."""
        position = self._inbox.position
        if position is None:
            return
        found = self._store.messages_after(position.seq - 1, limit=1)
        if not found or (found[0].seq, found[0].event_id) != (position.seq, position.event_id):
            _log.warning("the stored messages are new; looking at all of them again")
            self._inbox.forget_position()

    def take_in(self) -> bool:
        """One page of stored messages into the inbox; False when there is no more."""
        position = self._inbox.position
        messages = self._store.messages_after(0 if position is None else position.seq, limit=PAGE)
        if not messages:
            return False
        commands = [heard for message in messages if (heard := self._hear(message)) is not None]
        self._inbox.receive(commands, Position(messages[-1].seq, messages[-1].event_id))
        return True

    def _hear(self, message: StoredMessage) -> Heard | None:
        text = command_in(message, self._deaf_to)
        if text is None:
            return None
        late = message.catch_up or message.received_at < self._started
        if late and self._store.replies(message.room_id, message.event_id, {self._own}):
            # Answered by an Engelbot whose inbox is lost.
            return None
        given_at = message.received_at - message.age(message.received_at)
        dated = message.age_ms is not None or late
        return Heard(
            message.event_id,
            message.room_id,
            message.sender,
            text,
            given_at,
            dated,
            awaited=command_id(message.content) is not None,
            thread=_thread(message),
        )


def _thread(message: StoredMessage) -> str | None:
    relation = as_object(message.content.get("m.relates_to"))
    return identifier(relation.get("event_id")) if relation.get("rel_type") == "m.thread" else None
