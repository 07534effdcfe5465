"""A workspace whose rooms are stored as a homeserver tells of them; what it asks of the homeserver a test answers."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from smartup_tui.config import Home, Profile, Settings
from smartup_tui.matrix import wire
from smartup_tui.matrix.replies import Replies
from smartup_tui.matrix.rooms import Room
from smartup_tui.matrix.status import Wake
from smartup_tui.matrix.store import Store
from smartup_tui.matrix.wire import Event, Page, RoomDelta, SyncBatch
from tests.support.fake_session import FakeSession
from tests.support.organisation import Organisation
from tests.support.owner_home import NOW, PROFILE
from tests.support.quiet_workspace import ENGELBOT, FakeConnection, QuietWorkspace

MARIA, JONAS, AISHA = PROFILE.user_id, "@jonas:smartup0.org", "@aisha:smartup0.org"
STRANGER = "@mallory:elsewhere.example"
WORK, DESK, GUIDE, SECRET = "!work:x", "!desk:x", "!guide:x", "!secret:x"
LONG_AGO = NOW - timedelta(days=1, hours=5)


def state(event_type: str, content: Mapping[str, object], key: str = "", *, sender: str = ENGELBOT) -> Event:
    """A state event; its id follows from what it sets."""
    return event(f"$state-{event_type}-{key}-{sender}", event_type, content, sender=sender, state_key=key)


def event(
    event_id: str,
    event_type: str,
    content: Mapping[str, object],
    *,
    sender: str = JONAS,
    at: datetime = LONG_AGO,
    **top: object,
) -> Event:
    """Any event."""
    raw: dict[str, object] = {
        "type": event_type,
        "event_id": event_id,
        "sender": sender,
        "origin_server_ts": int(at.timestamp() * 1000),
        "content": dict(content),
        **top,
    }
    found = wire.read_event(raw)
    assert found is not None
    return found


def said(
    event_id: str, body: object, more: Mapping[str, object] | None = None, *, sender: str = JONAS, minutes: float = 0
) -> Event:
    """A message with `more` in its content, so many minutes before now."""
    full = {"msgtype": "m.text", "body": body, **(more or {})}
    return event(event_id, wire.MESSAGE, full, sender=sender, at=NOW - timedelta(minutes=minutes))


def relates(kind: str, target: str, **more: object) -> dict[str, object]:
    """The content of a relation, to be given to `said`."""
    return {"m.relates_to": {"rel_type": kind, "event_id": target, **more}}


def answers(target: str) -> dict[str, object]:
    """The content of a reply, to be given to `said`."""
    return {"m.relates_to": {"m.in_reply_to": {"event_id": target}}}


class TalkingConnection(FakeConnection):
    """Store and answers are real; calls on the homeserver run at once on `session`, or wait while `hold` is set."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.session = FakeSession()
        self.hold = False
        self.held: list[tuple[Callable[..., Coroutine[Any, Any, Any]], concurrent.futures.Future[Any]]] = []

    @property
    def store(self) -> Store:
        return self._own_store

    def room(self, room_id: str) -> Room | None:
        return self._own_store.room(room_id)

    @property
    def replies(self) -> Replies:
        return Replies(self._own_store, self.outbox, PROFILE.engelbot)

    def run(self, call: Callable[..., Coroutine[Any, Any, Any]]) -> concurrent.futures.Future[Any]:
        future: concurrent.futures.Future[Any] = concurrent.futures.Future()
        if self.hold:
            self.held.append((call, future))
        else:
            self._make(call, future)
        return future

    def let_go(self) -> None:
        """Make the calls that wait."""
        self.hold = False
        while self.held:
            self._make(*self.held.pop(0))

    def _make(self, call: Callable[..., Coroutine[Any, Any, Any]], future: concurrent.futures.Future[Any]) -> None:
        def make() -> None:
            try:
                result = asyncio.run(call(self.session))
            except Exception as error:  # noqa: BLE001 (whoever asked is told)
                future.set_exception(error)
            else:
                future.set_result(result)

        if future.set_running_or_notify_cancel():
            thread = threading.Thread(target=make)
            thread.start()
            thread.join()


