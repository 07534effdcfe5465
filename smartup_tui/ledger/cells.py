"""The codec of single cells: text of a file to a value and back, by the column's declaration.

Source: ledger.md §2. A text cell that a spreadsheet would run as a formula gets OWASP's quote mark in front on writing;
reading takes one off, so that every text comes back as it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from smartup_tui.ledger.schema import Cell, Column
from smartup_tui.text import refuse

SUMMARY_LENGTH: Final = 200
CENT: Final = Decimal("0.01")

_FORMULA = re.compile("'*[=+\\-@\uff1d\uff0b\uff0d\uff20]")  # OWASP names the full-width forms too
_QUOTED_FORMULA = re.compile("'+[=+\\-@\uff1d\uff0b\uff0d\uff20]")
_INTEGER = re.compile(r"-?[0-9]{1,15}\Z")
_MONEY = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,2})?\Z")
_DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_ZWJ = "\u200d"

EXPECTED: Final[Mapping[Cell, str]] = {
    Cell.TEXT: "a text of one line",
    Cell.SUMMARY: "a text of one line",
    Cell.INTEGER: "a whole number",
    Cell.MONEY: "an amount with at most two decimal places, such as 25.00",
    Cell.DECIMAL: "a decimal number, such as 95.5",
    Cell.TIMESTAMP: "a UTC time, such as 2026-01-31T12:00:00Z",
    Cell.DATE: "a date, such as 2026-01-31",
    Cell.LIST: "ids joined by semicolons",
}


class CellError(ValueError):
    """A cell that can not be read or written: which column, what was there, what was expected."""

    def __init__(self, column: str, message: str, expected: str) -> None:
        """Name the column, what is wrong, and what was expected instead."""
        super().__init__(f"{column}: {message}; expected {expected}")
        self.column = column
        self.message = message
        self.expected = expected


def summary(text: str) -> str:
    """The first line of a free text that holds something, blanks collapsed, at most 200 characters, `…` where cut.

    Tabs and the joiner of emoji, which a page may hold, do not belong in a cell and become blanks or vanish.
    """
    line = next((part for part in text.split("\n") if part.strip()), "")
    line = " ".join(line.replace(_ZWJ, "").split())
    return line if len(line) <= SUMMARY_LENGTH else line[: SUMMARY_LENGTH - 1].rstrip() + "…"


def decode(column: Column, text: str) -> Any:
    """The value of a cell; an empty optional cell is None, the empty text or the empty tuple. Raises CellError."""
    return decoder(column)(text)


def decoder(column: Column) -> Callable[[str], Any]:
    """The function that decodes the cells of one column, so that a whole table is read without asking again."""
    read = _READERS[column.cell]
    empty: Any = {Cell.SUMMARY: "", Cell.LIST: ()}.get(column.cell)
    optional, name, expected = column.optional, column.name, EXPECTED[column.cell]

    def run(text: str) -> Any:
        if not text:
            if optional:
                return empty
            raise CellError(name, "the cell is empty", expected)
        try:
            return read(text)
        except ValueError:
            raise CellError(name, f"cannot be read: {text[:60]!r}", expected) from None

    return run


def encode(column: Column, value: Any) -> str:
    """The text of a cell for a value of the row's field. Raises CellError, never alters a value but a summary's.

    Summaries are cut by `summary`; times lose their fraction of a second. Control, bidirectional and invisible
    characters are refused.
    """
    if value is None or value in ("", ()):
        if column.optional:
            return ""
        raise CellError(column.name, "there is no value", EXPECTED[column.cell])
    try:
        return _WRITERS[column.cell](value)
    except _CellTextError as error:
        raise CellError(column.name, str(error), EXPECTED[column.cell]) from None
    except (ValueError, TypeError, AttributeError, ArithmeticError):
        raise CellError(column.name, f"cannot be written: {value!r:.60}", EXPECTED[column.cell]) from None


class _CellTextError(ValueError):
    """A text that may not stand in a cell; the message says why."""


def _read_text(text: str) -> str:
    return text[1:] if text[0] == "'" and _QUOTED_FORMULA.match(text) else text


def _read_integer(text: str) -> int:
    if not _INTEGER.match(text):
        raise ValueError
    return int(text)


def _read_money(text: str) -> Decimal:
    if not _MONEY.match(text):
        raise ValueError
    value = Decimal(text)
    return value if text[-3:-2] == "." else value.quantize(CENT)


def _read_decimal(text: str) -> Decimal:
    if not _DECIMAL.match(text):
        raise ValueError
    return Decimal(text)


def _read_timestamp(text: str) -> datetime:
    value = datetime.fromisoformat(text)
    if value.tzinfo is UTC:
        return value
    if value.tzinfo is None:
        raise ValueError
    return value.astimezone(UTC)


def _read_date(text: str) -> date:
    if not _DATE.match(text):
        raise ValueError
    return date.fromisoformat(text)


def _read_list(text: str) -> tuple[str, ...]:
    return tuple(part for part in map(str.strip, _read_text(text).split(";")) if part)


def _write_text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    offence = refuse(value, multiline=False)
    if offence is not None:
        raise _CellTextError(f"it holds {offence}")
    return "'" + value if _FORMULA.match(value) else value


def _write_summary(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return _write_text(summary(value))


def _write_integer(value: Any) -> str:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    return _fitting(str(value), _INTEGER)


def _write_money(value: Any) -> str:
    if not isinstance(value, Decimal) or value != value.quantize(CENT):
        raise TypeError
    return _fitting(f"{value:.2f}", _MONEY)


def _write_decimal(value: Any) -> str:
    if not isinstance(value, Decimal):
        raise TypeError
    return _fitting(f"{value:f}", _DECIMAL)


def _fitting(text: str, shape: re.Pattern[str]) -> str:
    if not shape.match(text):
        raise ValueError(text)
    return text


def _write_timestamp(value: Any) -> str:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise TypeError
    return value.astimezone(UTC).isoformat(timespec="seconds")[:-6] + "Z"


def _write_date(value: Any) -> str:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise TypeError
    return value.isoformat()


def _write_list(value: Any) -> str:
    if not isinstance(value, tuple) or any(not part.strip() or ";" in part or part != part.strip() for part in value):
        raise TypeError
    return _write_text(";".join(value))


_READERS: Final[Mapping[Cell, Callable[[str], Any]]] = {
    Cell.TEXT: _read_text,
    Cell.SUMMARY: _read_text,
    Cell.INTEGER: _read_integer,
    Cell.MONEY: _read_money,
    Cell.DECIMAL: _read_decimal,
    Cell.TIMESTAMP: _read_timestamp,
    Cell.DATE: _read_date,
    Cell.LIST: _read_list,
}
_WRITERS: Final[Mapping[Cell, Callable[[Any], str]]] = {
    Cell.TEXT: _write_text,
    Cell.SUMMARY: _write_summary,
    Cell.INTEGER: _write_integer,
    Cell.MONEY: _write_money,
    Cell.DECIMAL: _write_decimal,
    Cell.TIMESTAMP: _write_timestamp,
    Cell.DATE: _write_date,
    Cell.LIST: _write_list,
}
