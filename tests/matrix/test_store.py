"""The store: one transaction per response, gaps in order, rooms from state."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from smartup_tui.matrix import rooms, wire
from smartup_tui.matrix.store import Store
from smartup_tui.matrix.wire import Event, Page, RoomDelta, SyncBatch
from tests.support.fake_session import message

OWN = "@maria:smartup.test"
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
MS = int(NOW.timestamp() * 1000)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "matrix.db", OWN)
    yield opened
    opened.close()


def state(event_type: str, content: dict[str, object], key: str = "", *, sender: str = "@bot:smartup.test") -> Event:
    raw: dict[str, object] = {
        "type": event_type,
        "event_id": f"${event_type}{key}",
        "sender": sender,
        "content": content,
        "state_key": key,
        "origin_server_ts": 5,
    }
    event = wire.read_event(raw)
    assert event is not None
    return event


def batch(token: str, *deltas: RoomDelta) -> SyncBatch:
    return SyncBatch(token, deltas, 0)


def talk(room: str, *events: Event, limited: bool = False, prev: str | None = None) -> RoomDelta:
    return RoomDelta(room, "join", (), events, limited, prev)


def texts(store: Store) -> list[str]:
    return [m.body for m in store.messages_after(0)]


def apply(store: Store, found: SyncBatch, *, catch_up: bool = False, page_back: timedelta | None = None) -> None:
    store.apply(found, received_at=NOW, catch_up=catch_up, page_back=page_back)


def test_events_and_position_are_stored_together_or_not_at_all(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    apply(store, batch("s1", talk("!r", message("$1", "one"))))

    def fail(*_: object, **__: object) -> int:
        raise sqlite3.OperationalError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr("smartup_tui.matrix.store._set_note", fail)
        with pytest.raises(sqlite3.OperationalError):
            apply(store, batch("s2", talk("!r", message("$2", "two"))))
    assert (store.position, texts(store)) == ("s1", ["one"])
    apply(store, batch("s2", talk("!r", message("$2", "two"))))
    assert (store.position, texts(store)) == ("s2", ["one", "two"])


def test_an_event_delivered_twice_is_stored_once(store: Store) -> None:
    apply(store, batch("s1", talk("!r", message("$1", "one"))))
    apply(store, batch("s2", talk("!r", message("$1", "one"), message("$2", "two"))))
    assert texts(store) == ["one", "two"]


def test_a_cursor_reads_on_where_it_was(store: Store) -> None:
    apply(store, batch("s1", talk("!r", *(message(f"${n}", str(n)) for n in range(5)))))
    first = store.messages_after(0, limit=2)
    assert [m.body for m in store.messages_after(first[-1].seq)] == ["2", "3", "4"]
    assert [m.body for m in store.room_messages("!r", limit=2)] == ["3", "4"]
    assert [m.body for m in store.room_messages("!r", before=first[-1].seq, limit=9)] == ["0"]


def test_age_is_the_homeservers_and_grows_here(store: Store) -> None:
    aged, unaged = message("$1", "one", age=60_000), message("$2", "two", ts=MS - 5_000, age=None)
    apply(store, batch("s1", talk("!r", aged, unaged)), catch_up=True)
    first, second = store.messages_after(0)
    assert first.catch_up
    assert first.age(NOW + timedelta(seconds=3)) == timedelta(seconds=63)
    assert second.age(NOW) == timedelta(seconds=5)


def test_what_comes_after_a_gap_waits_until_it_is_closed(store: Store) -> None:
    apply(store, batch("s1", talk("!r", message("$0", "0")), talk("!other")))
    apply(
        store, batch("s2", talk("!r", message("$8", "8"), limited=True, prev="p8"), talk("!other", message("$o", "o")))
    )
    apply(store, batch("s3", talk("!r", message("$9", "9"))))
    assert texts(store) == ["0", "o"]
    (gap,) = store.gaps()
    assert (gap.room_id, gap.start, gap.until) == ("!r", "p8", "s1")
    page = Page((message("$7", "7"), message("$6", "6")), "p6")
    assert store.add_page(gap, page, received_at=NOW, go_on=True) == 0
    (gap,) = store.gaps()
    assert gap.start == "p6"
    page = Page((message("$5", "5"), message("$4", "4")), None)
    assert store.add_page(gap, page, received_at=NOW, go_on=False) == 6
    assert texts(store) == ["0", "o", "4", "5", "6", "7", "8", "9"]
    assert store.gaps() == []
    assert [m.catch_up for m in store.messages_after(2)] == [True] * 6


def test_two_gaps_of_a_room_close_in_order(store: Store) -> None:
    apply(store, batch("s1", talk("!r", message("$0", "0"))))
    apply(store, batch("s2", talk("!r", message("$2", "2"), limited=True, prev="p2")))
    apply(store, batch("s3", talk("!r", message("$4", "4"), limited=True, prev="p4")))
    (gap,) = store.gaps()
    store.add_page(gap, Page((message("$1", "1"),), None), received_at=NOW, go_on=False)
    assert texts(store) == ["0", "1", "2"]
    (gap,) = store.gaps()
    store.add_page(gap, Page((message("$3", "3"),), None), received_at=NOW, go_on=False)
    assert texts(store) == ["0", "1", "2", "3", "4"]


def test_a_gap_the_homeserver_refuses_is_given_up_and_counted(store: Store) -> None:
    apply(store, batch("s1", talk("!r")))
    apply(store, batch("s2", talk("!r", message("$8", "8"), limited=True, prev="p8")))
    store.give_up(store.gaps()[0])
    assert texts(store) == ["8"]
    assert store.lost_gaps == 1


def test_a_first_response_is_read_back_as_far_as_wanted(store: Store) -> None:
    recent, old = MS - 60_000, MS - 3_600_000
    limited = talk("!r", message("$9", "9", ts=recent), limited=True, prev="p9")
    far = talk("!far", message("$f", "f", ts=old), limited=True, prev="pf")
    apply(store, batch("s1", limited, far), catch_up=True, page_back=timedelta(minutes=10))
    (gap,) = store.gaps()
    assert (gap.room_id, gap.until) == ("!r", None)
    page = Page((message("$8", "8", ts=recent), message("$7", "7", ts=old)), "p7")
    store.add_page(gap, page, received_at=NOW, go_on=False)
    assert texts(store) == ["f", "8", "9"]


def test_encryption_once_seen_is_never_forgotten(store: Store) -> None:
    encrypted = state("m.room.encryption", {"algorithm": "x"})
    apply(store, batch("s1", RoomDelta("!a", "join", (encrypted,)), talk("!b", encrypted), talk("!c")))
    apply(store, batch("s2", RoomDelta("!a", "leave")))
    apply(store, batch("s3", RoomDelta("!a", "join")))
    store.mark_encrypted("!new")
    assert [store.encrypted(room) for room in ("!a", "!b", "!c", "!new")] == [True, True, False, True]
    apply(store, batch("s4", talk("!c", limited=True, prev="p")))
    store.add_page(store.gaps()[0], Page((encrypted,), None), received_at=NOW, go_on=False)
    assert store.encrypted("!c")


def test_an_invitation_is_listed_with_who_sent_it(store: Store) -> None:
    stripped = [
        {"type": "m.room.name", "sender": "@x:y", "state_key": "", "content": {"name": "Free\x1b]0; money"}},
        {"type": "m.room.encryption", "sender": "@x:y", "state_key": "", "content": {}},
        {"type": "m.room.member", "sender": "@stranger:y", "state_key": OWN, "content": {"membership": "invite"}},
    ]
    raw = {"next_batch": "s1", "rooms": {"invite": {"!i": {"invite_state": {"events": stripped}}}}}
    store.apply(wire.read_sync(raw), received_at=NOW, catch_up=False)
    (invite,) = store.invites()
    assert (invite.room_id, invite.inviter, invite.encrypted) == ("!i", "@stranger:y", True)
    assert "\x1b" not in invite.name
    assert store.rooms() == []
    apply(store, batch("s2", RoomDelta("!i", "leave")))
    assert store.invites() == []


def test_a_room_is_what_its_state_says(store: Store) -> None:
    space = RoomDelta(
        "!s",
        "join",
        (
            state("m.room.create", {"type": "m.space"}),
            state("m.space.child", {"via": ["x"], "order": "b"}, "!second"),
            state("m.space.child", {"via": ["x"], "order": "a"}, "!first"),
            state("m.space.child", {"via": ["x"]}, "!last"),
            state("m.space.child", {}, "!removed"),
        ),
    )
    task = RoomDelta(
        "!t",
        "join",
        (
            state("m.room.name", {"name": 7}),
            state("m.room.canonical_alias", {"alias": "#t:smartup.test"}),
            state("org.smartup.room", {"kind": "task", "id": "6_1_2_0"}),
        ),
    )
    apply(store, batch("s1", space, task))
    by_id = {room.room_id: room for room in store.rooms()}
    assert by_id["!s"].children == ("!first", "!second", "!last")
    assert by_id["!t"].name == "#t:smartup.test"
    assert rooms.find_entity(by_id.values(), "task", "6_1_2_0") == by_id["!t"]
    assert rooms.find_entity(by_id.values(), "task", "6_1_2_0", makers={OWN}) is None
    renamed = talk("!t", state("m.room.name", {"name": "Oven"}))
    assert store.apply(batch("s2", renamed), received_at=NOW, catch_up=False).rooms
    room = store.room("!t")
    assert room is not None
    assert room.name == "Oven"


def test_a_stranger_can_not_mark_a_desk(store: Store) -> None:
    fake = state("org.smartup.room", {"kind": "desk", "owner": OWN}, sender="@mallory:smartup.test")
    real = state("org.smartup.room", {"kind": "desk", "owner": OWN})
    apply(store, batch("s1", RoomDelta("!a", "join", (fake,)), RoomDelta("!b", "join", (real,))))
    desk = rooms.find_desk(store.rooms(), OWN, makers={"@bot:smartup.test"})
    assert desk is not None
    assert desk.room_id == "!b"


def test_what_is_long_past_is_forgotten_and_cursors_stay_true(store: Store) -> None:
    apply(store, batch("s1", talk("!r", message("$1", "one"), message("$2", "two"))))
    cursor = store.messages_after(0)[-1].seq
    assert store.forget_before(NOW) == 0
    assert store.forget_before(NOW + timedelta(seconds=1)) == 1
    assert [m.body for m in store.messages_after(0)] == ["two"]
    apply(store, batch("s2", talk("!r", message("$3", "three"))))
    assert [m.body for m in store.messages_after(cursor)] == ["three"]


def test_beginning_again_keeps_events_and_drops_rooms_that_are_gone(store: Store) -> None:
    apply(store, batch("s1", talk("!r", message("$1", "one")), talk("!gone")))
    store.forget_position()
    assert store.position is None
    apply(store, batch("s9", talk("!r", message("$1", "one"), message("$2", "two"))))
    assert texts(store) == ["one", "two"]
    assert [room.room_id for room in store.rooms()] == ["!r"]
