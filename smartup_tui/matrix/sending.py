"""Emptying the outbox: one request at a time, in order per room, and never the same thing twice.

What a failed try means decides what follows: surely not sent → the same row again later; maybe sent → the same row with
the same transaction id, as long as the homeserver remembers it; too old → look for it in the room, then ask the owner.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from smartup_tui.matrix import wire
from smartup_tui.matrix.backoff import Backoff
from smartup_tui.matrix.errors import (
    EncryptedRoom,
    LoginNeeded,
    MatrixError,
    RateLimited,
    Refused,
    Unreachable,
)
from smartup_tui.matrix.outbox import Kind, Outbox, OutboxRow, State
from smartup_tui.matrix.session import Session
from smartup_tui.matrix.store import Store

TRANSACTION_MEMORY: Final = timedelta(hours=23)
"""Synapse remembers transaction ids for 24 h; after this a repeat could make a second event."""
_LOOK_BACK = timedelta(hours=1)
"""How much earlier than our first try, by our clock, an event may have been dated by the homeserver's."""
_LOOK_PAGES: Final = 50
_HEAVY_CODES = frozenset({"M_BAD_JSON", "M_TOO_LARGE", "M_INVALID_PARAM", "M_UNKNOWN"})
_UNKNOWN_HINT = "Look in the room; then release it to send it again, or drop it."


