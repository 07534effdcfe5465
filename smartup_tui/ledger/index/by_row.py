"""Rows of the read model by the ids that lists hold of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from smartup_tui.ledger.index.schema import quoted
from smartup_tui.ledger.index.store import Index
from smartup_tui.ledger.schema import R, Table


def by_row(index: Index, table: Table[R], wanted: Iterable[int]) -> Mapping[int, R]:
    """The rows with these ids; one that has gone meanwhile is left out."""
    ids = list(wanted)
    names = ", ".join(quoted(c.name) for c in table.columns)
    marks = ", ".join("?" * len(ids))
    statement = f"SELECT row, {names} FROM {quoted(table.name)} WHERE row IN ({marks})"  # noqa: S608 - as in Window
    return {values[0]: index.typed(table, values[1:]) for values in index.connection.execute(statement, ids)}
