"""The ledger as Engelbot reads it: the newest snapshot at hand, refreshed behind the back of whoever asks.

Nobody waits for the forge while there is something to read; only a "no" that an older snapshot gives is checked on a
fresh one. The Toolbox is the authority in any case.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Final, Protocol

from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.tree import Tree

MAX_AGE: Final = 1.0
"""Seconds after which a question starts a refresh: at most one branch read a second."""
PATIENCE: Final = 5.0
"""How long a fresh snapshot is waited for, in seconds."""

_log = logging.getLogger(__name__)

_LONG: Final = ("master-events", "credits/transactions", "karma/transactions")
"""Logs that no pre-check looks at."""


def wanted(path: str) -> bool:
    """Whether a file of the ledger is downloaded ahead of reading: the rules and the tables a pre-check looks at."""
    return path.endswith((".csv", ".yml")) and not path.startswith(_LONG)


class Source(Protocol):
    """Where the ledger comes from."""

    async def refresh(self) -> Tree:
        """The newest tree. Raises whatever prevents it."""
        ...

    def cached(self) -> Tree | None:
        """The tree read last, without the network."""
        ...


class Reading:
    """Snapshots of the ledger. Belongs to one event loop."""

    def __init__(
        self, source: Source, *, max_age: float = MAX_AGE, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._source = source
        self._max_age = max_age
        self._clock = clock
        self._snapshot: Snapshot | None = None
        self._began = float("-inf")
        self._running: asyncio.Task[bool] | None = None
        self._reachable: bool | None = None
        tree = source.cached()
        if tree is not None:
            self._snapshot = Snapshot(tree)

    @property
    def reachable(self) -> bool | None:
        """Whether the last refresh succeeded; None before the first."""
        return self._reachable

    @property
    def latest(self) -> Snapshot | None:
        """The newest snapshot at hand; None before anything was read."""
        return self._snapshot

    def glance(self) -> Snapshot | None:
        """The newest snapshot at hand, at once; a refresh begins if it is due."""
        if self._clock() - self._began > self._max_age:
            self._refresh()
        return self._snapshot

    async def fresh(self) -> Snapshot | None:
        """A snapshot that was asked for after this call began; None when the forge does not give one in time."""
        asked = self._clock()
        try:
            async with asyncio.timeout(PATIENCE):
                if self._running is not None and self._began < asked:
                    await asyncio.shield(self._running)
                done = await asyncio.shield(self._refresh())
        except TimeoutError:
            return None
        return self._snapshot if done else None

    async def close(self) -> None:
        """End a refresh that is under way."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    def _refresh(self) -> asyncio.Task[bool]:
        if self._running is None or self._running.done():
            self._began = self._clock()
            self._running = asyncio.create_task(self._read())
        return self._running

    async def _read(self) -> bool:
        try:
            tree = await self._source.refresh()
        except Exception as error:  # noqa: BLE001 (whatever keeps the ledger away: the old snapshot stands)
            if self._reachable is not False:
                _log.warning("the ledger can not be read now: %s", error)
            self._reachable = False
            return False
        if self._reachable is False:
            _log.info("the ledger can be read again")
        self._reachable = True
        if self._snapshot is None or self._snapshot.commit != tree.commit:
            self._snapshot = Snapshot(tree, None if self._snapshot is None else self._snapshot.cache)
        return True
