"""Rooms and spaces: how they are read, found, made and joined.

The first half is pure: from state events to `Room` and `Invite`, and finding the room a thing belongs to. The second
half are calls on a `Session`, for `Link.run` and for provisioning.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, TypeVar

from smartup_tui.matrix import wire
from smartup_tui.matrix.errors import NotFound, RateLimited
from smartup_tui.matrix.session import NewRoom, NewState, Session
from smartup_tui.matrix.wire import Event, Json
from smartup_tui.text import clean_line

T = TypeVar("T")

_NAME_LENGTH, _TOPIC_LENGTH = 80, 240


@dataclass(frozen=True, slots=True)
class Room:
    """A room or space we are in. Name and topic are safe to show."""

    room_id: str
    name: str
    topic: str
    alias: str | None
    encrypted: bool
    """It is, or once was, encrypted: nothing is ever sent in clear to it."""
    space: bool
    children: tuple[str, ...]
    """Ids of the space's rooms, in the space's order."""
    parents: tuple[str, ...]
    kind: str | None
    """What its `org.smartup.room` state says it is for: desk, task, objective, role, team, group."""
    entity: str | None
    """The id of that task, objective, role, team or group."""
    owner: str | None
    """The user id whose desk it is."""
    marked_by: str | None
    """Who set that state: believe it only from those you trust."""
    marked_at: int
    replaced_by: str | None
    """The room that took its place, if it was closed."""


@dataclass(frozen=True, slots=True)
class Invite:
    """An invitation that waits for a decision."""

    room_id: str
    name: str
    inviter: str
    encrypted: bool
    space: bool


@dataclass(frozen=True, slots=True)
class ListedRoom:
    """A room of a space's hierarchy, joined or not."""

    room_id: str
    name: str
    topic: str
    alias: str | None
    members: int
    space: bool
    children: tuple[str, ...]


def read_room(room_id: str, encrypted_ever: bool, state: Sequence[Event]) -> Room:
    """The room these state events describe."""
    by_type = _first_by_type(state)
    mark = by_type.get(wire.ROOM_KEY)
    marked = {} if mark is None else mark.content
    create = by_type.get("m.room.create")
    tombstone = by_type.get("m.room.tombstone")
    return Room(
        room_id=room_id,
        name=_shown_name(by_type, room_id),
        topic=clean_line(_text(by_type.get("m.room.topic"), "topic"), _TOPIC_LENGTH),
        alias=_alias(by_type),
        encrypted=encrypted_ever,
        space=create is not None and create.content.get("type") == "m.space",
        children=_children(state),
        parents=tuple(e.state_key for e in state if e.type == "m.space.parent" and e.state_key and _via(e.content)),
        kind=wire.identifier(marked.get("kind")),
        entity=wire.identifier(marked.get("id")),
        owner=wire.identifier(marked.get("owner")),
        marked_by=None if mark is None else mark.sender,
        marked_at=0 if mark is None else mark.origin_server_ts,
        replaced_by=None if tombstone is None else wire.identifier(tombstone.content.get("replacement_room")),
    )


def read_invite(room_id: str, encrypted_ever: bool, state: Sequence[Event], own_user: str) -> Invite:
    """The invitation that this stripped state describes."""
    by_type = _first_by_type(state)
    own = next((e for e in state if e.type == "m.room.member" and e.state_key == own_user), None)
    create = by_type.get("m.room.create")
    return Invite(
        room_id=room_id,
        name=_shown_name(by_type, room_id),
        inviter="" if own is None else own.sender,
        encrypted=encrypted_ever or wire.ENCRYPTION in by_type,
        space=create is not None and create.content.get("type") == "m.space",
    )


def find_desk(rooms: Iterable[Room], owner: str, *, makers: Collection[str]) -> Room | None:
    """The desk room of `owner`, as marked by one of `makers` (Engelbot's user ids); the first of several."""
    return _first_marked(
        room for room in rooms if room.kind == "desk" and room.owner == owner and room.marked_by in makers
    )


def find_entity(rooms: Iterable[Room], kind: str, entity: str, *, makers: Collection[str] | None = None) -> Room | None:
    """The room of a task, objective, role, team or group; with `makers`, only if one of them marked it."""
    return _first_marked(
        room
        for room in rooms
        if room.kind == kind and room.entity == entity and (makers is None or room.marked_by in makers)
    )


def mark(kind: str, *, entity: str | None = None, owner: str | None = None) -> NewState:
    """The state event that says what a room is for."""
    content: Json = {"kind": kind}
    if entity is not None:
        content["id"] = entity
    if owner is not None:
        content["owner"] = owner
    return NewState(wire.ROOM_KEY, content)


# --- calls on a session


async def patiently(call: Callable[[], Awaitable[T]], *, limit: timedelta = timedelta(minutes=10)) -> T:
    """Make the call, waiting as long as the homeserver's rate limit asks, up to `limit` in all.

    Only a rate limit is waited for: the homeserver has then done nothing, so asking again is safe for any call.
    """
    left = limit
    while True:
        try:
            return await call()
        except RateLimited as limited:
            if limited.retry_after > left:
                raise
            left -= limited.retry_after
            await asyncio.sleep(limited.retry_after.total_seconds())


