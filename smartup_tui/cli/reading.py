"""`smartup today | tasks | task | wallet | clock`: the workspace's views as linear text, also for screen readers."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from typing import Any

from smartup_tui.cli.exits import Exit
from smartup_tui.cli.failures import CommandFailed
from smartup_tui.cli.opening import not_sent, open_reader
from smartup_tui.cli.output import print_as_of, print_json, print_table, print_text
from smartup_tui.ledger.index import queries
from smartup_tui.ledger.index.queries import Scope, TaskFilter
from smartup_tui.ledger.index.wallet import credits_of, karma_of
from smartup_tui.ledger.rows import TaskBudget
from smartup_tui.text import clean_line
from smartup_tui.workspace import words
from smartup_tui.workspace.actions import seat_of
from smartup_tui.workspace.describe import page_body
from smartup_tui.workspace.describe_wallet import kind, signed
from smartup_tui.workspace.reader import Reader
from smartup_tui.workspace.view import Clock, WalletLine


def _common(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON document, for programs")
    parser.add_argument("--sync", action="store_true", help="ask the forge for news first")


def today(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup today`."""
    _common(parser)
    parser.set_defaults(run=_today)


def _today(arguments: Namespace) -> int:
    reader = open_reader(arguments)
    now = datetime.now(UTC)
    seen, waiting = reader.today(now), not_sent(arguments)
    if arguments.json:
        print_json(
            {
                "as_of": seen.as_of,
                "alias": seen.owner.alias,
                "clock": _clock_json(seen.clock, seen.minutes_finished, now),
                "tasks": [
                    {"id": t.task_id, "title": t.title, "seat": t.seat, "status": t.status, "budget": t.budget_sc}
                    for t in seen.tasks
                ],
                "wallet": _wallet_json(reader, seen.wallet),
                "not_sent": waiting,
            }
        )
        return Exit.OK
    for line in _clock_lines(seen.clock, seen.minutes_finished, now):
        print(line)
    print()
    if seen.tasks:
        rows = [
            (t.task_id, t.title, t.seat, words.status(t.status), f"{words.sc_short(t.budget_sc)} SC")
            for t in seen.tasks
        ]
        print_table(("TASK", "TITLE", "SEAT", "STATUS", "BUDGET"), rows, right=(4,))
    else:
        print("You hold no seat. `smartup tasks --open` lists what can be claimed.")
    print()
    for line in _wallet_lines(seen.wallet, now):
        print(line)
    if waiting:
        print("\nNot sent yet; the next `smartup send` sends what can be sent:")
        for text in waiting:
            print(f"  {clean_line(text, 120)}")
    print_as_of(reader.as_of)
    return Exit.OK


