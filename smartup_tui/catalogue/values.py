"""What an argument's text may look like, before anything is looked up in the ledger.

`canonical` gives the spelling the rest of the system uses; whether an id exists is for who holds a snapshot.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from smartup_tui.catalogue.commands import find, nearest
from smartup_tui.catalogue.model import Argument, Kind
from smartup_tui.text import clean_line, refuse

_INTEGER: Final = re.compile(r"[+-]?\d{1,9}", re.ASCII)
_AMOUNT: Final = re.compile(r"[+-]?\d{1,12}(\.\d{1,2})?", re.ASCII)
_CLOCK_TIME: Final = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)Z?", re.ASCII)
_MATRIX_ID: Final = re.compile(r"@[^\s:]+:[^\s]+")
_URL: Final = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a text can not be the value of an argument: one sentence for the owner."""

    message: str


def canonical(argument: Argument, text: str) -> str | Fault:
    """The value as it is written everywhere else, or why it is none."""
    dirty = refuse(text, multiline=argument.kind is Kind.TEXT and argument.until is None)
    if dirty is not None:
        return Fault(f"The {argument.noun} can not hold {dirty}.")
    if not text.strip():
        return Fault(f"The {argument.noun} is empty.")
    if len(text) > argument.max_length:
        return Fault(f"The {argument.noun} has {len(text)} characters; {argument.max_length} are the limit.")
    check = _CHECKS.get(argument.kind)
    return text if check is None else check(argument, text)


def _choice(argument: Argument, text: str) -> str | Fault:
    wanted = text.lower().replace("-", "_")
    if wanted in argument.choices:
        return wanted
    return Fault(f"The {argument.noun} is {_either(argument.choices)}, not {_shown(text)}.")


def _integer(argument: Argument, text: str) -> str | Fault:
    low, high = argument.minimum, argument.maximum
    value = int(text) if _INTEGER.fullmatch(text) else None
    if value is None or (low is not None and value < low) or (high is not None and value > high):
        between = f" from {low} to {high}" if low is not None and high is not None else ""
        return Fault(f"The {argument.noun} is a whole number{between}, not {_shown(text)}.")
    return str(value)


def _amount(argument: Argument, text: str) -> str | Fault:
    if _AMOUNT.fullmatch(text):
        return text.removeprefix("+")
    return Fault(f"The {argument.noun} is an amount such as 25 or 12.50, not {_shown(text)}.")


def _date(argument: Argument, text: str) -> str | Fault:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return Fault(f"The {argument.noun} is a day such as 2026-12-01, not {_shown(text)}.")


def _time(argument: Argument, text: str) -> str | Fault:
    clock = _CLOCK_TIME.fullmatch(text)
    if clock is not None:
        return f"{clock.group(1):0>2}:{clock.group(2)}"
    try:
        whole = len(text) >= len("2026-12-01T14:30")
        return text if whole and datetime.fromisoformat(text) else _no_time(argument, text)
    except ValueError:
        return _no_time(argument, text)


def _no_time(argument: Argument, text: str) -> Fault:
    return Fault(
        f"The time in {argument.name}= is written 14:30 or 2026-12-01T14:30Z, and is UTC; {_shown(text)} is not."
    )


def _matrix_id(argument: Argument, text: str) -> str | Fault:
    if _MATRIX_ID.fullmatch(text):
        return text
    return Fault(f"The {argument.noun} looks like @maria:smartup0.org; {_shown(text)} does not.")


def _url(argument: Argument, text: str) -> str | Fault:
    if _URL.fullmatch(text):
        return text
    return Fault(f"The {argument.noun} is a link that begins with https://, not {_shown(text)}.")


def _command(_argument: Argument, text: str) -> str | Fault:
    command = find(text)
    if command is not None:
        return command.name
    like = nearest(text)
    return Fault(f"There is no command {_shown(text)}." + (f" The nearest is !{like.name}." if like else ""))


def _owner(argument: Argument, text: str) -> str | Fault:
    """An alias may be written as a mention, `@maria`; a whole Matrix id stays what it is."""
    if any(c.isspace() for c in text):
        return Fault(f"The {argument.noun} is one word, not {_shown(text)}.")
    return text if ":" in text else text.removeprefix("@") or text


def _shown(text: str) -> str:
    return f"“{clean_line(text, 40)}”"


def _either(words: tuple[str, ...]) -> str:
    return " or ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else words[0]


_CHECKS: Final[Mapping[Kind, Callable[[Argument, str], str | Fault]]] = {
    Kind.CHOICE: _choice,
    Kind.INTEGER: _integer,
    Kind.AMOUNT: _amount,
    Kind.DATE: _date,
    Kind.TIME: _time,
    Kind.MATRIX_ID: _matrix_id,
    Kind.URL: _url,
    Kind.COMMAND: _command,
    Kind.OWNER: _owner,
}
