"""`smartup explain`: where a number comes from, reckoned again from the ledger's own rows."""

from __future__ import annotations

import shutil
import sys
import textwrap
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from typing import Final

from smartup_tui.cli.exits import Exit
from smartup_tui.cli.exporting import add_output, put_out
from smartup_tui.cli.failures import CommandFailed
from smartup_tui.cli.opening import open_reader, profile_of
from smartup_tui.cli.output import print_as_of, print_json
from smartup_tui.text import clean_line
from smartup_tui.workspace.explain import Evidence, Explanation, explain
from smartup_tui.workspace.explain_forms import document, lines, sheet, unfolded, verdict
from smartup_tui.workspace.places import Places
from smartup_tui.workspace.proof_store import ProofStore
from smartup_tui.workspace.target import Unclear

_SHOWN: Final = 10
_LONGEST: Final = 100
_EPILOG: Final = """\
examples:
  smartup explain wallet                        what I have, row by row
  smartup explain g_30                          an award: scores, payout, split, votes, mint
  smartup explain 6_1_2_0 --depth 3             a task's budget, down to its sessions' audit rows
  smartup explain treasury                      the money, what is outstanding, the 3x rule
  smartup explain credits/transactions.csv:55   one row
  smartup explain wallet --format csv           the same as a table

It ends with exit code 1 where something does not agree.
"""


def configure(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup explain`."""
    parser.epilog = _EPILOG
    parser.add_argument(
        "entity", help="an id, an alias, the beginning of a title, wallet, treasury, FILE:LINE, or an event id"
    )
    parser.add_argument("--depth", type=int, default=2, metavar="N", help="how many levels down (default: 2)")
    parser.add_argument("--all", action="store_true", help=f"every row, where {_SHOWN} are shown")
    parser.add_argument("--json", action="store_true", help="one JSON document, for programs")
    add_output(parser, default=None)
    parser.add_argument("--sync", action="store_true", help="ask the forge for news first")
    parser.set_defaults(run=_run)


def _run(arguments: Namespace) -> int:
    reader = open_reader(arguments)
    home, name, _ = profile_of(arguments)
    proof = Places.of(home, name).proof
    store = ProofStore(proof) if proof.exists() else None
    try:
        evidence = Evidence(reader, datetime.now(UTC), store.commit_of if store is not None else lambda _: None)
        found = explain(evidence, arguments.entity)
        if isinstance(found, Unclear):
            raise CommandFailed(Exit.REFUSED, clean_line(found.message, 300), "`smartup explain --help` has examples.")
        whole = unfolded(evidence, found, max(0, arguments.depth))
    finally:
        if store is not None:
            store.close()
    code = Exit.REFUSED if whole.doubts else Exit.OK
    if arguments.json:
        print_json({"as_of": reader.as_of, **document(whole)})
        return code
    if arguments.format or arguments.output:
        put_out(sheet(whole), arguments)
        return code
    _print(whole, None if arguments.all else _SHOWN)
    if said := verdict(whole):
        print(f"\n{said}")
    print_as_of(reader.as_of)
    return code


def _print(whole: Explanation, most: int | None) -> None:
    """Lines, each as far in as it stands, wrapped to the terminal."""
    columns = min(_LONGEST, shutil.get_terminal_size().columns) if sys.stdout.isatty() else 0
    for level, text in lines(whole, most=most):
        indent = "  " * level
        shown = clean_line(text, 2_000)
        if not columns:
            print(indent + shown)
            continue
        room = max(24, columns - len(indent))
        print("\n".join(indent + one for one in textwrap.wrap(shown, room, subsequent_indent="    ") or [""]))
