"""Reading the homeserver's stream: the position moves only together with what was read; holes are filled beside it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from smartup_tui.matrix.backoff import Backoff
from smartup_tui.matrix.errors import LoginNeeded, MatrixError, NotFound, RateLimited, Refused
from smartup_tui.matrix.gaps import Gap
from smartup_tui.matrix.session import Session
from smartup_tui.matrix.store import Applied, Store
from smartup_tui.matrix.wire import Page

LONG_POLL_SECONDS: Final = 30.0
PAGE_SIZE: Final = 100
_AFTER_RESET = timedelta(hours=24)
_EMPTY_PAGES: Final = 10
"""A homeserver may give empty pages with a way on; more than this in a row is the end."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Hooks:
    """What the link wants to hear from the stream."""

    online: Callable[[Applied], None]
    offline: Callable[[MatrixError], None]
    arrived: Callable[[], None]
    """Events came in from a closed gap."""


class Syncer:
    """The sync loop and the gap filler of the link leader."""

    def __init__(self, session: Session, store: Store, hooks: Hooks, *, catch_up: timedelta | None) -> None:
        self._session = session
        self._store = store
        self._hooks = hooks
        self._catch_up = catch_up
        self._gap_opened = asyncio.Event()

    async def follow(self) -> None:
        """Follow the stream for ever. Raises `LoginNeeded` only."""
        backoff = Backoff()
        page_back = self._catch_up
        interrupted = True
        while True:
            if interrupted and not await self._known():
                page_back = self._restart(page_back)
            since = self._store.position
            try:
                batch = await self._session.sync(since, 0.0 if interrupted else LONG_POLL_SECONDS)
            except LoginNeeded:
                raise
            except MatrixError as error:
                interrupted = True
                if since is not None and _is_bad_position(error):
                    page_back = self._restart(page_back)
                self._hooks.offline(error)
                await asyncio.sleep(_pause(error, backoff))
                continue
            if batch.skipped:
                _log.warning("skipped %d malformed events of a sync response", batch.skipped)
            applied = self._store.apply(batch, received_at=datetime.now(UTC), catch_up=interrupted, page_back=page_back)
            interrupted = False
            backoff.reset()
            if applied.gaps:
                self._gap_opened.set()
            self._hooks.online(applied)

    async def fill_gaps(self) -> None:
        """Fill holes in the timelines for ever. Raises `LoginNeeded` only."""
        backoff = Backoff()
        while True:
            self._gap_opened.clear()
            for gap in self._store.gaps():
                try:
                    arrived = await self._fill(gap)
                except LoginNeeded:
                    raise
                except Refused as error:
                    _log.warning("history of a room is refused (%s); going on without it", error.code)
                    arrived = self._store.give_up(gap)
                except MatrixError as error:
                    await asyncio.sleep(_pause(error, backoff))
                    self._gap_opened.set()
                    continue
                backoff.reset()
                if arrived:
                    self._hooks.arrived()
            if not self._store.gaps():
                await self._gap_opened.wait()

    async def _fill(self, gap: Gap) -> int:
        """Page back until the gap is closed; each page is kept, so a failure loses only one request."""
        start, empty = gap.start, 0
        while True:
            page = await self._session.history(gap.room_id, start, gap.until, PAGE_SIZE)
            empty = 0 if page.events else empty + 1
            go_on = page.end is not None and page.end != start and empty < _EMPTY_PAGES and not _reached(gap, page)
            arrived = self._store.add_page(gap, page, received_at=datetime.now(UTC), go_on=go_on)
            if not go_on or page.end is None:
                return arrived
            start = page.end

    async def _known(self) -> bool:
        """Whether the homeserver still knows the newest event we have. It does not when it was restored from a backup;
        its stream is then behind our position, which it would accept without a word."""
        newest = self._store.newest_event()
        if self._store.position is None or newest is None:
            return True
        try:
            await self._session.event(*newest)
        except NotFound:
            return False
        except MatrixError:
            return True
        return True

    def _restart(self, page_back: timedelta | None) -> timedelta:
        """Begin with a first response again, and look back far enough to miss nothing of the last day."""
        _log.warning("the position in the homeserver's stream is no longer valid; reading it anew")
        self._store.forget_position()
        return max(page_back or _AFTER_RESET, _AFTER_RESET)


def _is_bad_position(error: MatrixError) -> bool:
    return isinstance(error, Refused) and error.code in {"M_UNKNOWN", "M_INVALID_PARAM", "M_UNKNOWN_POS"}


def _pause(error: MatrixError, backoff: Backoff) -> float:
    asked = error.retry_after.total_seconds() if isinstance(error, RateLimited) else 0.0
    return max(asked, backoff.next())


def _reached(gap: Gap, page: Page) -> bool:
    return gap.oldest_ts is not None and any(event.origin_server_ts < gap.oldest_ts for event in page.events)
