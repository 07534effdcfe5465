"""Social karma: caps, decay and the bonus of an active month."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartup_tui.ledger.economy import sk
from smartup_tui.ledger.rows import KarmaTransaction

RULE = sk.DecayRule(percent=10, grace_days=30, active_bonus=5)
MARCH = datetime(2026, 3, 1, tzinfo=UTC)


def _earned(alias: str, amount: int, at: datetime, category: str = "bug_find") -> KarmaTransaction:
    return KarmaTransaction(at, sk.KARMA, amount, None, alias, "6_1_2_0", "", "robbert_founder", category, None)


@pytest.mark.parametrize(
    ("balance", "recent", "lost"), [(100, 0, 10), (99, 0, 9), (9, 0, 0), (100, 50, 5), (50, 80, 0), (0, 0, 0)]
)
def test_decay_takes_a_tenth_of_what_is_out_of_grace(balance: int, recent: int, lost: int) -> None:
    """Rounded down, never below nothing."""
    assert sk.decayed(balance, recent, RULE) == lost


def test_a_month_ends_with_decay_and_then_the_bonus() -> None:
    """Karma of the last thirty days is spared; nobody gets a row of nothing."""
    rows = [
        _earned("maria", 100, MARCH - timedelta(days=60)),
        _earned("maria", 40, MARCH - timedelta(days=10)),
        _earned("jonas", 5, MARCH - timedelta(days=60)),
        _earned("late", 100, MARCH),
    ]
    added = sk.month_end(rows, MARCH, {"jonas"}, RULE)
    assert [(r.type, r.amount, r.from_, r.to, r.timestamp) for r in added] == [
        (sk.DECAY, 10, "maria", None, MARCH),
        (sk.KARMA, 5, None, "jonas", MARCH),
    ]
    tally = sk.tally([*rows, *added])
    assert (tally.of("maria"), tally.of("jonas")) == (130, 10)


def test_the_bonus_does_not_use_up_the_day() -> None:
    """It is outside the cap."""
    tally = sk.tally([_earned("maria", 5, MARCH, sk.ACTIVE_MONTH), _earned("maria", 10, MARCH)])
    assert tally.awarded_on("maria", date(2026, 3, 1)) == 10
    assert sk.within_cap(15, 20, 10) == 10
    assert sk.within_cap(15, 20, 25) == 0


@pytest.mark.parametrize(
    ("day", "months", "first"),
    [
        (date(2026, 12, 31), 1, date(2027, 1, 1)),
        (date(2026, 1, 1), -1, date(2025, 12, 1)),
        (date(2026, 6, 15), 0, date(2026, 6, 1)),
    ],
)
def test_months_are_counted_over_the_year(day: date, months: int, first: date) -> None:
    """December goes on into January."""
    assert sk.first_of_month(day, months) == first


@settings(max_examples=100)
@given(st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), st.integers(1, 100), st.integers(0, 200)), max_size=30))
def test_decay_never_takes_more_than_there_is(earned: list[tuple[str, int, int]]) -> None:
    """Whatever was earned and when, a year of decay leaves no balance below zero."""
    rows = [_earned(alias, amount, MARCH - timedelta(days=200) + timedelta(days=day)) for alias, amount, day in earned]
    rows.sort(key=lambda row: row.timestamp)
    before = [row for row in rows if row.timestamp < MARCH]
    for months in range(12):
        first = sk.first_of_month(MARCH, months)
        before += sk.month_end(before, datetime(first.year, first.month, 1, tzinfo=UTC), (), RULE)
    assert all(balance >= 0 for balance in sk.tally(before).balance.values())
