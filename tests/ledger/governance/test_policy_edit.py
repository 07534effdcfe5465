"""Changing one value of a policy file."""

from __future__ import annotations

import difflib

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from smartup_tui.ledger.governance.policy_edit import PolicyEditError, with_value
from smartup_tui.ledger.policies import CREDIT_RATES, DEFAULT_TEXTS, KARMA_RULES, LICENSE_POLICIES, VALIDATION_RULES


def changed_lines(before: str, after: str) -> list[str]:
    return [line for line in difflib.ndiff(before.split("\n"), after.split("\n")) if line[0] in "+-"]


@pytest.mark.parametrize(
    ("path", "key", "value", "lines"),
    [
        (VALIDATION_RULES, "vote_days", "10", ["- vote_days: 7", "+ vote_days: 10"]),
        (VALIDATION_RULES, "weighted", "true", ["- weighted: false", "+ weighted: true"]),
        (VALIDATION_RULES, "pairing", "encouraged", ["- pairing: required", "+ pairing: encouraged"]),
        (KARMA_RULES, "kudos.maximum", "3", ["-   maximum: 5", "+   maximum: 3"]),
        (KARMA_RULES, "awards.gardening", "4", ["+   gardening: 4"]),
        (CREDIT_RATES, "payout[2]", "[18, 65]", ["-   - [18, 60]", "+   - [18, 65]"]),
        (CREDIT_RATES, "payout[2][1]", "65", ["-   - [18, 60]", "+   - [18, 65]"]),
        (CREDIT_RATES, "founding.tranches", "[20, 40, 40]",
         ["-   tranches: [30, 40, 30]", "+   tranches: [20, 40, 40]"]),
    ],
)  # fmt: skip
def test_one_value_changes_and_no_other_line(path: str, key: str, value: str, lines: list[str]) -> None:
    """Comments and order stay."""
    assert changed_lines(DEFAULT_TEXTS[path], with_value(DEFAULT_TEXTS[path], key, value)) == lines


def test_a_value_in_braces_is_replaced_in_its_place() -> None:
    """Prices stand in one line."""
    after = with_value(DEFAULT_TEXTS[LICENSE_POLICIES], "licenses.watch.prices.design", "250")
    assert yaml.safe_load(after)["licenses"]["watch"]["prices"] == {
        "validation": 100, "design": 250, "production": 400, "organization": 800,
    }  # fmt: skip
    assert len(changed_lines(DEFAULT_TEXTS[LICENSE_POLICIES], after)) <= 4


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("vote_days", "{a: 1}"),
        ("vote_days", "[1"),
        ("vote_days", "10, quorum_minimum: 0"),
        ("vote_days", "!!python/object:os.system x"),
        ("vote_days", "&a 1\n"),
        ("vote_days", "x" * 300),
        ("vote_days.x", "1"),
        ("vote_days[0]", "1"),
        ("a.b", "1"),
        ("a b", "1"),
        ("..", "1"),
        ("", "1"),
    ],
)
def test_what_is_no_value_of_a_key_is_refused(key: str, value: str) -> None:
    """Nothing else can be carried into the file with a value."""
    with pytest.raises(PolicyEditError):
        with_value(DEFAULT_TEXTS[VALIDATION_RULES], key, value)


def test_a_block_of_values_is_changed_one_by_one() -> None:
    """Naming the whole block says so."""
    for key in ("kudos", "awards"):
        with pytest.raises(PolicyEditError, match="several values"):
            with_value(DEFAULT_TEXTS[KARMA_RULES], key, "1")


@given(st.text(max_size=30))
def test_no_value_changes_another_key(value: str) -> None:
    """Whatever somebody writes behind the equals sign, the other keys keep their values."""
    before = yaml.safe_load(DEFAULT_TEXTS[VALIDATION_RULES])
    try:
        after = yaml.safe_load(with_value(DEFAULT_TEXTS[VALIDATION_RULES], "vote_days", value))
    except PolicyEditError:
        return
    assert {k: v for k, v in after.items() if k != "vote_days"} == {k: v for k, v in before.items() if k != "vote_days"}
