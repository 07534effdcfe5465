"""`smartup page | review | rooms`: what Learn, Review and Rooms show, as linear text or JSON."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from smartup_tui import config
from smartup_tui.cli.exits import Exit
from smartup_tui.cli.failures import CommandFailed
from smartup_tui.cli.opening import open_reader, profile_of
from smartup_tui.cli.output import print_as_of, print_json, print_table, print_text, print_wrapped
from smartup_tui.ledger.index import review as lists
from smartup_tui.ledger.index.library import page_at
from smartup_tui.ledger.index.listings import all_rows
from smartup_tui.ledger.index.review import Awards
from smartup_tui.ledger.rows import PendingSC, WorkClock
from smartup_tui.text import clean_line
from smartup_tui.workspace import jump, library, words
from smartup_tui.workspace.describe_review import describe_award, describe_session
from smartup_tui.workspace.reader import Reader
from smartup_tui.workspace.review import award_line, award_review, pairing, session_line, session_review
from smartup_tui.workspace.rooms import RowKind, TreeRow
from smartup_tui.workspace.timeline import Entry
from smartup_tui.workspace.workspace import Workspace

_NEWEST: Final = 30
_TO_ASSESS: Final = "assess"
_SPOKEN_IN: Final = (RowKind.ROOM, RowKind.DESK)


def _common(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON document, for programs")
    parser.add_argument("--sync", action="store_true", help="ask the forge for news first")


# A page of the wiki


def page(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup page`."""
    parser.add_argument("what", nargs="+", help="its path, its title, or the id of what it is about")
    _common(parser)
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


# What waits for a judgement


