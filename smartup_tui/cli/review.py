"""`smartup review`: what waits for a judgement, as Review shows it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from typing import Any, Final

from smartup_tui.cli.exits import Exit
from smartup_tui.cli.failures import CommandFailed
from smartup_tui.cli.opening import open_reader
from smartup_tui.cli.output import print_as_of, print_json, print_table, print_text
from smartup_tui.ledger.index import review as lists
from smartup_tui.ledger.index.listings import all_rows
from smartup_tui.ledger.index.review import Awards
from smartup_tui.ledger.rows import PendingSC, WorkClock
from smartup_tui.text import clean_line
from smartup_tui.workspace import words
from smartup_tui.workspace.describe_review import describe_award, describe_session
from smartup_tui.workspace.reader import Reader
from smartup_tui.workspace.review import award_line, award_review, pairing, session_line, session_review

_TO_ASSESS: Final = "assess"


def configure(parser: ArgumentParser) -> None:
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
    parser.add_argument("--json", action="store_true", help="one JSON document, for programs")
    parser.add_argument("--sync", action="store_true", help="ask the forge for news first")
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
