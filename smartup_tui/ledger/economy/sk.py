"""Social Karma: balances, the daily cap, and the decay on the first of each month (ledger.md §4, domain.md §7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from smartup_tui.ledger.rows import KarmaTransaction

KARMA, DECAY = "KARMA", "DECAY"
ACTIVE_MONTH = "active_month"
"""The category of the monthly bonus; it is outside the daily cap."""


@dataclass(frozen=True, slots=True)
class DecayRule:
    """How karma decays: percent of the base, days of grace after earning, and the bonus for an active month."""

    percent: int
    grace_days: int
    active_bonus: int


@dataclass(frozen=True, slots=True)
class KarmaTally:
    """The karma log added up: balance by alias, and what the daily cap counts by alias and UTC day."""

    balance: Mapping[str, int]
    awarded: Mapping[tuple[str, date], int]

    def of(self, alias: str) -> int:
        """The SK of one owner."""
        return self.balance.get(alias, 0)

    def awarded_on(self, alias: str, day: date) -> int:
        """SK that count towards the cap of an owner's UTC day."""
        return self.awarded.get((alias, day), 0)


def tally(karma: Iterable[KarmaTransaction]) -> KarmaTally:
    """Add up the karma log in one pass."""
    balance: defaultdict[str, int] = defaultdict(int)
    awarded: defaultdict[tuple[str, date], int] = defaultdict(int)
    for row in karma:
        if row.type == KARMA and row.to:
            balance[row.to] += row.amount
            if row.category != ACTIVE_MONTH:
                awarded[row.to, row.timestamp.date()] += row.amount
        elif row.type == DECAY and row.from_:
            balance[row.from_] -= row.amount
    return KarmaTally(dict(balance), dict(awarded))


def within_cap(amount: int, cap: int, awarded_today: int) -> int:
    """The part of an award that the day's cap leaves room for."""
    return max(0, min(amount, cap - awarded_today))


def decayed(balance: int, recent: int, rule: DecayRule) -> int:
    """What a balance loses: the percentage, rounded down, of what is not in its days of grace."""
    return max(0, balance - recent) * rule.percent // 100


def in_grace(row: KarmaTransaction, at: datetime, rule: DecayRule) -> bool:
    """Whether a row gave SK in the days of grace before `at`, which decay leaves alone."""
    return row.type == KARMA and at - timedelta(days=rule.grace_days) <= row.timestamp < at


def first_of_month(day: date | datetime, months: int = 0) -> date:
    """The first day of the month that lies `months` after the given day's."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def month_end(
    karma: Iterable[KarmaTransaction], at: datetime, active: Collection[str], rule: DecayRule
) -> tuple[KarmaTransaction, ...]:
    """The rows that the first of a month adds, dated `at` (its 00:00 UTC): decay first, then the bonus of the active.

    Only rows before `at` count. Nobody gets a row of nothing.
    """
    balance: defaultdict[str, int] = defaultdict(int)
    recent: defaultdict[str, int] = defaultdict(int)
    for row in karma:
        if row.timestamp >= at:
            continue
        if row.type == KARMA and row.to:
            balance[row.to] += row.amount
            if in_grace(row, at, rule):
                recent[row.to] += row.amount
        elif row.type == DECAY and row.from_:
            balance[row.from_] -= row.amount
    month = first_of_month(at, -1).strftime("%Y-%m")
    losses = {alias: decayed(balance[alias], recent[alias], rule) for alias in sorted(balance)}
    rows = [
        KarmaTransaction(at, DECAY, loss, alias, None, month, "Monthly decay", None, "decay", None)
        for alias, loss in losses.items()
        if loss
    ]
    if rule.active_bonus:
        rows += [
            KarmaTransaction(
                at, KARMA, rule.active_bonus, None, alias, month, "Active in the month before", None, ACTIVE_MONTH, None
            )
            for alias in sorted(active)
        ]
    return tuple(rows)
