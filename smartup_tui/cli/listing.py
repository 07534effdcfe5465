"""`smartup objectives | people | proposals | audit | treasury | history`: the ledger's lists as text or JSON."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from smartup_tui.cli.exits import Exit
from smartup_tui.cli.failures import CommandFailed
from smartup_tui.cli.opening import open_reader
from smartup_tui.cli.output import print_as_of, print_json, print_table
from smartup_tui.cli.writing import add_output, put_out, sheet_of
from smartup_tui.ledger import tables
from smartup_tui.ledger.index.listings import Wanted, all_rows, listing
from smartup_tui.ledger.schema import Column, Table
from smartup_tui.text import clean_line
from smartup_tui.workspace import words
from smartup_tui.workspace.reader import Reader

_NEWEST: Final = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """How a table is shown to people: its columns under their headings, those of numbers, and what an empty list says.

    `name` is the member of the JSON document that holds the rows.
    """

    name: str
    table: Table[Any]
    columns: Mapping[str, str]
    right: tuple[str, ...] = ()
    empty: str = "None."


OBJECTIVES: Final = Shown(
    "objectives",
    tables.OBJECTIVES,
    {
        "objective_id": "OBJECTIVE",
        "title": "TITLE",
        "phase": "PHASE",
        "status": "STATUS",
        "attacker": "ATTACKER",
        "defender": "DEFENDER",
        "mission_leader": "MISSION LEADER",
    },
    empty="No objective passes.",
)
OWNERS: Final = Shown(
    "owners",
    tables.OWNERS,
    {"alias": "OWNER", "license": "LICENSE", "status": "STATUS", "joined_at": "JOINED", "matrix_id": "MATRIX ID"},
    empty="No owner passes.",
)
TEAMS: Final = Shown(
    "teams", tables.TEAMS, {"team_id": "TEAM", "name": "NAME", "captain": "CAPTAIN", "status": "STATUS"}
)
ROLES: Final = Shown(
    "roles",
    tables.ROLES,
    {
        "role_id": "ROLE",
        "role_name": "NAME",
        "team_id": "TEAM",
        "type": "TYPE",
        "holder": "HOLDER",
        "recruitment": "RECRUITMENT",
        "sc_potential_weekly": "SC A WEEK",
    },
    right=("sc_potential_weekly",),
    empty="No role passes.",
)
APPLICATIONS: Final = Shown(
    "applications",
    tables.APPLICATIONS,
    {"application_id": "APPLICATION", "timestamp": "DAY", "alias": "OWNER", "role_id": "ROLE", "status": "STATUS"},
    empty="No application passes.",
)
PROPOSALS: Final = Shown(
    "proposals",
    tables.PROPOSALS,
    {
        "proposal_id": "PROPOSAL",
        "title": "TITLE",
        "kind": "KIND",
        "alias": "BY",
        "status": "STATUS",
        "consensus_ends_at": "CONSENSUS UNTIL",
        "vote_ends_at": "VOTE UNTIL",
        "result": "RESULT",
    },
    empty="No proposal passes.",
)
AUDIT: Final = Shown(
    "events",
    tables.EVENTS,
    {"timestamp": "TIME", "actor": "ACTOR", "action": "ACTION", "entity_id": "ENTITY", "details": "DETAILS"},
    empty="No audit row passes.",
)
TREASURY: Final = Shown(
    "treasury",
    tables.TREASURY,
    {
        "timestamp": "TIME",
        "event_type": "EVENT",
        "amount_eur_delta": "EUR",
        "total_eur_balance": "BALANCE EUR",
        "sc_outstanding": "SC",
        "ratio": "RATIO",
        "notes": "NOTES",
    },
    right=("amount_eur_delta", "total_eur_balance", "sc_outstanding", "ratio"),
    empty="The treasury has no rows yet.",
)


def add_common(parser: ArgumentParser, *, searched: bool = True) -> None:
    """The options that every list has."""
    if searched:
        parser.add_argument("words", nargs="*", help="words that must all be found in a row")
    parser.add_argument("--json", action="store_true", help="one JSON document, for programs")
    add_output(parser, default=None)
    parser.add_argument("--sync", action="store_true", help="ask the forge for news first")


def moment(text: str) -> str:
    """An argument that is a day such as 2026-11-21, or `30d` for so many days ago, as ISO text."""
    try:
        if text.endswith("d") and text[:-1].isdigit():
            return (datetime.now(UTC) - timedelta(days=int(text[:-1]))).strftime("%Y-%m-%d")
        return date.fromisoformat(text).isoformat()
    except (ValueError, OverflowError):
        raise ArgumentTypeError(f"{text!r} is no day such as 2026-11-21, nor days ago such as 30d") from None


def objectives(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup objectives`."""
    parser.add_argument("--team", metavar="ID", help="of one team, such as 3_7")
    parser.add_argument("--below", metavar="ID", help="the children of one objective, such as 5_0")
    parser.add_argument("--all", action="store_true", help="closed ones too")
    add_common(parser)
    parser.set_defaults(run=_objectives)


def _objectives(arguments: Namespace) -> int:
    equal = {"team_id": arguments.team, "parent_id": arguments.below, "status": None if arguments.all else "active"}
    return _print(OBJECTIVES, arguments, equal)


