"""The link to the homeserver: a thread of its own that reads the stream and empties the outbox.

Other threads read the store and the outbox directly, add rows, and are woken when something changed. One process per
profile leads (by a file lock); others follow: they add rows, see what the leader stores, and take over when it ends.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import threading
from collections.abc import Awaitable, Callable, Collection, Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

from smartup_tui.matrix import outbox as outbox_module
from smartup_tui.matrix import store as store_module
from smartup_tui.matrix.account import open_session
from smartup_tui.matrix.backoff import Backoff
from smartup_tui.matrix.device import Account
from smartup_tui.matrix.errors import LoginNeeded, MatrixError
from smartup_tui.matrix.outbox import Outbox, State
from smartup_tui.matrix.replies import Replies, Reply
from smartup_tui.matrix.sending import Sender
from smartup_tui.matrix.session import Session
from smartup_tui.matrix.status import LinkState, LinkStatus, Wake
from smartup_tui.matrix.store import Applied, Store
from smartup_tui.matrix.syncing import Hooks, Syncer

T = TypeVar("T")

COMMAND_MAX_AGE: Final = timedelta(minutes=10)
WATCH_SECONDS: Final = 0.2
"""How often the work of other processes on the same files is looked for."""
LEAD_SECONDS: Final = 1.0
"""How often a follower tries to lead."""
KEEP_EVENTS: Final = timedelta(days=90)
"""How long received events are kept here; the homeserver keeps them all."""

_LONGEST_PAUSE: Final = 60.0
_ENDED = frozenset({State.FAILED, State.HELD, State.UNKNOWN, State.DROPPED})
_log = logging.getLogger(__name__)


class Link:
    """The link of one profile, whose files lie in `directory`.

    `bots` are the user ids whose answers count. Commands that could not be sent within `command_max_age` are held for
    the owner. `catch_up` is how far the history of rooms is read when the store is empty (for Engelbot); None reads
    only what the first response brings.
    """

    def __init__(
        self,
        account: Account,
        directory: Path,
        *,
        bots: Collection[str] = (),
        command_max_age: timedelta = COMMAND_MAX_AGE,
        catch_up: timedelta | None = None,
        session_factory: Callable[[Account], Awaitable[Session]] = open_session,
    ) -> None:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._account = account
        self._directory = directory
        self._max_age = command_max_age
        self._catch_up = catch_up
        self._session_factory = session_factory
        self.store = Store(directory / store_module.FILE_NAME, account.user_id)
        self.outbox = Outbox(directory / outbox_module.FILE_NAME)
        self.replies = Replies(self.store, self.outbox, bots)
        self._loop = asyncio.new_event_loop()
        self._thread: threading.Thread | None = None
        self._stopping = asyncio.Event()
        self._opening: asyncio.Future[Session] | None = None
        self._sender: Sender | None = None
        self._status = LinkStatus(LinkState.OFFLINE, datetime.now(UTC), None, None)
        self._guard = threading.Lock()
        self._changed = threading.Condition()
        self._callbacks: list[Callable[[Wake], None]] = []
        self._pending: set[Wake] = set()
        self._closed = False
        self._stop_listening = self.outbox.listen(self._outbox_changed)

    # --- for any thread

    @property
    def account(self) -> Account:
        """Whose link it is."""
        return self._account

    @property
    def status(self) -> LinkStatus:
        """How the link stands now."""
        with self._guard:
            return self._status

    def start(self) -> None:
        """Begin; returns at once."""
        if self._thread is not None or self._closed:
            raise RuntimeError("a link is started once")
        self._thread = threading.Thread(target=self._run_thread, name="matrix-link", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 5.0) -> bool:
        """End, give up the lead and close the files; False if the thread did not end within `timeout` seconds."""
        if self._closed:
            return True
        if self._thread is not None:
            self._call(self._stopping.set)
            self._thread.join(timeout)
            if self._thread.is_alive():
                return False
        else:
            self._loop.close()
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._stop_listening()
        self.store.close()
        self.outbox.close()
        return True

    def subscribe(self, callback: Callable[[Wake], None]) -> Callable[[], None]:
        """Call back, on the link's thread, when something may have changed; returns how to end it."""
        with self._guard:
            self._callbacks.append(callback)

        def end() -> None:
            with self._guard:
                if callback in self._callbacks:
                    self._callbacks.remove(callback)

        return end

    def run(self, call: Callable[[Session], Coroutine[Any, Any, T]]) -> concurrent.futures.Future[T]:
        """Run a coroutine function with the link's session on the link's loop (also in a follower)."""
        if self._closed:
            raise MatrixError("The link to the homeserver has ended.")
        return asyncio.run_coroutine_threadsafe(self._with_session(call), self._loop)

    def wait_answer(self, command_id: str, timeout: float) -> Reply | None:
        """Wait for the first answer to a command, at most `timeout` seconds.

        None if the time is up, or at once when the row can not be answered any more without a decision (failed, held,
        unknown, dropped): `outbox.get(command_id)` then tells why.
        """
        answer: Reply | None = None

        def settled() -> bool:
            nonlocal answer
            answer = next(iter(self.replies.answers(command_id)), None)
            row = self.outbox.get(command_id)
            return answer is not None or row is None or row.state in _ENDED

        self.wait_for(settled, timeout)
        return answer

    def wait_sent(self, command_id: str, timeout: float) -> bool:
        """Wait until a row is no longer queued, at most `timeout` seconds; False when it still is."""

        def gone() -> bool:
            row = self.outbox.get(command_id)
            return row is None or row.state is not State.QUEUED

        return self.wait_for(gone, timeout)

    def wait_for(self, condition: Callable[[], bool], timeout: float) -> bool:
        """Wait until a condition on the store, the outbox or the status holds; what it was when the time was up."""
        with self._changed:
            return self._changed.wait_for(lambda: self._closed or condition(), timeout)

    # --- the link's thread

    def _run_thread(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._main())
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()

    async def _main(self) -> None:
        from filelock import FileLock, Timeout  # noqa: PLC0415 (not needed before the first paint)

        lock = FileLock(self._directory / "link.lock", thread_local=False)
        parts = [
            asyncio.ensure_future(self._steadily(self._watch)),
            asyncio.ensure_future(self._steadily(lambda: self._lead_or_follow(lock, Timeout))),
        ]
        await self._stopping.wait()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*parts, *others, return_exceptions=True)
        await self._close_session()
        lock.release()
        self._set_status(LinkState.OFFLINE)
        self._flush()

    async def _steadily(self, part: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run a part of the link, and again after a pause when it ends by a fault of its own (a full disk, say)."""
        pauses = Backoff(first=1.0, most=_LONGEST_PAUSE)
        while True:
            began = self._loop.time()
            try:
                await part()
            except Exception:  # noqa: BLE001 (whatever it was: it goes to the log, and the link goes on)
                _log.exception("a part of the link to the homeserver failed and is started again")
                self._set_status(LinkState.OFFLINE, MatrixError("The link had a fault and is starting again."))
                self._wake(Wake.EVENTS, Wake.ROOMS)  # what was stored before the fault was perhaps told to nobody
                if self._loop.time() - began > _LONGEST_PAUSE:
                    pauses.reset()  # it went well for long: this is another trouble than the last one
                await asyncio.sleep(pauses.next())
            else:
                return

    async def _lead_or_follow(self, lock: Any, busy: type[Exception]) -> None:
        while not lock.is_locked:
            try:
                lock.acquire(blocking=False)
            except busy:
                if self.status.state is not LinkState.FOLLOWER:
                    self._set_status(LinkState.FOLLOWER)
                await asyncio.sleep(LEAD_SECONDS)
        await self._lead()
        lock.release()  # without a login others of this profile, perhaps with a newer one, shall lead

    async def _lead(self) -> None:
        self._set_status(LinkState.CONNECTING)
        session = await self._session()
        self._sender = sender = Sender(session, self.outbox, self.store, command_max_age=self._max_age)
        hooks = Hooks(online=self._online, offline=self._offline, arrived=self._arrived)
        syncer = Syncer(session, self.store, hooks, catch_up=self._catch_up)
        self.replies.settle()
        self.store.forget_before(datetime.now(UTC) - KEEP_EVENTS)
        tasks = [asyncio.ensure_future(part) for part in (sender.run(), syncer.follow(), syncer.fill_gaps())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
            for task in done:
                task.result()
        except LoginNeeded as error:
            self._set_status(LinkState.LOGIN_NEEDED, error)
        finally:
            self._sender = None
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _watch(self) -> None:
        """Notice what other processes and threads write into the files."""
        seen = (self.outbox.data_version(), self.store.data_version())
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            now = (self.outbox.data_version(), self.store.data_version())
            if now[0] != seen[0]:
                self._wake(Wake.OUTBOX)
                if self._sender is not None:
                    self._sender.kick()
            if now[1] != seen[1]:
                self._wake(Wake.EVENTS, Wake.ROOMS, Wake.STATUS)
                if self.status.state is LinkState.FOLLOWER:
                    self._set_status(LinkState.FOLLOWER)
            seen = now

    async def _with_session(self, call: Callable[[Session], Coroutine[Any, Any, T]]) -> T:
        return await call(await self._session())

    async def _session(self) -> Session:
        if self._opening is None:
            self._opening = asyncio.ensure_future(self._session_factory(self._account))
        return await asyncio.shield(self._opening)

    async def _close_session(self) -> None:
        if self._opening is not None and not self._opening.cancelled() and self._opening.exception() is None:
            await self._opening.result().close()

    def _online(self, applied: Applied) -> None:
        self._set_status(LinkState.ONLINE)
        if self._sender is not None:
            self._sender.reachable()
        if applied.rooms:
            self._wake(Wake.ROOMS)
        if applied.events:
            self._arrived()

    def _arrived(self) -> None:
        self.replies.settle()
        self._wake(Wake.EVENTS)

    def _offline(self, error: MatrixError) -> None:
        self._set_status(LinkState.OFFLINE, error)

    def _set_status(self, state: LinkState, error: MatrixError | None = None) -> None:
        with self._guard:
            before = self._status
            since = before.since if before.state is state else datetime.now(UTC)
            self._status = LinkStatus(state, since, error, self.store.last_success)
        if before.state is not state or str(before.error) != str(error):
            self._wake(Wake.STATUS)

    def _outbox_changed(self) -> None:
        """A write through our own outbox object, on any thread."""
        self._call(self._outbox_changed_here)

    def _outbox_changed_here(self) -> None:
        self._wake(Wake.OUTBOX)
        if self._sender is not None:
            self._sender.kick()

    def _call(self, action: Callable[[], object]) -> None:
        try:
            self._loop.call_soon_threadsafe(action)
        except RuntimeError:  # the loop is closed: nobody is left to be told
            return

    def _wake(self, *wakes: Wake) -> None:
        if not self._pending:
            self._loop.call_soon(self._flush)
        self._pending.update(wakes)

    def _flush(self) -> None:
        wakes, self._pending = self._pending, set()
        with self._guard:
            callbacks = list(self._callbacks)
        for wake in sorted(wakes):
            for callback in callbacks:
                try:
                    callback(wake)
                except Exception:  # noqa: BLE001 (a subscriber's fault must not end the link)
                    _log.exception("a subscriber of the link failed")
        with self._changed:
            self._changed.notify_all()
