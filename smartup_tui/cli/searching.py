"""`smartup search`: pages and hand-over notes by their words, the best first."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import Any, Final

from smartup_tui.cli.exits import Exit
from smartup_tui.cli.opening import open_reader
from smartup_tui.cli.output import print_as_of, print_json, print_wrapped
from smartup_tui.cli.writing import add_output, put_out
from smartup_tui.ledger.index import library as index_library
from smartup_tui.workspace import words
from smartup_tui.workspace.export import Sheet
from smartup_tui.workspace.library import COLUMNS, Found, cells, found
from smartup_tui.workspace.reader import Reader

_SHOWN: Final = 20


def configure(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup search`."""
    parser.add_argument("words", nargs="+", help="words that must all be found, each as the beginning of one")
    parser.add_argument("--notes", action="store_true", help="hand-over notes alone")
    parser.add_argument(
        "--limit", type=int, default=_SHOWN, metavar="N", help=f"the best so many, 0 for all ({_SHOWN})"
    )
    parser.add_argument("--json", action="store_true", help="one JSON document, for programs")
    add_output(parser, default=None)
    parser.add_argument("--sync", action="store_true", help="ask the forge for news first")
    parser.set_defaults(run=_run)


def _run(arguments: Namespace) -> int:
    reader = open_reader(arguments)
    typed = " ".join(arguments.words)
    keys = index_library.found(reader.index, typed, notes_only=arguments.notes)
    total = len(keys)
    shown = keys[: arguments.limit] if arguments.limit > 0 else keys
    if arguments.format or arguments.output:
        put_out(_sheet(reader, shown, typed), arguments)
        return Exit.OK
    hits = found(reader, shown, typed)
    if arguments.json:
        results = [dict(zip(COLUMNS, cells(one), strict=True)) for one in hits]
        print_json({"as_of": reader.as_of, "words": typed, "total": total, "results": results})
        return Exit.OK
    if not hits:
        print("No page and no note has all these words." if not arguments.notes else "No note has all these words.")
    for one in hits:
        print_wrapped(_head(one), 0)
        print_wrapped(_marked(one), 2)
    best = f"the best {len(hits)} of {_many(total)}; --limit 0 shows all; " if len(hits) < total else ""
    print_as_of(reader.as_of, best)
    return Exit.OK


def _many(total: int) -> str:
    return f"{total:,} and more" if total == index_library.MOST_FOUND else f"{total:,}"


def _head(one: Found) -> str:
    if one.session_id is None:
        return f"{one.title}  {one.path}"
    day = f", {words.iso_day(one.at)}" if one.at is not None else ""
    return f"{one.session_id} {one.title} ({one.task_id}{day})"


def _marked(one: Found) -> str:
    """The passage with what was found in brackets, for those who see no colours."""
    text, made, at = one.passage.text, list[str](), 0
    for start, end in one.passage.hits:
        made += [text[at:start], "[", text[start:end], "]"]
        at = end
    return "".join((*made, text[at:]))


def _sheet(reader: Reader, keys: Sequence[int], typed: str) -> Sheet:
    def rows(start: int, count: int) -> list[tuple[Any, ...]]:
        return [cells(one) for one in found(reader, keys[start : start + count], typed)]

    return Sheet("smartup-search", COLUMNS, len(keys), rows, f"What holds “{typed}”")
