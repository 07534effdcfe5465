"""Smartup Credits: what an assessment pays, how it is split, and what the credit log adds up to.

Source: ledger.md §4 (budgets, assessment, daily cap); domain.md §7 (the record's bands and rates).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from smartup_tui.ledger.economy.amounts import ZERO, cents
from smartup_tui.ledger.rows import CreditTransaction, PendingSC
from smartup_tui.ledger.status import assessed_share

if TYPE_CHECKING:
    from smartup_tui.ledger.policies import SeatSplit

MINT, REDEEM, DESTROY = "MINT", "REDEEM", "DESTROY"
TASK_AWARD = "task_award"
"""The category of a MINT that pays an award for a task; the daily cap counts these alone."""
FOUNDING = "founding"
"""The category of a MINT that pays a tranche of the founding work."""

Line = Sequence[tuple[int | Fraction, int | Fraction]]
"""Points (total of the scores, percent paid), rising in both; the payout lies on the line through them."""
OPEN = frozenset({"pending", "consensus", "contested", "held"})
"""Statuses of an award that is not decided for good."""


@dataclass(frozen=True, slots=True)
class Scores:
    """The three scores of an assessment, each 1 to 10: effort, learning, collaboration."""

    effort: int
    learning: int
    collaboration: int

    @property
    def total(self) -> int:
        """The sum that the payout line maps to a percentage."""
        return self.effort + self.learning + self.collaboration


@dataclass(frozen=True, slots=True)
class Split:
    """What an assessment pays, in SC. `attacker + defender == total`, to the cent.

    `whole` is what the seats are parts of: more than the total where the policy keeps a part for the midfielder.
    """

    percentage: Fraction
    whole: Decimal
    total: Decimal
    attacker: Decimal
    defender: Decimal


def payout(total: int, line: Line) -> Fraction:
    """The percentage (0 to 100) that a total of scores pays, as an exact fraction; outside the line its ends hold."""
    points = [(Fraction(x), Fraction(y)) for x, y in line]
    if total <= points[0][0]:
        return points[0][1]
    for (x0, y0), (x1, y1) in pairwise(points):
        if total <= x1:
            return y0 + (y1 - y0) * (total - x0) / (x1 - x0)
    return points[-1][1]


def split(budget: Decimal, share: Decimal, scores: Scores, line: Line, seats: SeatSplit) -> Split:
    """Pay `share` percent of the budget times the payout.

    Total and attacker's part are each rounded once from the exact value; the defender gets the remainder. The
    midfielder's part is not minted: that is Engelbot, who is no owner and holds no SC.
    """
    percentage = payout(scores.total, line)
    exact = Fraction(budget) * Fraction(share) / 100 * percentage / 100
    total = cents(exact * Fraction(100 - seats.midfielder) / 100)
    attacker = cents(exact * Fraction(seats.attacker) / 100)
    return Split(percentage, cents(exact), total, attacker, total - attacker)


def share_left(awards: Iterable[PendingSC]) -> Decimal:
    """What percentage of a task's budget is still unassessed; a rejected award's share is free again."""
    return max(Decimal(0), 100 - assessed_share(awards))


@dataclass(frozen=True, slots=True)
class CreditTally:
    """The credit log added up: live SC by alias, all SC outstanding, and task awards by alias and UTC day."""

    live: Mapping[str, Decimal]
    outstanding: Decimal
    awarded: Mapping[tuple[str, date], Decimal]

    def of(self, alias: str) -> Decimal:
        """Live SC of one owner."""
        return self.live.get(alias, ZERO)

    def awarded_on(self, alias: str, day: date) -> Decimal:
        """What task awards have minted for an owner on a UTC day."""
        return self.awarded.get((alias, day), ZERO)


def tally(transactions: Iterable[CreditTransaction]) -> CreditTally:
    """Add up the credit log in one pass."""
    live: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
    awarded: defaultdict[tuple[str, date], Decimal] = defaultdict(lambda: ZERO)
    outstanding = ZERO
    for row in transactions:
        if row.type == MINT and row.to:
            live[row.to] += row.amount
            outstanding += row.amount
            if row.category == TASK_AWARD:
                awarded[row.to, row.timestamp.date()] += row.amount
        elif row.type in (REDEEM, DESTROY) and row.from_:
            live[row.from_] -= row.amount
            outstanding -= row.amount
    return CreditTally(dict(live), outstanding, dict(awarded))


def cap_room(cap: Decimal, awarded_today: Decimal) -> Decimal:
    """What task awards may still mint for an owner today."""
    return max(ZERO, cap - awarded_today)


def fits_day(amount: Decimal, cap: Decimal, awarded_today: Decimal) -> bool:
    """Whether a due award may be minted today. It is never split, so one above the cap goes alone on a day."""
    return awarded_today + amount <= cap or awarded_today == 0
