"""From the fields of a record straight to what the read model stores, without making the typed row in between.

The same cells pass and fail as in `ledger.cells`; a property test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from smartup_tui.ledger.cells import decoder
from smartup_tui.ledger.csvfile import RecordError
from smartup_tui.ledger.index import schema
from smartup_tui.ledger.schema import Cell, Column, Table

_AS_READ: Final = frozenset({Cell.TEXT, Cell.SUMMARY, Cell.INTEGER})


def value_builder(table: Table[Any], header: tuple[str, ...]) -> Callable[[list[str]], list[Any]]:
    """The function that makes the stored values of a record's fields, in the table's order of columns.

    It raises CellError or RecordError for a row that can not be read, and may change the list it is given.
    """
    width = len(header)
    plan = [(header.index(c.name) if c.name in header else width, storer(c)) for c in table.columns]

    def build(fields: list[str]) -> list[Any]:
        if len(fields) != width:
            raise RecordError(f"the row has {len(fields)} cells", f"{width} cells, as the header has")
        fields.append("")  # what a column that this file lacks holds
        return [store(fields[at]) for at, store in plan]

    return build


def storer(column: Column) -> Callable[[str], Any]:
    """The function that makes the stored value of a cell's text; it raises CellError."""
    read = decoder(column)
    if column.cell in _AS_READ:
        return read
    if column.cell is Cell.TIMESTAMP:
        return _timestamps(column, read)

    def store(text: str) -> Any:
        return schema.sql_value(column, read(text))

    return store


def _timestamps(column: Column, read: Callable[[str], Any]) -> Callable[[str], Any]:
    """Times as the ledger writes them are stored as they stand, once they are known to be times."""

    def store(text: str) -> Any:
        if len(text) == 20 and text[4] == text[7] == "-" and text[10] == "T" and text[19] == "Z" and text.isascii():
            try:
                datetime.fromisoformat(text)
            except ValueError:
                read(text)  # it says what is wrong
            else:
                return text
        return schema.sql_value(column, read(text))

    return store
