"""A homeserver in memory, as the link sees it through `Session`: it answers, or fails, as it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from smartup_tui.matrix.errors import MatrixError, NotFound
from smartup_tui.matrix.session import NewRoom
from smartup_tui.matrix.wire import Event, Json, Page, SyncBatch, read_event


def message(
    event_id: str,
    body: str,
    *,
    sender: str = "@bot:smartup.test",
    ts: int = 1_000,
    age: int | None = 0,
    content: Mapping[str, object] | None = None,
) -> Event:
    """A room message as `wire` reads it."""
    raw: Json = {
        "type": "m.room.message",
        "event_id": event_id,
        "sender": sender,
        "origin_server_ts": ts,
        "content": {"msgtype": "m.text", "body": body, **(content or {})},
        "unsigned": {} if age is None else {"age": age},
    }
    event = read_event(raw)
    assert event is not None
    return event


class FakeSession:
    """Keeps what is sent, once per transaction id. `faults` are raised by the next sends, one each; `lost` says whether
    the send took effect before its fault."""

    user_id = "@maria:smartup.test"
    server_name = "smartup.test"

    def __init__(self) -> None:
        self.sent: dict[str, str] = {}
        self.contents: list[dict[str, object]] = []
        self.requests: list[str] = []
        self.faults: list[MatrixError] = []
        self.lost: bool = False
        self.in_room: list[Event] = []
        self.room_pages: int = 1
        self.states: dict[tuple[str, str], Json] = {}
        self.state_fault: MatrixError | None = None
        self.batches: list[SyncBatch | MatrixError] = []
        self.pages: dict[str | None, Page | MatrixError] = {}
        self.known = True

    async def whoami(self) -> tuple[str, str]:
        return self.user_id, ""

    async def sync(self, since: str | None, wait: float) -> SyncBatch:
        self.requests.append(f"sync {since}")
        if not self.batches:
            await asyncio.Event().wait()
        batch = self.batches.pop(0)
        if isinstance(batch, MatrixError):
            raise batch
        return batch

    async def send(self, room_id: str, txn_id: str, content: Mapping[str, object]) -> str:
        self.requests.append(f"send {txn_id}")
        fault = self.faults.pop(0) if self.faults else None
        if fault is None or self.lost:
            if txn_id not in self.sent:
                self.contents.append(dict(content))
            self.sent.setdefault(txn_id, f"$e{len(self.sent)}")
        if fault is not None:
            raise fault
        return self.sent[txn_id]

    async def history(self, room_id: str, start: str | None, until: str | None, limit: int) -> Page:
        self.requests.append(f"history {start}")
        if start in self.pages:
            page = self.pages[start]
            if isinstance(page, MatrixError):
                raise page
            return page
        return Page(tuple(self.in_room), None if self.room_pages == 1 else f"{start}+")

    async def before(self, room_id: str, event_id: str, limit: int) -> Page:
        return await self.history(room_id, f"before {event_id}", None, limit)

    async def event(self, room_id: str, event_id: str) -> Json:
        if not self.known:
            raise NotFound("gone", code="M_NOT_FOUND")
        return {}

    async def state(self, room_id: str, event_type: str, state_key: str = "") -> Json | None:
        self.requests.append(f"state {room_id}")
        if self.state_fault is not None:
            raise self.state_fault
        return self.states.get((room_id, event_type))

    async def put_state(self, room_id: str, event_type: str, content: Mapping[str, object], state_key: str = "") -> str:
        self.states[room_id, event_type] = dict(content)
        return "$state"

    async def create_room(self, room: NewRoom) -> str:
        return "!new"

    async def invite(self, room_id: str, user_id: str) -> None:
        return None

    async def join(self, room: str) -> str:
        return room

    async def leave(self, room_id: str, reason: str | None = None) -> None:
        return None

    async def joined_members(self, room_id: str) -> list[str]:
        return [self.user_id]

    async def hierarchy(self, space_id: str, page: str | None) -> Json:
        return {}

    async def resolve_alias(self, alias: str) -> str:
        raise NotFound("no such alias", code="M_NOT_FOUND")

    async def logout(self) -> None:
        return None

    async def close(self) -> None:
        return None
