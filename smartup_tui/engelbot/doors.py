"""Rooms as Engelbot sees them: each owner's desk, and which invitations it takes.

A desk is made by Engelbot, unencrypted, and marked by the state event `org.smartup.room {kind: desk, owner}`. Other
invitations are taken only from known owners and only to rooms without encryption; else they are declined with a reason
that names the desk. Source: commands.md, Where a command goes.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
from collections.abc import Callable, Collection, Coroutine, Iterable
from functools import partial
from typing import Any, Final, Protocol, TypeVar

from smartup_tui.engelbot.threads import Threads
from smartup_tui.ledger import tables
from smartup_tui.ledger.rows import Owner
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.matrix import Invite, MatrixError, Refused, Room, Store, rooms
from smartup_tui.matrix.session import Session
from smartup_tui.matrix.wire import ROOM_KEY
from smartup_tui.text import clean_line

T = TypeVar("T")

_DESK: Final = "desk"
_LOOK_SECONDS: Final = 3.0
_TOPIC: Final = "Your desk with Engelbot: ask here. What you act on goes into the open rooms."

_log = logging.getLogger(__name__)


class Link(Protocol):
    """What is needed of the link; see `matrix.Link`."""

    @property
    def store(self) -> Store:
        """What the homeserver told."""
        ...

    def run(self, call: Callable[[Session], Coroutine[Any, Any, T]]) -> concurrent.futures.Future[T]:
        """Run a coroutine function with the link's session."""
        ...


class Doors:
    """Desks and invitations. Belongs to one event loop; `own` is Engelbot's user id."""

    def __init__(self, link: Link, threads: Threads, own: str, *, inviters: Collection[str] = ()) -> None:
        self._link = link
        self._threads = threads
        self._own = own
        self._inviters = frozenset(inviters)
        self._desks: dict[str, str] = {}
        self._made: dict[str, str] = {}
        self._refused: set[str] = set()
        self._in_use: set[str] = set()

    async def look(self) -> list[Room]:
        """Read the rooms anew; returns them."""
        found = await self._threads.do(self._link.store.rooms)
        owners = {room.owner for room in found if room.kind == _DESK and room.owner is not None}
        desks = {owner: rooms.find_desk(found, owner, makers={self._own}) for owner in owners}
        self._desks = {owner: room.room_id for owner, room in desks.items() if room is not None}
        self._in_use.clear()
        return found

    def desk_of(self, user_id: str) -> str | None:
        """The desk of a user, if there is one."""
        return self._desks.get(user_id) or self._made.get(user_id)

    async def desk_in_use(self, user_id: str) -> str | None:
        """The desk of a user who has joined it; what is said at another desk would not be seen."""
        desk = self.desk_of(user_id)
        if desk is None or desk in self._in_use:
            return desk
        try:
            async with asyncio.timeout(_LOOK_SECONDS):
                members = await self._run(lambda session: session.joined_members(desk))
        except (MatrixError, TimeoutError):
            return desk
        if user_id not in members:
            return None
        self._in_use.add(desk)
        return desk

    async def is_shared(self, room_id: str) -> bool:
        """Whether the room is marked as that of a task, objective, role, team or group, where many read along.

        Asked of the store each time: a command may come in the same breath as the room it is said in.
        """
        room = await self._threads.do(self._link.store.room, room_id)
        return room is not None and room.kind is not None and room.kind != _DESK

    async def make_desks(self, snapshot: Snapshot) -> None:
        """Make a desk for each owner who has none, and invite them to it."""
        for owner in snapshot.rows(tables.OWNERS):
            user_id = owner.matrix_id
            if user_id is None or owner.status == "left" or self.desk_of(user_id) or user_id in self._refused:
                continue
            try:
                self._made[user_id] = await self._run(partial(_make_desk, owner=owner, user_id=user_id))
                _log.info("made a desk for %s", owner.alias)
            except Refused as error:
                self._refused.add(user_id)
                _log.warning("no desk could be made for %s: %s", owner.alias, error.message)

    async def answer_invitations(self, snapshot: Snapshot, found: Iterable[Room]) -> None:
        """Take or decline each invitation, and leave rooms that became encrypted, since nothing could be said there."""
        for invite in await self._threads.do(self._link.store.invites):
            await self._answer(invite, snapshot)
        for room in found:
            if room.encrypted and not room.space:
                await self._leave(room.room_id, self._reason(_marked_owner(room)))

    async def _answer(self, invite: Invite, snapshot: Snapshot) -> None:
        known = invite.inviter in self._inviters or snapshot.owner_by_matrix_id(invite.inviter) is not None
        if not known:
            await self._leave(invite.room_id, "I join only where an owner of this organisation invites me.")
        elif invite.encrypted:
            await self._leave(invite.room_id, self._reason(invite.inviter))
        else:
            try:
                await self._run(lambda session: session.join(invite.room_id))
            except Refused as error:
                _log.warning("an invitation could not be taken: %s", error.message)

    async def _leave(self, room_id: str, reason: str) -> None:
        try:
            await self._run(lambda session: session.leave(room_id, reason))
        except Refused as error:
            _log.warning("a room could not be left: %s", error.message)

    def _reason(self, user_id: str | None) -> str:
        desk = self.desk_of(user_id) if user_id else None
        room = self._link.store.room(desk) if desk else None
        where = f"your desk, {room.name}" if room is not None else "your desk with me"
        return f"I can't read encrypted rooms. Commands work at {where}, and in the open rooms."

    async def _run(self, call: Callable[[Session], Coroutine[Any, Any, T]]) -> T:
        return await asyncio.wrap_future(self._link.run(call))


async def _make_desk(session: Session, owner: Owner, user_id: str) -> str:
    """Make the desk; its alias keeps a second one from being made when the first was not seen yet."""
    local, _, server = user_id.removeprefix("@").partition(":")
    alias = f"desk_{local}" if server == session.server_name else None
    name = f"Desk of {clean_line(owner.alias, 40)}"
    mark = rooms.mark(_DESK, owner=user_id)
    try:
        return await rooms.patiently(
            lambda: rooms.create_room(session, name, alias=alias, topic=_TOPIC, invite=[user_id], state=[mark])
        )
    except Refused as error:
        if alias is None or error.code != "M_ROOM_IN_USE":
            raise
    existing = await rooms.resolve_alias(session, f"#{alias}:{session.server_name}")
    if existing is not None and await _is_desk(session, existing, user_id):
        return existing
    return await rooms.patiently(lambda: rooms.create_room(session, name, topic=_TOPIC, invite=[user_id], state=[mark]))


async def _is_desk(session: Session, room_id: str, user_id: str) -> bool:
    try:
        content = await session.state(room_id, ROOM_KEY) or {}
    except MatrixError:
        return False
    return content.get("kind") == _DESK and content.get("owner") == user_id


def _marked_owner(room: Room) -> str | None:
    return room.owner if room.kind == _DESK else None
