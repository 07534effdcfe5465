"""Every byte that a write does not touch stays."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartup_tui.ledger.csvfile import CsvFile, RecordError, append_line, format_record, parse_record
from smartup_tui.ledger.problems import LedgerFileError

CELL = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
FIELD = st.one_of(CELL, st.sampled_from(["a,b", 'say "so"', "two\nlines", "two\r\nlines", "# no comment", "'=1+1", ""]))
ENDING = st.sampled_from([b"\n", b"\r\n"])
HEADER = st.lists(st.sampled_from(["id", "title", "status", "extra", "more"]), min_size=2, max_size=5, unique=True)


@st.composite
def csv_files(draw: st.DrawFn) -> tuple[bytes, list[str], list[list[str]]]:
    """A file with comments, blank lines, quotes, mixed line ends, perhaps without its last line end."""
    header = draw(HEADER)
    rows = draw(st.lists(st.lists(FIELD, min_size=len(header), max_size=len(header)), max_size=6))
    parts = [format_record(header), draw(ENDING)]
    for row in rows:
        if draw(st.booleans()):
            parts += [draw(st.sampled_from([b"# a comment, with \xc3\xbc", b"", b"#"])), draw(ENDING)]
        parts += [format_record(row), draw(ENDING)]
    data = b"".join(parts)
    if draw(st.booleans()):
        data = b"\xef\xbb\xbf" + data
    if draw(st.booleans()):
        data = data.removesuffix(b"\n").removesuffix(b"\r")
    return data, header, rows


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_reading_and_writing_is_the_identity_on_any_bytes(data: bytes) -> None:
    assert CsvFile.parse(data, "x.csv").to_bytes() == data


@given(csv_files())
@settings(deadline=None)
def test_the_records_of_a_file_are_found(made: tuple[bytes, list[str], list[list[str]]]) -> None:
    data, header, rows = made
    file = CsvFile.parse(data, "x.csv")
    assert file.to_bytes() == data
    assert list(file.header) == header
    assert [parse_record(record.raw) for record in file.records] == rows


@given(csv_files(), st.data())
@settings(deadline=None)
def test_one_changed_cell_changes_one_line(made: tuple[bytes, list[str], list[list[str]]], pick: st.DataObject) -> None:
    data, header, rows = made
    if not rows:
        return
    at = pick.draw(st.integers(0, len(rows) - 1))
    name = pick.draw(st.sampled_from(header))
    file = CsvFile.parse(data, "x.csv")
    before = [record.raw for record in file.records]
    lines = [record.line for record in file.records]
    file.replace(at, {name: "changed, yes"})
    written = file.to_bytes()
    start = sum(len(line) + 1 for line in data.split(b"\n")[: lines[at] - 1])
    assert written == data[:start] + file.records[at].raw + data[start + len(before[at]) :]
    again = CsvFile.parse(written, "x.csv")
    expected = [list(row) for row in rows]
    expected[at][header.index(name)] = "changed, yes"
    assert [parse_record(record.raw) for record in again.records] == expected
    assert [r.raw for i, r in enumerate(again.records) if i != at] == [raw for i, raw in enumerate(before) if i != at]


@given(csv_files(), FIELD)
@settings(deadline=None)
def test_an_append_adds_exactly_one_record(made: tuple[bytes, list[str], list[list[str]]], value: str) -> None:
    data, header, rows = made
    values = {header[0]: "new", header[1]: value}
    file = CsvFile.parse(data, "x.csv")
    file.append(values)
    written = file.to_bytes()
    assert written == append_line(data, values, "x.csv")
    assert written.startswith(data)
    ended = data if data.endswith(b"\n") else data + b"\n"
    assert written.startswith(ended)
    tail = CsvFile.parse(written, "x.csv").records
    assert len(tail) == len(rows) + 1
    assert parse_record(tail[-1].raw) == ["new", value, *[""] * (len(header) - 2)]


def test_a_stray_quote_hides_no_other_row() -> None:
    file = CsvFile.parse(b'id,title\n1,"open\n2,fine\n3,also fine\n', "x.csv")
    raws = [record.raw for record in file.records]
    assert raws == [b'1,"open', b"2,fine", b"3,also fine"]
    with pytest.raises(RecordError):
        parse_record(raws[0])


def test_two_stray_quotes_hide_no_row_between() -> None:
    file = CsvFile.parse(b'id,title\n1,"open\n2,fine\n3,"open, again"x\n4,"b\n', "x.csv")
    assert [record.raw for record in file.records][1] == b"2,fine"
    assert len(file) == 4


def test_bytes_that_are_not_utf8_are_a_broken_row_only() -> None:
    file = CsvFile.parse(b"id,title\n1,\xff\n2,fine\n", "x.csv")
    with pytest.raises(RecordError, match="not UTF-8"):
        parse_record(file.records[0].raw)
    file.append({"id": "3"})
    assert file.to_bytes() == b"id,title\n1,\xff\n2,fine\n3,\n"
    with pytest.raises(LedgerFileError):
        file.replace(0, {"title": "x"})


def test_a_value_without_a_column_is_refused_not_lost() -> None:
    file = CsvFile.parse(b"id,title\n1,a\n", "x.csv")
    with pytest.raises(LedgerFileError) as caught:
        file.append({"id": "2", "status": "open"})
    assert caught.value.problem.column == "status"
    with pytest.raises(LedgerFileError):
        file.replace(0, {"status": "open"})
    assert file.to_bytes() == b"id,title\n1,a\n"


def test_line_numbers_are_those_of_the_file() -> None:
    file = CsvFile.parse(b'\xef\xbb\xbfid,title\r\n# note\r\n\r\n1,"a\r\nb"\r\n2,c', "x.csv")
    assert file.header == ("id", "title")
    assert [(record.line, record.raw) for record in file.records] == [(4, b'1,"a\r\nb"'), (6, b"2,c")]
    file.replace(0, {"title": "short"})
    assert file.to_bytes() == b"\xef\xbb\xbfid,title\r\n# note\r\n\r\n1,short\r\n2,c"
    assert file.records[1].line == 5


def test_a_file_of_stray_quotes_is_still_read_quickly() -> None:
    data = b"id,title\n" + b'1,"x\n' * 3000
    started = time.perf_counter()
    assert len(CsvFile.parse(data, "x.csv")) == 3000
    assert time.perf_counter() - started < 5
