"""A homeserver's link, a ledger and a Toolbox in memory, so that Engelbot can be watched at each step."""

from __future__ import annotations

import asyncio
import concurrent.futures
import csv
import io
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from smartup_tui.engelbot.bot import Engelbot
from smartup_tui.engelbot.inbox import Inbox
from smartup_tui.engelbot.reading import Reading
from smartup_tui.ledger import tables
from smartup_tui.ledger.policies import DEFAULT_TEXTS
from smartup_tui.ledger.tree import MappingTree, Tree
from smartup_tui.matrix import Account, LinkState, LinkStatus, Outbox, OutboxRow, Store, Wake
from smartup_tui.matrix.session import NewRoom, Session
from smartup_tui.matrix.wire import Event, RoomDelta, SyncBatch, read_event
from tests.support.fake_session import FakeSession

T = TypeVar("T")

BOT = "@engelbot:smartup.test"
MARIA = "@maria:smartup.test"
JONAS = "@jonas:smartup.test"
STRANGER = "@mallory:smartup.test"
ROOM = "!6_1_2_0"
DESK = "!desk_maria"
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


def event(
    event_id: str,
    body: str,
    sender: str = MARIA,
    *,
    age: int | None = 0,
    content: Mapping[str, object] | None = None,
) -> Event:
    """A room message; `age` in milliseconds."""
    raw: dict[str, object] = {
        "type": "m.room.message",
        "event_id": event_id,
        "sender": sender,
        "origin_server_ts": int(NOW.timestamp() * 1000),
        "content": {"msgtype": "m.text", "body": body, **(content or {})},
        "unsigned": {} if age is None else {"age": age},
    }
    found = read_event(raw)
    assert found is not None
    return found


def state(event_type: str, content: Mapping[str, object], sender: str = BOT, key: str = "") -> Event:
    """A state event."""
    raw = {
        "type": event_type,
        "event_id": f"$state-{event_type}-{key}",
        "sender": sender,
        "origin_server_ts": 1,
        "state_key": key,
        "content": dict(content),
    }
    found = read_event(raw)
    assert found is not None
    return found


class Rooms(FakeSession):
    """A session that remembers which rooms were made, joined and left."""

    user_id = BOT

    def __init__(self) -> None:
        super().__init__()
        self.made: list[tuple[str, str | None, tuple[str, ...]]] = []
        self.joined: list[str] = []
        self.left: dict[str, str | None] = {}
        self.members = [BOT]

    async def joined_members(self, room_id: str) -> list[str]:
        return self.members

    async def create_room(self, room: NewRoom) -> str:
        assert not any(s.type == "m.room.encryption" for s in room.state)
        self.made.append((room.name, room.alias, tuple(room.invite)))
        return f"!made-{len(self.made)}"

    async def join(self, room: str) -> str:
        self.joined.append(room)
        return room

    async def leave(self, room_id: str, reason: str | None = None) -> None:
        self.left[room_id] = reason


class FakeLink:
    """A link whose stream is what the test delivers."""

    def __init__(self, folder: Path) -> None:
        self.account = Account("http://127.0.0.1:1", BOT, "ENGELBOT", "token")
        self.store = Store(folder / "matrix.db", BOT)
        self.outbox = Outbox(folder / "outbox.db")
        self.status = LinkStatus(LinkState.ONLINE, NOW, None, NOW)
        self.session = Rooms()
        self.callbacks: list[Callable[[Wake], None]] = []
        self._batches = 0

    def subscribe(self, callback: Callable[[Wake], None]) -> Callable[[], None]:
        """Remember whom to wake."""
        self.callbacks.append(callback)
        return lambda: self.callbacks.remove(callback)

    def run(self, call: Callable[[Session], Coroutine[Any, Any, T]]) -> concurrent.futures.Future[T]:
        """Run on the test's own loop."""
        return asyncio.run_coroutine_threadsafe(call(self.session), asyncio.get_running_loop())

    def deliver(
        self,
        *events: Event,
        room: str = ROOM,
        catch_up: bool = False,
        at: datetime = NOW,
        membership: str = "join",
        states: Sequence[Event] = (),
    ) -> None:
        """Store events as a sync response would, and wake."""
        self._batches += 1
        delta = RoomDelta(room, membership, state=tuple(states), timeline=events)
        self.store.apply(SyncBatch(f"p{self._batches}", (delta,), 0), received_at=at, catch_up=catch_up)
        for callback in list(self.callbacks):
            for wake in (Wake.ROOMS, Wake.EVENTS):
                callback(wake)

    def mark(self, room: str, content: Mapping[str, object]) -> None:
        """Let a room be marked by Engelbot."""
        self.deliver(room=room, states=[state("org.smartup.room", content)])

    def replies(self) -> list[OutboxRow]:
        """What was said, in order."""
        return self.outbox.rows()

    def close(self) -> None:
        """Close the files."""
        self.store.close()
        self.outbox.close()