async def create_room(
    session: Session,
    name: str,
    *,
    alias: str | None = None,
    topic: str | None = None,
    space: bool = False,
    parents: Sequence[str] = (),
    invite: Collection[str] = (),
    state: Sequence[NewState] = (),
    encrypted: bool = False,
    access: Literal["invite", "parents", "public"] = "invite",
    power: Mapping[str, int] | None = None,
) -> str:
    """Make a room (or space) and hang it into `parents`; returns its id.

    `alias` is the local part. `access` says who may join: who is invited, who is in one of the parents, or anyone on
    the homeserver. `power` gives other users a power level. A taken alias raises `Refused` with code M_ROOM_IN_USE.
    """
    initial = [
        NewState("m.space.parent", {"via": [session.server_name], "canonical": n == 0}, parent)
        for n, parent in enumerate(parents)
    ]
    if encrypted:
        initial.append(NewState(wire.ENCRYPTION, {"algorithm": "m.megolm.v1.aes-sha2"}))
    if access == "parents" and parents:
        allowed = [{"type": "m.room_membership", "room_id": parent} for parent in parents]
        initial.append(NewState("m.room.join_rules", {"join_rule": "restricted", "allow": allowed}))
    room_id = await session.create_room(
        NewRoom(
            name=name,
            alias=alias,
            topic=topic,
            space=space,
            public=access == "public",
            invite=sorted(invite),
            state=[*initial, *state],
            power=power or {},
        )
    )
    for parent in parents:
        await put_child(session, parent, room_id)
    return room_id


async def put_child(session: Session, space_id: str, room_id: str, *, order: str | None = None) -> None:
    """Hang a room into a space; `order` sorts it among its siblings."""
    content: Json = {"via": [session.server_name]}
    if order is not None:
        content["order"] = order
    await session.put_state(space_id, "m.space.child", content, room_id)


async def hierarchy(session: Session, space_id: str) -> list[ListedRoom]:
    """All rooms under a space, whether we are in them or not; the space itself comes first."""
    listed: list[ListedRoom] = []
    page: str | None = None
    while True:
        answer = await session.hierarchy(space_id, page)
        listed += [room for item in wire.as_list(answer.get("rooms")) if (room := _listed(item)) is not None]
        following = answer.get("next_batch")
        if not isinstance(following, str) or following == page:
            return listed
        page = following


async def resolve_alias(session: Session, alias: str) -> str | None:
    """The id of the room that has this alias, or None."""
    try:
        return await session.resolve_alias(alias)
    except NotFound:
        return None


def _listed(value: object) -> ListedRoom | None:
    raw = wire.as_object(value)
    room_id = wire.identifier(raw.get("room_id"))
    if room_id is None:
        return None
    children = [e for e in map(_stripped, wire.as_list(raw.get("children_state"))) if e is not None]
    members = raw.get("num_joined_members")
    return ListedRoom(
        room_id=room_id,
        name=clean_line(raw.get("name"), _NAME_LENGTH) or room_id,
        topic=clean_line(raw.get("topic"), _TOPIC_LENGTH),
        alias=wire.identifier(raw.get("canonical_alias")),
        members=members if isinstance(members, int) else 0,
        space=raw.get("room_type") == "m.space",
        children=_children(children),
    )


def _stripped(value: object) -> Event | None:
    return wire.read_event(value, stripped=True)


def _first_by_type(state: Sequence[Event]) -> dict[str, Event]:
    return {e.type: e for e in state if e.state_key == ""}


def _first_marked(rooms: Iterable[Room]) -> Room | None:
    open_rooms = (room for room in rooms if room.replaced_by is None)
    return min(open_rooms, key=lambda room: (room.marked_at, room.room_id), default=None)


def _shown_name(by_type: Mapping[str, Event], room_id: str) -> str:
    name = clean_line(_text(by_type.get("m.room.name"), "name"), _NAME_LENGTH)
    return name or _alias(by_type) or room_id


def _alias(by_type: Mapping[str, Event]) -> str | None:
    event = by_type.get("m.room.canonical_alias")
    return None if event is None else wire.identifier(event.content.get("alias"))


def _text(event: Event | None, key: str) -> str:
    value = None if event is None else event.content.get(key)
    return value if isinstance(value, str) else ""


def _via(content: Json) -> bool:
    return bool(wire.as_list(content.get("via")))


def _children(state: Sequence[Event]) -> tuple[str, ...]:
    found: list[tuple[str, int, str]] = []
    for event in state:
        if event.type == "m.space.child" and event.state_key and _via(event.content):
            order = event.content.get("order")
            # A child without an order comes after those that have one (Matrix specification, spaces).
            key = order if isinstance(order, str) and len(order) <= 50 and order.isascii() else "\U0010ffff"
            found.append((key, event.origin_server_ts, event.state_key))
    return tuple(room_id for _, _, room_id in sorted(found))
