"""Rows of the read model with where each stands in the ledger: its file (a segment is one) and its line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic

from smartup_tui.ledger.index.schema import quoted, row_id
from smartup_tui.ledger.index.store import Index
from smartup_tui.ledger.schema import R, Table


@dataclass(frozen=True, slots=True)
class Placed(Generic[R]):
    """A row, its id in the read model, and the file and line of the ledger where it stands."""

    row_id: int
    path: str
    line: int
    value: R


def placed(
    index: Index,
    table: Table[R],
    where: str = "1",
    parameters: Sequence[Any] = (),
    *,
    order: str = "row",
    limit: int = -1,
) -> list[Placed[R]]:
    """Typed rows with their places. `where` and `order` are SQL of this package's own, never an owner's text."""
    names = ", ".join(quoted(column.name) for column in table.columns)
    file = "(SELECT path FROM files WHERE files.number = row >> 32)"
    statement = f"SELECT row, {file}, {names} FROM {quoted(table.name)} WHERE {where} ORDER BY {order} LIMIT ?"  # noqa: S608
    return [
        Placed(row, path or table.path, row & 0xFFFFFFFF, index.typed(table, values))
        for row, path, *values in index.connection.execute(statement, (*parameters, limit))
    ]


def placed_at(index: Index, table: Table[R], path: str, line: int) -> Placed[R] | None:
    """The row that begins on a line of a file; None when there is none."""
    found = index.connection.execute("SELECT number FROM files WHERE path = ?", (path,)).fetchone()
    rows = placed(index, table, "row = ?", (row_id(found[0], line),)) if found else []
    return rows[0] if rows else None
