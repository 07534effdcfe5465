"""Amounts month by month, with none left out, and what they say in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import accumulate
from typing import Final

from smartup_tui.ledger.economy.sk import first_of_month
from smartup_tui.ledger.index import months, people
from smartup_tui.workspace import words
from smartup_tui.workspace.reader import Reader

MOST: Final = 24
"""Months that a plot goes back."""

Write = Callable[[Decimal], str]


@dataclass(frozen=True, slots=True)
class Months:
    """One amount for each UTC month, the last one being the present month so far."""

    first_days: tuple[date, ...]
    amounts: tuple[Decimal, ...]

    @property
    def now(self) -> Decimal:
        """The amount of the present month."""
        return self.amounts[-1]

    @property
    def most(self) -> tuple[date, Decimal]:
        """The month with the highest amount, the latest of equal ones."""
        best = max(range(len(self.amounts)), key=lambda place: (self.amounts[place], place))
        return self.first_days[best], self.amounts[best]

    @property
    def change(self) -> Decimal:
        """What the present month has more than the one before."""
        return self.amounts[-1] - self.amounts[-2] if len(self.amounts) > 1 else self.amounts[-1]


@dataclass(frozen=True, slots=True)
class WalletMonths:
    """What an owner had at the end of each month: live SC and SK."""

    credits: Months
    karma: Months


def wallet_months(reader: Reader, now: datetime) -> WalletMonths:
    """The reader's own balances month by month, under whatever alias they had."""
    changes = people.alias_changes(reader.index)
    return WalletMonths(
        balances(months.credits_by_month(reader.index, reader.alias, changes), now),
        balances(months.karma_by_month(reader.index, reader.alias, changes), now),
    )


def flows(by_month: Mapping[str, Decimal], now: datetime) -> Months:
    """Amounts that came in each month; months without any are 0."""
    days = _days(by_month, now)
    shown = days[-MOST:]
    return Months(shown, tuple(by_month.get(f"{day:%Y-%m}", Decimal(0)) for day in shown))


def balances(by_month: Mapping[str, Decimal], now: datetime) -> Months:
    """What changes add up to at the end of each month."""
    days = _days(by_month, now)
    sums = tuple(accumulate(by_month.get(f"{day:%Y-%m}", Decimal(0)) for day in days))
    return Months(days[-MOST:], sums[-MOST:])


def month_name(day: date) -> str:
    """A month as people write it: `Feb 2026`."""
    return f"{words.month(day)} {day.year}"


def balance_words(found: Months, write: Write) -> str:
    """What a balance did, in words."""
    day, most = found.most
    sign = "+" if found.change > 0 else "-"
    change = f"{sign}{write(abs(found.change))} since" if found.change else "as much as"
    return f"{write(found.now)} now, {change} the month before; most {write(most)} in {month_name(day)}"


def flow_words(found: Months, write: Write) -> str:
    """What came in, in words."""
    day, most = found.most
    if not most:
        return f"nothing in the last {len(found.amounts)} months" if len(found.amounts) > 1 else "nothing yet"
    whole = write(sum(found.amounts, Decimal(0)))
    return f"{write(found.now)} this month; most {write(most)} in {month_name(day)}; {whole} in all"


def _days(by_month: Mapping[str, Decimal], now: datetime) -> tuple[date, ...]:
    """The first days of all months from the first that is known to the present one."""
    last = first_of_month(now.astimezone(UTC))
    known = [date.fromisoformat(f"{month}-01") for month in by_month if _is_month(month)]
    first = min([*known, last])
    count = (last.year - first.year) * 12 + last.month - first.month
    return tuple(first_of_month(first, number) for number in range(count + 1))


def _is_month(text: str) -> bool:
    try:
        date.fromisoformat(f"{text}-01")
    except ValueError:
        return False
    return True
