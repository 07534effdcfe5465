"""A homeserver in memory, spoken to over HTTP as a Matrix client does: what Engelbot needs of one, and no more.

It is quick enough for thousands of commands. Its timelines are short, so that a bot that was away finds them limited
and has to read history. What an end-to-end claim rests on is a real Synapse, in `tests/e2e`.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Self

from aiohttp import web

BOT: Final = "@engelbot:chaos.test"
_TIMELINE: Final = 6
_API: Final = "/_matrix/client/v3"


@dataclass
class Room:
    """A room with its state; `born` is the place of its first event in the stream."""

    room_id: str
    state: dict[tuple[str, str], dict[str, Any]]
    members: set[str]
    born: int
    alias: str | None = None


@dataclass(frozen=True)
class Said:
    """What the bot said."""

    room_id: str
    txn_id: str
    content: Mapping[str, Any]


@dataclass
class _Server:
    rooms: dict[str, Room] = field(default_factory=dict)
    stream: list[dict[str, Any]] = field(default_factory=list)
    """All events; an event's place in it is its position."""
    told: dict[str, str] = field(default_factory=dict)
    """Event ids by the bot's transaction ids."""
    said: list[Said] = field(default_factory=list)


class Homeserver:
    """Runs in a thread of its own. The bot is its only client; owners speak through `say`."""

    def __init__(self) -> None:
        self._server = _Server()
        self._guard = threading.Lock()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="homeserver", daemon=True)
        self._news = asyncio.Event()
        self.url = ""

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(30)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(30)
        self._loop.close()

    # --- the owners' side

    def open_room(self, name: str, mark: Mapping[str, Any]) -> str:
        """A room in which the bot and everybody is."""
        with self._guard:
            return self._make(name, {("org.smartup.room", ""): dict(mark)}).room_id

    def say(self, room_id: str, sender: str, content: Mapping[str, Any]) -> str:
        """An owner's message; its event id."""
        with self._guard:
            event_id = self._add(room_id, sender, content)
        self._loop.call_soon_threadsafe(self._news.set)
        return event_id

    def said(self) -> list[Said]:
        """All that the bot has said, in order."""
        with self._guard:
            return list(self._server.said)

    def enter(self, user_id: str) -> None:
        """The user takes all invitations."""
        with self._guard:
            for room in self._server.rooms.values():
                if room.state.get(("org.smartup.room", ""), {}).get("owner") == user_id:
                    room.members.add(user_id)

    # --- inside (with the guard held)

    def _make(self, name: str, state: Mapping[tuple[str, str], dict[str, Any]], alias: str | None = None) -> Room:
        server = self._server
        room_id = f"!room-{len(server.rooms)}:chaos.test"
        given = {("m.room.create", ""): {"room_version": "11"}, ("m.room.name", ""): {"name": name}, **state}
        server.rooms[room_id] = room = Room(room_id, given, {BOT}, len(server.stream), alias)
        self._add(room_id, BOT, given["m.room.create", ""], state="m.room.create")
        return room

    def _add(
        self, room_id: str, sender: str, content: Mapping[str, Any], txn_id: str | None = None, state: str | None = None
    ) -> str:
        event_id = f"$m{len(self._server.stream)}:chaos.test"
        event: dict[str, Any] = {
            "type": state or "m.room.message",
            "event_id": event_id,
            "room_id": room_id,
            "sender": sender,
            "origin_server_ts": int(time.time() * 1000),
            "content": dict(content),
        }
        if state is not None:
            event["state_key"] = ""
        if txn_id is not None:
            event["unsigned"] = {"transaction_id": txn_id}
        self._server.stream.append(event)
        return event_id

    def _shown(self, event: Mapping[str, Any]) -> dict[str, Any]:
        age = max(0, int(time.time() * 1000) - int(event["origin_server_ts"]))
        return {**event, "unsigned": {**event.get("unsigned", {}), "age": age}}

    def _state(self, room: Room) -> list[dict[str, Any]]:
        return [
            {
                "type": kind,
                "state_key": key,
                "event_id": f"$state-{room.room_id}-{number}",
                "sender": BOT,
                "origin_server_ts": 1,
                "content": content,
            }
            for number, ((kind, key), content) in enumerate(room.state.items())
        ]

    def _response(self, since: int | None) -> dict[str, Any] | None:
        """What came after a position; None when nothing did."""
        stream, joined = self._server.stream, {}
        for room in self._server.rooms.values():
            known = since is not None and room.born < since
            places = [n for n in range(since or 0, len(stream)) if stream[n]["room_id"] == room.room_id]
            if known and not places:
                continue
            shown = places[-_TIMELINE:]
            limited = len(places) > len(shown)
            timeline = {
                "events": [self._shown(stream[n]) for n in shown],
                "limited": limited,
                "prev_batch": f"p{shown[0] if shown else len(stream)}",
            }
            state = [] if known else self._state(room)
            joined[room.room_id] = {"state": {"events": state}, "timeline": timeline}
        if since is not None and not joined:
            return None
        return {"next_batch": f"s{len(stream)}", "rooms": {"join": joined}}

    def _page(self, room_id: str, start: int, until: int, limit: int) -> dict[str, Any]:
        stream = self._server.stream
        places = [n for n in range(until, min(start, len(stream))) if stream[n]["room_id"] == room_id]
        given = places[::-1][:limit]
        more = {"end": f"p{given[-1]}"} if len(given) < len(places) else {}
        return {"chunk": [self._shown(stream[n]) for n in given], "start": f"p{start}", **more}

    # --- HTTP

    async def _open(self) -> None:
        app = web.Application()
        app.router.add_routes(
            [
                web.get(f"{_API}/account/whoami", self._whoami),
                web.get(f"{_API}/sync", self._sync),
                web.put(f"{_API}/rooms/{{room}}/send/m.room.message/{{txn}}", self._send),
                web.get(f"{_API}/rooms/{{room}}/messages", self._messages),
                web.get(f"{_API}/rooms/{{room}}/event/{{event}}", self._event),
                web.get(f"{_API}/rooms/{{room}}/joined_members", self._members),
                web.get(f"{_API}/rooms/{{room}}/state/{{kind}}", self._state_of),
                web.get(f"{_API}/rooms/{{room}}/state/{{kind}}/{{key:.*}}", self._state_of),
                web.get(f"{_API}/directory/room/{{alias}}", self._resolve),
                web.post(f"{_API}/createRoom", self._create),
            ]
        )
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        _, port = self._runner.addresses[0][:2]
        self.url = f"http://127.0.0.1:{port}"

    async def _whoami(self, _request: web.Request) -> web.Response:
        return web.json_response({"user_id": BOT})

    async def _sync(self, request: web.Request) -> web.Response:
        given = request.query.get("since")
        since = None if given is None else int(given[1:])
        last = time.monotonic() + int(request.query.get("timeout", "0")) / 1000
        while True:
            self._news.clear()
            with self._guard:
                found = self._response(since)
                now = len(self._server.stream)
            left = last - time.monotonic()
            if found is not None or left <= 0:
                return web.json_response(found or {"next_batch": f"s{now}", "rooms": {}})
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._news.wait()

    async def _send(self, request: web.Request) -> web.Response:
        room_id, txn_id, content = request.match_info["room"], request.match_info["txn"], await request.json()
        with self._guard:
            if room_id not in self._server.rooms:
                return _error(403, "M_FORBIDDEN", "not in this room")
            if txn_id not in self._server.told:
                self._server.told[txn_id] = self._add(room_id, BOT, content, txn_id)
                self._server.said.append(Said(room_id, txn_id, content))
            event_id = self._server.told[txn_id]
        self._news.set()
        return web.json_response({"event_id": event_id})

    async def _messages(self, request: web.Request) -> web.Response:
        start, until = request.query.get("from"), request.query.get("to")
        with self._guard:
            end = len(self._server.stream) if not start else int(start[1:])
            limit = int(request.query.get("limit", "10"))
            return web.json_response(
                self._page(request.match_info["room"], end, int(until[1:]) if until else 0, min(limit, 10))
            )

    async def _event(self, request: web.Request) -> web.Response:
        wanted = request.match_info["event"]
        with self._guard:
            found = next((e for e in self._server.stream[::-1] if e["event_id"] == wanted), None)
        return web.json_response(found) if found else _error(404, "M_NOT_FOUND", "no such event")

    async def _members(self, request: web.Request) -> web.Response:
        with self._guard:
            room = self._server.rooms[request.match_info["room"]]
            return web.json_response({"joined": {user: {} for user in room.members}})

    async def _state_of(self, request: web.Request) -> web.Response:
        place = (request.match_info["kind"], request.match_info.get("key", ""))
        with self._guard:
            room = self._server.rooms.get(request.match_info["room"])
            found = None if room is None else room.state.get(place)
        return web.json_response(found) if found is not None else _error(404, "M_NOT_FOUND", "no such state")

    async def _resolve(self, request: web.Request) -> web.Response:
        local = request.match_info["alias"].removeprefix("#").partition(":")[0]
        with self._guard:
            found = next((r.room_id for r in self._server.rooms.values() if r.alias == local), None)
        return web.json_response({"room_id": found}) if found else _error(404, "M_NOT_FOUND", "no such alias")

    async def _create(self, request: web.Request) -> web.Response:
        body = await request.json()
        alias = body.get("room_alias_name")
        with self._guard:
            if alias and any(room.alias == alias for room in self._server.rooms.values()):
                return _error(400, "M_ROOM_IN_USE", "Room alias already taken")
            state = {(s["type"], s.get("state_key", "")): s["content"] for s in body.get("initial_state", ())}
            room = self._make(body.get("name") or "", state, alias)
        self._news.set()
        return web.json_response({"room_id": room.room_id})


def _error(status: int, code: str, text: str) -> web.Response:
    return web.json_response({"errcode": code, "error": text}, status=status)
