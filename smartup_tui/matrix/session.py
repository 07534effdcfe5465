"""What the link needs of a homeserver: a small interface, so that the library behind it can be replaced.

Every method makes exactly one request and raises a `MatrixError` when it fails; waiting and trying again is the
caller's decision.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from smartup_tui.matrix.wire import Json, Page, SyncBatch


@dataclass(frozen=True, slots=True)
class NewState:
    """A state event to set."""

    type: str
    content: Json
    state_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRoom:
    """A room (or space) to be made. `alias` is the local part; `power` gives users a power level."""

    name: str
    alias: str | None = None
    topic: str | None = None
    space: bool = False
    public: bool = False
    invite: Sequence[str] = ()
    state: Sequence[NewState] = ()
    power: Mapping[str, int] = field(default_factory=dict)


class Session(Protocol):
    """What the link needs of a homeserver, for one logged-in device."""

    @property
    def user_id(self) -> str:
        """Whose session it is."""

    @property
    def server_name(self) -> str:
        """The homeserver's name in user ids and aliases."""

    async def whoami(self) -> tuple[str, str]:
        """User and device the token stands for (the device may be empty)."""

    async def sync(self, since: str | None, wait: float) -> SyncBatch:
        """The next response of the stream, waiting at most `wait` seconds for something to happen."""

    async def send(self, room_id: str, txn_id: str, content: Mapping[str, object]) -> str:
        """Send a room message; returns its event id. The same `txn_id` never makes a second event."""

    async def history(self, room_id: str, start: str | None, until: str | None, limit: int) -> Page:
        """One page of a room's history, backwards from `start` (or from now)."""

    async def before(self, room_id: str, event_id: str, limit: int) -> Page:
        """The page of a room's history just before an event; `NotFound` if that may not be seen."""

    async def event(self, room_id: str, event_id: str) -> Json:
        """One event; `NotFound` if it does not exist or may not be seen."""

    async def state(self, room_id: str, event_type: str, state_key: str = "") -> Json | None:
        """The content of a state event, or None if the room has none."""

    async def put_state(self, room_id: str, event_type: str, content: Mapping[str, object], state_key: str = "") -> str:
        """Set a state event; returns its event id."""

    async def create_room(self, room: NewRoom) -> str:
        """Make a room; returns its id. Use `rooms.create_room`."""

    async def invite(self, room_id: str, user_id: str) -> None:
        """Invite a user."""

    async def join(self, room: str) -> str:
        """Join a room by id or alias; returns its id."""

    async def leave(self, room_id: str, reason: str | None = None) -> None:
        """Leave a room, or decline an invitation to it; the room's people can read the reason."""

    async def joined_members(self, room_id: str) -> list[str]:
        """User ids of those in a room."""

    async def hierarchy(self, space_id: str, page: str | None) -> Json:
        """One page of a space's hierarchy. Use `rooms.hierarchy`."""

    async def resolve_alias(self, alias: str) -> str:
        """The room id of an alias; `NotFound` if there is none."""

    async def logout(self) -> None:
        """End the device's login on the homeserver."""

    async def close(self) -> None:
        """Give up the connection."""
