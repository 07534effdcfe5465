"""How amounts, times and states are written, for screens and plain output alike."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

_STATUSES = {"in_progress": "in progress", "in_review": "in review"}


def sc(amount: Decimal) -> str:
    """An amount of SC: two places, and a point between thousands is never written."""
    return f"{amount:.2f}"


def sc_short(amount: Decimal) -> str:
    """An amount of SC without cents where there are none, for budgets."""
    return f"{amount:.0f}" if amount == amount.to_integral_value() else f"{amount:.2f}"


def status(word: str) -> str:
    """A status as people say it."""
    return _STATUSES.get(word, word)


def minutes(count: int) -> str:
    """A span of time: `1 h 24 min`, `24 min`."""
    hours, rest = divmod(count, 60)
    return f"{hours} h {rest:02} min" if hours else f"{rest} min"


def clock_time(moment: datetime) -> str:
    """The local time of day."""
    return moment.astimezone().strftime("%H:%M")


def day(moment: date | datetime) -> str:
    """A day of the local calendar, such as `23 Nov`; a date is taken as it is."""
    found = moment.astimezone() if isinstance(moment, datetime) else moment
    return f"{found.day} {found:%b}"


def day_and_time(moment: datetime) -> str:
    """A local day and time, such as `23 Nov 14:02`."""
    return f"{day(moment)} {clock_time(moment)}"


def long_day(moment: date | datetime) -> str:
    """A day with its year, such as `2026-11-23`."""
    found = moment.astimezone() if isinstance(moment, datetime) else moment
    return found.strftime("%Y-%m-%d")
