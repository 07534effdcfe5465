"""The 3x rule, with money in the treasury and without."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from smartup_tui.ledger.economy import three_x
from smartup_tui.ledger.rows import TreasuryBalance


def _row(day: int, total: str) -> TreasuryBalance:
    at = datetime(2026, 1, day, tzinfo=UTC)
    return TreasuryBalance(at, "X", Decimal(0), Decimal(total), Decimal(0), Decimal(0), Decimal(0), "", None)


def test_a_treasury_without_rows_is_empty_and_never_held_money() -> None:
    """Nothing is known, so nothing is there."""
    assert three_x.treasury([]) == three_x.Treasury(Decimal("0.00"), ever_held=False, changed_at=None)


def test_the_last_row_is_the_balance_and_the_last_change_is_when_it_moved() -> None:
    """A row that changes nothing is no change of the balance."""
    now = three_x.treasury([_row(1, "0"), _row(2, "200"), _row(3, "200")])
    assert now == three_x.Treasury(Decimal(200), ever_held=True, changed_at=datetime(2026, 1, 2, tzinfo=UTC))


@pytest.mark.parametrize(
    ("totals", "outstanding", "strict", "expected"),
    [
        (["0"], "153", False, None),
        (["0"], "153", True, "0"),
        (["0", "100"], "153", False, "147"),
        (["0", "100", "0"], "153", False, "0"),
        (["0", "100"], "300", False, "0"),
        (["0", "10000"], "0", False, "30000"),
    ],
)
def test_the_room_left(totals: list[str], outstanding: str, strict: bool, expected: str | None) -> None:
    """While no money ever came the rule does not bind, unless the policy is strict; once it came it always does."""
    now = three_x.treasury(_row(day + 1, total) for day, total in enumerate(totals))
    room = three_x.room(now, Decimal(outstanding), Decimal(3), enforce_when_empty=strict)
    assert room == (None if expected is None else Decimal(expected))
    assert three_x.allows(Decimal("0.01"), room) is (expected != "0")
