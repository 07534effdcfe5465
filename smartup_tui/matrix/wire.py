"""What the homeserver's JSON says, read without trusting it.

Pure functions from decoded JSON to small values. Whatever does not have the shape it should have is skipped and
counted, never raised, so that one odd event can not cost the position in the stream.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from smartup_tui.matrix.errors import ServerTrouble

Json = dict[str, object]

COMMAND_KEY: Final = "org.smartup.command"
"""Content key that carries our own id of a command, so that it can be found again from anywhere."""
RESULT_KEY: Final = "org.smartup.result"
"""Content key of Engelbot's typed result."""
ROOM_KEY: Final = "org.smartup.room"
"""State event type that says what a room is for."""

MESSAGE: Final = "m.room.message"
ENCRYPTION: Final = "m.room.encryption"
REDACTION: Final = "m.room.redaction"
THREAD: Final = "m.thread"
EDIT: Final = "m.replace"
REDACTS: Final = "redacts"
"""Our word, beside Matrix' relation types, for what a redaction does to its event."""

STATE_TYPES: Final = (
    "m.room.create",
    "m.room.name",
    "m.room.topic",
    "m.room.canonical_alias",
    "m.room.encryption",
    "m.room.tombstone",
    "m.room.member",
    "m.space.child",
    "m.space.parent",
    ROOM_KEY,
)

SYNC_FILTER: Final[dict[str, object]] = {
    "presence": {"types": []},
    "account_data": {"types": []},
    "room": {
        "ephemeral": {"types": []},
        "account_data": {"types": []},
        "state": {"lazy_load_members": True, "types": list(STATE_TYPES)},
        "timeline": {"lazy_load_members": True, "limit": 20},
    },
}

_LONGEST_ID = 255
_LARGEST_INT = 2**53


@dataclass(frozen=True, slots=True)
class Event:
    """One event with the parts we rely on checked; `raw` is the whole of it as it came."""

    event_id: str
    type: str
    sender: str
    state_key: str | None
    content: Json
    origin_server_ts: int
    """Milliseconds since 1970 by the clock of the sender's homeserver."""
    age_ms: int | None
    """Milliseconds since the event was sent, as our homeserver saw it when it answered."""
    transaction_id: str | None
    raw: Json


@dataclass(frozen=True, slots=True)
class RoomDelta:
    """What one sync response says about one room."""

    room_id: str
    membership: str
    """`join`, `invite` or `leave`."""
    state: tuple[Event, ...] = ()
    timeline: tuple[Event, ...] = ()
    limited: bool = False
    prev_batch: str | None = None


@dataclass(frozen=True, slots=True)
class SyncBatch:
    """One sync response."""

    next_batch: str
    rooms: tuple[RoomDelta, ...]
    skipped: int
    """Events that had not the shape of an event."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a room's history, newest first."""

    events: tuple[Event, ...]
    end: str | None


def identifier(value: object) -> str | None:
    """A room, event or user id, event type or state key: a short string without blanks or control characters."""
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_ID:
        return None
    return value if value.isprintable() and " " not in value else None


