"""Reading a room's older messages, a piece at a time, when its reader asks for them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Final

from smartup_tui.matrix.backoff import Backoff
from smartup_tui.matrix.errors import MatrixError, RateLimited, ServerTrouble, Unreachable
from smartup_tui.matrix.session import Session
from smartup_tui.matrix.store import Store
from smartup_tui.matrix.wire import MESSAGE, Page

PAGE_SIZE: Final = 50
_TRIES: Final = 5
"""How often one page is asked for; reading on is the reader's decision after that."""
_PAGES: Final = 8
"""A room may have long stretches without a message; so much is read at a time, and no more."""
_ENOUGH: Final = 20


async def read_older(session: Session, store: Store, room_id: str) -> int:
    """Store the room's history before what is here, until there are some messages more or it begins; how many events.

    Each page is kept, so nothing is read twice. Trouble on the way is waited for a few times, then raised as a
    `MatrixError`; to be cancelled at any time.
    """
    added = messages = 0
    start: str | None = None
    for _ in range(_PAGES):
        page = await _page(session, store, room_id, start)
        added += store.add_older(room_id, page, received_at=datetime.now(UTC))
        messages += sum(event.type == MESSAGE for event in page.events)
        if page.end is None or page.end == start or messages >= _ENOUGH:
            break
        start = page.end
    return added


async def _page(session: Session, store: Store, room_id: str, start: str | None) -> Page:
    pauses = Backoff()
    for number in range(1, _TRIES + 1):
        try:
            oldest = store.history(room_id).oldest
            if start is None and oldest is not None:
                return await session.before(room_id, oldest, PAGE_SIZE)
            return await session.history(room_id, start, None, PAGE_SIZE)
        except (Unreachable, ServerTrouble, RateLimited) as error:
            if number == _TRIES:
                raise
            asked = error.retry_after.total_seconds() if isinstance(error, RateLimited) else 0.0
            await asyncio.sleep(max(asked, pauses.next()))
    raise MatrixError("The room's history could not be read.")
