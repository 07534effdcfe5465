"""An owner with a link of their own: gives commands in rooms, and waits for Engelbot's answers."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from smartup_tui.lab.check.steps import CheckFailedError, require
from smartup_tui.matrix import Account, Link, Reply, Room, rooms

PATIENCE: Final = 60.0
"""Seconds to wait for an answer, or for the first synchronisation: a busy machine is no fault."""
WORKPLACE: Final = "2_workplace"


@dataclass(frozen=True, slots=True)
class Given:
    """A command that was sent: by whom, as which outbox row, and as which event of the room."""

    alias: str
    text: str
    command_id: str
    room_id: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A command with its answer. `event_id` is the request's id in the ledger."""

    given: Given
    event_id: str
    reply: Reply

    @property
    def text(self) -> str:
        """The first line of the answer."""
        return self.reply.text.partition("\n")[0]

    @property
    def result(self) -> dict[str, Any]:
        """The typed result beside the text."""
        return dict(self.reply.result or {})

    @property
    def error(self) -> str | None:
        """The code of the refusal, None when it was done or answered."""
        error = self.result.get("error")
        return str(error["code"]) if isinstance(error, dict) else None


class Person:
    """An owner at work. Calls that wait do so in threads, so that several owners can wait at once."""

    def __init__(self, alias: str, account: Account, folder: Path, bots: Collection[str]) -> None:
        self.alias = alias
        self.user_id = account.user_id
        self._bots = frozenset(bots)
        self._link = Link(account, folder, bots=bots)

    async def start(self) -> None:
        """Open the link and wait until the rooms are known."""
        self._link.start()
        await self._until(lambda: self._desk() is not None and self._workplace() is not None, "the rooms")

    async def stop(self) -> None:
        """Close the link."""
        await asyncio.to_thread(self._link.stop)

    async def ask(self, text: str) -> Answered:
        """Ask at the desk."""
        return await self.answer_to(self._give(text, self._desk()))

    async def act(self, text: str) -> Answered:
        """Give a command in the open, and wait for the answer."""
        return await self.answer_to(self.give(text))

    def give(self, text: str) -> Given:
        """Give a command in the open."""
        return self._give(text, self._workplace())

    async def answer_to(self, given: Given, patience: float = PATIENCE) -> Answered:
        """Wait for the answer to a command."""
        reply = await asyncio.to_thread(self._link.wait_answer, given.command_id, patience)
        if reply is None:
            raise CheckFailedError(f"no answer to `{given.text}` of {self.alias} within {patience:.0f} s")
        return Answered(given, await self.event_of(given), reply)

    async def event_of(self, given: Given) -> str:
        """The event that a command became in its room."""
        await asyncio.to_thread(self._link.wait_sent, given.command_id, PATIENCE)
        row = self._link.outbox.get(given.command_id)
        require(row is not None and row.event_id, f"`{given.text}` of {self.alias} was not sent")
        assert row is not None
        assert row.event_id is not None
        return row.event_id

    def answers(self, given: Given) -> int:
        """How many answers came to a command so far."""
        return len(self._link.replies.answers(given.command_id))

    def _give(self, text: str, room: Room | None) -> Given:
        assert room is not None
        row = self._link.outbox.put(room.room_id, text)
        return Given(self.alias, text, row.id, room.room_id)

    def _desk(self) -> Room | None:
        return rooms.find_desk(self._link.store.rooms(), self.user_id, makers=self._bots)

    def _workplace(self) -> Room | None:
        return rooms.find_entity(self._link.store.rooms(), "group", WORKPLACE, makers=self._bots)

    async def _until(self, condition: Any, what: str) -> None:
        met = await asyncio.to_thread(self._link.wait_for, condition, PATIENCE)
        require(met, f"{self.alias} does not see {what} within {PATIENCE:.0f} s")