def people(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup people`."""
    which = parser.add_mutually_exclusive_group()
    for name, shown, text in (
        ("owners", OWNERS, "the book of owners (the default)"),
        ("teams", TEAMS, "the teams with their captains"),
        ("roles", ROLES, "the roles with their holders"),
        ("open-roles", ROLES, "the roles that look for someone"),
        ("applications", APPLICATIONS, "who has applied for what"),
    ):
        which.add_argument(f"--{name}", dest="which", action="store_const", const=(name, shown), help=text)
    parser.add_argument("--team", metavar="ID", help="roles of one team, such as 3_7")
    add_common(parser)
    parser.set_defaults(run=_people, which=("owners", OWNERS))


def _people(arguments: Namespace) -> int:
    name, shown = arguments.which
    equal: dict[str, str | None] = {"team_id": arguments.team if shown is ROLES else None}
    if name == "open-roles":
        equal |= {"recruitment": "OPEN", "status": "active"}
    return _print(shown, arguments, equal, empty=("holder",) if name == "open-roles" else ())


def proposals(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup proposals`."""
    parser.add_argument("--status", help="those that stand so, such as consensus, voting, accepted")
    add_common(parser)
    parser.set_defaults(run=lambda found: _print(PROPOSALS, found, {"status": found.status}))


def audit(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup audit`."""
    parser.add_argument("--actor", metavar="ALIAS", help="what one owner did")
    parser.add_argument("--action", metavar="NAME", help="one action, such as claim_task")
    parser.add_argument("--entity", metavar="ID", help="what happened to one thing, such as 6_1_2_0")
    parser.add_argument("--from", dest="since", type=moment, metavar="DAY", help="from this day on (UTC)")
    parser.add_argument("--to", dest="until", type=moment, metavar="DAY", help="before this day (UTC)")
    parser.add_argument("--limit", type=int, default=_NEWEST, help=f"the newest so many, 0 for all ({_NEWEST})")
    add_common(parser)
    parser.set_defaults(run=_audit)


def _audit(arguments: Namespace) -> int:
    equal = {"actor": arguments.actor, "action": arguments.action, "entity_id": arguments.entity}
    return _print(AUDIT, arguments, equal, limit=arguments.limit or -1)


def history(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup history`."""
    parser.add_argument("entity", help="a task, objective, session, award, owner: any id of the ledger")
    add_common(parser, searched=False)
    parser.set_defaults(run=_history, words=[])


def _history(arguments: Namespace) -> int:
    name = arguments.entity.strip().removeprefix("@")
    reader = open_reader(arguments)
    names = [name, *_below(reader, name)]
    if not reader.index.count(tables.EVENTS, f"entity_id IN ({', '.join('?' * len(names))})", names):
        shown = clean_line(name, 60)
        raise CommandFailed(
            Exit.REFUSED, f"The audit trail says nothing of {shown}.", "Ids are such as 6_1_2_0 or s_42."
        )
    return _print(AUDIT, arguments, {}, among={"entity_id": names})


def _below(reader: Reader, name: str) -> Iterator[str]:
    """The sessions of a task and the awards they led to, or the awards of a session: what happened to it too."""
    sessions = {row.session_id for row in all_rows(listing(reader.index, tables.CLOCK, Wanted({"task_id": name})))}
    yield from sorted(sessions)
    awards: set[str] = set()
    for column in ("task_id", "session_id"):
        awards |= {row.pending_id for row in all_rows(listing(reader.index, tables.PENDING, Wanted({column: name})))}
    yield from sorted(awards)


def treasury(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup treasury`."""
    parser.add_argument("--limit", type=int, default=_NEWEST, help=f"the newest so many, 0 for all ({_NEWEST})")
    add_common(parser)
    parser.set_defaults(run=lambda found: _print(TREASURY, found, {}, limit=found.limit or -1))


def _print(
    shown: Shown,
    arguments: Namespace,
    equal: Mapping[str, str | None],
    *,
    empty: tuple[str, ...] = (),
    among: Mapping[str, Sequence[str]] | None = None,
    limit: int = -1,
) -> int:
    """Print a list as the options ask for it."""
    reader = open_reader(arguments)
    wanted = Wanted(
        {name: value for name, value in equal.items() if value is not None},
        empty,
        tuple(arguments.words),
        getattr(arguments, "since", None) or "",
        getattr(arguments, "until", None) or "",
        among or {},
    )
    window = listing(reader.index, shown.table, wanted, limit=limit)
    if arguments.format or arguments.output:
        put_out(sheet_of(shown.table, window), arguments)
        return Exit.OK
    found = list(all_rows(window))
    if arguments.json:
        print_json({"as_of": reader.as_of, shown.name: [as_json(shown.table, row) for row in found]})
        return Exit.OK
    if not found:
        print(shown.empty)
    else:
        by_name = {c.name: c for c in shown.table.columns}
        right = [place for place, name in enumerate(shown.columns) if name in shown.right]
        rows = ([_cell(by_name[name], row) for name in shown.columns] for row in found)
        print_table(tuple(shown.columns.values()), rows, right=right)
    _print_more(reader, found, limit)
    return Exit.OK


def _print_more(reader: Reader, found: Sequence[Any], limit: int) -> None:
    more = f"the newest {limit}; --limit 0 shows all; " if 0 <= limit == len(found) else ""
    print_as_of(reader.as_of, more)


def as_json(table: Table[Any], row: Any) -> dict[str, Any]:
    """A row under the ledger's own column names."""
    return {c.name: getattr(row, c.field) for c in table.columns}


def _cell(column: Column, row: Any) -> str:
    value = getattr(row, column.field)
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{words.iso_day(value)} {words.clock_time(value)}"
    if isinstance(value, Decimal):
        return words.sc(value)
    return "; ".join(value) if isinstance(value, tuple) else str(value)
