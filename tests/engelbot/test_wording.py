"""Answers in words: short, harmless, and small enough for an event."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from smartup_tui.engelbot import wording

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def holds_float(value: Any) -> bool:
    """Whether a float, or an integer no server takes, is anywhere inside."""
    if isinstance(value, dict):
        return any(holds_float(item) for item in value.values())
    if isinstance(value, list):
        return any(holds_float(item) for item in value)
    return isinstance(value, float) or (isinstance(value, int) and abs(value) >= 2**53)


def test_a_result_is_one_line_four_figures_and_one_next_step() -> None:
    result = {"ok": True, "message": "Done", "figures": ["1", "2", "3", "4", "5"], "next_step": "Rest."}
    assert wording.text_of(result, done=True) == "✓ Done\n1\n2\n3\n4\nRest."
    assert wording.text_of(result) == "Done\n1\n2\n3\n4\nRest."


def test_a_refusal_is_its_sentence_and_the_way_out() -> None:
    assert wording.text_of(wording.failed("x", "No seat is free.", "See !open_tasks.")) == (
        "No seat is free.\nSee !open_tasks."
    )


def test_control_characters_of_the_ledger_never_reach_a_room() -> None:
    text = wording.text_of({"ok": True, "message": "a\x1b[2J\u202eb"})
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_an_answer_that_is_too_large_loses_its_data_before_its_proof() -> None:
    huge = {"ok": True, "message": "m", "events": ["01J"], "data": {"rows": ["x" * 1000] * 70}}
    content = wording.content_beside(huge, "m")
    assert content["org.smartup.result"]["data"] == {"more": True}
    assert content["org.smartup.result"]["events"] == ["01J"]
    hopeless = {"ok": True, "message": "m" * 70_000}
    assert "org.smartup.result" not in wording.content_beside(hopeless, "m")


def test_the_words_about_age_fit_its_size() -> None:
    for minutes, words in ((11, "11 minutes"), (180, "3 hours"), (4000, "2 days")):
        assert words in wording.too_old(minutes)["error"]["message"]


@given(st.dictionaries(st.text(max_size=10), _JSON, max_size=6))
@settings(max_examples=100, deadline=None)
def test_whatever_the_toolbox_says_becomes_content_that_a_homeserver_takes(result: dict[str, Any]) -> None:
    text = wording.text_of(result)
    content = wording.content_beside(result, text)
    assert not holds_float(content)
    assert len(json.dumps(content).encode()) < 65_000
    assert len(text) <= wording.TEXT_LIMIT + 1
