"""CSV files as lists of lines, so that a write leaves every byte of what it does not touch.

Read are UTF-8 files with or without a byte order mark, LF or CRLF, comments (`#`) and blank lines, quoted fields over
several lines, and a last line without its end. A record that can not be parsed stays where it is and hides no other.
Source: ledger.md §2.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from typing import Literal, NamedTuple

from smartup_tui.ledger.problems import LedgerFileError, Problem

_BOM = b"\xef\xbb\xbf"
_HASH = ord("#")


class RecordError(ValueError):
    """A record that can not be parsed; the message says what is wrong, `expected` what should be there."""

    def __init__(self, message: str, expected: str) -> None:
        """Say what is wrong and what was expected."""
        super().__init__(message)
        self.expected = expected


class Record(NamedTuple):
    """One record as it stands: the line where it begins (from 1) and its bytes without the line's end."""

    line: int
    raw: bytes


def parse_record(raw: bytes) -> list[str]:
    """The fields of one record. Raises RecordError when it is no UTF-8 or its quotes do not match."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RecordError(f"byte {error.start + 1} of the row is not UTF-8", "UTF-8 text") from None
    if '"' not in text and "\r" not in text:
        return text.split(",")
    try:
        parsed = list(csv.reader(io.StringIO(text, newline="") if "\n" in text else (text,), strict=True))
    except csv.Error as error:
        raise RecordError(f"the row is broken ({error})", "quotes in pairs, as in RFC 4180") from None
    if len(parsed) != 1:
        raise RecordError("the row is broken (a line end outside quotes)", "quotes in pairs, as in RFC 4180")
    return parsed[0]


def format_record(values: Sequence[str]) -> bytes:
    """One record without a line end. A first field that would read as a comment is put in quotes."""
    line = _quoted(values, csv.QUOTE_MINIMAL)
    if line.startswith("#") or not line.strip():
        line = _quoted(values, csv.QUOTE_ALL)
    return line.encode("utf-8")


def _quoted(values: Sequence[str], quoting: Literal[0, 1]) -> str:
    out = io.StringIO(newline="")
    # Both characters of the line end are named, since the writer quotes fields that hold one of its own line end's.
    csv.writer(out, lineterminator="\r\n", quoting=quoting).writerow(values)
    return out.getvalue()[:-2]


def _lines(data: bytes) -> list[bytes]:
    """The lines with their ends; only LF ends a line."""
    lines = data.split(b"\n")
    last = lines.pop()
    lines = [line + b"\n" for line in lines]
    if last:
        lines.append(last)
    return lines


class CsvFile:
    """One CSV file. `header` holds the names of the columns, `records` every record after it, broken ones included."""

    def __init__(self, path: str, lines: list[bytes], header: tuple[str, ...] | None = None, first: int = 1) -> None:
        """Take the lines with their ends; use `parse` to make one from bytes.

        With a `header` all lines are records, and `first` is the number of the first line in its file.
        """
        self.path = path
        self.header: tuple[str, ...] = header or ()
        self._first = first
        self._header_seen = header is not None
        self._lines = lines
        self._spans: list[tuple[int, int]] = []
        self._scan()

    @classmethod
    def parse(cls, data: bytes, path: str) -> CsvFile:
        """Read a file. Never fails: what can not be read is reported by who asks for the record."""
        return cls(path, _lines(data))

    @classmethod
    def parse_tail(cls, data: bytes, path: str, header: tuple[str, ...], first: int) -> CsvFile:
        """Read the end of a file, from the beginning of line `first` on; its records only."""
        return cls(path, _lines(data), header, first)

    @classmethod
    def create(cls, header: Sequence[str], path: str) -> CsvFile:
        """A new file of one header line."""
        return cls(path, [format_record(header) + b"\n"])

    def _scan(self) -> None:
        """Find where records begin and end, without parsing their fields."""
        lines, spans = self._lines, self._spans
        at, count, header_seen = 0, len(lines), self._header_seen
        while at < count:
            line = lines[at]
            if line[0] == _HASH or not line.strip():
                at += 1
                continue
            end = at + 1
            if line.count(b'"') % 2:
                end = self._end_of_quoted(at)
            if header_seen:
                spans.append((at, end))
            else:
                header_seen = True
                self.header = self._parse_header(at, end)
            at = end

    def _end_of_quoted(self, start: int) -> int:
        """The end of a record whose first line leaves a quote open; that line alone when the quote is never closed."""
        quotes = self._lines[start].count(b'"')
        for at in range(start + 1, len(self._lines)):
            quotes += self._lines[at].count(b'"')
            if quotes % 2 == 0:
                try:
                    parse_record(self._raw(start, at + 1))
                except RecordError:
                    return start + 1
                return at + 1
        return start + 1

    def _parse_header(self, start: int, end: int) -> tuple[str, ...]:
        try:
            names = parse_record(self._raw(start, end).removeprefix(_BOM))
        except RecordError:
            return ()
        return tuple(name.strip() for name in names)

    def _raw(self, start: int, end: int) -> bytes:
        raw = self._lines[start] if end == start + 1 else b"".join(self._lines[start:end])
        if raw.endswith(b"\n"):
            raw = raw[:-2] if raw.endswith(b"\r\n") else raw[:-1]
        return raw

    def __len__(self) -> int:
        """How many records follow the header."""
        return len(self._spans)

    @property
    def records(self) -> list[Record]:
        """The records in file order."""
        first = self._first
        return [Record(start + first, self._raw(start, end)) for start, end in self._spans]

    def record(self, index: int) -> Record:
        """One record; index from 0."""
        start, end = self._spans[index]
        return Record(start + self._first, self._raw(start, end))

    def append(self, values: Mapping[str, str]) -> None:
        """Add a record at the end, its fields in the order of this file's header; columns without a value are empty.

        Raises LedgerFileError when a value's column is not in the header, since it would be lost.
        """
        line = _new_line(self.header, values, self.path)
        if self._lines and not self._lines[-1].endswith(b"\n"):
            self._lines[-1] += b"\n"
        self._lines.append(line)
        self._spans.append((len(self._lines) - 1, len(self._lines)))

    def replace(self, index: int, values: Mapping[str, str]) -> None:
        """Give the record at `index` new values in the named columns; its other fields and its line end stay.

        Raises LedgerFileError when the record is broken or a column is missing.
        """
        start, end = self._spans[index]
        try:
            fields = parse_record(self._raw(start, end))
        except RecordError as error:
            raise LedgerFileError(Problem(self.path, start + self._first, None, str(error), error.expected)) from None
        for name, value in values.items():
            if name in self.header and self.header.index(name) < len(fields):
                fields[self.header.index(name)] = value
            elif value:
                problem = Problem(
                    self.path, start + self._first, name, "the row lacks this column", f"the column {name}"
                )
                raise LedgerFileError(problem)
        last = self._lines[end - 1]
        ending = b"\r\n" if last.endswith(b"\r\n") else b"\n" if last.endswith(b"\n") else b""
        written = format_record(fields) + ending
        if end == start + 1:
            self._lines[start] = written
            return
        self._lines[start:end] = [written]
        shift = end - start - 1
        self._spans[index] = (start, start + 1)
        for later in range(index + 1, len(self._spans)):
            begin, finish = self._spans[later]
            self._spans[later] = (begin - shift, finish - shift)

    def remove(self, indexes: Collection[int]) -> list[bytes]:
        """Take records out; returns each with its line end, in file order."""
        taken: list[bytes] = []
        kept: list[bytes] = []
        at = 0
        for index, (start, end) in enumerate(self._spans):
            if index in indexes:
                kept += self._lines[at:start]
                record = b"".join(self._lines[start:end])
                taken.append(record if record.endswith(b"\n") else record + b"\n")
                at = end
        self._lines = kept + self._lines[at:]
        self._spans, self._header_seen = [], False
        self._scan()
        return taken

    def to_bytes(self) -> bytes:
        """The whole file."""
        return b"".join(self._lines)


def append_line(data: bytes, values: Mapping[str, str], path: str) -> bytes:
    """A file's bytes with one record more, as `CsvFile.append` does it, without looking at the records before."""
    start = 0
    while start < len(data):
        end = data.find(b"\n", start) + 1 or len(data)
        line = data[start:end].removeprefix(_BOM)
        if line.strip() and line[0] != _HASH and line.count(b'"') % 2 == 0:
            break
        if line.strip() and line[0] != _HASH:  # a header over several lines: rare enough to read the whole file
            file = CsvFile.parse(data, path)
            file.append(values)
            return file.to_bytes()
        start = end
    header = CsvFile.parse(data[start:end], path).header if start < len(data) else ()
    line = _new_line(header, values, path)
    return data + (b"" if not data or data.endswith(b"\n") else b"\n") + line


def _new_line(header: Sequence[str], values: Mapping[str, str], path: str) -> bytes:
    lost = next((name for name, value in values.items() if value and name not in header), None)
    if lost is not None:
        raise LedgerFileError(Problem(path, 1, lost, "the header lacks this column", f"the column {lost}"))
    first = {name: at for at, name in reversed(list(enumerate(header)))}
    return format_record([values.get(name, "") if first[name] == at else "" for at, name in enumerate(header)]) + b"\n"
