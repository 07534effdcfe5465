"""Lists of any length, read a window at a time.

A list pins the ids of its rows when it is made, so that an ingestion behind it moves nothing under the reader; what a
row says is read when it comes into view. 100,000 ids are 0.8 MB; no row object is held.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any, Generic

from smartup_tui.ledger.index import schema
from smartup_tui.ledger.index.store import Index
from smartup_tui.ledger.schema import R, Table


class Window(Generic[R]):
    """A pinned list of one table's rows."""

    def __init__(
        self, index: Index, table: Table[R], where: str = "1", parameters: Sequence[Any] = (), *, order: str = "row"
    ) -> None:
        """Find the rows. `where` and `order` are SQL of this package's own, never an owner's text."""
        self._index = index
        self.table = table
        statement = f"SELECT row FROM {schema.quoted(table.name)} WHERE {where} ORDER BY {order}"  # noqa: S608
        self.ids = array("q", (r[0] for r in index.connection.execute(statement, tuple(parameters))))

    def __len__(self) -> int:
        """How many rows the list has."""
        return len(self.ids)

    def read_with(self, index: Index) -> None:
        """Read the rows through another connection: a list that one thread has found is shown by another."""
        self._index = index

    def rows(self, start: int, count: int) -> list[tuple[int, R]]:
        """The rows from position `start`, each with its id; a row that has gone meanwhile is left out."""
        wanted = self.ids[start : start + count]
        names = ", ".join(schema.quoted(c.name) for c in self.table.columns)
        marks = ", ".join("?" * len(wanted))
        statement = f"SELECT row, {names} FROM {schema.quoted(self.table.name)} WHERE row IN ({marks})"  # noqa: S608
        found = {
            values[0]: self._index.typed(self.table, values[1:])
            for values in self._index.connection.execute(statement, wanted.tolist())
        }
        return [(i, found[i]) for i in wanted if i in found]

    def position(self, key: int) -> int | None:
        """Where the row with this id stands, None when it is not in the list."""
        try:
            return self.ids.index(key)
        except ValueError:
            return None
