"""How a table of the ledger is declared: a frozen dataclass is its row, its fields are its columns.

A column's annotation says what a cell may hold; the codec (`cells`) turns text into values and back by it.
Source: ledger.md §2.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, ClassVar, Generic, Protocol, TypeVar


class Cell(StrEnum):
    """What a cell holds, and so how it is written."""

    TEXT = "text"
    SUMMARY = "summary"  # the first line of free text, at most 200 characters
    INTEGER = "integer"
    MONEY = "money"  # SC or EUR: two decimal places
    DECIMAL = "decimal"  # a ratio or a percentage, as many places as given
    TIMESTAMP = "timestamp"  # ISO 8601 UTC with `Z`, whole seconds
    DATE = "date"
    LIST = "list"  # ids joined by `;`


class TableKind(StrEnum):
    """A log is append-only; a register has one row per entity, updated in place."""

    LOG = "log"
    REGISTER = "register"


class RowType(Protocol):
    """Any dataclass can be a row."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


Summary = Annotated[str, Cell.SUMMARY]
Money = Annotated[Decimal, Cell.MONEY]
Ids = Annotated[tuple[str, ...], Cell.LIST]
R = TypeVar("R", bound=RowType)

_PLAIN: Mapping[Any, Cell] = {
    str: Cell.TEXT,
    int: Cell.INTEGER,
    Decimal: Cell.DECIMAL,
    datetime: Cell.TIMESTAMP,
    date: Cell.DATE,
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in the header, the row's field, what its cells hold, and whether they may be empty.

    An empty optional cell is `None`, except for summaries (the empty text) and lists (the empty tuple).
    """

    name: str
    field: str
    cell: Cell
    optional: bool


@dataclass(frozen=True)
class Table(Generic[R]):
    """One table: name, path in the ledger's repository, kind, row type and key.

    `key` names the columns that together identify a row of a register; logs have none.
    """

    name: str
    path: str
    kind: TableKind
    row: type[R]
    key: tuple[str, ...] = ()

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns in file order, read off the row's fields."""
        hints = typing.get_type_hints(self.row, include_extras=True)
        return tuple(_column(f.name, hints[f.name]) for f in fields(self.row))

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns in file order."""
        return tuple(c.name for c in self.columns)

    @property
    def segments(self) -> str:
        """The folder, with a slash at its end, that holds the table's full segments `000001.csv` and on."""
        return self.path.removesuffix(".csv") + "/"


def _column(field: str, hint: Any) -> Column:
    """Read one column off a field; a union with None makes the cell optional, `from_` stands for `from`."""
    name, optional = field.rstrip("_"), False
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        optional = True
        (hint,) = (part for part in typing.get_args(hint) if part is not type(None))
    if typing.get_origin(hint) is Annotated:
        cell = hint.__metadata__[0]
        return Column(name, field, cell, optional or cell in (Cell.SUMMARY, Cell.LIST))
    return Column(name, field, _PLAIN[hint], optional)
