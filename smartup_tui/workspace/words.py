"""How amounts, times and states are written, for screens and plain output alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_STANDINGS = {
    "pending": "waits for validation",
    "contested": "contested; a captain resolves it",
    "held": "held until the treasury covers it (3x rule)",
}
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


_DAY = 24 * 60
_STEPS = {"downloads": "files downloaded", "tables": "tables read", "pages": "pages read"}


def minutes(count: int) -> str:
    """A span of time: `24 min`, `1 h 24 min`, and `3 d` from two days on, where minutes say nothing any more."""
    if count >= 2 * _DAY:
        return f"{count // _DAY:,} d"
    hours, rest = divmod(count, 60)
    return f"{hours} h {rest:02} min" if hours else f"{rest} min"


def standing(status: str, ends_at: datetime | None, now: datetime) -> str:
    """Where pending SC stand, in words (ledger.md §4, Award flow)."""
    known = _STANDINGS.get(status)
    if known is not None or ends_at is None:
        return known or _STATUSES.get(status, status)
    if ends_at <= now:
        return "its window is over; it is next in the queue"
    return f"settles on {day_and_time(ends_at)} unless somebody objects"


def listed(names: Sequence[str], conjunction: str = "and", most: int = 4) -> str:
    """Names in a sentence: `a, b and c`; of many the first few, and how many more there are."""
    shown = list(names) if len(names) <= most else [*names[: most - 1], f"{len(names) - most + 1} more"]
    return f" {conjunction} ".join(part for part in (", ".join(shown[:-1]), *shown[-1:]) if part)


def step(name: str) -> str:
    """What a step of a synchronisation counts."""
    return _STEPS.get(name, name)


def since(moment: datetime, now: datetime) -> str:
    """When something was, as short as it can be: `14:02` today, `2 Mar 14:02` before."""
    return clock_time(moment) if moment.astimezone().date() == now.astimezone().date() else day_and_time(moment)


def clock_time(moment: datetime) -> str:
    """The local time of day."""
    return moment.astimezone().strftime("%H:%M")


def this_year() -> int:
    """The year it is here: like the time zone, it is the machine's."""
    return datetime.now(UTC).astimezone().year


def day(moment: date | datetime) -> str:
    """A day of the local calendar as every screen writes it: `23 Nov`, of another year `23 Nov 2025`.

    A date is taken as it is. What is typed, exported or printed as a table is ISO (`iso_day`).
    """
    found = moment.astimezone() if isinstance(moment, datetime) else moment
    year = "" if found.year == this_year() else f" {found.year}"
    return f"{found.day} {_MONTHS[found.month - 1]}{year}"


def day_and_time(moment: datetime) -> str:
    """A local day and time, such as `23 Nov 14:02`."""
    return f"{day(moment)} {clock_time(moment)}"


def column_moment(moment: datetime) -> str:
    """A day and time in a narrow column, of another year the day alone; at most 12 cells."""
    found = day(moment)
    return found if len(found) > len("23 Nov") else f"{found} {clock_time(moment)}"


def month(moment: date | datetime) -> str:
    """A month's name, such as `Nov`."""
    return _MONTHS[moment.month - 1]


def iso_day(moment: date | datetime) -> str:
    """A day as it is typed, sorted and read by programs, such as `2026-11-23`."""
    found = moment.astimezone() if isinstance(moment, datetime) else moment
    return found.strftime("%Y-%m-%d")
