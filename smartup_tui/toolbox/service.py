"""The Toolbox: takes a command, says what becomes of it. What the API and the command line both use."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Final, Self

from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.errors import ForgeError
from smartup_tui.forge.models import RepoRef
from smartup_tui.forge.retrying import RetryPolicy
from smartup_tui.ledger.change import Answer, Refusal
from smartup_tui.ledger.rowset import RowCache
from smartup_tui.ledger.segment_index import SegmentIndex
from smartup_tui.ledger.settle import next_effect
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.tree import Tree
from smartup_tui.text import clean_line
from smartup_tui.toolbox.batch import INTERNAL
from smartup_tui.toolbox.decide import decide, known
from smartup_tui.toolbox.ids import new_request_id, refuse_actor, refuse_request_id
from smartup_tui.toolbox.operations import OPERATIONS
from smartup_tui.toolbox.publish import ForgeStore, Store
from smartup_tui.toolbox.result import Request, Result
from smartup_tui.toolbox.settings import ToolboxSettings
from smartup_tui.toolbox.writer import BUSY, STOPPING, UNAVAILABLE, UNKNOWN, Rules, Writer

BOUND: Final = 120.0
"""Seconds after which a command that has no outcome is answered with `outcome_unknown`."""

FRESH: Final = 1.0
"""Seconds for which a query believes that it knows the newest ledger."""

_log = logging.getLogger(__name__)


def wall_clock() -> datetime:
    """The time of decisions: now, in UTC, in whole seconds as the ledger keeps them."""
    return datetime.now(UTC).replace(microsecond=0)


def standard_rules() -> Rules:
    """The rules of every organisation: all operations, and what time decides."""
    return Rules(OPERATIONS, next_effect)


class Toolbox:
    """One organisation's Toolbox. `start` before use, `stop` after, or use it as a context manager; thread-safe."""

    def __init__(
        self,
        store: Store,
        rules: Rules,
        *,
        clock: Callable[[], datetime] = wall_clock,
        bound: float = BOUND,
        segments: SegmentIndex | None = None,
    ) -> None:
        """Work on this store, by these rules; nothing is asked of the forge yet.

        `segments` remembers between starts what full segments hold; without it they are read again.
        """
        self._store = store
        self._rules = rules
        self._clock = clock
        self._bound = bound
        self._segments = segments
        self._cache = RowCache(segments)
        self._asking = threading.Lock()
        self._stopped = False
        self._writer = Writer(store, rules, self._cache, clock)

    @classmethod
    def from_settings(cls, settings: ToolboxSettings) -> Self:
        """The Toolbox of a settings file. Raises SettingsError for secrets that can not be used."""
        forge = settings.forge
        client = ForgeClient(
            forge.url,
            settings.forge_token(),
            timeout=10.0,
            write_timeout=30.0,
            retry=RetryPolicy(attempts=2, first_wait=0.1, longest_wait=2.0, total=15.0),
        )
        repo = RepoRef(forge.owner, forge.repository)
        store = ForgeStore(client, repo, forge.branch, settings.state_directory)
        return cls(store, standard_rules(), segments=SegmentIndex(settings.state_directory / "segments.sqlite"))

    def start(self) -> Self:
        """Start the threads. The forge need not be there yet."""
        self._store.start()
        self._writer.start()
        return self

    def stop(self) -> None:
        """Finish what is being written, answer what waits, and end the threads. A second time does nothing."""
        if self._stopped:
            return
        self._stopped = True
        self._writer.stop()
        self._store.close()
        if self._segments is not None:
            self._segments.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def execute(
        self,
        command: str,
        actor: str,
        request_id: str | None = None,
        arguments: Mapping[str, Any] | None = None,
        *,
        origin: str = "api",
        age: timedelta | None = None,
        now: datetime | None = None,
    ) -> Result:
        """Run one command and wait for its outcome. Arguments as in `Request`; without an id it gets a new one."""
        name = request_id if request_id is not None else new_request_id()
        return self.perform(Request(command, actor, name, arguments or {}, origin, age, now))

    def perform(self, request: Request) -> Result:
        """Run one command and wait for its outcome, `bound` seconds at most."""
        started = time.monotonic()
        future = self.submit(request)
        try:
            result = future.result(self._bound)
        except FutureTimeoutError:
            # What no batch has taken yet is withdrawn, so it will never happen behind its giver's back.
            result = Result.failed(request, BUSY if future.cancel() else UNKNOWN)
        took = (time.monotonic() - started) * 1000
        outcome = "repeated" if result.repeated else "ok" if result.error is None else result.error.code
        who, name = clean_line(request.actor), clean_line(request.request_id, 255)
        _log.info("%s %s %s: %s, %.0f ms", request.script, who, name, outcome, took)
        return result

    def submit(self, request: Request) -> Future[Result]:
        """Run one command without waiting for it. The future gives its result, and never an exception."""
        result = self._at_once(request)
        if result is None:
            return self._writer.submit(request)
        future: Future[Result] = Future()
        future.set_result(result)
        return future

    def _at_once(self, request: Request) -> Result | None:
        """The answer to everything but a writing command that may be tried."""
        command = known(request)
        if isinstance(command, Refusal):
            return Result.refused(request, command)
        refusal = refuse_actor(request.actor) or refuse_request_id(request.request_id, request.age, self._clock())
        if refusal is not None:
            return Result.refused(request, refusal)
        if self._stopped:
            return Result.failed(request, STOPPING)
        return self._query(request) if command.is_query else None

    def ready(self) -> bool:
        """Whether the ledger can be reached."""
        if self._stopped:
            return False
        try:
            self._newest()
        except ForgeError as error:
            _log.info("not ready: %s (%s)", error.message, error.detail)
            return False
        return True

    def _query(self, request: Request) -> Result:
        """Answer at once, on a ledger that was the newest a moment ago."""
        now = request.now or self._clock()
        try:
            outcome = decide(request, Snapshot(self._newest(), self._cache), now, self._rules.operations)
        except ForgeError as error:
            _log.warning("%s: %s (%s)", request.command, error.message, error.detail)
            return Result.failed(request, UNAVAILABLE)
        except Exception:  # noqa: BLE001  the API stays up whatever one query meets
            _log.exception("%s failed", request.command)
            return Result.failed(request, INTERNAL, status=500)
        if isinstance(outcome, Refusal):
            return Result.refused(request, outcome)
        if isinstance(outcome, Answer):
            return Result.answered(request, outcome)
        _log.error("%s is a query and wants to write", request.command)
        return Result.failed(request, INTERNAL, status=500)

    def _newest(self) -> Tree:
        """The newest ledger, or one that was it less than a second ago. Only one thread asks at a time."""
        tree = self._store.known(FRESH)
        if tree is not None:
            return tree
        with self._asking:
            return self._store.known(FRESH) or self._store.refresh()
