"""`smartup export`: a table of the ledger as CSV or JSON, into a file or a pipe."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Any

from smartup_tui.cli.exits import Exit
from smartup_tui.cli.failures import CommandFailed
from smartup_tui.cli.listing import moment
from smartup_tui.cli.opening import open_reader
from smartup_tui.cli.writing import add_output, put_out, sheet_of
from smartup_tui.ledger import cells, tables
from smartup_tui.ledger.index.listings import Wanted, listing
from smartup_tui.ledger.schema import Table

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
