"""The arguments of a command as values: ids in full, numbers as numbers, texts that may be written.

The Toolbox and Engelbot's pre-check both validate by this, from the catalogue's declarations (commands.md, Grammar).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlsplit

from smartup_tui.catalogue.commands import find, nearest
from smartup_tui.catalogue.model import Argument, Command, Kind
from smartup_tui.ledger.change import Reason, Refusal
from smartup_tui.ledger.resolve import IDS
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.text import refuse

_INTEGER = re.compile(r"[+-]?[0-9]{1,9}\Z")
_AMOUNT = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{1,2})?\Z")
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])Z?\Z")
_MATRIX_ID = re.compile(r"@[a-z0-9._=/+-]+:[A-Za-z0-9.-]+(:[0-9]{1,5})?\Z")

Value = str | int | Decimal | date | datetime | time


class Arguments(Mapping[str, Value]):
    """The validated arguments of one command by name; optional ones that were not given are absent."""

    __slots__ = ("_values", "command")

    def __init__(self, command: Command, values: Mapping[str, Value]) -> None:
        """Take values that `validate` has checked."""
        self.command = command
        self._values = dict(values)

    def __getitem__(self, name: str) -> Value:
        """The value of that name; KeyError when it was not given."""
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        """The names of the arguments that were given."""
        return iter(self._values)

    def __len__(self) -> int:
        """How many arguments were given."""
        return len(self._values)

    def __repr__(self) -> str:
        """The command and the names given, without the values, which may be private."""
        return f"Arguments({self.command.name}: {', '.join(self._values)})"

    def text(self, name: str) -> str:
        """The text, word, id or choice of that name; KeyError when it was not given."""
        value = self._values[name]
        if not isinstance(value, str):
            raise TypeError(name)
        return value

    def optional(self, name: str) -> str | None:
        """The text, word, id or choice of that name, None when it was not given."""
        return self.text(name) if name in self._values else None

    def integer(self, name: str) -> int:
        """The whole number of that name; KeyError when it was not given."""
        value = self._values[name]
        if not isinstance(value, int):
            raise TypeError(name)
        return value

    def amount(self, name: str) -> Decimal:
        """The amount of that name, with two decimal places; KeyError when it was not given."""
        value = self._values[name]
        if not isinstance(value, Decimal):
            raise TypeError(name)
        return value

    def day(self, name: str) -> date | None:
        """The date of that name, None when it was not given."""
        value = self._values.get(name)
        return value if isinstance(value, date) and not isinstance(value, datetime) else None

    def moment(self, name: str, after: datetime) -> datetime | None:
        """The time of that name in UTC, None when it was not given.

        A time of day without a date, such as `14:30`, is the first such time at or after `after`.
        """
        value = self._values.get(name)
        if isinstance(value, datetime):
            return value
        if not isinstance(value, time):
            return None
        start = after.astimezone(UTC)
        found = datetime.combine(start.date(), value, UTC)
        return found if found >= start else found + timedelta(days=1)


def validate(command: Command, raw: Mapping[str, Any], snapshot: Snapshot) -> Arguments | Refusal:
    """Check raw values (texts, or JSON numbers) against the command's declaration; the first fault is the refusal."""
    unknown = next((name for name in raw if all(name != a.name for a in command.arguments)), None)
    if unknown is not None:
        return _malformed("unknown_argument", f"!{command.name} has no argument {unknown[:40]!r}.", command)
    values: dict[str, Value] = {}
    for argument in command.arguments:
        given = raw.get(argument.name)
        if given is None or (isinstance(given, str) and not given.strip()):
            if argument.required:
                message = f"!{command.name} needs {argument.help} ({argument.name})."
                return replace(_malformed("missing_argument", message, command), field=argument.name)
            continue
        value = _value(argument, given, snapshot)
        if isinstance(value, Refusal):
            hint = value.hint or f"Usage: {command.usage}"
            return replace(value, hint=hint, field=argument.name)
        values[argument.name] = value
    return Arguments(command, values)


def is_matrix_id(text: str) -> bool:
    """Whether a text can be the id of an account in Matrix."""
    return _MATRIX_ID.match(text) is not None


