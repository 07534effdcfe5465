"""The workspace's end of Matrix: the link when it is up, its files before and without it.

A command is durable when `put` returns, also while the link is still starting, or when there is no login at all.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import threading
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from smartup_tui import config, secrets
from smartup_tui.config import Home, Profile
from smartup_tui.matrix.account import Account
from smartup_tui.matrix.errors import MatrixError
from smartup_tui.matrix.outbox import FILE_NAME as OUTBOX_FILE
from smartup_tui.matrix.outbox import Outbox
from smartup_tui.matrix.status import LinkState, Wake
from smartup_tui.secrets import SecretError
from smartup_tui.workspace.places import MATRIX_TOKEN, Places

if TYPE_CHECKING:
    from smartup_tui.matrix.link import Link
    from smartup_tui.matrix.replies import Replies
    from smartup_tui.matrix.session import Session
    from smartup_tui.matrix.store import Store

T = TypeVar("T")


class Connection:
    """One profile's outbox, stored stream and link. `on_wake` is called on the link's thread."""

    def __init__(self, home: Home, name: str, profile: Profile, max_age: timedelta, on_wake: Callable[[Wake], None]):
        """Open the files; nothing goes over the network before `start`."""
        self._home = home
        self._name = name
        self._profile = profile
        self._max_age = max_age
        self._on_wake = on_wake
        self._directory = Places.of(home, name).matrix
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._found_store: Store | None = None
        self._own_outbox = Outbox(self._directory / OUTBOX_FILE)
        self._lock = threading.Lock()
        self._link: Link | None = None
        self._trouble: str | None = None
        self._stopped = False

    @property
    def outbox(self) -> Outbox:
        """The link's outbox when there is a link, since it learns at once of what is put there."""
        return self._link.outbox if self._link else self._own_outbox

    @property
    def store(self) -> Store:
        """The stored stream."""
        return self._link.store if self._link else self._own_store

    @property
    def _own_store(self) -> Store:
        """Opened when it is first read: Today's first picture shows nothing of it."""
        from smartup_tui.matrix import store  # noqa: PLC0415 - as above

        with self._lock:
            if self._found_store is None:
                self._found_store = store.Store(self._directory / store.FILE_NAME, self._profile.user_id)
            return self._found_store

    @property
    def replies(self) -> Replies:
        """The answers to our commands."""
        from smartup_tui.matrix.replies import Replies  # noqa: PLC0415 - nothing is answered before the first picture

        return self._link.replies if self._link else Replies(self.store, self.outbox, self._profile.engelbot)

    def start(self) -> None:
        """Open the link on a thread of its own, since the keyring and the network may take their time."""
        threading.Thread(target=self._open, name="open-link", daemon=True).start()

    def stop(self) -> None:
        """End the link and close the files."""
        with self._lock:
            self._stopped = True
            link, store = self._link, self._found_store
        if link is not None:
            link.stop(timeout=2.0)
        if store is not None:
            store.close()
        self._own_outbox.close()

    def trouble(self) -> str | None:
        """What stands between us and the rooms, in words; None when nothing does, or nothing is known yet."""
        if self._link is None:
            return self._trouble
        status = self._link.status
        if status.state is LinkState.LOGIN_NEEDED:
            return "The homeserver wants a new login."
        if status.state is LinkState.OFFLINE and status.error is not None:
            return status.error.message
        return None

    def run(self, call: Callable[[Session], Coroutine[Any, Any, T]]) -> concurrent.futures.Future[T]:
        """Make calls on the homeserver, on the link's thread. Raises `MatrixError` when there is no link."""
        if self._link is None:
            raise MatrixError(self._trouble or "The rooms can not be reached yet.")
        return self._link.run(call)

    def wait_ready(self) -> Link:
        """The link, opened on this thread (for the command line). Raises `SecretError`, `MatrixError`."""
        return self._link or self._connect()

    def _open(self) -> None:
        try:
            self._connect()
        except (SecretError, MatrixError) as error:
            self._trouble = error.message
            self._on_wake(Wake.STATUS)

    def _connect(self) -> Link:
        kind = config.load(self._home).secrets
        token = secrets.open_store(kind, self._home).get(self._name, MATRIX_TOKEN)
        if token is None:
            raise SecretError("There is no login for the homeserver.", "Run `smartup doctor` to see how to log in.")
        from smartup_tui.matrix.link import Link  # noqa: PLC0415 - nothing before the first picture needs it

        account = Account(self._profile.homeserver, self._profile.user_id, self._profile.device_id, token)
        link = Link(account, self._directory, bots=self._profile.engelbot, command_max_age=self._max_age)
        with self._lock:
            if self._stopped:
                link.stop()
                raise SecretError("The workspace is closing.", "")
            link.subscribe(self._on_wake)
            link.start()
            self._link = link
        with contextlib.suppress(RuntimeError):
            self._on_wake(Wake.OUTBOX)
        return link
