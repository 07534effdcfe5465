"""Making the planned rooms on a homeserver. What is there already stays, so it may be run again at any time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from smartup_tui.lab.errors import LabError
from smartup_tui.lab.roomplan import Planned
from smartup_tui.matrix import Account, Refused, rooms
from smartup_tui.matrix.account import open_session
from smartup_tui.matrix.session import Session

_AT_ONCE: Final = 4
_DESK_PATIENCE: Final = 60.0
_LOOK_EVERY: Final = 0.1


class RoomMaker:
    """Makes rooms as Engelbot, and lets owners join them. `people` are the owners' sessions by alias."""

    def __init__(self, engelbot: Session, people: Mapping[str, Session]) -> None:
        self._engelbot = engelbot
        self._people = people
        self._made: dict[str, str] = {}
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def make(
        self, planned: Sequence[Planned], progress: Callable[[int, int], None] = lambda _done, _all: None
    ) -> dict[str, str]:
        """Make what is missing; returns the room id of every alias. Rooms of one call may be each other's parents."""
        done = 0

        async def one(room: Planned) -> None:
            nonlocal done
            async with self._turns:
                await self._ensure(room)
            done += 1
            progress(done, len(planned))

        waiting = list(planned)
        while waiting:
            inside = {room.alias for room in waiting}
            now = [room for room in waiting if room.parent not in inside]
            await _together(one(room) for room in now)
            waiting = [room for room in waiting if room not in now]
        return dict(self._made)

    async def join_desks(self) -> None:
        """Let every owner accept Engelbot's invitation to their desk. Raises LabError when there is none in time."""
        await _together(self._join_desk(person) for person in self._people.values())

    async def _join_desk(self, person: Session) -> None:
        alias = f"#desk_{person.user_id.removeprefix('@')}"
        last = time.monotonic() + _DESK_PATIENCE
        while not await self._is_let_in(person, alias):
            if time.monotonic() > last:
                raise LabError("Engelbot makes no desks for the owners.", "Its log is engelbot.log in the lab's logs.")
            await asyncio.sleep(_LOOK_EVERY)

    @staticmethod
    async def _is_let_in(person: Session, alias: str) -> bool:
        room_id = await rooms.resolve_alias(person, alias)
        if room_id is None:
            return False
        try:
            await rooms.patiently(lambda: person.join(room_id))
        except Refused:  # the alias is there a moment before the room, and that before the invitation
            return False
        return True

    async def _ensure(self, planned: Planned) -> None:
        session = self._engelbot
        room_id = await rooms.resolve_alias(session, f"#{planned.alias}:{session.server_name}")
        present: set[str] = set()
        if room_id is None:
            room_id = await self._create(planned)
        else:
            present = set(await session.joined_members(room_id))
        self._made[planned.alias] = room_id
        for alias in sorted(planned.members):
            person = self._people[alias]
            if person.user_id not in present:
                await self._let_in(room_id, person, allowed=planned.parent is not None)

    async def _create(self, planned: Planned) -> str:
        parents = [self._made[planned.parent]] if planned.parent is not None else []
        state = [rooms.mark(planned.kind, entity=planned.entity)]
        return await rooms.patiently(
            lambda: rooms.create_room(
                self._engelbot,
                planned.name,
                alias=planned.alias,
                topic=planned.topic,
                space=planned.space,
                parents=parents,
                state=state,
                access="parents" if parents else "invite",
            )
        )

    async def _let_in(self, room_id: str, person: Session, *, allowed: bool) -> None:
        """Who is in the space may join by themselves; others are invited first."""
        if not allowed:
            await rooms.patiently(lambda: self._engelbot.invite(room_id, person.user_id))
        await rooms.patiently(lambda: person.join(room_id))


@asynccontextmanager
async def room_maker(engelbot: Account, people: Mapping[str, Account]) -> AsyncIterator[RoomMaker]:
    """A maker with sessions of these accounts, closed afterwards."""
    sessions: dict[str, Session] = {}
    own = await open_session(engelbot)
    try:
        for alias, account in people.items():
            sessions[alias] = await open_session(account)
        yield RoomMaker(own, sessions)
    finally:
        await asyncio.gather(*(session.close() for session in (own, *sessions.values())), return_exceptions=True)


async def _together(work: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Do all of it; the first failure ends the rest."""
    tasks = [asyncio.create_task(each) for each in work]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
