"""What a cell may hold, and that every value comes back as it was."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartup_tui.ledger.cells import CellError, decode, encode, summary
from smartup_tui.ledger.csvfile import format_record, parse_record
from smartup_tui.ledger.schema import Cell, Column
from smartup_tui.text import refuse


def column(cell: Cell, *, optional: bool = False) -> Column:
    return Column("amount", "amount", cell, optional)


WRITABLE = st.text(min_size=1, max_size=60).filter(lambda s: refuse(s, multiline=False) is None)
LIST_ITEMS = WRITABLE.map(lambda s: s.replace(";", ",").strip()).filter(
    lambda s: s and refuse(s, multiline=False) is None
)
VALUES: dict[Cell, st.SearchStrategy[Any]] = {
    Cell.TEXT: WRITABLE,
    Cell.SUMMARY: WRITABLE.map(summary).filter(bool),
    Cell.INTEGER: st.integers(-(10**14), 10**14),
    Cell.MONEY: st.integers(-(10**14), 10**14).map(lambda n: Decimal(n).scaleb(-2)),
    Cell.DECIMAL: st.decimals(-(10**6), 10**6, allow_nan=False, allow_infinity=False, places=5),
    Cell.TIMESTAMP: st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1)).map(  # noqa: DTZ001  given a zone next
        lambda t: t.replace(microsecond=0, tzinfo=UTC)
    ),
    Cell.DATE: st.dates(date(1970, 1, 1), date(2200, 1, 1)),
    Cell.LIST: st.lists(LIST_ITEMS, min_size=1, max_size=4).map(tuple),
}


@pytest.mark.parametrize("cell", list(Cell))
@given(st.data())
@settings(deadline=None)
def test_every_value_comes_back_through_a_file(cell: Cell, data: st.DataObject) -> None:
    value = data.draw(VALUES[cell])
    written = format_record(["first", encode(column(cell), value), "last"])
    first, text, last = parse_record(written)
    assert (first, decode(column(cell), text), last) == ("first", value, "last")


@given(st.sampled_from("=+-@＝＋－＠'"), WRITABLE)
@settings(deadline=None)
def test_no_text_cell_begins_like_a_formula(mark: str, rest: str) -> None:
    for text in (mark + rest, "'" + mark + rest, "''" + mark):
        written = encode(column(Cell.TEXT), text)
        assert written[0] not in "=+-@＝＋－＠"
        assert decode(column(Cell.TEXT), written) == text


def test_a_matrix_id_gets_the_quote_mark_and_loses_it() -> None:
    assert encode(column(Cell.TEXT), "@maria:smartup0.org") == "'@maria:smartup0.org"
    assert decode(column(Cell.TEXT), "'@maria:smartup0.org") == "@maria:smartup0.org"
    assert decode(column(Cell.TEXT), "@maria:smartup0.org") == "@maria:smartup0.org"
    assert decode(column(Cell.TEXT), "'tis the season") == "'tis the season"


@pytest.mark.parametrize(
    ("cell", "text", "expected"),
    [
        (Cell.INTEGER, "12.5", "whole number"),
        (Cell.INTEGER, "\u0663", "whole number"),
        (Cell.MONEY, "12.345", "two decimal places"),
        (Cell.MONEY, "1e3", "amount"),
        (Cell.MONEY, "NaN", "amount"),
        (Cell.DECIMAL, "1,5", "decimal number"),
        (Cell.TIMESTAMP, "2026-01-31T12:00:00", "UTC time"),
        (Cell.TIMESTAMP, "31.01.2026", "UTC time"),
        (Cell.DATE, "2026-02-30", "date"),
        (Cell.DATE, "20260131", "date"),
        (Cell.TEXT, "", "text"),
    ],
)
def test_a_bad_cell_says_what_was_expected(cell: Cell, text: str, expected: str) -> None:
    with pytest.raises(CellError) as caught:
        decode(column(cell), text)
    assert caught.value.column == "amount"
    assert expected in caught.value.expected


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (Cell.MONEY, 12.5),
        (Cell.MONEY, Decimal("0.001")),
        (Cell.MONEY, Decimal("NaN")),
        (Cell.INTEGER, True),
        (Cell.TIMESTAMP, datetime(2026, 1, 1)),  # noqa: DTZ001  the zone is what is missing
        (Cell.DATE, datetime(2026, 1, 1, tzinfo=UTC)),
        (Cell.TEXT, "two\nlines"),
        (Cell.TEXT, "bell\x07"),
        (Cell.TEXT, "right\u202eto left"),
        (Cell.LIST, ("a;b",)),
        (Cell.TEXT, None),
    ],
)
def test_what_may_not_be_written_is_refused(cell: Cell, value: object) -> None:
    with pytest.raises(CellError):
        encode(column(cell), value)


def test_empty_optional_cells() -> None:
    assert decode(column(Cell.MONEY, optional=True), "") is None
    assert decode(column(Cell.SUMMARY, optional=True), "") == ""
    assert decode(column(Cell.LIST, optional=True), "") == ()
    for nothing in (None, "", ()):
        assert encode(column(Cell.TEXT, optional=True), nothing) == ""


def test_old_numbers_are_read_as_they_stand() -> None:
    assert decode(column(Cell.MONEY), "25") == Decimal("25.00")
    assert str(decode(column(Cell.MONEY), "25.5")) == "25.50"
    assert str(decode(column(Cell.DECIMAL), "0.0")) == "0.0"
    assert encode(column(Cell.DECIMAL), Decimal("0.0")) == "0.0"


def test_times_are_written_in_utc() -> None:
    zone = timezone(timedelta(hours=2))
    assert encode(column(Cell.TIMESTAMP), datetime(2026, 7, 1, 14, 30, 5, 999, tzinfo=zone)) == "2026-07-01T12:30:05Z"
    assert decode(column(Cell.TIMESTAMP), "2026-07-01T14:30:00+02:00") == datetime(2026, 7, 1, 12, 30, tzinfo=UTC)


def test_a_summary_is_the_first_line_with_something_cut_at_200() -> None:
    assert summary("\n\n  Outline\tagreed  \nmore") == "Outline agreed"
    cut = summary("x" * 500)
    assert len(cut) == 200
    assert cut.endswith("…")
    assert summary("   \n ") == ""
    assert encode(column(Cell.SUMMARY), "family \U0001f468\u200d\U0001f469 home") == "family \U0001f468\U0001f469 home"