class Sender:
    """Sends the outbox of the link leader through `session`."""

    def __init__(
        self,
        session: Session,
        outbox: Outbox,
        store: Store,
        *,
        command_max_age: timedelta,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._session = session
        self._outbox = outbox
        self._store = store
        self._max_age = command_max_age
        self._clock = clock
        self._kicked = asyncio.Event()
        self._closed_until = 0.0
        self._waits_for_network = False
        self._network = Backoff()
        self._rooms: dict[str, Backoff] = {}
        self._clear_rooms: set[str] = set()

    def kick(self) -> None:
        """There may be something new to send."""
        self._kicked.set()

    def reachable(self) -> None:
        """The homeserver has just answered: do not wait any longer for the network."""
        if self._waits_for_network:
            self._waits_for_network = False
            self._closed_until = 0.0
            self._network.reset()
            self._outbox.retry_now()
            self.kick()

    async def run(self) -> None:
        """Send for ever. Raises `LoginNeeded` only."""
        while True:
            self._kicked.clear()
            now = self._clock()
            self._outbox.hold_overdue(now, self._max_age)
            row = None if now < self._closed_until else self._outbox.next_due(now)
            if row is not None:
                await self._handle(row, now)
                continue
            changes = [t for t in (self._outbox.next_change(self._max_age), self._closed_until) if t and t > now]
            # Never longer than a minute: the clock may be set, or the machine may sleep. Not by `wait_for`, which in
            # Python 3.11 overhears a cancellation that comes together with the kick.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min([60.0, *(t - now + 0.005 for t in changes)])):
                    await self._kicked.wait()

    async def _handle(self, row: OutboxRow, now: float) -> None:
        asked = False
        try:
            if row.in_doubt and self._too_old(row, now) and await self._looked_up(row, now):
                return
            await self._guard_encryption(row.room_id)
            self._outbox.trying(row, now)
            asked = True
            event_id = await self._session.send(row.room_id, row.txn_id, row.content)
        except LoginNeeded as error:
            self._outbox.waits(row, until=0, error=error.message, hint=error.hint, in_doubt=row.in_doubt)
            raise
        except RateLimited as error:
            self._waits_for_network = False
            self._closed_until = self._clock() + error.retry_after.total_seconds()
            self._wait(row, error, self._closed_until, in_doubt=row.in_doubt)
        except (Refused, EncryptedRoom) as error:
            if not self._lightened(row, error):
                self._outbox.ends(row, State.FAILED, error=error.message, hint=error.hint)
        except Unreachable as error:
            self._waits_for_network = True
            self._closed_until = self._clock() + self._network.next()
            self._wait(row, error, self._closed_until, in_doubt=row.in_doubt or (asked and error.reached))
        except MatrixError as error:
            # Trouble with this one request: other rooms need not wait for it.
            pause = self._rooms.setdefault(row.room_id, Backoff()).next()
            self._wait(row, error, self._clock() + pause, in_doubt=row.in_doubt or asked)
        else:
            self._network.reset()
            self._rooms.pop(row.room_id, None)
            self._outbox.sent(row, event_id)

    def _wait(self, row: OutboxRow, error: MatrixError, until: float, *, in_doubt: bool) -> None:
        self._outbox.waits(row, until=until, error=error.message, hint=error.hint, in_doubt=in_doubt)

    def _too_old(self, row: OutboxRow, now: float) -> bool:
        """Whether a repeat could do what the owner no longer wants, or what the homeserver no longer recognises."""
        if row.kind is Kind.COMMAND and now - row.decided_at.timestamp() > self._max_age.total_seconds():
            return True
        return row.first_try is not None and now - row.first_try.timestamp() > TRANSACTION_MEMORY.total_seconds()

    async def _looked_up(self, row: OutboxRow, now: float) -> bool:
        """Look in the room for what may have been sent. False: it is surely not there and may be sent."""
        first = row.first_try or row.created_at
        try:
            event_id, complete = await self._find(row, first - _LOOK_BACK)
        except Refused as error:
            self._outbox.ends(row, State.UNKNOWN, error=error.message, hint=_UNKNOWN_HINT)
            return True
        if event_id is not None:
            self._outbox.sent(row, event_id)
            return True
        forgotten = now - first.timestamp() > TRANSACTION_MEMORY.total_seconds()
        if row.kind is Kind.COMMAND and not (forgotten or not complete):
            self._outbox.ends(
                row, State.HELD, error="It could not be sent in time.", hint="Release it to send it now, or drop it."
            )
            return True
        if row.kind is Kind.COMMAND or not complete:
            self._outbox.ends(row, State.UNKNOWN, error="It is not known whether this was sent.", hint=_UNKNOWN_HINT)
            return True
        self._outbox.certain(row)
        return False

    async def _find(self, row: OutboxRow, earliest: datetime) -> tuple[str | None, bool]:
        """The event of this row in its room, if any, and whether the room was read back to `earliest`."""
        start: str | None = None
        for _ in range(_LOOK_PAGES):
            page = await self._session.history(row.room_id, start, None, 100)
            for event in page.events:
                if event.sender == self._session.user_id and _same(row, event):
                    return event.event_id, True
            if page.end is None or page.end == start:
                return None, True
            if any(_dated(event) < earliest for event in page.events):
                return None, True
            start = page.end
        return None, False

    async def _guard_encryption(self, room_id: str) -> None:
        """Nothing goes in clear into a room that was ever encrypted; the homeserver is asked once per session."""
        if self._store.encrypted(room_id):
            raise EncryptedRoom
        if room_id not in self._clear_rooms:
            if await self._session.state(room_id, wire.ENCRYPTION) is not None:
                self._store.mark_encrypted(room_id)
                raise EncryptedRoom
            self._clear_rooms.add(room_id)

    def _lightened(self, row: OutboxRow, error: MatrixError) -> bool:
        """A refused answer is sent again as its text alone, once."""
        heavy = isinstance(error, Refused) and error.code in _HEAVY_CODES and wire.RESULT_KEY in row.content
        if heavy:
            self._outbox.lighten(row)
        return heavy


def _same(row: OutboxRow, event: wire.Event) -> bool:
    if row.kind is not Kind.REPLY:
        return wire.command_id(event.content) == row.id
    if event.transaction_id is not None:
        return event.transaction_id == row.txn_id
    same_body = event.content.get("body") == row.body
    return same_body and wire.reply_to(event.content) == wire.reply_to(row.content)


def _dated(event: wire.Event) -> datetime:
    return datetime.fromtimestamp(event.origin_server_ts / 1000, UTC)
