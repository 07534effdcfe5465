"""What an assessment pays, to the cent, and what the credit log adds up to."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartup_tui.ledger.economy import sc
from smartup_tui.ledger.economy.amounts import cents, money
from smartup_tui.ledger.policies import SeatSplit
from smartup_tui.ledger.rows import CreditTransaction, PendingSC

LINE = ((0, 0), (6, 20), (18, 60), (24, 80), (27, 95), (30, 100))
NINETY = SeatSplit(Decimal(90), Decimal(10), Decimal(0))


@pytest.mark.parametrize(
    ("total", "percentage"),
    [
        (0, Fraction(0)),
        (3, Fraction(10)),
        (6, Fraction(20)),
        (7, Fraction(70, 3)),
        (18, Fraction(60)),
        (23, Fraction(230, 3)),
        (24, Fraction(80)),
        (25, Fraction(85)),
        (27, Fraction(95)),
        (28, Fraction(290, 3)),
        (30, Fraction(100)),
    ],
)
def test_the_scores_map_to_the_payout_on_the_published_line(total: int, percentage: Fraction) -> None:
    """The bands of the record join into one line."""
    assert sc.payout(total, LINE) == percentage


@pytest.mark.parametrize(
    ("budget", "share", "scores", "attacker", "defender"),
    [
        ("50", "100", (8, 7, 9), "36.00", "4.00"),
        ("25", "100", (10, 10, 10), "22.50", "2.50"),
        ("25", "100", (8, 8, 7), "17.25", "1.92"),
        ("100", "33", (7, 7, 9), "22.77", "2.53"),
        ("200", "0", (9, 9, 9), "0.00", "0.00"),
    ],
)
def test_an_award_is_split_ninety_to_ten(
    budget: str, share: str, scores: tuple[int, int, int], attacker: str, defender: str
) -> None:
    """The attacker's part is rounded once, half up; the defender gets what remains."""
    split = sc.split(Decimal(budget), Decimal(share), sc.Scores(*scores), LINE, NINETY)
    assert (money(split.attacker), money(split.defender)) == (attacker, defender)


@settings(max_examples=200)
@given(
    budget=st.decimals("0.01", "100000", places=2),
    share=st.integers(0, 100),
    scores=st.tuples(*[st.integers(1, 10)] * 3),
    attacker=st.integers(0, 100),
    midfielder=st.integers(0, 100),
)
def test_the_parts_always_add_up(
    budget: Decimal, share: int, scores: tuple[int, int, int], attacker: int, midfielder: int
) -> None:
    """No cent is made or lost, and nobody's part is below zero. What the midfielder would get lapses."""
    midfielder = min(midfielder, 100 - attacker)
    seats = SeatSplit(Decimal(attacker), Decimal(100 - attacker - midfielder), Decimal(midfielder))
    split = sc.split(budget, Decimal(share), sc.Scores(*scores), LINE, seats)
    assert split.attacker + split.defender == split.total
    assert split.attacker >= 0
    assert split.defender >= 0
    assert split.total <= budget
    exact = Fraction(budget) * share / 100 * split.percentage / 100
    assert abs(Fraction(split.whole) - exact) <= Fraction(1, 200)
    assert abs(Fraction(split.total) - exact * (100 - midfielder) / 100) <= Fraction(1, 200)
    assert abs(Fraction(split.defender) - exact * Fraction(seats.defender) / 100) <= Fraction(1, 100)
    assert split.total == split.whole or midfielder


def test_half_a_cent_is_rounded_up() -> None:
    """Half up, as people learnt it."""
    assert [cents(Fraction(n, 1000)) for n in (4, 5, 14, 15)] == [
        Decimal("0.00"),
        Decimal("0.01"),
        Decimal("0.01"),
        Decimal("0.02"),
    ]


def _award(pending_id: str, share: int, status: str, seat: str = "attacker") -> PendingSC:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return PendingSC(
        pending_id, at, "s_1", "6_1_2_0", "maria", seat, Decimal("1.00"), 5, 5, 5, Decimal(50), Decimal(share),
        "robbert_founder", status, None, None, None, "",
    )  # fmt: skip


def test_the_share_of_a_rejected_award_is_free_again() -> None:
    """Both rows of one award count once."""
    rows = [_award("g_1", 40, "paid"), _award("g_1", 40, "paid", "defender"), _award("g_2", 30, "rejected")]
    assert sc.share_left(rows) == 60
    assert sc.share_left([*rows, _award("g_3", 60, "pending")]) == 0


def _move(kind: str, amount: str, who: str, day: int, category: str | None = sc.TASK_AWARD) -> CreditTransaction:
    at = datetime(2026, 1, day, 23, 59, 59, tzinfo=UTC)
    to, from_ = (who, None) if kind == sc.MINT else (None, who)
    return CreditTransaction(at, kind, Decimal(amount), from_, to, "g_1", "", None, category, None)


def test_the_credit_log_adds_up() -> None:
    """Mints, redemptions and corrections; only task awards count for the day."""
    tally = sc.tally(
        [
            _move(sc.MINT, "300.00", "maria", 1),
            _move(sc.MINT, "24660.00", "maria", 1, "vesting"),
            _move(sc.MINT, "10.00", "jonas", 2),
            _move(sc.REDEEM, "100.00", "maria", 2),
            _move(sc.DESTROY, "10.00", "jonas", 3),
        ]
    )
    assert tally.of("maria") == Decimal("24860.00")
    assert tally.of("jonas") == 0
    assert tally.of("nobody") == 0
    assert tally.outstanding == Decimal("24860.00")
    assert tally.awarded_on("maria", date(2026, 1, 1)) == 300
    assert sc.cap_room(Decimal(500), tally.awarded_on("maria", date(2026, 1, 1))) == 200


@pytest.mark.parametrize(
    ("amount", "today", "fits"),
    [("200", "300", True), ("200.01", "300", False), ("600", "0", True), ("600", "1", False)],
)
def test_the_day_has_room_or_not(amount: str, today: str, fits: bool) -> None:
    """An award above the cap is never split; it goes alone."""
    assert sc.fits_day(Decimal(amount), Decimal(500), Decimal(today)) is fits
