"""How operations say things: times, durations, amounts, and the refusals that several of them share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from smartup_tui.ledger.change import Reason, Refusal
from smartup_tui.ledger.economy.amounts import money


def clock_time(moment: datetime) -> str:
    """A time of day in UTC, such as `09:30 UTC`."""
    return f"{moment.astimezone(UTC):%H:%M} UTC"


def date_time(moment: datetime) -> str:
    """A date with its time, such as `2026-11-21 09:30 UTC`."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def stamp(moment: datetime) -> str:
    """A time as results carry it, such as `2026-11-21T09:30:00Z`."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")[:-6] + "Z"


def duration(minutes: int) -> str:
    """A length of time, such as `45 min`, `2 h` or `2 h 05 min`."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02} min" if rest else f"{hours} h"


def sc(amount: Decimal) -> str:
    """An amount of credits, such as `412.50 SC`."""
    return f"{money(amount)} SC"


def eur(amount: Decimal) -> str:
    """An amount of money, such as `200.00 EUR`."""
    return f"{money(amount)} EUR"


def listed(names: Iterable[str], conjunction: str = "and") -> str:
    """Names in a sentence: `a`, `a and b`, `a, b and c`."""
    words = list(names)
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {conjunction} {words[-1]}"


def counted(number: int, word: str) -> str:
    """A number of things, such as `1 seat` or `3 seats`."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def few(lines: Sequence[str]) -> tuple[str, ...]:
    """At most four lines of figures; the last one says how many are left out."""
    return tuple(lines) if len(lines) <= 4 else (*lines[:3], f"and {len(lines) - 3} more")


def conflict(code: str, message: str, hint: str = "", field: str | None = None) -> Refusal:
    """The state of the work says no."""
    return Refusal(Reason.CONFLICT, code, message, hint, field)


def forbidden(code: str, message: str, hint: str = "", field: str | None = None) -> Refusal:
    """This owner may not."""
    return Refusal(Reason.FORBIDDEN, code, message, hint, field)


def rule(code: str, message: str, hint: str = "", field: str | None = None) -> Refusal:
    """A cap, threshold or window says no."""
    return Refusal(Reason.RULE, code, message, hint, field)


def malformed(code: str, message: str, hint: str = "", field: str | None = None) -> Refusal:
    """An argument can not be used as it is."""
    return Refusal(Reason.MALFORMED, code, message, hint, field)


def not_found(code: str, message: str, hint: str = "", field: str | None = None) -> Refusal:
    """There is no such thing."""
    return Refusal(Reason.NOT_FOUND, code, message, hint, field)
