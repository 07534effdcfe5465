"""What the read model stores of a cell is what the ledger's codec reads in it, and the same cells are refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from smartup_tui.ledger import tables
from smartup_tui.ledger.cells import CellError, decode
from smartup_tui.ledger.csvfile import RecordError
from smartup_tui.ledger.index import schema
from smartup_tui.ledger.index.storing import value_builder
from smartup_tui.ledger.schema import Table


@dataclass(frozen=True, slots=True)
class _Time:
    """A row that is a time and nothing else."""

    timestamp: datetime


LIKE_CELLS = st.one_of(
    st.text(max_size=30),
    st.from_regex(r"\A-?[0-9]{1,16}(\.[0-9]{1,3})?\Z"),
    st.from_regex(r"\A2026-(W?)[0-9]{1,2}-[0-9]{1,2}[T ][0-9:.]{4,8}(Z|\+02:00)?\Z"),
    st.datetimes().map(lambda moment: f"{moment:%Y-%m-%dT%H:%M:%SZ}"),
    st.sampled_from(["", "'=1+1", "''-x", "a; b;;c", "2026-02-30T00:00:00Z", "2026-01-31"]),
)


def outcome(call: Any) -> tuple[str, Any]:
    """What a call gives, or which column it stumbles over and why."""
    try:
        return "value", call()
    except CellError as error:
        return error.column, (error.message, error.expected)


@given(st.sampled_from(tables.TABLES), st.data())
def test_each_cell_is_stored_as_it_is_read(table: Table[Any], data: st.DataObject) -> None:
    fields = [data.draw(LIKE_CELLS, label=column.name) for column in table.columns]
    expected = outcome(
        lambda: [schema.sql_value(c, decode(c, text)) for c, text in zip(table.columns, fields, strict=True)]
    )
    assert outcome(lambda: value_builder(table, table.header)(list(fields))) == expected


@given(st.datetimes().map(lambda moment: f"{moment:%Y-%m-%dT%H:%M:%SZ}") | LIKE_CELLS)
@example("2026-W01-1T00:00:00Z")
@example("2026-01-31T24:00:00Z")
def test_a_time_is_stored_as_it_is_read(text: str) -> None:
    column = next(c for c in tables.EVENTS.columns if c.name == "timestamp")
    table = Table("times", "times.csv", tables.EVENTS.kind, _Time)
    assert outcome(lambda: value_builder(table, ("timestamp",))([text])[0]) == outcome(
        lambda: schema.sql_value(column, decode(column, text))
    )


def test_columns_may_stand_in_another_order_and_a_short_row_is_told() -> None:
    build = value_builder(tables.TEAMS, ("name", "team_id", "status", "extra"))
    assert build(["Leadership", "3_1", "active", "?"]) == ["3_1", "Leadership", None, "active", "", None, None]
    with pytest.raises(RecordError, match="3 cells"):
        build(["Leadership", "3_1", "active"])
