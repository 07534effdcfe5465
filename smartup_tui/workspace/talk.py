"""The rooms, as an owner reads and speaks in them. Reading answers from this machine; what needs the homeserver is
begun here, and `News.ROOMS` or `News.DELIVERY` tells when something came of it.
"""

from __future__ import annotations

import concurrent.futures
import logging
import threading
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from smartup_tui.matrix import wire
from smartup_tui.matrix.errors import MatrixError
from smartup_tui.matrix.older import read_older
from smartup_tui.matrix.outbox import Kind
from smartup_tui.matrix.rooms import Invite, Room, patiently
from smartup_tui.matrix.store import Store
from smartup_tui.workspace.delivery import Delivery
from smartup_tui.workspace.room_view import RoomView
from smartup_tui.workspace.rooms import RoomTree, called, room_tree
from smartup_tui.workspace.senders import People
from smartup_tui.workspace.state import News
from smartup_tui.workspace.timeline import is_command

if TYPE_CHECKING:
    from smartup_tui.matrix.session import Session
    from smartup_tui.workspace.workspace import Workspace

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reading:
    """How reading a room's older messages stands: going on, or why it ended without an end."""

    busy: bool = False
    failure: str = ""


class Verdict(StrEnum):
    """What an owner does with an invitation."""

    ACCEPT = "accept"
    DECLINE = "decline"


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision on an invitation, and what became of it: `done` None while it is on its way."""

    room_id: str
    room: str
    verdict: Verdict
    done: bool | None = None
    problem: str = ""
    at: datetime | None = None
    """When it was known what became of it."""


class Talk:
    """Reading and speaking for one workspace. Use it on the workspace's thread."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._lock = threading.Lock()
        self._readings: dict[str, Reading] = {}
        self._futures: dict[str, concurrent.futures.Future[int]] = {}
        self._decision: Decision | None = None
        self.waits_for_rooms = False
        """The owner waits for rooms: the first of all, or one whose invitation was accepted."""

    # --- reading

    @property
    def has_rooms(self) -> bool:
        """Whether the homeserver has ever told which rooms there are."""
        return self._store().position is not None

    def tree(self) -> RoomTree:
        """The rooms and invitations as they are now."""
        store, profile = self._store(), self._workspace.profile
        return room_tree(
            store.rooms(),
            store.invites(),
            self._workspace.reader,
            owner=profile.user_id,
            engelbot=profile.engelbot,
        )

    def room(self, room_id: str) -> Room | None:
        """One room the owner is in."""
        return self._store().room(room_id)

    def invite(self, room_id: str) -> Invite | None:
        """One invitation that waits."""
        return next((invite for invite in self._store().invites() if invite.room_id == room_id), None)

    def people(self) -> People:
        """Who has which Matrix id, as the book of owners says now."""
        return People(self._workspace.reader, self._workspace.profile.engelbot)

    def view(self, room_id: str, thread: str | None = None) -> RoomView:
        """A room, or a thread in it, opened at its newest."""
        return RoomView(self._workspace, room_id, thread=thread)

    def reading(self, room_id: str) -> Reading:
        """How reading this room's older messages stands."""
        with self._lock:
            return self._readings.get(room_id, Reading())

    def read_older(self, room_id: str) -> None:
        """Begin to fetch messages older than those stored."""
        if self.reading(room_id).busy:
            return
        self._set(room_id, Reading(busy=True))

        def call(session: Session) -> Coroutine[Any, Any, int]:
            return read_older(session, self._store(), room_id)

        try:
            future = self._workspace.connection.run(call)
        except MatrixError as error:
            self._set(room_id, Reading(failure=error.message))
            return
        self._futures[room_id] = future
        future.add_done_callback(lambda done: self._has_read(room_id, done))

    def stop_reading(self, room_id: str) -> bool:
        """Stop fetching; what has come is kept. False when nothing was going on."""
        future = self._futures.pop(room_id, None)
        return future is not None and future.cancel()

    # --- speaking

    def say(
        self, text: str, room_id: str, *, answers: str | None = None, thread: str | None = None, last: str | None = None
    ) -> Delivery:
        """Put a message, or a command, in the outbox for this room. `answers` is the event it answers; in the thread
        that begins with `thread`, `last` is the one before it.
        """
        relation: wire.Json = {}
        if thread is not None:
            relation = {"rel_type": wire.THREAD, "event_id": thread, "is_falling_back": answers is None}
        if answers or (thread is not None and last):
            relation["m.in_reply_to"] = {"event_id": answers or last}
        # Without this key, clients ring for everybody whose name the text holds.
        extra: wire.Json = {"m.mentions": {}}
        if relation:
            extra["m.relates_to"] = relation
        kind = Kind.COMMAND if is_command(text) else Kind.TALK
        return self._workspace.send(text, room_id, kind=kind, extra=extra)

    # --- invitations

    @property
    def decision(self) -> Decision | None:
        """The last decision on an invitation in this session."""
        with self._lock:
            return self._decision

    def decide(self, invite: Invite, verdict: Verdict, reason: str = "") -> None:
        """Accept or decline an invitation."""
        begun = Decision(invite.room_id, called(invite), verdict)
        with self._lock:
            self._decision = begun
        self.waits_for_rooms = True

        async def call(session: Session) -> None:
            if verdict is Verdict.ACCEPT:
                await patiently(lambda: session.join(invite.room_id))
            else:
                await patiently(lambda: session.leave(invite.room_id, reason or None))

        try:
            future = self._workspace.connection.run(call)
        except MatrixError as error:
            self._has_decided(begun, error)
            return
        future.add_done_callback(lambda done: self._has_decided(begun, _problem(done)))

    def put_away(self) -> None:
        """What became of the last decision was read."""
        with self._lock:
            if self._decision is not None and self._decision.done is not None:
                self._decision = None

    # --- inside

    def _store(self) -> Store:
        return self._workspace.connection.store

    def _has_read(self, room_id: str, done: concurrent.futures.Future[int]) -> None:
        """On the link's thread, or on the one that cancelled."""
        problem = None if done.cancelled() else _problem(done)
        self._set(room_id, Reading(failure=problem.message if problem is not None else ""))
        self._workspace.tell(News.ROOMS)

    def _has_decided(self, begun: Decision, problem: MatrixError | None) -> None:
        said = problem.message if problem is not None else ""
        ended = replace(begun, done=problem is None, problem=said, at=self._workspace.now())
        with self._lock:
            self._decision = ended
        self._workspace.tell(News.ROOMS)

    def _set(self, room_id: str, reading: Reading) -> None:
        with self._lock:
            self._readings[room_id] = reading


def _problem(done: concurrent.futures.Future[Any]) -> MatrixError | None:
    if done.cancelled():
        return MatrixError("It was stopped.")
    error = done.exception()
    if error is None or isinstance(error, MatrixError):
        return error
    _log.error("a call for the rooms failed", exc_info=error)
    return MatrixError("It failed unexpectedly; the log file says how.")
