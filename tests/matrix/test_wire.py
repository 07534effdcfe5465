"""Reading the homeserver's JSON: what is odd is skipped, nothing raises."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartup_tui.matrix import wire
from smartup_tui.matrix.errors import ServerTrouble

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=15,
)
ROOM_KEYS = ["state", "timeline", "invite_state", "events", "limited", "prev_batch"]
EVENT_KEYS = ["type", "sender", "event_id", "content", "unsigned", "state_key", "origin_server_ts", "m.relates_to"]
odd_events = st.dictionaries(st.sampled_from(EVENT_KEYS), json_values, max_size=8)
odd_rooms = st.dictionaries(
    st.sampled_from(ROOM_KEYS), json_values | st.fixed_dictionaries({"events": st.lists(odd_events, max_size=4)})
)


@given(
    st.fixed_dictionaries(
        {
            "next_batch": st.just("s1"),
            "rooms": json_values
            | st.dictionaries(
                st.sampled_from(["join", "invite", "leave"]),
                st.dictionaries(st.text(max_size=5), odd_rooms | json_values),
            ),
        }
    )
)
@settings(max_examples=150, deadline=None)
def test_no_response_costs_the_position(response: dict[str, object]) -> None:
    batch = wire.read_sync(response)
    assert batch.next_batch == "s1"
    for room in batch.rooms:
        for event in (*room.state, *room.timeline):
            assert event.event_id.isprintable()
            assert event.origin_server_ts >= 0


@pytest.mark.parametrize("response", [{}, {"next_batch": 3}, {"next_batch": ""}, [], None, "x"])
def test_a_response_without_a_position_is_trouble(response: object) -> None:
    with pytest.raises(ServerTrouble):
        wire.read_sync(response)


@given(json_values)
@settings(max_examples=100, deadline=None)
def test_pages_and_relations_never_raise(value: object) -> None:
    wire.read_page(value)
    wire.read_event(value)
    content = {"m.relates_to": value, wire.COMMAND_KEY: value}
    wire.reply_to(content)
    wire.replaces(content)
    wire.command_id(content)


def test_an_odd_event_is_skipped_and_its_neighbours_stay() -> None:
    good = {"type": "m.room.message", "event_id": "$1", "sender": "@a:b", "content": {}}
    odd = [3, {}, good | {"content": "text"}, good | {"event_id": "\x1b]0;x"}, good | {"sender": "\ud800"}]
    answer = {"next_batch": "s", "rooms": {"join": {"!r": {"timeline": {"events": [*odd, good]}}}}}
    (room,) = wire.read_sync(answer).rooms
    assert [event.event_id for event in room.timeline] == ["$1"]
    assert wire.read_sync(answer).skipped == len(odd)


def test_an_edit_answers_nothing() -> None:
    reply = {"m.in_reply_to": {"event_id": "$1"}}
    assert wire.reply_to({"m.relates_to": reply}) == "$1"
    edit = reply | {"rel_type": "m.replace", "event_id": "$2"}
    assert wire.reply_to({"m.relates_to": edit}) is None
    assert wire.replaces({"m.relates_to": edit}) == "$2"
    assert wire.replaces({"m.relates_to": reply}) is None


def test_ages_and_times_keep_their_bounds() -> None:
    raw = {"type": "t", "event_id": "$1", "sender": "@a:b", "content": {}, "origin_server_ts": 10**30}
    event = wire.read_event(raw | {"unsigned": {"age": -5}})
    assert event is not None
    assert event.age_ms == 0
    assert event.origin_server_ts == 2**53
    assert json.loads(json.dumps(event.raw)) == event.raw
    without = wire.read_event(raw | {"unsigned": {"age": True}})
    assert without is not None
    assert without.age_ms is None
