"""The one object between the screens and the world: what the ledger says, what was asked of it, and how both stand.

Its methods answer from this machine and never wait for the network. News come on other threads as `News` values; who
subscribes hands them to its own thread and reads what it shows anew.
"""

from __future__ import annotations

import sqlite3
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from smartup_tui.config import Home, Profile, Settings
from smartup_tui.files.trouble import trouble_of
from smartup_tui.ledger.index.store import Index
from smartup_tui.matrix.outbox import Kind
from smartup_tui.matrix.status import Wake
from smartup_tui.workspace.belonging import keep_apart
from smartup_tui.workspace.connection import Connection
from smartup_tui.workspace.delivery import Delivery, NotKept, Standing, delivery
from smartup_tui.workspace.places import Places
from smartup_tui.workspace.reader import Reader
from smartup_tui.workspace.room_names import room_label
from smartup_tui.workspace.state import News, WorkspaceState
from smartup_tui.workspace.sync_messages import Failed, IssuesRead, Message, Progress, Proved, Synced
from smartup_tui.workspace.sync_worker import SyncWorker

if TYPE_CHECKING:
    from smartup_tui.catalogue.model import Argument
    from smartup_tui.workspace.composer import Completion, Composer, Explanation, RoomChoice
    from smartup_tui.workspace.forge_desk import ForgeDesk
    from smartup_tui.workspace.past_desk import PastDesk
    from smartup_tui.workspace.talk import Talk
    from smartup_tui.workspace.target import Target, Unclear


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Workspace:
    """One owner's workspace on one profile. Use it on one thread, but for `subscribe`d callbacks."""

    def __init__(
        self,
        home: Home,
        name: str,
        profile: Profile,
        settings: Settings,
        *,
        root: Path | None = None,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        """Open what is on this machine. `root` is the `--home` this program was started with, `now` the clock."""
        self.home = home
        self.name = name
        self.profile = profile
        self.settings = settings
        self.places = Places.of(home, name)
        keep_apart(home, name, profile)
        self._lock = threading.Lock()
        self._state = WorkspaceState()
        self._subscribers: list[Callable[[News], None]] = []
        self._watched: set[str] = set()
        self.left_waiting: list[str] = []
        """The commands that waited when this program started, the oldest first."""
        self.connection = Connection(home, name, profile, timedelta(seconds=settings.command_max_age), self._on_wake)
        self._root = root
        command = [sys.executable, "-m", "smartup_tui.workspace.sync_process", str(root or ""), name]
        self._worker = SyncWorker(command, self._on_sync)
        self._now = now
        self._reader: Reader | None = None
        self._composed: Composer | None = None
        self._talk: Talk | None = None
        self._pasts: PastDesk | None = None
        self._issues: ForgeDesk | None = None
        self._retired: list[Index] = []
        self._inode = 0

    # --- what the ledger says

    @property
    def reader(self) -> Reader | None:
        """The read model, None before the first synchronisation."""
        try:
            inode = self.places.index.stat().st_ino
            if self._reader is None or inode != self._inode:  # it was thrown away and built again
                index = Index(self.places.index)
                if self._reader is not None:
                    self._retired.append(self._reader.index)  # a list on the screen may still read from it
                self._reader = Reader(index, self.profile)
                self._inode = inode
        except FileNotFoundError:
            pass
        return self._reader

    @property
    def issues(self) -> ForgeDesk:
        """Issues and repositories of the forge, as they were read last; `News.ISSUES` tells when more is here."""
        from smartup_tui.workspace.forge_desk import ForgeDesk  # noqa: PLC0415 - seldom needed

        if self._issues is None:
            self._issues = ForgeDesk(self.places.forge, self.profile)
        return self._issues

    @property
    def pasts(self) -> PastDesk:
        """The past of pages, commits and audit rows, asked of the forge by a process of its own; `News.SYNC` tells when
        more is here.
        """
        from smartup_tui.workspace.past_desk import PastDesk  # noqa: PLC0415 - seldom needed

        if self._pasts is None:
            command = [sys.executable, "-m", "smartup_tui.workspace.past_process", str(self._root or ""), self.name]
            self._pasts = PastDesk(self.places, command, lambda: self._tell(News.SYNC))
        return self._pasts

    @property
    def state(self) -> WorkspaceState:
        """How the workspace stands now."""
        with self._lock:
            return self._state

    def refresh(self) -> None:
        """Ask the forge what is new; `News.READ_MODEL` or `News.SYNC` tells when it is here."""
        self._change(News.SYNC, syncing=True, failure=None)
        self._worker.request()

    def cancel_refresh(self) -> None:
        """Stop reading the ledger; what was downloaded is kept, and the read model is as it was."""
        self._worker.cancel()

    def start(self) -> None:
        """Begin to talk to the homeserver and the forge."""
        self.left_waiting = [found.command_id for found in self.waiting()]
        with self._lock:
            self._watched.update(self.left_waiting)
        self.connection.start()
        self.refresh()

    def stop(self) -> int:
        """End everything at once; answers how many commands are still waiting in the outbox."""
        waiting = len(self.waiting())
        self._worker.stop()
        if self._pasts is not None:
            self._pasts.stop()
        if self._issues is not None:
            self._issues.close()
        self.connection.stop()
        for index in (*self._retired, *((self._reader.index,) if self._reader else ())):
            index.close()
        return waiting

    def subscribe(self, callback: Callable[[News], None]) -> None:
        """Call back on whichever thread has news. The callback must only hand the news on."""
        with self._lock:
            self._subscribers.append(callback)

    def tell(self, news: News) -> None:
        """Tell who has subscribed, from any thread."""
        self._tell(news)

    # --- commands

    def complete(self, text: str, cursor: int) -> tuple[Completion, ...]:
        """What may stand at the cursor of the command line."""
        return self._composer.complete(text, cursor)

    def complete_value(self, argument: Argument, typed: str) -> tuple[tuple[str, str], ...]:
        """What may stand in a form's field: values with their titles, best first."""
        return self._composer.complete_value(argument, typed)

    def explain(self, text: str) -> Explanation:
        """The line below the command line."""
        return self._composer.explain(text, self.now())

    def target(self, text: str) -> Target | Unclear:
        """Where an id, an alias or words of a title lead; or why nowhere."""
        return self._composer.target(text)

    def targets(self, text: str) -> Sequence[Target]:
        """Where what is typed of them may lead."""
        return self._composer.targets(text)

    def room_for(self, text: str) -> RoomChoice | None:
        """The room a command text would go to, None when it is no command or there is no such room."""
        return self._composer.room_for(text, self.connection.store.rooms())

    def room_name(self, room_id: str) -> str:
        """What a room is called, briefly; empty when we do not know it."""
        room = self.connection.store.room(room_id)
        return room_label(room) if room else ""

    def send(
        self, text: str, room_id: str, *, kind: Kind = Kind.COMMAND, extra: Mapping[str, object] | None = None
    ) -> Delivery:
        """Give a command, or say something (`Kind.TALK`). It is on disk when this returns; `News.DELIVERY` tells what
        becomes of it. `extra` is added to the message's content. Raises `NotKept`.
        """
        try:
            row = self.connection.outbox.put(room_id, text, extra, kind=kind)
        except (OSError, sqlite3.Error) as error:
            if (trouble := trouble_of(error)) is None:
                raise
            raise NotKept(trouble.message, trouble.hint) from error
        with self._lock:
            self._watched.add(row.id)
        return delivery(row, None)

    def delivery(self, command_id: str) -> Delivery | None:
        """What has become of a command."""
        row = self.connection.outbox.get(command_id)
        if row is None:
            return None
        replies = self.connection.replies.answers(command_id)
        return delivery(row, replies[0] if replies else None)

    def release(self, command_id: str) -> None:
        """Send a held command now."""
        self.connection.outbox.release(command_id)
        with self._lock:
            self._watched.add(command_id)

    def drop(self, command_id: str) -> None:
        """Take a waiting command back."""
        self.connection.outbox.drop(command_id)

    def waiting(self) -> tuple[Delivery, ...]:
        """The commands that are not sent: queued, held, or of unknown fate; the oldest first."""
        return tuple(delivery(row, None) for row in self.connection.outbox.waiting())

    def now(self) -> datetime:
        """The time, UTC."""
        return self._now()

    @property
    def talk(self) -> Talk:
        """The rooms, as they are read and spoken in."""
        from smartup_tui.workspace.talk import Talk  # noqa: PLC0415 - nothing of it is needed for the first picture

        if self._talk is None:
            self._talk = Talk(self)
        return self._talk

    # --- inside

    @property
    def _composer(self) -> Composer:
        """Of the read model that is open now."""
        from smartup_tui.workspace.composer import Composer  # noqa: PLC0415 - nothing is written before the first picture

        reader = self.reader
        if self._composed is None or self._composed.reader is not reader:
            self._composed = Composer(reader, self.profile)
        return self._composed

    def _on_wake(self, wake: Wake) -> None:
        """On the link's thread."""
        if wake is Wake.STATUS:
            self._change(News.LINK, link=self.connection.trouble())
            return
        if wake is Wake.ROOMS:
            if self._talk is not None and self._talk.waits_for_rooms:
                self._tell(News.ROOMS)
            return
        with self._lock:
            watched = list(self._watched)
        for command_id in watched:
            found = self.delivery(command_id)
            if found is None or found.open:
                continue
            with self._lock:
                self._watched.discard(command_id)
            if found.standing is Standing.DONE:
                self._worker.request()
        if watched:
            self._tell(News.DELIVERY)

    def _on_sync(self, message: Message) -> None:
        """On the worker's thread."""
        if isinstance(message, Progress):
            self._change(News.SYNC, progress=message)
        elif isinstance(message, Synced):
            generation = self.state.generation + 1
            busy = self._worker.busy
            self._change(
                News.READ_MODEL,
                generation=generation,
                syncing=busy,
                progress=None,
                failure=None,
                rewritten=self.state.rewritten or message.rewritten,
            )
        elif isinstance(message, Proved):
            self._change(News.SYNC, findings=message.open)
        elif isinstance(message, IssuesRead):
            self._tell(News.ISSUES)
        elif isinstance(message, Failed):
            self._change(News.SYNC, syncing=False, progress=None, failure=message)

    def _change(self, news: News, **values: object) -> None:
        with self._lock:
            changed = replace(self._state, **values)  # type: ignore[arg-type]
            same, self._state = changed == self._state, changed
        if not same:
            self._tell(news)

    def _tell(self, news: News) -> None:
        with self._lock:
            subscribers = list(self._subscribers)
        for callback in subscribers:
            callback(news)