def review(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup review`."""
    parser.add_argument("entity", nargs="?", help="a session or award, to read all there is to know for it")
    which = parser.add_mutually_exclusive_group()
    for name, text in (
        (_TO_ASSESS, "sessions to assess (the default)"),
        (Awards.PENDING, "awards to validate"),
        (Awards.RUNNING, "awards whose window runs, or that are contested"),
        (Awards.DONE, "awards that were decided"),
    ):
        which.add_argument(f"--{name}", dest="which", action="store_const", const=name, help=text)
    _common(parser)
    parser.set_defaults(run=_review, which=_TO_ASSESS)


def _review(arguments: Namespace) -> int:
    reader = open_reader(arguments)
    if arguments.entity is not None:
        return _judged(reader, arguments)
    if arguments.which == _TO_ASSESS:
        sessions = all_rows(lists.unassessed_window(reader.index, pairing(reader), "", ""))
        return _listed(
            reader, arguments, "sessions", ("SESSION", "TASK", "PAIR", "TOOK"), map(_session(reader), sessions)
        )
    awards = all_rows(lists.award_window(reader.index, Awards(arguments.which), "", ""))
    return _listed(reader, arguments, "awards", ("AWARD", "TASK", "FOR", "SC", "STANDING"), map(_award(reader), awards))


def _session(reader: Reader) -> Callable[[WorkClock], dict[str, Any]]:
    def record(clock: WorkClock) -> dict[str, Any]:
        line = session_line(reader, clock)
        return {
            "session": clock.session_id, "task": clock.task_id, "title": line.title, "pair": line.pair,
            "stopped_at": clock.stopped_at, "minutes": line.minutes,
        }  # fmt: skip

    return record


def _award(reader: Reader) -> Callable[[PendingSC], dict[str, Any]]:
    def record(award: PendingSC) -> dict[str, Any]:
        line = award_line(reader, award)
        return {
            "award": award.pending_id, "task": award.task_id, "title": line.title, "for": line.pair,
            "amount": line.amount, "status": award.status, "standing": line.standing,
        }  # fmt: skip

    return record


def _listed(
    reader: Reader, arguments: Namespace, name: str, header: tuple[str, ...], records: Iterator[dict[str, Any]]
) -> int:
    found = list(records)
    if arguments.json:
        shown = [{key: value for key, value in record.items() if key != "standing"} for record in found]
        print_json({"as_of": reader.as_of, name: shown})
        return Exit.OK
    if not found:
        print("Nothing waits here." if arguments.which != Awards.DONE else "No award has been decided yet.")
    else:
        print_table(header, [_cells(record) for record in found], right=(3,))
    print_as_of(reader.as_of)
    return Exit.OK


def _cells(record: dict[str, Any]) -> tuple[str, ...]:
    task = f"{record['task'] or ''} {record['title']}".strip()
    if "session" in record:
        took = words.minutes(record["minutes"]) if record["minutes"] is not None else ""
        return record["session"], task, " ".join(record["pair"]), took
    return record["award"], task, " ".join(record["for"]), words.sc(record["amount"]), record["standing"]


def _judged(reader: Reader, arguments: Namespace) -> int:
    """All there is to know of one session or award."""
    name = arguments.entity.strip()
    award = award_review(reader, name) if name.startswith("g_") else None
    session = session_review(reader, name) if award is None else None
    if award is None and session is None:
        raise CommandFailed(
            Exit.REFUSED, f"There is no session or award {clean_line(name, 40)}.", "`smartup review` lists them."
        )
    text = describe_award(award) if award is not None else describe_session(session) if session is not None else ""
    if arguments.json:
        print_json({"as_of": reader.as_of, "id": name, "text": text})
        return Exit.OK
    print_text(text)
    print_as_of(reader.as_of)
    return Exit.OK


# Rooms


def rooms(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup rooms`."""
    parser.add_argument("room", nargs="*", help="a room by its id, its name, or what it is about: what was said there")
    parser.add_argument("--limit", type=int, default=_NEWEST, help=f"the newest so many, 0 for all ({_NEWEST})")
    parser.add_argument("--json", action="store_true", help="one JSON document, for programs")
    parser.set_defaults(run=_rooms)


@contextmanager
def _workspace(arguments: Namespace) -> Iterator[Workspace]:
    """The profile's workspace, which talks to nobody: what the rooms said is read from this machine."""
    home, name, profile = profile_of(arguments)
    root = Path(arguments.home) if arguments.home else None
    opened = Workspace(home, name, profile, config.load(home).settings, root=root)
    try:
        yield opened
    finally:
        opened.stop()


def _rooms(arguments: Namespace) -> int:
    with _workspace(arguments) as workspace:
        tree, wanted = workspace.talk.tree(), " ".join(arguments.room)
        read_at = workspace.connection.store.last_success
        if wanted:
            row = tree.row(wanted) or tree.of(wanted) or _called(tree.rows, wanted)
            view, most = workspace.talk.view(row.id), arguments.limit
            while (most <= 0 or len(view.entries) < most) and view.extend():
                pass
            said = view.entries[-most:] if most > 0 else view.entries
            if arguments.json:
                print_json({"as_of": read_at, "room": row.id, "name": row.name, "messages": [*map(_message, said)]})
                return Exit.OK
            for entry in said:
                _print_message(entry)
            print_as_of(read_at)
            return Exit.OK
        if arguments.json:
            print_json(
                {"as_of": read_at, "rooms": [_room(row) for row in tree.rows if row.kind is not RowKind.HEADING]}
            )
            return Exit.OK
        for row in tree.rows:
            print_wrapped(f"{row.name}  {row.note}".strip(), 2 * row.depth)
        if not tree.rows:
            print("The rooms have not been read yet; they are while the workspace is open.")
        print_as_of(read_at)
    return Exit.OK


def _called(rows: tuple[TreeRow, ...], wanted: str) -> TreeRow:
    """The one room that has these words."""
    spoken_in = [row for row in rows if row.kind in _SPOKEN_IN]
    found = [row for row in spoken_in if row.name == wanted] or [row for row in spoken_in if row.passes(wanted)]
    if len(found) != 1:
        reason = "Several rooms have" if found else "You are in no room with"
        raise CommandFailed(
            Exit.REFUSED, f"{reason} these words.", "`smartup rooms` lists them; an id names one alone."
        )
    return found[0]


def _room(row: TreeRow) -> dict[str, Any]:
    about = row.entity[1] if row.entity is not None else None
    return {"id": row.id, "kind": row.kind, "name": row.name, "note": row.note, "about": about}


def _message(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.event_id, "at": entry.at, "sender": entry.who.user_id, "name": entry.who.name,
        "kind": entry.kind, "text": entry.text,
    }  # fmt: skip


def _print_message(entry: Entry) -> None:
    kind = f" ({entry.kind})" if entry.kind else ""
    print_wrapped(f"{words.day_and_time(entry.at)}  {entry.who.name}{kind}", 0)
    for line in entry.text.splitlines():
        print_wrapped(line, 2)
