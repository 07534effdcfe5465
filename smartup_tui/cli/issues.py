"""`smartup issues | repositories`: what the forge holds beside the ledger, read-only, as text or JSON."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from contextlib import closing
from typing import Any, Final

from smartup_tui.cli.exits import Exit
from smartup_tui.cli.failures import CommandFailed
from smartup_tui.cli.opening import profile_of
from smartup_tui.cli.output import print_as_of, print_json, print_table, print_text
from smartup_tui.text import clean_line
from smartup_tui.workspace import words
from smartup_tui.workspace.forge_desk import ForgeDesk
from smartup_tui.workspace.forge_rows import IssueRow, RepositoryRow, team_of
from smartup_tui.workspace.places import Places

_NUMBER: Final = re.compile(r".+#\d+")


def issues(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup issues`."""
    parser.add_argument("issue", nargs="?", help="one issue with its text, such as 3_7_operational_team#12")
    parser.add_argument("--all", action="store_true", help="the closed ones too")
    parser.add_argument("--team", metavar="TEAM", help="only of one team's repository, such as 3_7")
    parser.add_argument("--repository", metavar="NAME", help="only of one repository")
    parser.add_argument("--words", metavar="TEXT", default="", help="only with these words in title, labels or people")
    _common(parser)
    parser.set_defaults(run=_issues)


def repositories(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup repositories`."""
    _common(parser)
    parser.set_defaults(run=_repositories)


def _common(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON document, for programs")
    parser.add_argument("--sync", action="store_true", help="ask the forge first")


def _issues(arguments: Namespace) -> int:
    desk = _desk(arguments)
    if arguments.issue:
        return _one(desk, arguments.issue, as_json=arguments.json)
    rows = [
        row
        for row in desk.matching(arguments.words)
        if (arguments.all or row.state == "open")
        and (arguments.team is None or team_of(row.repository) == arguments.team)
        and (arguments.repository is None or row.repository == arguments.repository)
    ]
    if arguments.json:
        print_json({"as_of": desk.as_of, "problem": desk.problem, "issues": [_issue_json(desk, row) for row in rows]})
        return Exit.OK
    _say_problem(desk)
    if rows:
        header = ("ISSUE", "TITLE", "STATE", "LABELS", "MILESTONE", "ASSIGNED TO")
        print_table(header, [_cells(row) for row in rows])
    elif not desk.problem:
        print("No issue passes.")
    print_as_of(desk.as_of)
    return Exit.OK


def _one(desk: ForgeDesk, name: str, *, as_json: bool) -> int:
    detail = desk.issue(name)
    if detail is None:
        form = "" if _NUMBER.fullmatch(name) else " Name it as repository#number."
        raise CommandFailed(
            Exit.REFUSED, f"No issue {clean_line(name, 80)} is known.{form}", "`smartup issues --all --sync` lists all."
        )
    if as_json:
        found = _issue_json(desk, detail.row) | {"body": detail.body, "waits_for": None}
        if detail.waits_for is not None:
            found["waits_for"] = [
                {"issue": each.name or None, "title": each.title, "state": each.state} for each in detail.waits_for
            ]
        print_json({"as_of": desk.as_of, **found})
        return Exit.OK
    print_text(desk.describe(name))
    print_as_of(desk.as_of)
    return Exit.OK


def _repositories(arguments: Namespace) -> int:
    desk = _desk(arguments)
    rows, known = desk.repositories(), desk.issues()
    if arguments.json:
        found = [_repository_json(desk, row, known) for row in rows]
        print_json({"as_of": desk.as_of, "problem": desk.problem, "repositories": found})
        return Exit.OK
    _say_problem(desk)
    if rows:
        cells = [
            (
                row.name,
                row.team or "all",
                "private" if row.private else "public",
                str(sum(issue.repository == row.name and issue.state == "open" for issue in known)),
                words.iso_day(row.updated_at) if row.updated_at is not None else "",
            )
            for row in rows
        ]
        print_table(("REPOSITORY", "TEAM", "SEEN BY", "OPEN ISSUES", "CHANGED"), cells, right=(3,))
    print_as_of(desk.as_of)
    return Exit.OK


def _desk(arguments: Namespace) -> ForgeDesk:
    """What is on this machine; asked of the forge first with `--sync`, or when nothing was read yet."""
    home, name, profile = profile_of(arguments)
    desk: ForgeDesk = arguments.opened.enter_context(closing(ForgeDesk(Places.of(home, name).forge, profile)))
    if arguments.sync or desk.as_of is None:
        from smartup_tui.cli.synchronise import read_forge  # noqa: PLC0415 - brings asyncio and the HTTP client

        read_forge(home, name)
    return desk


def _cells(row: IssueRow) -> Sequence[str]:
    return row.name, row.title, row.state, ", ".join(row.labels), row.milestone, ", ".join(row.assignees)


def _issue_json(desk: ForgeDesk, row: IssueRow) -> dict[str, Any]:
    return {
        "issue": row.name,
        "repository": row.repository,
        "team": team_of(row.repository) or None,
        "number": row.number,
        "title": row.title,
        "state": row.state,
        "author": row.author,
        "labels": row.labels,
        "milestone": row.milestone or None,
        "assignees": row.assignees,
        "comments": row.comments,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "closed_at": row.closed_at,
        "due": row.due,
        "link": desk.link(row.repository, row.number),
    }


def _repository_json(desk: ForgeDesk, row: RepositoryRow, known: Sequence[IssueRow]) -> dict[str, Any]:
    rows = [issue for issue in known if issue.repository == row.name]
    own = [issue.state for issue in rows]
    return {
        "repository": row.name,
        "team": row.team or None,
        "private": row.private,
        "archived": row.archived,
        "description": row.description,
        "updated_at": row.updated_at,
        "open_issues": own.count("open"),
        "closed_issues": own.count("closed"),
        "milestones": [
            {"title": m.title, "state": m.state, "open": m.counts(rows)[0], "closed": m.counts(rows)[1], "due": m.due}
            for m in row.milestones
        ],
        "labels": [{"name": label.name, "description": label.description} for label in row.labels],
        "commits": [{"id": c.sha, "subject": c.subject, "author": c.author, "at": c.at} for c in row.commits],
        "link": desk.link(row.name),
    }


def _say_problem(desk: ForgeDesk) -> None:
    if desk.problem:
        print(desk.problem)