def as_object(value: object) -> Json:
    """The value if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[object]:
    """The value if it is a JSON array, else an empty one."""
    return value if isinstance(value, list) else []


def read_event(value: object, *, stripped: bool = False) -> Event | None:
    """The event in `value`, or None if it lacks what an event must have. Stripped state (of invitations) has no id."""
    raw = as_object(value)
    content = raw.get("content")
    event_type, sender = identifier(raw.get("type")), identifier(raw.get("sender"))
    event_id = "" if stripped else identifier(raw.get("event_id"))
    if event_type is None or sender is None or event_id is None or not isinstance(content, dict):
        return None
    state_key = raw.get("state_key")
    if isinstance(state_key, str) and state_key and identifier(state_key) is None:
        return None
    unsigned = as_object(raw.get("unsigned"))
    return Event(
        event_id=event_id,
        type=event_type,
        sender=sender,
        state_key=state_key if isinstance(state_key, str) else None,
        content=content,
        origin_server_ts=_number(raw.get("origin_server_ts")) or 0,
        age_ms=_number(unsigned.get("age", raw.get("age"))),
        transaction_id=identifier(unsigned.get("transaction_id")),
        raw=raw,
    )


def read_sync(value: object) -> SyncBatch:
    """A `/sync` response. Raises `ServerTrouble` when it has no position to go on from."""
    raw = as_object(value)
    next_batch = raw.get("next_batch")
    if not isinstance(next_batch, str) or not next_batch:
        raise ServerTrouble("The homeserver's answer could not be read.", status=200)
    rooms = as_object(raw.get("rooms"))
    deltas: list[RoomDelta] = []
    skipped = 0
    for membership, state_part, stripped in (
        ("join", "state", False),
        ("leave", "state", False),
        ("invite", "invite_state", True),
    ):
        for room_id, info in _named_objects(rooms.get(membership)):
            state, lost = _events(as_object(info.get(state_part)).get("events"), stripped=stripped)
            timeline_part = as_object(info.get("timeline"))
            timeline, lost_too = _events(timeline_part.get("events"))
            prev_batch = timeline_part.get("prev_batch")
            skipped += lost + lost_too
            deltas.append(
                RoomDelta(
                    room_id=room_id,
                    membership=membership,
                    state=state,
                    timeline=timeline,
                    limited=timeline_part.get("limited") is True,
                    prev_batch=prev_batch if isinstance(prev_batch, str) and prev_batch else None,
                )
            )
    return SyncBatch(next_batch, tuple(deltas), skipped)


def read_page(value: object) -> Page:
    """A `/messages` response, backwards in time."""
    raw = as_object(value)
    events, _ = _events(raw.get("chunk"))
    end = raw.get("end")
    return Page(events, end if isinstance(end, str) and end else None)


def read_context(value: object) -> Page:
    """A `/context` response: the page before its event, newest first."""
    raw = as_object(value)
    events, _ = _events(raw.get("events_before"))
    start = raw.get("start")
    return Page(events, start if isinstance(start, str) and start else None)


def reply_to(content: Mapping[str, object]) -> str | None:
    """The event this content answers. An edit (`m.replace`) answers nothing."""
    relation = as_object(content.get("m.relates_to"))
    if relation.get("rel_type") == "m.replace":
        return None
    return identifier(as_object(relation.get("m.in_reply_to")).get("event_id"))


def replaces(content: Mapping[str, object]) -> str | None:
    """The event this content is an edit of, or None."""
    relation = as_object(content.get("m.relates_to"))
    return identifier(relation.get("event_id")) if relation.get("rel_type") == "m.replace" else None


def relation(event: Event) -> tuple[str, str] | None:
    """What an event says about another one, and that one's id: `m.thread`, `m.replace`, `m.annotation`, or `REDACTS`.

    Rooms up to version 10 name what is redacted beside the content, later ones in it.
    """
    if event.type == REDACTION:
        target = identifier(event.content.get("redacts")) or identifier(event.raw.get("redacts"))
        return None if target is None else (REDACTS, target)
    found = as_object(event.content.get("m.relates_to"))
    kind, target = identifier(found.get("rel_type")), identifier(found.get("event_id"))
    return None if kind is None or kind == REDACTS or target is None else (kind, target)


def redactor(raw: Mapping[str, object]) -> str | None:
    """Who took back the content of this event; None if it is whole. Its content is then (nearly) empty."""
    return identifier(as_object(as_object(raw.get("unsigned")).get("redacted_because")).get("sender"))


def command_id(content: Mapping[str, object]) -> str | None:
    """Our own id of the command in this content, if it has one."""
    return identifier(content.get(COMMAND_KEY))


def _events(value: object, *, stripped: bool = False) -> tuple[tuple[Event, ...], int]:
    items = as_list(value)
    read = [read_event(item, stripped=stripped) for item in items]
    good = tuple(event for event in read if event is not None)
    return good, len(items) - len(good)


def _named_objects(value: object) -> Iterator[tuple[str, Json]]:
    for key, item in as_object(value).items():
        room_id = identifier(key)
        if room_id is not None and isinstance(item, dict):
            yield room_id, item


def _number(value: object) -> int | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return min(max(value, 0), _LARGEST_INT)
