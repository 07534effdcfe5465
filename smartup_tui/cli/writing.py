"""A list as CSV or JSON, into a file or a pipe: `--format` and `--output`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from smartup_tui.cli.exits import Exit
from smartup_tui.cli.failures import CommandFailed
from smartup_tui.ledger.index.windows import Window
from smartup_tui.ledger.schema import Table
from smartup_tui.workspace.export import ExportError, Format, NewFile, Sheet, parts


def add_output(parser: ArgumentParser, *, default: Format | None = Format.CSV) -> None:
    """The options of whatever can be written as a table; `default` is the form where none is asked for."""
    note = " (default)" if default is not None else ""
    parser.add_argument("--format", type=Format, choices=list(Format), default=default, help=f"csv{note} or json")
    parser.add_argument("--output", metavar="FILE", help="write this new file, instead of standard output")


def put_out(sheet: Sheet, arguments: Namespace) -> None:
    """Write a table as `--format` and `--output` say, JSON also where the file's name ends so."""
    named = arguments.output is not None and arguments.output.lower().endswith(".json")
    form = arguments.format or (Format.JSON if named else Format.CSV)
    if arguments.output is None:
        for _, data in parts(sheet, form):
            sys.stdout.buffer.write(data)
        sys.stdout.flush()
        return
    path = Path(arguments.output)
    try:
        with NewFile(path) as out:
            for _, data in parts(sheet, form):
                out.write(data)
            out.keep()
    except ExportError as error:
        raise CommandFailed(Exit.REFUSED, error.message, error.hint) from None
    print(f"{'One row is' if sheet.count == 1 else f'{sheet.count:,} rows are'} in {path}.")


def sheet_of(table: Table[Any], window: Window[Any]) -> Sheet:
    """A list as a sheet, under the ledger's own column names."""
    fields = [c.field for c in table.columns]

    def rows(start: int, count: int) -> Sequence[Sequence[Any]]:
        return [[getattr(row, name) for name in fields] for _, row in window.rows(start, count)]

    return Sheet(table.name, table.header, len(window), rows, table.name.replace("_", " ").replace("-", " "))