def _value(argument: Argument, given: object, snapshot: Snapshot) -> Value | Refusal:
    """One value, or why it is none."""
    if isinstance(given, bool) or not isinstance(given, str | int):
        return _wrong(argument, "is neither a text nor a whole number")
    text = str(given).replace("\r\n", "\n").strip()
    multiline = argument.kind is Kind.TEXT and argument.until is None
    offence = refuse(text, multiline=multiline)
    if offence is not None:
        what = "holds a character that may not be written"
        return _wrong(argument, f"{what}: {offence}", "Remove it and send the command again.", "bad_character")
    if len(text) > argument.max_length:
        message = f"has {len(text)} characters; at most {argument.max_length} fit"
        return _wrong(argument, message, "Shorten it, or put the rest in a comment.", "too_long")
    folded = text.casefold()
    if argument.choices and (found := [c for c in argument.choices if c.casefold() == folded]):
        return found[0]
    if argument.kind is Kind.CHOICE:
        return _wrong(argument, f"is “{text[:40]}”; it can be {', '.join(argument.choices)}")
    if argument.kind in IDS or argument.kind is Kind.ENTITY:
        return snapshot.resolve(argument.kind, text, accepts=argument.accepts)
    return _READ.get(argument.kind, _text)(argument, text)


def _text(_: Argument, text: str) -> Value:
    return text


def _integer(argument: Argument, text: str) -> Value | Refusal:
    low, high = argument.minimum, argument.maximum
    if not _INTEGER.match(text):
        return _wrong(argument, f"is “{text[:40]}”; expected a whole number{_between(low, high)}")
    number = int(text)
    if (low is not None and number < low) or (high is not None and number > high):
        return _wrong(argument, f"is {number}; expected a whole number{_between(low, high)}")
    return number


def _amount(argument: Argument, text: str) -> Value | Refusal:
    if not _AMOUNT.match(text):
        return _wrong(argument, f"is “{text[:40]}”; expected an amount such as 25 or 12.50")
    amount = Decimal(text).quantize(Decimal("0.01"))
    low, high = argument.minimum, argument.maximum
    if (low is not None and amount < low) or (high is not None and amount > high):
        return _wrong(argument, f"is {amount}; expected an amount{_between(low, high)}")
    return amount


def _date(argument: Argument, text: str) -> Value | Refusal:
    try:
        return date.fromisoformat(text) if len(text) == 10 else _no_date(argument, text)
    except ValueError:
        return _no_date(argument, text)


def _no_date(argument: Argument, text: str) -> Refusal:
    return _wrong(argument, f"is “{text[:40]}”; expected a date such as 2026-12-31")


def _time(argument: Argument, text: str) -> Value | Refusal:
    found = _CLOCK.match(text)
    if found:
        return time(int(found.group(1)), int(found.group(2)))
    try:
        moment = datetime.fromisoformat(text.replace(" ", "T", 1)) if len(text) >= 16 else None
    except ValueError:
        moment = None
    if moment is None:
        return _wrong(argument, f"is “{text[:40]}”; expected a UTC time such as 14:30 or 2026-12-31T14:30Z")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _matrix_id(argument: Argument, text: str) -> Value | Refusal:
    if not _MATRIX_ID.match(text):
        return _wrong(argument, f"is “{text[:60]}”; expected a Matrix id such as @maria:smartup0.org")
    return text


def _url(argument: Argument, text: str) -> Value | Refusal:
    expected = "expected a link such as https://example.org/page"
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return _wrong(argument, f"is no link; {expected}")
    if parts.scheme not in ("http", "https") or not host or re.search(r"[\s<>\"`]", text):
        return _wrong(argument, f"is no link; {expected}")
    if "@" in parts.netloc:
        return _wrong(argument, "holds a name or password in the link", "Give the link without them.")
    return text


def _command(argument: Argument, text: str) -> Value | Refusal:
    found = find(text)
    if found is not None:
        return found.name
    like = nearest(text)
    hint = f"Did you mean !{like.name}?" if like is not None else "!help lists the commands."
    return Refusal(Reason.NOT_FOUND, "unknown_command", f"There is no command “{text[:40]}”.", hint, argument.name)


_READ: Final[Mapping[Kind, Callable[[Argument, str], Value | Refusal]]] = {
    Kind.INTEGER: _integer,
    Kind.AMOUNT: _amount,
    Kind.DATE: _date,
    Kind.TIME: _time,
    Kind.MATRIX_ID: _matrix_id,
    Kind.URL: _url,
    Kind.COMMAND: _command,
}


def _between(low: int | None, high: int | None) -> str:
    if low is not None and high is not None:
        return f" from {low} to {high}"
    if low is not None:
        return f" of at least {low}"
    return f" of at most {high}" if high is not None else ""


def _wrong(argument: Argument, message: str, hint: str = "", code: str = "bad_argument") -> Refusal:
    return Refusal(Reason.MALFORMED, code, f"{argument.name} {message}.", hint, argument.name)


def _malformed(code: str, message: str, command: Command) -> Refusal:
    return Refusal(Reason.MALFORMED, code, message, f"Usage: {command.usage}")
