"""`smartup toolbox run NAME`: every operation as a script, with the same JSON as the API.

It works beside a running service, as a second writer would. Exit codes: 0 done, 1 refused, 2 wrong usage, 3 the ledger
can not be reached or the outcome is unknown. Source: commands.md, From room to ledger.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NoReturn, TextIO

from smartup_tui.catalogue.commands import CATALOGUE, canonical, find, nearest
from smartup_tui.catalogue.model import Argument, Command, Kind, Surface, Tier
from smartup_tui.ledger.actor import ENGELBOT
from smartup_tui.ledger.change import Reason, Refusal
from smartup_tui.service_settings import SettingsError
from smartup_tui.text import clean, clean_line
from smartup_tui.toolbox.effects import SETTLE
from smartup_tui.toolbox.ids import new_request_id
from smartup_tui.toolbox.result import Request, Result
from smartup_tui.toolbox.service import Toolbox
from smartup_tui.toolbox.settings import ToolboxSettings, load

CONFIG_VARIABLE: Final = "SMARTUP_TOOLBOX_CONFIG"

_OPERATION: Final = "operation to run"
"""Where the parser keeps the name; no argument of an operation can be called so."""

_HELP: Final = "{} {} --help names the arguments."

OK, REFUSED, USAGE, UNREACHABLE = 0, 1, 2, 3

_EXIT: Final[Mapping[int, int]] = {200: OK, 400: USAGE, 503: UNREACHABLE}


def main(argv: Sequence[str], prog: str = "smartup toolbox run") -> int:
    """Run one operation as the arguments say; returns the exit code. Raises SystemExit for `--help` alone."""
    known = find(argv[0]) if argv else None
    name = [known.name if known is not None else canonical(word) for word in argv[:1] if not word.startswith("-")]
    as_json = "--json" in argv
    asked = Request(name[0] if name else "", "", "")
    try:
        given = vars(_parser(prog, name).parse_args([*name, *argv[len(name) :]]))
        command = CATALOGUE[given[_OPERATION]]
        settings = _settings(given["config"])
        request = _request(command, given, settings)
        if isinstance(request, Refusal):
            return _print(Result.refused(asked, request), prog, as_json=as_json)
        with Toolbox.from_settings(settings) as toolbox:
            return _print(toolbox.perform(request), prog, as_json=as_json)
    except _UsageError as error:
        refusal = Refusal(Reason.MALFORMED, "usage", *_usage(name, prog, error.message))
    except SettingsError as error:
        refusal = Refusal(Reason.MALFORMED, "settings", error.message, error.hint)
    return _print(Result.refused(asked, refusal), prog, as_json=as_json)


def _usage(name: Sequence[str], prog: str, message: str) -> tuple[str, str]:
    """What is wrong with the command line, and how it is right."""
    if name and name[0] not in CATALOGUE:
        like = nearest(name[0])
        hint = f"Do you mean {like.name}? --help lists them." if like is not None else "--help lists them."
        return f"There is no operation {clean_line(name[0], 60)}.", hint
    return f"{message[:1].upper()}{message[1:]}.", _HELP.format(prog, *name or [""]).replace("  ", " ")


class _UsageError(Exception):
    """A command line that can not be read; `message` says what is wrong."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = clean_line(message, 300)


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are answers like any other, so that programs get JSON."""

    def error(self, message: str) -> NoReturn:
        raise _UsageError(message)


def _settings(config: str | None) -> ToolboxSettings:
    if config is None:
        hint = f"Name it with --config, or in {CONFIG_VARIABLE}."
        raise SettingsError("The Toolbox's settings file is not named.", hint)
    return load(Path(config))


def _request(command: Command, given: Mapping[str, Any], settings: ToolboxSettings) -> Request | Refusal:
    """The request that the arguments make, if the host may make it."""
    actor = given["actor"] or (ENGELBOT if command.name == SETTLE else None)
    if actor is None:
        return Refusal(Reason.MALFORMED, "missing_actor", "Who gives the command? Add --actor.", "", "actor")
    if not settings.cli_actors:
        if command.tier is not Tier.BOOTSTRAP:
            hint = "Give it in a room; or set cli_actors = true where no owner's word is at stake."
            return Refusal(
                Reason.FORBIDDEN, "not_from_here", f"The host does not give !{command.name} for owners.", hint
            )
        if given["now"] is not None:
            hint = "cli_actors = true allows it, for building a sample history."
            return Refusal(Reason.FORBIDDEN, "not_from_here", "Commands are not dated otherwise than today.", hint)
    values = {a.name: given[a.name] for a in command.arguments if given[a.name] is not None}
    texts = {name: sys.stdin.read() if value == "-" else value for name, value in values.items()}
    name = given["request_id"] or new_request_id()
    return Request(command.name, actor, name, texts, origin="cli", now=given["now"])


def _print(result: Result, prog: str, *, as_json: bool) -> int:
    code = _EXIT.get(result.status, REFUSED)
    if as_json:
        print(json.dumps(result.to_json()))
        return code
    out: TextIO = sys.stdout
    lines = [result.message, *result.figures, *([result.next_step] if result.next_step else [])]
    if result.error is not None:
        # A usage line is that of the rooms.
        hint = _HELP.format(prog, result.command) if result.error.hint.startswith("Usage: ") else result.error.hint
        out, lines = sys.stderr, [result.error.message, hint]
    for line in lines:
        if line:
            print(clean(line), file=out)
    return code


def _parser(prog: str, name: Sequence[str]) -> argparse.ArgumentParser:
    """The parser, made of the catalogue; what a command needs is left to its own validation, which says it better.

    Only the operation of that name has its arguments.
    """
    parser = _Parser(prog=prog, description="Run one operation of the Toolbox.", allow_abbrev=False)
    commands = parser.add_subparsers(dest=_OPERATION, metavar="NAME", required=True)
    for command in CATALOGUE.values():
        if Surface.CLI not in command.surfaces:
            continue
        if command.name not in name:
            commands.add_parser(command.name, help=command.summary, add_help=False)
            continue
        sub = commands.add_parser(
            command.name, help=command.summary, description=command.summary, allow_abbrev=False, add_help=True
        )
        sub.add_argument("--config", default=os.environ.get(CONFIG_VARIABLE), help="the Toolbox's settings file")
        sub.add_argument("--actor", metavar="ALIAS", help="who gives the command")
        sub.add_argument("--request-id", metavar="ID", help="the id of a request that is repeated")
        sub.add_argument("--now", type=_moment, metavar="TIME", help="the date of the command, for a sample history")
        sub.add_argument("--json", action="store_true", help="print the result as JSON")
        taken = {"config", "actor", "request_id", "now", "json", "help", *(a.name for a in command.arguments)}
        for argument in command.arguments:
            sub.add_argument(*_options(argument, taken), dest=argument.name, help=_help(argument), metavar="VALUE")
    return parser


def _options(argument: Argument, taken: set[str]) -> list[str]:
    """`--task-id` and `--task_id`, and `--task` where that is free."""
    short = argument.name.removesuffix("_id")
    names = [argument.name.replace("_", "-"), argument.name]
    if short != argument.name and short not in taken:
        names.append(short)
    return [f"--{name}" for name in dict.fromkeys(names)]


def _help(argument: Argument) -> str:
    text = argument.help + (f" ({', '.join(argument.choices)})" if argument.choices else "")
    if argument.kind is Kind.TEXT:
        text += "; - reads it from standard input"
    return text.replace("%", "%%")


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time such as 2026-01-31T12:00:00Z") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
