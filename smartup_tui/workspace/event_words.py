"""What happened in a room beside talk, as one plain sentence each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from smartup_tui.matrix.history import StoredEvent
from smartup_tui.text import clean_line

NameOf = Callable[[str], str]

SETTINGS: Final = {
    "m.room.power_levels": "who may do what",
    "m.room.join_rules": "who may join",
    "m.room.history_visibility": "who may read what",
    "m.room.guest_access": "whether guests may join",
    "m.room.canonical_alias": "its address",
    "m.room.aliases": "its address",
    "m.room.avatar": "its picture",
    "m.room.pinned_events": "what is pinned",
    "m.room.server_acl": "which servers may take part",
    "m.space.parent": "its place among the spaces",
    "m.space.child": "what hangs in it",
    "org.smartup.room": "what it is for",
}
"""State that says little to a reader: what it sets. Several in a row are told in one line."""
_FILES: Final = {"m.image": "a picture", "m.video": "a video", "m.audio": "a recording", "m.file": "a file"}
_LONG: Final = 200
_CREATE: Final = "m.room.create"
_SET_UP: Final = frozenset({*SETTINGS, "m.room.name", "m.room.topic"})
_SET_UP_MS: Final = 3_600_000
_NAMED: Final = 12


def file_words(event: StoredEvent) -> str | None:
    """What was sent, for a message whose content is not its text; None for talk."""
    what = _FILES.get(event.msgtype) or ("a place on the map" if event.msgtype == "m.location" else None)
    if what is None:
        return None
    name = clean_line(event.content.get("filename"), _LONG) or clean_line(event.body, _LONG)
    return f"sent {what}: {name}" if name else f"sent {what}."


def event_words(event: StoredEvent, name_of: NameOf) -> str:
    """The sentence of an event that is no message."""
    who = name_of(event.sender)
    if event.state_key is not None and event.type in SETTINGS:
        return f"{who} set {SETTINGS[event.type]}."
    if event.state_key is not None:
        said = _state_words(event, who, name_of)
        if said is not None:
            return said
    if event.type == "m.reaction":
        relation = event.content.get("m.relates_to")
        key = clean_line(relation.get("key"), 20) if isinstance(relation, dict) else ""
        return f"{who} reacted with {key}" if key else f"{who} reacted."
    if event.type == "m.sticker":
        return f"{who} sent a sticker: {clean_line(event.body, _LONG)}"
    if event.type == "m.room.redaction":
        return f"{who} deleted an older message."
    return f"{who} did something that is not shown here ({clean_line(event.type, 60)})."


def run_of(event: StoredEvent) -> tuple[str, str] | None:
    """Events in a row with the same value here are told in one line; None for those that stand alone."""
    if event.state_key is None:
        return None
    if event.type in SETTINGS:
        return "settings", event.sender
    if event.type != "m.room.member":
        return None
    if event.content.get("membership") == "join" and event.before.get("membership") != "join":
        return "join", ""
    return ("invite", event.sender) if event.content.get("membership") == "invite" else None


def goes_on(run: Sequence[StoredEvent], event: StoredEvent) -> bool:
    """Whether an event is told in one line with those before it."""
    if not run or event.state_key is None:
        return False
    if run[0].type == _CREATE:
        soon = event.sent_ts - run[0].sent_ts < _SET_UP_MS and event.sender == run[0].sender
        return soon and (event.type in _SET_UP or (event.type == "m.room.member" and event.state_key == event.sender))
    return run_of(event) is not None and run_of(event) == run_of(run[-1])


def run_words(events: Sequence[StoredEvent], name_of: NameOf) -> str:
    """One line for several events of one run."""
    if events[0].type == _CREATE:
        return _made_words(events, name_of)
    if len(events) == 1:
        return event_words(events[0], name_of)
    who, run = name_of(events[0].sender), run_of(events[0])
    if run is not None and run[0] == "settings":
        return f"{who} set {', '.join(dict.fromkeys(SETTINGS[e.type] for e in events))}."
    names = list(dict.fromkeys(name_of(e.state_key or "") for e in events))
    several = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
    return f"{several} joined." if run is not None and run[0] == "join" else f"{who} invited {several}."


def _made_words(events: Sequence[StoredEvent], name_of: NameOf) -> str:
    """Who made a room, and what it was called and for when that was done."""
    last = {event.type: event.content for event in events}
    name = clean_line(last.get("m.room.name", {}).get("name"), _LONG)
    topic = clean_line(last.get("m.room.topic", {}).get("topic"), _LONG)
    made = f"{name_of(events[0].sender)} made the room{f' “{name}”' if name else ''}."
    return f"{made} Topic: {topic}" if topic else made


def _state_words(event: StoredEvent, who: str, name_of: NameOf) -> str | None:
    match event.type:
        case "m.room.member":
            return _member_words(event, who, name_of(event.state_key or ""))
        case "m.room.create":
            return f"{who} made the room."
        case "m.room.name":
            return f"{who} named it “{clean_line(event.content.get('name'), _LONG)}”."
        case "m.room.topic":
            return f"{who} set the topic: {clean_line(event.content.get('topic'), _LONG)}"
        case "m.room.encryption":
            return f"{who} turned on encryption: what is said from here on can not be read here."
        case "m.room.tombstone":
            return f"{who} closed the room; talk goes on in another one."
    return None


def _member_words(event: StoredEvent, who: str, whom: str) -> str:
    before, now = event.before.get("membership"), event.content.get("membership")
    himself = event.sender == event.state_key
    reason = clean_line(event.content.get("reason"), _LONG)
    because = f" ({reason})" if reason else ""
    match now:
        case "join":
            return f"{whom} changed how they appear." if before == "join" else f"{whom} joined."
        case "invite":
            return f"{who} invited {whom}."
        case "knock":
            return f"{whom} asks to be let in{because}."
        case "ban":
            return f"{who} shut {whom} out{because}."
        case "leave" if himself:
            return f"{whom} declined the invitation{because}." if before == "invite" else f"{whom} left{because}."
        case "leave" if before == "invite":
            return f"{who} took back the invitation of {whom}{because}."
        case "leave" if before == "ban":
            return f"{who} lets {whom} in again{because}."
        case "leave":
            return f"{who} removed {whom}{because}."
    return f"{who} changed something about {whom}."