@dataclass
class FakeToolbox:
    """Answers by `script`, counts effects by request id, and can hold requests back."""

    effects: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    ages: list[timedelta] = field(default_factory=list)
    settled: int = 0
    script: Callable[[str, str, str], Awaitable[None]] | None = None
    refuse: dict[str, Any] | None = None

    async def ask(
        self, command: str, actor: str, request_id: str, arguments: Mapping[str, str], age: timedelta
    ) -> dict[str, Any]:
        """Take effect once per request id."""
        self.asked.append((command, actor, request_id))
        self.ages.append(age)
        if self.script is not None:
            await self.script(command, actor, request_id)
        if self.refuse is not None:
            return self.refuse
        repeated = request_id in self.effects
        self.effects[request_id] = f"{command} by {actor}"
        return {
            "ok": True,
            "command": command,
            "actor": actor,
            "request_id": request_id,
            "message": f"{command} {' '.join(arguments.values())}".strip() + ".",
            "figures": ["one", "two"],
            "next_step": "Go on.",
            "data": dict(arguments),
            "events": ["01J"],
            "commits": {"2_workplace": "abc"},
            **({"repeated": True} if repeated else {}),
        }

    async def settle(self) -> dict[str, Any]:
        """Count."""
        self.settled += 1
        return {"ok": True}


def ledger(*, maria_has_role: bool = True, owners: Sequence[str] = ("maria", "jonas")) -> MappingTree:
    """Two owners with work licenses, two tasks, one team."""
    born = "2026-01-01T00:00:00Z"
    files = {path: text.encode() for path, text in DEFAULT_TEXTS.items()}
    rows: dict[Any, list[dict[str, str]]] = {
        tables.OWNERS: [
            {
                "owner_id": f"{n:03}",
                "alias": alias,
                "matrix_id": f"@{alias}:smartup.test",
                "license": "work",
                "status": "active",
                "joined_at": born,
            }
            for n, alias in enumerate(owners, 1)
        ],
        tables.ROLES: [
            {
                "role_id": f"4_3_{n}",
                "role_name": "junior",
                "team_id": "3_1",
                "type": "junior",
                "status": "active",
                "holder": alias if alias != "maria" or maria_has_role else "",
            }
            for n, alias in enumerate(owners, 1)
        ],
        tables.TEAMS: [{"team_id": "3_1", "name": "Leadership", "status": "active"}],
        tables.TASKS: [
            {
                "task_id": f"6_1_2_{n}",
                "title": f"Task {n}",
                "objective_id": "5_1_2",
                "team_id": "3_1",
                "size": "small",
                "budget_sc": "25.00",
                "status": "open",
                "created_by": "jonas",
                "created_at": born,
            }
            for n in range(2)
        ],
    }
    for table, found in rows.items():
        text = io.StringIO()
        writer = csv.DictWriter(text, table.header, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(found)
        files[table.path] = text.getvalue().encode()
    return MappingTree(files, commit=f"c{maria_has_role}{len(owners)}")


class FakeSource:
    """A ledger that the test can change or take away."""

    def __init__(self, tree: Tree | None = None) -> None:
        self.tree: Tree | None = tree or ledger()
        self.kept: Tree | None = None
        self.reads = 0

    async def refresh(self) -> Tree:
        """The newest tree."""
        self.reads += 1
        await asyncio.sleep(0)
        if self.tree is None:
            raise OSError("no forge")
        self.kept = self.tree
        return self.tree

    def cached(self) -> Tree | None:
        """What was read last."""
        return self.kept


@dataclass
class Stage:
    """One folder of state, and what Engelbot meets; `run` starts it anew on the same files."""

    folder: Path
    link: FakeLink
    toolbox: FakeToolbox
    source: FakeSource
    now: datetime = NOW
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    inboxes: list[Inbox] = field(default_factory=list)
    last: Engelbot | None = None

    @classmethod
    def make(cls, folder: Path) -> Stage:
        """A fresh stage."""
        return cls(folder, FakeLink(folder), FakeToolbox(), FakeSource())

    @property
    def inbox(self) -> Inbox:
        """The inbox of the Engelbot that runs."""
        return self.inboxes[-1]

    def run(self, inbox: Inbox | None = None, **options: Any) -> Engelbot:
        """Start an Engelbot."""
        self.inboxes.append(inbox or Inbox(self.folder / "inbox.db"))
        bot = Engelbot(
            self.link,
            Reading(self.source, max_age=0),
            self.toolbox,
            self.inbox,
            now=lambda: self.now,
            longest_wait=0.05,
            **options,
        )
        self.last = bot
        self.tasks.append(asyncio.create_task(bot.run()))
        return bot

    async def stop(self) -> None:
        """End the Engelbot that runs."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        self.tasks.clear()

    async def close(self) -> None:
        """End everything."""
        await self.stop()
        for inbox in self.inboxes:
            inbox.close()
        self.link.close()

    async def until(self, condition: Callable[[], object], what: str = "") -> None:
        """Wait for a condition."""
        async with asyncio.timeout(60):
            while not condition():
                assert not any(task.done() for task in self.tasks), f"Engelbot ended before: {what}"
                await asyncio.sleep(0.002)

    async def quiet(self) -> None:
        """Wait until nothing is waiting in the inbox and all that was delivered was looked at."""

        def settled() -> bool:
            position = self.inbox.position
            seen = 0 if position is None else position.seq
            return not self.link.store.messages_after(seen) and self.inbox.waiting() == 0

        await self.until(settled, "quiet")
