"""What the Toolbox answers, as its callers read it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartup_tui.ledger.change import Answer, Entity, Reason, Refusal
from smartup_tui.ledger.rows import MasterEvent
from smartup_tui.toolbox.result import DATA_LIMIT, STATUS, Failure, Request, Result, cut, plain

ASKED = Request("start_work", "maria", "$event")


def event(event_id: str, entity: str) -> MasterEvent:
    return MasterEvent(
        timestamp=datetime(2026, 1, 31, 12, tzinfo=UTC),
        event_id=event_id,
        actor="maria",
        action="start_work",
        entity_type="task",
        entity_id=entity,
        details="Clock started on 6_1_2_0.",
        script="api:start_work",
        result="ok",
        request_id="$event",
    )


def test_an_answer_has_the_declared_fields() -> None:
    answer = Answer("Two tasks.", ("6_1_2_0 open",), "!claim_task 6_1_2_0", {"tasks": [1]}, Entity("task", "6_1_2_0"))
    result = Result.answered(ASKED, answer)
    assert result.status == 200
    assert result.to_json() == {
        "ok": True,
        "command": "start_work",
        "actor": "maria",
        "request_id": "$event",
        "entity": {"type": "task", "id": "6_1_2_0"},
        "message": "Two tasks.",
        "figures": ["6_1_2_0 open"],
        "next_step": "!claim_task 6_1_2_0",
        "data": {"tasks": [1]},
        "events": [],
        "commits": {},
    }


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        (Reason.MALFORMED, 400),
        (Reason.FORBIDDEN, 403),
        (Reason.NOT_FOUND, 404),
        (Reason.CONFLICT, 409),
        (Reason.RULE, 422),
    ],
)
def test_each_reason_has_its_status(reason: Reason, status: int) -> None:
    result = Result.refused(ASKED, Refusal(reason, "seat_taken", "No.", "Ask jonas.", "seat"))
    assert result.status == status
    assert result.to_json() == {
        "ok": False,
        "error": {"code": "seat_taken", "message": "No.", "hint": "Ask jonas.", "field": "seat"},
    }


def test_every_reason_has_a_status() -> None:
    assert set(STATUS) == set(Reason)


def test_a_repeat_is_rebuilt_from_its_audit_rows() -> None:
    result = Result.from_audit(ASKED, [event("01A", "6_1_2_0"), event("01B", "s_7")])
    body = result.to_json()
    assert body["repeated"] is True
    assert body["message"] == "Clock started on 6_1_2_0."
    assert body["entity"] == {"type": "task", "id": "6_1_2_0"}
    assert body["events"] == ["01A", "01B"]


def test_only_what_may_be_asked_again_says_when() -> None:
    error = Failure("forge_unavailable", "Not now.")
    assert Result.failed(ASKED, error).retry_after == 5
    assert Result.failed(ASKED, error, status=500).retry_after is None


def test_values_become_json_without_floats() -> None:
    value = {
        "sc": Decimal("412.50"),
        "ends": datetime(2026, 1, 31, 12, tzinfo=UTC),
        "due": date(2026, 2, 1),
        "ids": ("a", "b"),
        "reason": Reason.RULE,
        "none": None,
    }
    assert plain(value) == {
        "sc": "412.50",
        "ends": "2026-01-31T12:00:00Z",
        "due": "2026-02-01",
        "ids": ["a", "b"],
        "reason": "rule",
        "none": None,
    }
    with pytest.raises(TypeError):
        plain({"ratio": 0.5})


def test_small_data_is_whole() -> None:
    data = {"tasks": ["6_1_2_0"]}
    assert cut(data) is data


def test_a_long_list_keeps_as_much_as_fits() -> None:
    data = {"tasks": [{"id": f"6_1_2_{n}", "title": "x" * 50} for n in range(1000)], "count": 1000}
    shorter = cut(data)
    assert shorter["more"] is True
    assert shorter["count"] == 1000
    assert shorter["tasks"] == data["tasks"][: len(shorter["tasks"])]  # type: ignore[index]
    assert DATA_LIMIT - 200 < len(json.dumps(shorter, separators=(",", ":"))) <= DATA_LIMIT


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=8) | st.dictionaries(st.text(max_size=8), inner, max_size=8),
    max_leaves=40,
)


@settings(max_examples=60)
@given(st.dictionaries(st.text(max_size=8), json_values, max_size=10), st.integers(20, 400))
def test_cut_data_always_fits(data: dict[str, Any], limit: int) -> None:
    size = len(json.dumps(cut(data, limit), ensure_ascii=False, separators=(",", ":")).encode())
    assert size <= limit
