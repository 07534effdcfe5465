"""Tables and pictures as files: written whole or not at all, and never over something that is there.

CSV cells are guarded as the ledger guards its own (ledger.md §2): what a spreadsheet would run as a formula gets a
quote mark in front. JSON has amounts and times as text, in the ledger's forms.
"""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from smartup_tui.ledger import cells
from smartup_tui.ledger.schema import Cell, Column
from smartup_tui.text import clean_line

SLICE: Final = 1_000
"""Rows of one part: between two of them the screen can answer keys."""
_TEXT: Final = Column("cell", "cell", Cell.TEXT, optional=True)


class Format(StrEnum):
    """How a table is written; the value is the file's suffix."""

    CSV = "csv"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table to write: a name for its file, the columns' names, how many rows, the rows from `start`, typed; and what
    it is called.
    """

    name: str
    columns: tuple[str, ...]
    count: int
    rows: Callable[[int, int], Sequence[Sequence[Any]]]
    title: str = ""


class ExportError(Exception):
    """The file was not written; `message` says why and `hint` the way out."""

    def __init__(self, message: str, hint: str) -> None:
        self.message = message
        self.hint = hint
        super().__init__(message)


def parts(sheet: Sheet, form: Format) -> Iterator[tuple[int, bytes]]:
    """The file's bytes in parts, each with how many rows are done with it."""
    if form is Format.CSV:
        yield 0, _csv([sheet.columns])
    else:
        yield 0, b"["
    for start in range(0, sheet.count, SLICE):
        rows = sheet.rows(start, SLICE)
        yield min(start + SLICE, sheet.count), _csv(rows) if form is Format.CSV else _json(sheet, rows, start == 0)
    if form is Format.JSON:
        yield sheet.count, b"\n]\n"


def cell(value: Any) -> str:
    """A value as it stands in a CSV cell."""
    if isinstance(value, tuple):
        value = ";".join(value)
    plain = _plain(value)
    if not isinstance(value, str):
        return "" if plain is None else str(plain)
    try:
        return cells.encode(_TEXT, plain)
    except cells.CellError:  # an older ledger may hold what can not be written today
        return cells.encode(_TEXT, clean_line(plain, 10_000))


def _csv(rows: Sequence[Sequence[Any]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([cell(value) for value in row] for row in rows)
    return out.getvalue().encode()


def _json(sheet: Sheet, rows: Sequence[Sequence[Any]], first: bool) -> bytes:
    records = (dict(zip(sheet.columns, map(_plain, row), strict=False)) for row in rows)
    text = ",".join(f"\n  {json.dumps(record, ensure_ascii=False)}" for record in records)
    return (text if first or not text else "," + text).encode()


def _plain(value: Any) -> Any:
    """A value as JSON has it: amounts as text, times ISO 8601 UTC."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def free_name(folder: Path, stem: str, suffix: str) -> Path:
    """A file that is not there yet: `stem.suffix`, else `stem-2.suffix` and so on."""
    found, number = folder / f"{stem}.{suffix}", 1
    while os.path.lexists(found):
        number += 1
        found = folder / f"{stem}-{number}.{suffix}"
    return found


def folder_of(setting: str) -> Path:
    """The folder that the setting `export_folder` names; the one the program was started in when it is empty."""
    return Path(setting).expanduser() if setting else Path.cwd()


class NewFile:
    """A file in the making: a context manager. It is there, whole, after `keep`; without it nothing is left behind."""

    def __init__(self, path: Path) -> None:
        """Begin; raises `ExportError` where the folder can not be written."""
        self.path = path
        try:
            descriptor, self._part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        except OSError as error:
            raise _failed(path.parent, error) from None
        self._out = os.fdopen(descriptor, "wb")

    def write(self, data: bytes) -> None:
        """Add to it."""
        try:
            self._out.write(data)
        except OSError as error:
            raise _failed(self.path, error) from None

    def keep(self) -> None:
        """Put the file in its place; raises `ExportError` if something is there meanwhile."""
        try:
            self._out.flush()
            os.fsync(self._out.fileno())
            try:
                os.link(self._part, self.path)
            except FileExistsError:
                raise
            except OSError:  # a file system without links
                if os.path.lexists(self.path):
                    raise FileExistsError from None
                Path(self._part).replace(self.path)
        except FileExistsError:
            raise exists(self.path) from None
        except OSError as error:
            raise _failed(self.path, error) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._out.close()
        Path(self._part).unlink(missing_ok=True)


def write_new(path: Path, data: bytes) -> None:
    """Write a small file that must not be there yet. Raises `ExportError`."""
    with NewFile(path) as out:
        out.write(data)
        out.keep()


def exists(path: Path) -> ExportError:
    """There is something at that place."""
    return ExportError(f"{path.name} is there already; nothing was overwritten.", "Choose another name.")


def _failed(path: Path, error: OSError) -> ExportError:
    reason = (error.strerror or type(error).__name__).lower()
    return ExportError(f"Nothing was written: {reason}: {path}.", "Choose another folder, or set `export_folder`.")
