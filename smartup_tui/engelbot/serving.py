"""Serving: one owner's commands in their order, each from the inbox to the outbox."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from smartup_tui.engelbot import deciding, wording
from smartup_tui.engelbot.asking import Asking
from smartup_tui.engelbot.deciding import Ask, Ignore, Limits, Say
from smartup_tui.engelbot.doors import Doors
from smartup_tui.engelbot.inbox import Answer, Heard, Inbox, Item, State
from smartup_tui.engelbot.reading import Reading
from smartup_tui.engelbot.threads import Threads
from smartup_tui.ledger.rows import Owner
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.matrix import Kind, Outbox

STUMBLES: Final = 3
"""A command over which Engelbot itself stumbles so often is answered with that."""
REST: Final = 2.0
"""Seconds between such tries."""

_log = logging.getLogger(__name__)


class Serving:
    """Handles commands of the inbox. Belongs to one event loop."""

    def __init__(
        self,
        inbox: Inbox,
        outbox: Outbox,
        *,
        reading: Reading,
        asking: Asking,
        doors: Doors,
        threads: Threads,
        limits: Limits,
        now: Callable[[], datetime],
        rest: float = REST,
    ) -> None:
        self._inbox = inbox
        self._outbox = outbox
        self._reading = reading
        self._asking = asking
        self._doors = doors
        self._threads = threads
        self._limits = limits
        self._now = now
        self._rest = rest

    async def serve(self, sender: str) -> None:
        """Handle the sender's commands, the oldest first, until there are no more."""
        stumbles = 0
        while (item := self._inbox.next_of(sender)) is not None:
            try:
                if item.state is State.DECIDED:  # its answer found no room on the disk
                    await self._send(item)
                elif stumbles >= STUMBLES and item.actor is None:
                    await self._say(item.heard, wording.our_fault(), asks=False)
                else:
                    await self._handle(item)
                stumbles = 0
            except Exception:  # noqa: BLE001 (whatever it is, the owner's other commands must go on)
                stumbles += 1
                _log.exception("a command could not be handled: %s", item.heard.event_id)
                await asyncio.sleep(self._rest)

    async def send_decided(self) -> None:
        """Send the answers that were decided before the process ended."""
        for item in self._inbox.decided():
            await self._send(item)

    async def _handle(self, item: Item) -> None:
        heard = item.heard
        if item.actor is not None:
            await self._ask(heard, deciding.again(heard), item.actor)
            return
        decision = deciding.understand(heard, self._now(), self._limits)
        owner = None if isinstance(decision, Ignore) else await self._identify(heard.sender)
        if isinstance(decision, Ignore) or owner is None:
            why = decision.why if isinstance(decision, Ignore) else "its sender is in no book of owners"
            _log.info("%s is ignored: %s", heard.event_id, why)
            self._inbox.ignore(heard.event_id)
        elif isinstance(decision, Say):
            await self._say(heard, decision.result, asks=decision.asks)
        elif (refusal := await self._precheck(decision, owner)) is not None:
            await self._say(heard, refusal, asks=decision.command.is_query)
        else:
            await self._ask(heard, decision, owner.alias)

    async def _ask(self, heard: Heard, ask: Ask | None, actor: str) -> None:
        if ask is None:
            # Only another version of the grammar can have asked this; its outcome is in the ledger.
            self._inbox.ignore(heard.event_id)
            return
        self._inbox.asking(heard.event_id, actor)
        asks = ask.command.is_query
        result = await self._asking.until_definite(ask, actor, heard)
        if result is None:
            self._inbox.ignore(heard.event_id)
        else:
            await self._say(heard, result, asks=asks, done=result.get("ok") is True and not asks)

    async def _identify(self, sender: str) -> Owner | None:
        """The owner with that Matrix id; that there is none is only believed of a fresh ledger."""
        snapshot = self._reading.glance()
        owner = None if snapshot is None else await self._threads.do(snapshot.owner_by_matrix_id, sender)
        while owner is None:
            snapshot = await self._reading.fresh()
            if snapshot is not None:
                return await self._threads.do(snapshot.owner_by_matrix_id, sender)
            # Without the ledger an owner can not be told from a stranger: wait for it.
            await asyncio.sleep(1)
        return owner

    async def _precheck(self, ask: Ask, owner: Owner) -> dict[str, Any] | None:
        """A quick no, confirmed by a fresh ledger; None lets the Toolbox judge."""
        snapshot = self._reading.latest
        if snapshot is None or await self._refusal(ask, owner, snapshot) is None:
            return None
        fresh = await self._reading.fresh()
        known = None if fresh is None else fresh.owner(owner.alias)
        return None if fresh is None or known is None else await self._refusal(ask, known, fresh)

    async def _refusal(self, ask: Ask, owner: Owner, snapshot: Snapshot) -> dict[str, Any] | None:
        try:
            refusal = await self._threads.do(deciding.precheck, ask, owner, snapshot)
        except Exception:  # noqa: BLE001 (a ledger that can not be read here is the Toolbox's to judge)
            _log.exception("a pre-check failed")
            return None
        return None if refusal is None else wording.refused(refusal)

    async def _say(self, heard: Heard, result: Mapping[str, Any], *, asks: bool, done: bool = False) -> None:
        text = wording.text_of(result, done=done)
        room, in_reply = heard.room_id, True
        desk = await self._quiet_place(heard) if asks else None
        if desk is not None:
            room, in_reply = desk, False
            text = f"{wording.question(heard.text)}\n{text}"
        self._inbox.decide(heard.event_id, Answer(room, text, result, in_reply))
        item = self._inbox.get(heard.event_id)
        assert item is not None
        await self._send(item)

    async def _quiet_place(self, heard: Heard) -> str | None:
        """The desk, for a question that was asked where many read along; None to answer in place.

        Asking is not worth anyone's attention (commands.md, Where a command goes). A workspace has proposed the desk
        already, and waits for the answer in the room that its owner chose all the same.
        """
        if heard.awaited or not await self._doors.is_shared(heard.room_id):
            return None
        return await self._doors.desk_in_use(heard.sender)

    async def _send(self, item: Item) -> None:
        """Put the answer into the outbox, which takes the same transaction id only once."""
        answer, heard = item.answer, item.heard
        if answer is not None:
            await self._threads.do(
                self._outbox.put,
                answer.room_id,
                answer.text,
                wording.content_beside(answer.result, answer.text) | _relation(heard, answer),
                kind=Kind.REPLY,
                msgtype="m.notice",
                txn_id=f"re-{heard.event_id}",
            )
        self._inbox.answered(heard.event_id)


def _relation(heard: Heard, answer: Answer) -> dict[str, Any]:
    """What makes it the reply to its command, in the thread in which that was given."""
    if not answer.in_reply:
        return {}
    relation: dict[str, Any] = {"m.in_reply_to": {"event_id": heard.event_id}}
    if heard.thread is not None:
        relation |= {"rel_type": "m.thread", "event_id": heard.thread}
    return {"m.relates_to": relation}
