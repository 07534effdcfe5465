"""The sync loop and the gap filler on a homeserver in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from smartup_tui.matrix.backoff import Backoff
from smartup_tui.matrix.errors import Forbidden, LoginNeeded, MatrixError, Refused, ServerTrouble
from smartup_tui.matrix.store import Applied, Store
from smartup_tui.matrix.syncing import Hooks, Syncer
from smartup_tui.matrix.wire import Page, RoomDelta, SyncBatch
from tests.support.fake_session import FakeSession, message


class Watch:
    """What the syncer told."""

    def __init__(self) -> None:
        self.online: list[Applied] = []
        self.offline: list[MatrixError] = []
        self.arrived = 0

    def hooks(self) -> Hooks:
        return Hooks(online=self.online.append, offline=self.offline.append, arrived=self._arrived)

    def _arrived(self) -> None:
        self.arrived += 1


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = Store(tmp_path / "matrix.db", FakeSession.user_id)
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Backoff, "next", lambda _: 0.0)


def batch(token: str, *deltas: RoomDelta) -> SyncBatch:
    return SyncBatch(token, deltas, 0)


async def follow(
    session: FakeSession, store: Store, until: Callable[[], bool], *, catch_up: timedelta | None = None
) -> Watch:
    watch = Watch()
    syncer = Syncer(session, store, watch.hooks(), catch_up=catch_up)
    tasks = [asyncio.ensure_future(syncer.follow()), asyncio.ensure_future(syncer.fill_gaps())]
    try:
        async with asyncio.timeout(60):
            while not until():
                await asyncio.sleep(0)
                for task in tasks:
                    if task.done():
                        task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return watch


async def test_only_what_follows_a_start_or_an_interruption_is_catch_up(store: Store) -> None:
    session = FakeSession()
    session.batches = [
        batch("s1", RoomDelta("!r", "join", (), (message("$1", "first"),))),
        batch("s2", RoomDelta("!r", "join", (), (message("$2", "live"),))),
        ServerTrouble("502", status=502),
        batch("s3", RoomDelta("!r", "join", (), (message("$3", "after"),))),
        batch("s4", RoomDelta("!r", "join", (), (message("$4", "live again"),))),
    ]
    watch = await follow(session, store, lambda: store.position == "s4")
    assert [m.catch_up for m in store.messages_after(0)] == [True, False, True, False]
    assert [error.message for error in watch.offline] == ["502"]
    assert session.requests[:4] == ["sync None", "sync s1", "sync s2", "sync s2"]


async def test_a_refused_position_starts_a_first_response(store: Store) -> None:
    session = FakeSession()
    store.apply(batch("odd"), received_at=datetime.now(UTC), catch_up=False)
    session.batches = [Refused("Invalid stream token", code="M_UNKNOWN"), batch("s1")]
    await follow(session, store, lambda: store.position == "s1")
    assert session.requests[:2] == ["sync odd", "sync None"]


async def test_a_server_restored_from_a_backup_is_noticed(store: Store) -> None:
    session = FakeSession()
    delta = RoomDelta("!r", "join", (), (message("$1", "one"),))
    store.apply(batch("s900", delta), received_at=datetime.now(UTC), catch_up=False)
    session.known = False
    session.batches = [batch("s5")]
    await follow(session, store, lambda: store.position == "s5")
    assert session.requests[0] == "sync None"


async def test_each_page_of_a_gap_has_its_own_retries(store: Store) -> None:
    session = FakeSession()
    session.batches = [
        batch("s1", RoomDelta("!r", "join")),
        batch("s2", RoomDelta("!r", "join", (), (message("$5", "5"),), limited=True, prev_batch="p5")),
    ]
    session.pages = {
        "p5": Page((message("$4", "4"),), "p4"),
        "p4": ServerTrouble("502", status=502),
    }

    def progress() -> bool:
        if session.requests.count("history p4") == 3:
            session.pages["p4"] = Page((message("$3", "3"),), None)
        return len(store.messages_after(0)) == 3

    watch = await follow(session, store, progress)
    assert [m.body for m in store.messages_after(0)] == ["3", "4", "5"]
    assert session.requests.count("history p5") == 1
    assert watch.arrived == 1


async def test_history_that_is_refused_does_not_stop_the_room(store: Store) -> None:
    session = FakeSession()
    session.batches = [
        batch("s1", RoomDelta("!r", "join")),
        batch("s2", RoomDelta("!r", "join", (), (message("$5", "5"),), limited=True, prev_batch="p5")),
    ]
    session.pages = {"p5": Forbidden("no", code="M_FORBIDDEN")}
    await follow(session, store, lambda: len(store.messages_after(0)) == 1)
    assert store.lost_gaps == 1


async def test_empty_pages_for_ever_are_the_end_of_a_gap(store: Store) -> None:
    session = FakeSession()
    session.room_pages = 2
    session.batches = [
        batch("s1", RoomDelta("!r", "join")),
        batch("s2", RoomDelta("!r", "join", (), (message("$5", "5"),), limited=True, prev_batch="p5")),
    ]
    await follow(session, store, lambda: len(store.messages_after(0)) == 1)
    assert store.gaps() == []


async def test_a_lost_login_ends_it(store: Store) -> None:
    session = FakeSession()
    session.batches = [LoginNeeded("gone")]
    with pytest.raises(LoginNeeded):
        await follow(session, store, lambda: False)
