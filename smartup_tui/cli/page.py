"""`smartup page`: a page of the wiki, as Learn shows it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from smartup_tui.cli.exits import Exit
from smartup_tui.cli.failures import CommandFailed
from smartup_tui.cli.opening import open_reader
from smartup_tui.cli.output import print_as_of, print_json, print_text
from smartup_tui.ledger.index.library import page_at
from smartup_tui.text import clean_line
from smartup_tui.workspace import jump, library
from smartup_tui.workspace.reader import Reader


def configure(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup page`."""
    parser.add_argument("what", nargs="+", help="its path, its title, or the id of what it is about")
    parser.add_argument("--json", action="store_true", help="one JSON document, for programs")
    parser.add_argument("--sync", action="store_true", help="ask the forge for news first")
    parser.set_defaults(run=_page)


def _page(arguments: Namespace) -> int:
    reader, typed = open_reader(arguments), " ".join(arguments.what)
    path = _path(reader, typed)
    found = library.page(reader, path) if path is not None else None
    if found is None:
        name = clean_line(typed, 60)
        raise CommandFailed(Exit.REFUSED, f"There is no page {name}.", "`smartup search` finds pages by their words.")
    if arguments.json:
        facts = {"author": found.author, "date": found.date, "parent": found.parent}
        print_json(
            {"as_of": reader.as_of, "path": found.row.path, "title": found.row.title, **facts, "body": found.body}
        )
        return Exit.OK
    facts_line = ", ".join(part for part in (f"by {found.author}" if found.author else "", found.date) if part)
    for line in (clean_line(found.row.title, 200), clean_line(facts_line, 200), ""):
        print(line)
    print_text(found.body.removeprefix(f"# {found.row.title}").strip("\n"))
    print_as_of(reader.as_of, f"{clean_line(found.row.path, 200)}; ")
    return Exit.OK


def _path(reader: Reader, typed: str) -> str | None:
    """The path of the page that is meant: it is one, it is about what is meant, or it is called so."""
    if page_at(reader.index, typed) is not None:
        return typed
    target = jump.find(reader, typed)
    if not isinstance(target, jump.Target):
        return None
    return target.entity if target.is_page else jump.page_of(reader, target.entity)
