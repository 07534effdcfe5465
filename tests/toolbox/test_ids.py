"""Which request ids are taken, and for how long."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from smartup_tui.ledger.change import Reason
from smartup_tui.toolbox.ids import event_id, made_at, new_request_id, refuse_request_id

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def uuid7_at(moment: datetime) -> str:
    milliseconds = int(moment.timestamp() * 1000)
    return str(uuid.UUID(int=(milliseconds << 80) | (0x7 << 76) | (0b10 << 62)))


def test_own_ids_tell_their_time() -> None:
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    for made in (made_at(new_request_id()), made_at(event_id())):
        assert made is not None
        assert before <= made <= datetime.now(UTC) + timedelta(milliseconds=1)


def test_event_ids_sort_in_the_order_they_were_made() -> None:
    ids = [event_id() for _ in range(500)]
    assert ids == sorted(set(ids))


def test_a_matrix_event_id_tells_no_time() -> None:
    assert made_at("$15Zk3:example.org") is None


@pytest.mark.parametrize(
    "name",
    [
        "",
        "$",
        "$has blank",
        "$line\nbreak",
        "hello",
        "settle:decay:maria:2026-12-01",
        str(uuid.UUID(int=7)),
        "$" + "x" * 300,
    ],
)
def test_other_names_are_refused(name: str) -> None:
    refusal = refuse_request_id(name, None, NOW)
    assert refusal is not None
    assert (refusal.reason, refusal.code) == (Reason.MALFORMED, "request_id_malformed")


def test_a_request_is_refused_when_it_is_older_than_a_day() -> None:
    assert refuse_request_id(uuid7_at(NOW - timedelta(hours=23)), None, NOW) is None
    old = refuse_request_id(uuid7_at(NOW - timedelta(hours=25)), None, NOW)
    assert old is not None
    assert (old.reason, old.code) == (Reason.RULE, "request_expired")


def test_the_age_of_a_matrix_event_is_what_its_carrier_says() -> None:
    assert refuse_request_id("$event", timedelta(hours=23), NOW) is None
    assert refuse_request_id("$event", None, NOW) is None
    assert refuse_request_id("$event", timedelta(hours=25), NOW) is not None


def test_a_clock_ahead_of_ours_is_no_offence() -> None:
    assert refuse_request_id(uuid7_at(NOW + timedelta(hours=2)), None, NOW) is None
