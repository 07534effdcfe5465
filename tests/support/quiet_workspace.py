"""A workspace that talks to nobody: its rooms and Engelbot's answers are what a test says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from smartup_tui.config import Home, Profile, Settings, write_profile
from smartup_tui.matrix.history import RoomHistory
from smartup_tui.matrix.messages import StoredMessage
from smartup_tui.matrix.replies import Reply
from smartup_tui.matrix.rooms import Invite, Room
from smartup_tui.matrix.status import Wake
from smartup_tui.workspace.connection import Connection
from smartup_tui.workspace.state import News
from smartup_tui.workspace.sync_messages import Failed, Message, Progress, Synced
from smartup_tui.workspace.workspace import Workspace
from tests.support.organisation import Organisation
from tests.support.owner_home import NOW, PROFILE, make_home

ENGELBOT = PROFILE.engelbot[0]


def room(room_id: str, name: str, kind: str | None = None, entity: str | None = None, **other: Any) -> Room:
    """A room that Engelbot has marked."""
    values: dict[str, Any] = {
        "topic": "",
        "alias": None,
        "encrypted": False,
        "space": False,
        "children": (),
        "parents": (),
        "owner": None,
        "marked_by": ENGELBOT,
        "marked_at": 1,
        "replaced_by": None,
    }
    return Room(room_id, name, kind=kind, entity=entity, **{**values, **other})


ROOMS = (
    room("!work:x", "2_workplace", "group", "2_workplace"),
    room("!team1:x", "3_1 Leadership Team", "team", "3_1"),
    room("!team7:x", "3_7 Backend", "team", "3_7"),
    room("!guide:x", "6_1_0_0 Draft the owners' guide", "task", "6_1_0_0"),
    room("!desk:x", "Desk of maria", "desk", None, owner=PROFILE.user_id),
)


class FakeConnection(Connection):
    """The outbox is real; the rooms are given, and answers are put in by the test."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.rooms: Sequence[Room] = ROOMS
        self.said: dict[str, Reply] = {}
        self.messages: dict[str, StoredMessage] = {}
        self.started = self.stopped = False
        self.words: str | None = None

    @property
    def store(self) -> Any:
        return _Rooms(self)

    def room(self, room_id: str) -> Room | None:
        return next((found for found in self.rooms if found.room_id == room_id), None)

    @property
    def replies(self) -> Any:
        return self

    def answers(self, command_id: str) -> list[Reply]:
        return [self.said[command_id]] if command_id in self.said else []

    def start(self) -> None:
        self.started = True

    def trouble(self) -> str | None:
        return self.words


class _Rooms:
    """What the workspace asks of the store."""

    def __init__(self, connection: FakeConnection) -> None:
        self.room = connection.room
        self._connection = connection

    position = "read"

    def rooms(self) -> list[Room]:
        return list(self._connection.rooms)

    def invites(self) -> list[Invite]:
        return []

    def message(self, event_id: str) -> StoredMessage | None:
        return self._connection.messages.get(event_id)

    def history(self, room_id: str) -> RoomHistory:
        return self._connection._own_store.history(room_id)


class _Counter:
    """In place of the syncing process."""

    busy = False

    def __init__(self) -> None:
        self.requests = 0

    def request(self) -> None:
        self.requests += 1

    def cancel(self) -> None:
        """There is nothing to cancel."""

    def stop(self) -> None:
        """There is nothing to stop."""


class QuietWorkspace(Workspace):
    """Time stands still at `NOW`."""

    def __init__(
        self,
        root: Path,
        settings: Settings | None = None,
        org: Organisation | None = None,
        profile: Profile = PROFILE,
    ) -> None:
        self.moment = NOW
        home = Home.find(root)
        if org is not None:
            make_home(root, org, profile)
        else:
            write_profile(home, "smartup", profile, default=True)
        super().__init__(home, "smartup", profile, settings or Settings(), now=lambda: self.moment)
        self.connection.stop()
        self.fake = FakeConnection(home, "smartup", profile, timedelta(minutes=10), self._on_wake)
        self.connection = self.fake
        self.asked = _Counter()
        self._worker = self.asked  # type: ignore[assignment]

    @property
    def refreshes(self) -> int:
        """How often the forge would have been asked."""
        return self.asked.requests

    def receive(self, message: Message) -> None:
        """The syncing process says something."""
        self._on_sync(message)

    def synced(self) -> None:
        self.receive(Synced(1, "c", ()))

    def failed(self, kind: str = "Unreachable", message: str = "The forge can not be reached.", hint: str = "") -> None:
        self.receive(Failed(1, kind, message, hint))

    def progressed(self, done: int, total: int, step: str = "downloads") -> None:
        self._change(News.SYNC, syncing=True, progress=Progress(step, done, total))

    def answer(self, text: str, *, ok: bool | None = True, command_id: str | None = None) -> None:
        """Engelbot answers the newest command (or this one)."""
        rows = self.connection.outbox.rows()
        row = next(r for r in rows[::-1] if command_id in (None, r.id))
        self.connection.outbox.sent(row, f"$event-{row.id}")
        result: dict[str, object] | None = None if ok is None else {"ok": ok}
        self.fake.said[row.id] = Reply(f"$re-{row.id}", ENGELBOT, row.room_id, text, result, datetime.now(UTC))
        self._on_wake(Wake.OUTBOX)

    @property
    def sent(self) -> list[tuple[str, str]]:
        """Room and text of every command given, oldest first."""
        return [(row.room_id, row.body) for row in self.connection.outbox.rows()]
