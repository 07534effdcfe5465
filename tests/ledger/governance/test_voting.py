"""What a count of votes decides."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartup_tui.ledger.governance.voting import Count, quorum
from smartup_tui.ledger.policies import DEFAULT_TEXTS, VALIDATION_RULES, ValidationRules
from smartup_tui.ledger.policy_reader import read_policy

RULES: ValidationRules = read_policy(VALIDATION_RULES, DEFAULT_TEXTS[VALIDATION_RULES].encode(), ValidationRules)
TWO_THIRDS = Fraction(2, 3)


def counted(yes: int, no: int, abstain: int = 0, electorate: int = 20) -> Count:
    return Count(yes, no, abstain, Decimal(yes), Decimal(no), electorate, quorum(electorate, RULES))


@pytest.mark.parametrize(
    ("count", "simple", "amendment"),
    [
        (counted(2, 1), True, True),
        (counted(3, 2), True, False),
        (counted(4, 2), True, True),
        (counted(2, 2), False, False),
        (counted(1, 0, 2), True, True),
        (counted(2, 0), False, False),
        (counted(0, 0, 5), False, False),
        (counted(3, 0, electorate=50), False, False),
        (counted(5, 0, electorate=50), True, True),
        (counted(2, 0, electorate=2), True, True),
        (counted(0, 0, electorate=0), False, False),
    ],
)
def test_majority_and_quorum(count: Count, simple: bool, amendment: bool) -> None:
    """More yes than no; two thirds for amendments; a tie and too few votes are no; abstentions make the quorum only."""
    assert (count.accepts(), count.accepts(TWO_THIRDS)) == (simple, amendment)


@pytest.mark.parametrize(("electorate", "needed"), [(0, 0), (1, 1), (2, 2), (3, 3), (30, 3), (31, 4), (1000, 100)])
def test_the_quorum_is_never_more_than_there_are(electorate: int, needed: int) -> None:
    """Three or ten percent; two owners can still decide."""
    assert quorum(electorate, RULES) == needed


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_an_amendment_is_never_easier(yes: int, no: int, abstain: int) -> None:
    """What passes with two thirds passes with a majority, and one more no never helps."""
    count = counted(yes, no, abstain, electorate=150)
    assert count.accepts() or not count.accepts(TWO_THIRDS)
    against = counted(yes, no + 1, abstain, electorate=150)
    assert count.accepts() or not count.has_quorum or not against.accepts()


def test_the_words_always_have_the_heads() -> None:
    """And the weights where they say something else."""
    plain = counted(3, 1, 1)
    assert plain.words == "yes 3, no 1, abstain 1 of 20"
    assert replace(plain, weight_yes=Decimal("3.5")).words == "yes 3, no 1, abstain 1 of 20 (weighted 3.5 to 1)"
    assert counted(1, 0).words == "yes 1, no 0, abstain 0 of 20; the quorum is 3"
