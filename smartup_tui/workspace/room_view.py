"""One room, or one thread in it, as its reader has it open: pinned, so that what arrives moves nothing.

`renew` looks at what is there now; `extend` reads further back in what is stored. It belongs to one thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smartup_tui.matrix.history import RoomHistory, StoredEvent
from smartup_tui.workspace.senders import People
from smartup_tui.workspace.timeline import Entry, Shaper

if TYPE_CHECKING:
    from smartup_tui.workspace.workspace import Workspace

PAGE: Final = 60
_MOST: Final = 100_000


class RoomView:
    """What is read of `room_id`; with `thread`, the event that begins it and what follows."""

    def __init__(self, workspace: Workspace, room_id: str, *, thread: str | None = None) -> None:
        """Open at the newest."""
        self.room_id = room_id
        self.thread = thread
        self._workspace = workspace
        self._people = People(workspace.reader, workspace.profile.engelbot)
        self._until = 0
        self._events: list[StoredEvent] = []
        self._shaped: list[Entry] = []
        self._own: list[Entry] = []
        self.renew()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries, oldest first; one's own that are still on their way come last."""
        return (*self._shaped, *self._own)

    @property
    def last_event(self) -> str | None:
        """The newest event shown, which a message to a thread names for clients that know no threads."""
        return next((entry.event_id for entry in reversed(self.entries) if entry.event_id is not None), None)

    @property
    def is_whole(self) -> bool:
        """Whether the first entry is the beginning: there is nothing older anywhere."""
        if self.thread is not None:
            return True
        return self._history.is_whole and not self._has_more

    @property
    def is_filling(self) -> bool:
        """Whether newer messages wait for some between to be fetched."""
        return self._history.is_filling

    def renew(self, *, keep: bool = False) -> None:
        """Come to the newest. Of what is older only the last page stays, or, with `keep`, all that is shown."""
        self._until = self._history.newest
        self._read(self._events[0].seq if keep and self._events else None)

    def reread(self) -> None:
        """The same again: names may have changed, and what became of one's own messages."""
        self._people = People(self._workspace.reader, self._workspace.profile.engelbot)
        self._read(self._events[0].seq if self._events else None)

    def extend(self) -> bool:
        """Read a page further back in what is stored; False when there is nothing more here."""
        if self.thread is not None or not self._events:
            return False
        older = self._history.window(before=self._events[0].seq, until=self._until, limit=PAGE)
        self._events = older + self._events
        self._shaped = self._shaper.entries(older, until=self._until) + self._shaped
        return bool(older)

    def entry(self, entry_id: str) -> Entry | None:
        """One of the entries."""
        return next((entry for entry in self.entries if entry.id == entry_id), None)

    def _read(self, since: int | None) -> None:
        history, shaper = self._history, self._shaper
        if self.thread is None and since is None:
            self._events = history.window(until=self._until, limit=PAGE)
        elif self.thread is None:
            self._events = history.window(since=since or 0, until=self._until, limit=_MOST)
        else:
            root = history.event(self.thread)
            self._events = [*([root] if root is not None else []), *history.thread(self.thread, until=self._until)]
        self._shaped = shaper.entries(self._events, until=self._until, in_thread=self.thread is not None)
        rows = self._workspace.connection.outbox.rows()
        self._own = shaper.own(rows, self._workspace.now(), until=self._until, thread=self.thread)

    @property
    def _has_more(self) -> bool:
        return bool(self._events) and bool(self._history.window(before=self._events[0].seq, limit=1))

    @property
    def _history(self) -> RoomHistory:
        # The link, once there is one, brings a store of its own for the same file.
        return self._workspace.connection.store.history(self.room_id)

    @property
    def _shaper(self) -> Shaper:
        return Shaper(self._history, self._people, self._workspace.profile.user_id)
