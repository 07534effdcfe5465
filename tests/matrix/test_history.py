"""A room as it is read: windows, what belongs to another message, what is read back, and what is missing."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from smartup_tui.matrix import wire
from smartup_tui.matrix.backoff import Backoff
from smartup_tui.matrix.errors import Forbidden, MatrixError, Unreachable
from smartup_tui.matrix.older import read_older
from smartup_tui.matrix.store import Store
from smartup_tui.matrix.wire import Event, Page, RoomDelta, SyncBatch
from tests.support.fake_session import FakeSession, message

OWN, ROOM = "@maria:smartup.test", "!r"
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "matrix.db", OWN)
    yield opened
    opened.close()


def relating(event_id: str, kind: str, target: str, body: str = "", *, sender: str = OWN, **more: object) -> Event:
    relation = {"m.relates_to": {"rel_type": kind, "event_id": target, **more}}
    return message(event_id, body, sender=sender, content=relation)


def event(event_id: str, event_type: str, content: Mapping[str, object], **top: object) -> Event:
    raw = {
        "type": event_type, "event_id": event_id, "sender": OWN, "origin_server_ts": 5, "content": dict(content), **top,
    }  # fmt: skip
    found = wire.read_event(raw)
    assert found is not None
    return found


def hear(store: Store, *events: Event, limited: bool = False, prev: str | None = None, token: str = "s") -> None:
    delta = RoomDelta(ROOM, "join", (), events, limited, prev)
    store.apply(SyncBatch(token, (delta,), 0), received_at=NOW, catch_up=False)


def shown(store: Store, **how: int) -> list[str]:
    return [e.event_id for e in store.history(ROOM).window(**how)]


def test_a_window_has_what_stands_for_itself(store: Store) -> None:
    hear(
        store,
        message("$1", "one"),
        relating("$edit", "m.replace", "$1"),
        relating("$re", "m.thread", "$1", "in the thread"),
        event("$gone", "m.room.redaction", {"redacts": "$1"}),
        event("$old", "m.room.redaction", {}, redacts="$1"),
        event("$odd", "com.example.odd", {"m.relates_to": "nonsense"}),
        relating("$lone", "m.thread", "$not-here", "its first is not here"),
        message("$2", "two"),
    )
    room = store.history(ROOM)
    assert shown(store) == ["$1", "$odd", "$lone", "$2"]
    assert shown(store, limit=2) == ["$lone", "$2"]
    assert shown(store, before=room.window()[-2].seq) == ["$1", "$odd"]
    assert shown(store, until=room.window()[1].seq) == ["$1", "$odd"]
    assert [e.event_id for e in room.thread("$1")] == ["$re"]
    assert room.threads(["$1", "$2"])["$1"].count == 1
    assert [e.event_id for e in room.edits(["$1"])["$1"]] == ["$edit"]
    assert room.redactions(["$1", "$2"]) == {"$1": OWN}
    assert room.event("$2") is not None
    assert room.event("$elsewhere") is None


def test_what_came_after_the_pin_is_not_seen(store: Store) -> None:
    hear(store, message("$1", "one"))
    pin = store.history(ROOM).newest
    hear(store, relating("$edit", "m.replace", "$1"), relating("$re", "m.thread", "$1"), message("$2", "two"))
    room = store.history(ROOM)
    assert shown(store, until=pin) == ["$1"]
    assert (room.edits(["$1"], until=pin), room.threads(["$1"], until=pin)) == ({}, {})


def test_older_events_stand_before_all_others_and_followers_never_meet_them(store: Store) -> None:
    hear(store, message("$3", "three"))
    cursor = store.messages_after(0)[-1].seq
    page = Page((message("$2", "two"), message("$1", "one"), message("$3", "known")), "more")
    assert store.add_older(ROOM, page, received_at=NOW) == 2
    assert shown(store) == ["$1", "$2", "$3"]
    assert not store.history(ROOM).is_whole
    assert store.add_older(ROOM, Page((message("$0", "zero"),), None), received_at=NOW) == 1
    assert store.history(ROOM).is_whole
    assert store.messages_after(cursor) == []
    assert [m.body for m in store.messages_after(0)] == ["three"]
    hear(store, message("$4", "four"))
    assert shown(store) == ["$0", "$1", "$2", "$3", "$4"]
    assert [m.body for m in store.messages_after(cursor)] == ["four"]


def test_what_is_forgotten_leaves_no_hole(store: Store) -> None:
    hear(store, message("$2", "two"))
    late = NOW + timedelta(days=30)
    store.add_older(ROOM, Page((message("$1", "one"),), None), received_at=late)
    delta = RoomDelta(ROOM, "join", (), (message("$3", "three"),))
    store.apply(SyncBatch("s", (delta,), 0), received_at=late, catch_up=False)
    assert store.forget_before(NOW + timedelta(days=1)) == 2
    assert shown(store) == ["$3"]
    assert not store.history(ROOM).is_whole  # the beginning is to be read again


def test_a_gap_that_could_not_be_filled_is_known_by_its_place(store: Store) -> None:
    hear(store, message("$1", "one"), token="s1")
    hear(store, message("$9", "nine"), limited=True, prev="p9", token="s2")
    assert store.history(ROOM).is_filling
    (gap,) = store.gaps()
    store.add_page(gap, Page((message("$8", "eight"),), "p8"), received_at=NOW, go_on=True)
    store.give_up(store.gaps()[0])
    room = store.history(ROOM)
    assert shown(store) == ["$1", "$8", "$9"]
    assert room.holes() == {"$8"}
    assert not room.is_filling


@pytest.mark.parametrize(("first", "holes"), [("$5", {"$5"}), ("$1", set())])
def test_beginning_again_says_where_it_does_not_join(store: Store, first: str, holes: set[str]) -> None:
    hear(store, message("$1", "one"))
    store.forget_position()
    hear(store, message(first, "again"), message("$6", "six"), limited=True, prev="p")
    assert store.history(ROOM).holes() == holes


def test_a_file_of_the_first_version_is_brought_up(tmp_path: Path) -> None:
    path = tmp_path / "matrix.db"
    made = Store(path, OWN)
    hear(
        made,
        message("$1", "one"),
        relating("$edit", "m.replace", "$1"),
        event("$gone", "m.room.redaction", {}, redacts="$1"),
        event("$odd", "x", {"m.relates_to": {"rel_type": 7, "event_id": []}}),
    )
    made.close()
    with sqlite3.connect(path) as connection:
        for statement in (
            "DROP INDEX events_relation", "DROP TABLE holes", "DROP TABLE beginnings",
            "ALTER TABLE events DROP COLUMN relation", "ALTER TABLE events DROP COLUMN relates_to",
            "PRAGMA user_version=1",
        ):  # fmt: skip
            connection.execute(statement)
    connection.close()
    store = Store(path, OWN)
    try:
        room = store.history(ROOM)
        assert shown(store) == ["$1", "$odd"]
        assert [e.event_id for e in room.edits(["$1"])["$1"]] == ["$edit"]
        assert room.redactions(["$1"]) == {"$1": OWN}
    finally:
        store.close()


class TestReadingOlder:
    """`read_older` on a homeserver that answers as it is told."""

    @pytest.fixture(autouse=True)
    def hasty(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Backoff, "next", lambda _self: 0.0)

    async def test_pages_are_read_until_there_is_something_to_read(self, store: Store) -> None:
        hear(store, message("$9", "nine"))
        session = FakeSession()
        dull = tuple(event(f"$m{n}", "m.room.member", {}, state_key=f"@u{n}:x") for n in range(3))
        session.pages = {
            "before $9": Page(dull, "p1"),
            "p1": Page(tuple(message(f"$t{n}", "talk") for n in range(25)), "p2"),
        }
        assert await read_older(session, store, ROOM) == 28
        assert session.requests == ["history before $9", "history p1"]
        session.pages["before $t24"] = Page((), None)
        assert await read_older(session, store, ROOM) == 0
        assert store.history(ROOM).is_whole

    async def test_trouble_is_waited_for_and_a_refusal_is_not(self, store: Store) -> None:
        hear(store, message("$9", "nine"))
        session = FakeSession()
        session.pages = {"before $9": Unreachable("The homeserver can not be reached.", reached=False)}
        with pytest.raises(Unreachable):
            await read_older(session, store, ROOM)
        assert len(session.requests) > 2
        session.requests.clear()
        session.pages = {"before $9": Forbidden("no", code="M_FORBIDDEN")}
        with pytest.raises(MatrixError):
            await read_older(session, store, ROOM)
        assert len(session.requests) == 1

    async def test_it_may_be_cancelled(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        hear(store, message("$9", "nine"))
        session = FakeSession()
        session.pages = {"before $9": Unreachable("no", reached=False)}
        monkeypatch.setattr(Backoff, "next", lambda _self: 3600.0)
        reading = asyncio.create_task(read_older(session, store, ROOM))
        while not session.requests:  # noqa: ASYNC110 (the fake session has no event to wait for)
            await asyncio.sleep(0)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert shown(store) == ["$9"]