def tasks(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup tasks`."""
    scope = parser.add_mutually_exclusive_group()
    for name, text in (
        (Scope.MINE, "those in which I hold a seat (the default)"),
        (Scope.OPEN, "those with a free seat"),
        (Scope.TEAM, "those of the teams in which I hold a role"),
        (Scope.ALL, "every task"),
    ):
        scope.add_argument(f"--{name}", dest="scope", action="store_const", const=name, help=text)
    parser.add_argument("words", nargs="*", help="words that must all be found in id, title, objective, size or seats")
    _common(parser)
    parser.set_defaults(run=_tasks, scope=Scope.MINE)


def _tasks(arguments: Namespace) -> int:
    reader = open_reader(arguments)
    teams = reader.teams() if arguments.scope is Scope.TEAM else ()
    wanted = TaskFilter(arguments.scope, reader.alias, teams, " ".join(arguments.words))
    window = queries.task_window(reader.index, wanted)
    found = [task for start in range(0, len(window), 500) for _, task in window.rows(start, 500)]
    if arguments.json:
        print_json({"as_of": reader.as_of, "tasks": [_task_json(task, reader.alias) for task in found]})
        return Exit.OK
    if not found:
        print("No tasks." if not arguments.words else "No task has all these words.")
    else:
        rows = [
            (
                task.task_id,
                task.title,
                words.status(task.status),
                f"{words.sc_short(task.budget_sc)} SC",
                task.attacker or "free",
                task.defender or "free",
            )
            for task in found
        ]
        print_table(("TASK", "TITLE", "STATUS", "BUDGET", "ATTACKER", "DEFENDER"), rows, right=(3,))
    print_as_of(reader.as_of)
    return Exit.OK


def task(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup task`."""
    parser.add_argument("task_id", help="the task's id, such as 6_1_2_0")
    _common(parser)
    parser.set_defaults(run=_task)


def _task(arguments: Namespace) -> int:
    reader = open_reader(arguments)
    detail = reader.task(arguments.task_id)
    if detail is None:
        name = clean_line(arguments.task_id, 40)
        raise CommandFailed(Exit.REFUSED, f"There is no task {name}.", "`smartup tasks --all` lists all of them.")
    if arguments.json:
        print_json(
            {
                "as_of": reader.as_of,
                **_task_json(detail.task, reader.alias),
                "objective": {"id": detail.task.objective_id, "title": detail.objective},
                "running": [
                    {"session": c.session_id, "pair": c.pair, "started_at": c.started_at, "confirmed": c.confirmed}
                    for c in detail.running
                ],
                "sessions": [
                    {"id": s.session_id, "started_at": s.started_at, "stopped_at": s.stopped_at, "summary": s.summary}
                    for s in detail.sessions
                ],
                "page": detail.page,
            }
        )
        return Exit.OK
    found = detail.task
    print(clean_line(f"{found.task_id}  {found.title}", 200))
    print(f"{words.status(found.status)}, {words.sc_short(found.budget_sc)} SC, objective {found.objective_id}")
    print(clean_line(f"attacker: {found.attacker or 'free'}; defender: {found.defender or 'free'}", 200))
    if detail.page:
        print()
        print_text(page_body(detail.page))
    print_as_of(reader.as_of)
    return Exit.OK


def wallet(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup wallet`."""
    parser.add_argument("words", nargs="*", help="list what moved and holds all these words")
    parser.add_argument("--transactions", action="store_true", help="list all that moved, the newest first")
    _common(parser)
    parser.set_defaults(run=_wallet)


def _wallet(arguments: Namespace) -> int:
    reader = open_reader(arguments)
    now = datetime.now(UTC)
    seen = reader.wallet(now)
    listed, text = arguments.transactions or bool(arguments.words), " ".join(arguments.words)
    moved = credits_of(reader.index, reader.alias, text)[::-1] if listed else []
    karma = karma_of(reader.index, reader.alias, text)[::-1] if listed else []
    if arguments.json:
        found = {"as_of": reader.as_of, **_wallet_json(reader, seen)}
        if listed:
            found["transactions"] = [
                {
                    "timestamp": row.timestamp,
                    "currency": currency,
                    "type": row.type,
                    "amount": row.amount,
                    "reference": row.reference,
                    "description": row.description,
                }
                for currency, rows in (("SC", moved), ("SK", karma))
                for row in rows
            ]
        print_json(found)
        return Exit.OK
    for line in _wallet_lines(seen, now):
        print(line)
    if listed:
        print()
        lines = [
            (words.iso_day(row.timestamp), kind(row), f"{signed(row)} {currency}", row.reference or "", row.description)
            for currency, found in (("SC", moved), ("SK", karma))
            for row in found
        ]
        if lines:
            print_table(("DAY", "WHAT", "AMOUNT", "FOR", "DESCRIPTION"), lines, right=(2,))
        else:
            print("Nothing that moved has all these words." if text else "Nothing has moved yet.")
    print_as_of(reader.as_of)
    return Exit.OK


def clock(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup clock`."""
    _common(parser)
    parser.set_defaults(run=_clock)


def _clock(arguments: Namespace) -> int:
    reader = open_reader(arguments)
    now = datetime.now(UTC)
    running, minutes = reader.clock(), reader.minutes_today(now)
    if arguments.json:
        print_json({"as_of": reader.as_of, **_clock_json(running, minutes, now)})
        return Exit.OK
    for line in _clock_lines(running, minutes, now):
        print(line)
    print_as_of(reader.as_of)
    return Exit.OK


def _clock_lines(running: Clock | None, finished: int, now: datetime) -> list[str]:
    if running is None:
        return [f"Clock stopped. Today {words.minutes(finished)} (UTC day)."]
    partner = f"with {running.partner}" if running.partner else "alone"
    state = "confirmed" if running.confirmed else "not yet confirmed"
    elapsed = running.minutes(now)
    since, total = words.since(running.started_at, now), words.minutes(finished + running.minutes_today(now))
    return [
        f"{running.task_id}  {clean_line(running.title, 200)}  {clean_line(partner)}",
        f"{words.minutes(elapsed)} since {since}, {state}; today {total} (UTC day).",
    ]


def _clock_json(running: Clock | None, finished: int, now: datetime) -> dict[str, Any]:
    if running is None:
        return {"running": None, "minutes_today": finished}
    return {
        "running": {
            "session": running.session_id,
            "task": running.task_id,
            "title": running.title,
            "partner": running.partner,
            "started_at": running.started_at,
            "confirmed": running.confirmed,
            "minutes": running.minutes(now),
        },
        "minutes_today": finished + running.minutes_today(now),
    }


def _wallet_lines(seen: WalletLine, now: datetime) -> list[str]:
    lines = [f"live     {words.sc(seen.live):>10} SC", f"pending  {words.sc(seen.pending_total):>10} SC"]
    for part in seen.pending:
        when = words.standing(part.status, part.ends_at, now)
        lines.append(f"           {words.sc(part.amount):>8}    {part.pending_id}, {when}")
    if seen.queued:
        lines.append(f"queued   {words.sc(seen.queued):>10} SC for redemption")
    if seen.redeemed:
        lines.append(f"redeemed {words.sc(seen.redeemed):>10} SC")
    return [*lines, f"SK       {seen.sk:>10}    next decay on {words.day(seen.next_decay)}"]


def _wallet_json(reader: Reader, seen: WalletLine) -> dict[str, Any]:
    return {
        "alias": reader.alias,
        "sc": {
            "live": words.sc(seen.live),
            "pending": [
                {"id": p.pending_id, "amount": words.sc(p.amount), "status": p.status, "ends_at": p.ends_at}
                for p in seen.pending
            ],
            "queued": words.sc(seen.queued),
            "redeemed": words.sc(seen.redeemed),
        },
        "sk": {"balance": seen.sk, "next_decay": seen.next_decay},
    }


def _task_json(found: TaskBudget, alias: str) -> dict[str, Any]:
    return {
        "id": found.task_id,
        "title": found.title,
        "objective_id": found.objective_id,
        "team_id": found.team_id,
        "size": found.size,
        "budget": words.sc(found.budget_sc),
        "status": found.status,
        "attacker": found.attacker,
        "defender": found.defender,
        "due": found.due,
        "my_seat": seat_of(found, alias),
    }