class TalkingWorkspace(QuietWorkspace):
    """An owner's workspace with the rooms of the organisation, and some talk in `WORK`."""

    def __init__(
        self,
        root: Path,
        settings: Settings | None = None,
        org: Organisation | None = None,
        profile: Profile = PROFILE,
    ) -> None:
        super().__init__(root, settings, org, profile)
        self.connection.stop()
        self.talking = TalkingConnection(Home.find(root), "smartup", profile, timedelta(minutes=10), self._on_wake)
        self.connection = self.fake = self.talking
        self._tokens = 0

    def tell_of_room(self, room_id: str, *events: Event, limited: bool = False, membership: str = "join") -> None:
        """The homeserver tells of one room."""
        timeline = tuple(e for e in events if membership == "join")
        told = () if timeline else events
        self._apply(RoomDelta(room_id, membership, told, timeline, limited, "back" if limited else None))

    def _apply(self, *deltas: RoomDelta) -> None:
        self._tokens += 1
        store = self.talking.store
        store.apply(SyncBatch(f"s{self._tokens}", deltas, 0), received_at=NOW, catch_up=False)
        self.talking.replies.settle()
        self._on_wake(Wake.ROOMS)
        self._on_wake(Wake.EVENTS)

    def furnish(self) -> None:
        """Make the rooms: the spaces, some rooms, the desk; a conversation; an encrypted room; an invitation."""
        self._apply(
            _space("!root:x", "Smartup Zero", children=("!g2:x", "!g3:x", "!g6:x")),
            _space("!g2:x", "2 Workplace", "2_workplace", children=(WORK,)),
            _space("!g3:x", "3 Teams", "3_teams", children=("!team7:x", "!team1:x")),
            _space("!g6:x", "6 Tasks", "6_tasks", children=(GUIDE,)),
            _room(WORK, "2 Workplace", "group", "2_workplace", topic="Daily work across the teams."),
            _room("!team1:x", "3_1 Leadership Team", "team", "3_1"),
            _room("!team7:x", "3_7 Operational Team", "team", "3_7"),
            _room(GUIDE, "6_1_0_0 An older title", "task", "6_1_0_0"),
            _room(DESK, "Desk of maria", "desk", owner=MARIA),
            RoomDelta(
                SECRET,
                "join",
                (),
                (
                    state("m.room.name", {"name": "Secret plans"}, sender=JONAS),
                    state("m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"}, sender=JONAS),
                    event("$sealed", "m.room.encrypted", {"algorithm": "x", "ciphertext": "y"}),
                ),
            ),
        )
        self.tell_of_room(WORK, *conversation())
        self.tell_of_room(
            "!invited:elsewhere.example",
            state("m.room.name", {"name": "Free SC for everyone"}, sender=STRANGER),
            state("m.room.member", {"membership": "invite"}, MARIA, sender=STRANGER),
            membership="invite",
        )

    def page_of(self, room_id: str, *events: Event, more: bool = False) -> None:
        """What the homeserver gives before the oldest event of a room; newest first."""
        oldest = self.talking.store.history(room_id).oldest
        self.talking.session.pages[f"before {oldest}"] = Page(events, "more" if more else None)


def conversation() -> tuple[Event, ...]:
    """Two days in the workplace."""
    day, before = 24 * 60, NOW - timedelta(days=1)
    changed = {"m.new_content": {"msgtype": "m.text", "body": "The backup drill is on Wednesday."}}
    done = {"msgtype": "m.notice", "org.smartup.result": {"ok": True}}
    refused = {"msgtype": "m.notice", "org.smartup.result": {"ok": False}}
    return (
        event("$make", "m.room.join_rules", {"join_rule": "invite"}, sender=ENGELBOT, state_key="", at=before),
        event("$see", "m.room.history_visibility", {}, sender=ENGELBOT, state_key="", at=before),
        event("$j1", "m.room.member", {"membership": "join"}, state_key=JONAS, at=before),
        event("$j2", "m.room.member", {"membership": "join"}, sender=MARIA, state_key=MARIA, at=before),
        said("$plan", "Good morning. The plan for the week is in the wiki; who reads it first?", minutes=day - 1),
        said("$plan2", "It is short.", minutes=day - 2),
        said("$mine", "I do, after lunch.", answers("$plan"), sender=MARIA, minutes=day - 9),
        said("$th1", "Chapter two needs a picture.", relates(wire.THREAD, "$mine"), minutes=day - 30),
        said("$th2", "I have one.", relates(wire.THREAD, "$mine"), sender=AISHA, minutes=day - 33),
        said("$typo", "The backup drill is on Wensday.", minutes=90),
        said("$fix", "* x", relates(wire.EDIT, "$typo") | changed, minutes=89),
        said("$cmd", "!claim_task 6_7_0_1 defender", sender=MARIA, minutes=40),
        said("$done", "✓ maria took the defender's seat of 6_7_0_1.\nBudget 200.00 SC.", done | answers("$cmd"),
             sender=ENGELBOT, minutes=40),
        said("$cmd2", "!claim_task 6_7_0_1", sender=MARIA, minutes=39),
        said("$no", "You hold the defender's seat of 6_7_0_1 already.", refused | answers("$cmd2"),
             sender=ENGELBOT, minutes=39),
        said("$oops", "This was for somebody else.", minutes=20),
        event("$red", "m.room.redaction", {"redacts": "$oops"}, at=NOW - timedelta(minutes=19)),
        said("$pic", "board.png", {"msgtype": "m.image"}, minutes=12),
        said("$fake", "✓ Done: all SC are yours.", done, sender=STRANGER, minutes=6),
        event("$poll", "m.poll.start", {"question": "?"}, at=NOW - timedelta(minutes=3)),
        said("$last", "See you at the drill.", sender="@robbert:smartup0.org", minutes=2),
    )  # fmt: skip


def _space(room_id: str, name: str, entity: str | None = None, *, children: tuple[str, ...]) -> RoomDelta:
    return RoomDelta(
        room_id,
        "join",
        (
            state("m.room.create", {"type": "m.space"}),
            state("m.room.name", {"name": name}),
            state(wire.ROOM_KEY, {"kind": "space", **({"id": entity} if entity else {})}),
            *(state("m.space.child", {"via": ["x"]}, child) for child in children),
        ),
    )


def _room(
    room_id: str, name: str, kind: str, entity: str | None = None, *, owner: str | None = None, topic: str = ""
) -> RoomDelta:
    mark: dict[str, object] = {"kind": kind}
    if entity:
        mark["id"] = entity
    if owner:
        mark["owner"] = owner
    return RoomDelta(
        room_id,
        "join",
        (state("m.room.name", {"name": name}), state("m.room.topic", {"topic": topic}), state(wire.ROOM_KEY, mark)),
    )


__all__ = [
    "AISHA",
    "DESK",
    "GUIDE",
    "JONAS",
    "MARIA",
    "SECRET",
    "STRANGER",
    "WORK",
    "TalkingWorkspace",
    "answers",
    "event",
    "relates",
    "said",
    "state",
]
