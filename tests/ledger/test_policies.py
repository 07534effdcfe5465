"""A policy file that does not hold says which file and which key."""

from __future__ import annotations

from fractions import Fraction

import pytest

from smartup_tui.ledger.policies import (
    CREDIT_RATES,
    KARMA_RULES,
    LICENSE_POLICIES,
    VALIDATION_RULES,
    Policies,
    PolicyError,
)
from smartup_tui.ledger.tree import MappingTree
from tests.ledger.files import POLICIES


def changed(path: str, old: str, new: str) -> Policies:
    text = POLICIES[path].decode()
    assert old in text
    return Policies(MappingTree({**POLICIES, path: text.replace(old, new, 1).encode()}))


def test_a_new_ledger_has_the_numbers_of_the_record() -> None:
    policies = Policies(MappingTree(POLICIES))
    assert {k: int(v) for k, v in policies.credits.budgets.items()} == {
        "small": 25, "medium": 50, "large": 100, "complex": 200,
    }  # fmt: skip
    assert policies.credits.payout == ((0, 0), (6, 20), (18, 60), (24, 80), (27, 95), (30, 100))
    assert policies.credits.split.attacker == 90
    assert policies.credits.split.defender == 10
    assert [policies.credits.founding.total_sc * t / 100 for t in policies.credits.founding.tranches] == [
        24660,
        32880,
        24660,
    ]
    assert policies.karma.awards["conflict_resolution"] == 25
    assert policies.karma.thresholds.leadership == 500
    caps = {name: known.sk_per_day for name, known in policies.licenses.licenses.items()}
    assert caps == {"campaign": 25, "watch": 50, "work": 100, "organizational": 100}
    assert policies.licenses.price("work") == 200
    assert policies.licenses.licenses["campaign"].earns("governance_participation")
    assert not policies.licenses.licenses["campaign"].earns("code_review")
    assert policies.licenses.licenses["watch"].earns("code_review")
    assert policies.validation.consensus_hours == 48
    assert policies.validation.amendment_majority == Fraction(2, 3)
    assert policies.validation.pairing == "required"


@pytest.mark.parametrize(
    ("path", "old", "new", "key", "says"),
    [
        (CREDIT_RATES, "daily_cap: 500", "cap: 500", "daily_cap", "missing"),
        (CREDIT_RATES, "small: 25", "small: a lot", "budgets.small", "a number"),
        (CREDIT_RATES, "attacker: 90", "attacker: 95", "split", "add up to 100"),
        (CREDIT_RATES, "- [6, 20]", "- [6]", "payout[1]", "expected 2"),
        (CREDIT_RATES, "- [6, 20]", "- [6, 99]", "", "rising"),
        (CREDIT_RATES, "split:", "split: [", "line", "cannot be read"),
        (CREDIT_RATES, "small: 25", "small: 25\n  small: 30", "line", "stands twice"),
        (CREDIT_RATES, "small: 25", "small: .inf", "budgets.small", "finite"),
        (CREDIT_RATES, "small: 25", "small: yes", "budgets.small", "a number"),
        (CREDIT_RATES, "small: 25", "small: 0", "", "above 0"),
        (LICENSE_POLICIES, "phase: validation", "phase: summer", "", "lacks the phase summer"),
        (LICENSE_POLICIES, "work: true", "work: 1", "licenses.work.work", "true or false"),
        (VALIDATION_RULES, "pairing: required", "pairing: maybe", "", "required or encouraged"),
        (VALIDATION_RULES, "consensus_hours: 48", "consensus_hours: 47.5", "consensus_hours", "whole number"),
        (VALIDATION_RULES, "segment_rows: 1000", "segment_rows: 0", "", "segment_rows must be above 0"),
    ],
)
def test_what_is_wrong_is_named(path: str, old: str, new: str, key: str, says: str) -> None:
    policies = changed(path, old, new)
    with pytest.raises(PolicyError) as caught:
        _ = (policies.credits, policies.licenses, policies.validation)
    assert caught.value.file == path
    assert caught.value.key.startswith(key)
    assert says in caught.value.message
    assert path in str(caught.value)
    assert path in caught.value.hint


def test_a_broken_file_stops_only_those_who_need_it() -> None:
    policies = changed(CREDIT_RATES, "small: 25", "small: x")
    assert policies.karma.decay.percent == 10
    with pytest.raises(PolicyError):
        _ = policies.credits


def test_a_missing_file_is_named() -> None:
    with pytest.raises(PolicyError, match=r"policies/karma-rules\.yml: there is no such file"):
        _ = Policies(MappingTree({})).karma


def test_keys_that_we_do_not_know_are_left_alone_and_decimals_are_exact() -> None:
    policies = changed(CREDIT_RATES, "small: 25", "small: 25.10\n  tiny: 0.1")
    assert str(policies.credits.budgets["small"]) == "25.10"
    assert str(policies.credits.budgets["tiny"]) == "0.1"
    assert changed(CREDIT_RATES, "daily_cap: 500", "daily_cap: 500\nextra: {a: 1}").credits.daily_cap == 500


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(PolicyError, match="not UTF-8"):
        _ = Policies(MappingTree({**POLICIES, CREDIT_RATES: b"\xff"})).credits


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (VALIDATION_RULES, "vote_days: 7", "vote_days: 999999999999"),
        (VALIDATION_RULES, "consensus_hours: 48", "consensus_hours: 100000"),
        (VALIDATION_RULES, "quorum_percent: 10", "quorum_percent: 101"),
        (VALIDATION_RULES, "amendment_yes: 2", "amendment_yes: 4"),
        (VALIDATION_RULES, "max_outstanding_ratio: 3", "max_outstanding_ratio: -3"),
        (KARMA_RULES, "percent: 10", "percent: 110"),
        (KARMA_RULES, "active_bonus: 5", "active_bonus: -5"),
        (KARMA_RULES, "minimum: 1", "minimum: 6"),
    ],
)
def test_numbers_that_can_not_be_meant_are_refused(path: str, old: str, new: str) -> None:
    """A proposal that would stop the organisation's clock, or take more than there is, is no proposal."""
    policies = changed(path, old, new)
    with pytest.raises(PolicyError):
        _ = (policies.validation, policies.karma)
