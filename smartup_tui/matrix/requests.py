"""Requests to a homeserver as values: what to send is decided here, without sending it.

Paths and bodies are those of Matrix' client-server API, version 3 of most calls.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from smartup_tui.matrix.wire import SYNC_FILTER

if TYPE_CHECKING:
    from smartup_tui.matrix.session import NewRoom


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `path` is quoted and has its query; it never holds a token. `body` is JSON, or None for a GET."""

    method: str
    path: str
    body: bytes | None = field(default=None, repr=False)


def login(user: str, password: str, device_id: str, device_name: str) -> Call:
    """A login with a password; `user` is a full id, its local part, or an e-mail address."""
    if "@" in user[1:]:
        identifier = {"type": "m.id.thirdparty", "medium": "email", "address": user}
    else:
        identifier = {"type": "m.id.user", "user": user}
    named = {"device_id": device_id, "initial_device_display_name": device_name}
    given = {name: value for name, value in named.items() if value}
    return _post("login", body={"type": "m.login.password", "identifier": identifier, "password": password, **given})


def logout() -> Call:
    """The end of this device's login."""
    return _post("logout")


def whoami() -> Call:
    """Whom the token stands for."""
    return _get("account", "whoami")


def sync(since: str | None, wait: float) -> Call:
    """The next response of the stream; the homeserver waits at most `wait` seconds. Nobody is shown as present."""
    narrowed = json.dumps(SYNC_FILTER, separators=(",", ":"))
    return _get("sync", since=since, timeout=int(wait * 1000), set_presence="offline", filter=narrowed)


def send(room_id: str, txn_id: str, content: Mapping[str, object]) -> Call:
    """A message, made once however often it is sent with this `txn_id`."""
    return _put("rooms", room_id, "send", "m.room.message", txn_id, body=content)


def messages(room_id: str, start: str | None, until: str | None, limit: int) -> Call:
    """A page of the history, backwards."""
    return _get("rooms", room_id, "messages", limit=limit, **{"from": start, "to": until}, dir="b")


def context(room_id: str, event_id: str, limit: int) -> Call:
    """What comes before and after an event, half of `limit` each."""
    return _get("rooms", room_id, "context", event_id, limit=limit)


def event(room_id: str, event_id: str) -> Call:
    """One event."""
    return _get("rooms", room_id, "event", event_id)


def state(room_id: str, event_type: str, state_key: str) -> Call:
    """The content of a state event."""
    return _get("rooms", room_id, "state", event_type, *([state_key] if state_key else []))


def put_state(room_id: str, event_type: str, state_key: str, content: Mapping[str, object]) -> Call:
    """A state event."""
    return _put("rooms", room_id, "state", event_type, *([state_key] if state_key else []), body=content)


def create_room(room: NewRoom) -> Call:
    """A room or a space. It is not listed in the homeserver's directory."""
    body: dict[str, object] = {
        "name": room.name,
        "preset": "public_chat" if room.public else "private_chat",
        "visibility": "private",
        "creation_content": {"m.federate": True} | ({"type": "m.space"} if room.space else {}),
        "invite": list(room.invite),
        "initial_state": [{"type": s.type, "state_key": s.state_key, "content": s.content} for s in room.state],
    }
    if room.alias:
        body["room_alias_name"] = room.alias
    if room.topic:
        body["topic"] = room.topic
    if room.power:
        body["power_level_content_override"] = {"users": dict(room.power)}
    return _post("createRoom", body=body)


def invite(room_id: str, user_id: str) -> Call:
    """An invitation."""
    return _post("rooms", room_id, "invite", body={"user_id": user_id})


def join(room: str) -> Call:
    """Into a room by id or alias."""
    return _post("join", room)


def leave(room_id: str, reason: str | None) -> Call:
    """Out of a room, or an invitation declined."""
    return _post("rooms", room_id, "leave", body={} if reason is None else {"reason": reason})


def joined_members(room_id: str) -> Call:
    """Who is in a room."""
    return _get("rooms", room_id, "joined_members")


def hierarchy(space_id: str, page: str | None) -> Call:
    """The rooms of a space, a page of them."""
    found = _get("rooms", space_id, "hierarchy", **{"from": page}, limit=50)
    return Call(found.method, found.path.replace("/v3/", "/v1/", 1))


def resolve_alias(alias: str) -> Call:
    """The room behind an alias."""
    return _get("directory", "room", alias)


def _get(*parts: str, **query: str | int | None) -> Call:
    given = {name: value for name, value in query.items() if value is not None}
    return Call("GET", _path(parts) + (f"?{urlencode(given)}" if given else ""))


def _put(*parts: str, body: Mapping[str, object]) -> Call:
    return Call("PUT", _path(parts), _json(body))


def _post(*parts: str, body: Mapping[str, object] | None = None) -> Call:
    return Call("POST", _path(parts), _json(body or {}))


def _path(parts: Sequence[str]) -> str:
    return "/_matrix/client/v3/" + "/".join(quote(part, safe="") for part in parts)


def _json(body: Mapping[str, object]) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()
