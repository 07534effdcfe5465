"""Many records read at once are what each of them is when it is read alone."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from smartup_tui.ledger import tables
from smartup_tui.ledger.cells import CellError
from smartup_tui.ledger.csvfile import CsvFile, RecordError, format_record, parse_record
from smartup_tui.ledger.index.bulk import Unreadable, decoded, plain_lines
from smartup_tui.ledger.index.storing import value_builder
from smartup_tui.ledger.schema import Cell, Table

SAMPLES = {
    Cell.TEXT: ["maria", "'=1+1", "'", "", "Łódź", "a, b"],
    Cell.SUMMARY: ["A summary", "", 'with "quotes"', "'-x"],
    Cell.INTEGER: ["0", "-12", "1.5", ""],
    Cell.MONEY: ["25.00", "1", "0.5", "-3.25", "many", ""],
    Cell.DECIMAL: ["1.25", "100", "x", ""],
    Cell.TIMESTAMP: ["2026-01-31T12:00:00Z", "2026-02-30T12:00:00Z", "2026-01-31T12:00:00+01:00",
    "2026-W01-1T00:00:00Z"],
    Cell.DATE: ["2026-01-31", "2026-13-01", ""],
    Cell.LIST: ["4_1_1", "a; b", "", "'=x"],
}  # fmt: skip


@st.composite
def tables_of_records(draw: st.DrawFn) -> tuple[Table[Any], tuple[str, ...], list[bytes]]:
    """A table, a header that may lack optional columns or have others, and records of which some can not be read."""
    table = draw(st.sampled_from(tables.TABLES))
    columns = [c for c in table.columns if not c.optional or draw(st.integers(0, 9))]
    header = tuple(draw(st.permutations([*(c.name for c in columns), *draw(st.sampled_from([(), ("extra",)]))])))
    cells = {c.name: c.cell for c in columns}
    whole = st.tuples(*(st.sampled_from(SAMPLES[cells.get(name, Cell.TEXT)]) for name in header)).map(format_record)
    good = st.tuples(*(st.just(SAMPLES[cells.get(name, Cell.TEXT)][0]) for name in header)).map(format_record)
    broken = st.sampled_from([b"a,b", b'"open', b"\xff" * 3, b"x" * 5 + b"\r,"])
    return table, header, draw(st.lists(good | good | whole | broken, max_size=12))


@settings(max_examples=80, deadline=None)
@given(tables_of_records())
def test_records_read_at_once_are_those_read_alone(case: tuple[Table[Any], tuple[str, ...], list[bytes]]) -> None:
    table, header, raws = case
    build = value_builder(table, header)
    expected: dict[int, Any] = {}
    for at, raw in enumerate(raws):
        try:
            expected[at] = tuple(build(parse_record(raw)))
        except CellError as error:
            expected[at] = (error.column, error.message)
        except RecordError as error:
            expected[at] = (None, str(error))
    found = {}
    for one in decoded(table, header, raws):
        if isinstance(one, Unreadable):
            found[one.at] = (one.column, one.message)
        else:
            found[one[0]] = tuple(one[1])
    assert found == expected


LINES = st.sampled_from(
    [b"a,b", b"# note", b"", b" ", b'"x', b'y"', b'"q,q",1', b"\tz", b"\xc3\xa9,1", b"a\r", b"\xff"]
)


@given(st.lists(LINES, max_size=6).map(b"\n".join), st.sampled_from([b"", b"\n"]))
def test_plain_lines_are_the_records_of_the_file(data: bytes, end: bytes) -> None:
    lines = plain_lines(data + end)
    if lines is None:
        return
    file = CsvFile.parse(data + end, "x.csv")
    assert tuple(name.strip() for name in parse_record(lines[0])) == file.header
    assert [(record.line, record.raw) for record in file.records] == list(enumerate(lines[1:], 2))
