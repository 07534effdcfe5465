"""Redeeming SC for EUR: the queue, and what may be paid out of the treasury (ledger.md §4, Redemption)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_DOWN, Decimal
from typing import Final

from smartup_tui.ledger.economy.amounts import ZERO
from smartup_tui.ledger.rows import Redemption
from smartup_tui.ledger.rowset import number

QUEUED, PAID, WITHDRAWN = "queued", "paid", "withdrawn"
CATEGORY: Final = "redemption"
"""The category of the REDEEM that a payout writes."""


def queue(redemptions: Iterable[Redemption]) -> list[Redemption]:
    """The requests that wait to be paid, first in, first out."""
    waiting = (row for row in redemptions if row.status == QUEUED)
    return sorted(waiting, key=lambda row: (row.timestamp, number(row.redemption_id)))


def payable(treasury_eur: Decimal, outstanding: Decimal, ratio: Decimal, reserve_eur: Decimal) -> Decimal:
    """The most that may be paid out at once, in EUR, of which each redeems one SC.

    min(treasury - reserve, (ratio x treasury - outstanding) / (ratio - 1)): what is left of the treasury keeps the
    reserve, and what is left outstanding keeps the rule. Rounded down to the cent, never below zero.
    """
    bounds = [treasury_eur - reserve_eur]
    slack = ratio * treasury_eur - outstanding
    if ratio > 1:
        bounds.append(slack / (ratio - 1))
    elif slack < 0:
        return ZERO
    return max(ZERO, min(bounds).quantize(Decimal("0.01"), ROUND_DOWN))
