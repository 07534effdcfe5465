"""Any table of the read model as a list: newest or natural order, narrowed by columns, words and dates.

What the command line lists and exports, where a screen's own questions would say too little.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from smartup_tui.ledger import cells
from smartup_tui.ledger.index import schema
from smartup_tui.ledger.index.store import Index
from smartup_tui.ledger.index.windows import Window
from smartup_tui.ledger.schema import R, Table, TableKind

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to: exact values by column name as they stand in a file (`among`: one of several),
    columns that are empty, words that must all be found, and a span of time.

    `since` and `until` are ISO dates or times; they look at the table's `timestamp`, and `until` is not included.
    """

    equal: Mapping[str, str] = field(default_factory=dict)
    empty: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    among: Mapping[str, Sequence[str]] = field(default_factory=dict)


def listing(index: Index, table: Table[R], wanted: Wanted, *, limit: int = -1) -> Window[R]:
    """The rows that pass: of a log the newest first, of a register in its order.

    Errors: `KeyError` for a column the table does not have, `CellError` for a value that the column can not hold.
    """
    columns = {c.name: c for c in table.columns}
    conditions, parameters = ["1"], list[Any]()
    if unknown := {*wanted.equal, *wanted.empty, *wanted.among} - set(columns):
        raise KeyError(min(unknown))
    conditions += [f"{schema.quoted(name)} IS NULL" for name in wanted.empty]
    for name, value in wanted.equal.items():
        conditions.append(f"{schema.quoted(name)} IS ?")
        parameters.append(schema.sql_value(columns[name], cells.decode(columns[name], value)))
    for name, values in wanted.among.items():
        conditions.append(f"{schema.quoted(name)} IN ({', '.join('?' * len(values))})")
        parameters += [schema.sql_value(columns[name], cells.decode(columns[name], value)) for value in values]
    for word in wanted.words:
        places = (f"instr(lower(ifnull({schema.quoted(c.name)}, '')), ?)" for c in table.columns)
        conditions.append(f"({' OR '.join(places)})")
        parameters += [word.lower()] * len(table.columns)
    for moment, sign in ((wanted.since, ">="), (wanted.until, "<")):
        if moment:
            conditions.append(f"timestamp {sign} ?")
            parameters.append(moment)
    order = "row DESC" if table.kind is TableKind.LOG else "row"
    if limit >= 0:
        order += f" LIMIT {int(limit)}"
    return Window(index, table, " AND ".join(conditions), parameters, order=order)


def all_rows(window: Window[R]) -> Iterator[R]:
    """Every row of a list, a page at a time."""
    for start in range(0, len(window), _PAGE):
        for _, row in window.rows(start, _PAGE):
            yield row
