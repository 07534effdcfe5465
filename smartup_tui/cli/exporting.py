"""`smartup export`: a table of the ledger as CSV or JSON, into a file or a pipe."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from smartup_tui.cli.exits import Exit
from smartup_tui.cli.failures import CommandFailed
from smartup_tui.cli.listing import moment
from smartup_tui.cli.opening import open_reader
from smartup_tui.ledger import cells, tables
from smartup_tui.ledger.index.listings import Wanted, listing
from smartup_tui.ledger.index.windows import Window
from smartup_tui.ledger.schema import Table
from smartup_tui.workspace.export import ExportError, Format, NewFile, Sheet, parts

_EPILOG = """\
examples:
  smartup export task-budgets --where status=open              open tasks as CSV, to standard output
  smartup export credits --where to=maria --format json        what I was paid, for a program
  smartup export master-events --from 30d --output audit.csv   the last month's audit rows, into a file
"""


def export(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup export`."""
    names = [table.name for table in tables.TABLES]
    parser.epilog = f"{_EPILOG}\ntables: {', '.join(names)}"
    parser.add_argument("table", choices=names, metavar="TABLE", help="one of the ledger's tables, see below")
    parser.add_argument("words", nargs="*", help="words that must all be found in a row")
    parser.add_argument(
        "--where",
        action="append",
        default=[],
        metavar="COLUMN=VALUE",
        help="rows with this value, or where it is empty (COLUMN=); may be given again",
    )
    parser.add_argument("--from", dest="since", type=moment, metavar="DAY", help="from this day on (UTC)")
    parser.add_argument("--to", dest="until", type=moment, metavar="DAY", help="before this day (UTC)")
    add_output(parser)
    parser.add_argument("--sync", action="store_true", help="ask the forge for news first")
    parser.set_defaults(run=_export)


def _export(arguments: Namespace) -> int:
    table = tables.BY_NAME[arguments.table]
    equal = dict(_condition(table, text) for text in arguments.where)
    if (arguments.since or arguments.until) and "timestamp" not in table.header:
        raise CommandFailed(Exit.USAGE, f"The table {table.name} has no column `timestamp`.", "Leave --from and --to.")
    reader = open_reader(arguments)
    wanted = Wanted(equal, words=tuple(arguments.words), since=arguments.since or "", until=arguments.until or "")
    sheet = sheet_of(table, listing(reader.index, table, wanted))
    put_out(sheet, arguments)
    return Exit.OK


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


def _condition(table: Table[Any], text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or name not in table.header:
        columns = ", ".join(table.header)
        raise CommandFailed(
            Exit.USAGE, f"`{text}` is no condition on {table.name}.", f"COLUMN=VALUE; it has {columns}."
        )
    try:
        cells.decode(next(column for column in table.columns if column.name == name), value)
    except cells.CellError as error:
        raise CommandFailed(Exit.USAGE, f"`{text}`: {error.message}.", f"{name} is {error.expected}.") from None
    return name, value
