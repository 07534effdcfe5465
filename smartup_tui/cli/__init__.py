"""The `smartup` command. Without a sub-command it opens the workspace; every sub-command works without a terminal.

This module knows only names and one line of help for each, so that `smartup --help` costs nothing; what a sub-command
needs is imported when it is called.
"""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from typing import Final, NamedTuple

from smartup_tui.cli.exits import Exit

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

_EPILOG: Final = """\
examples:
  smartup                                  open the workspace
  smartup demo                             try everything on this machine, with a sample organisation
  smartup tasks --open                     what can be claimed
  smartup explain wallet                   what I have earned, and where it comes from
  smartup send '!start_work 6_1_2_0' --wait

exit codes: 0 done, 1 refused, 2 not understood, 3 not reachable, 4 no answer in time, 5 set-up incomplete
"""


class Entry(NamedTuple):
    """A sub-command: its line of help, the module that has it, and the function there that completes its parser."""

    help: str
    module: str
    configure: str


COMMANDS: Final = {
    "demo": Entry("the workspace on a local lab with a sample organisation", "lab", "demo"),
    "today": Entry("clock, my tasks and wallet", "reading", "today"),
    "tasks": Entry("tasks: mine, open, of my teams, or all", "reading", "tasks"),
    "task": Entry("one task with its page, seats and sessions", "reading", "task"),
    "wallet": Entry("SC and SK: live, pending, and what moved", "reading", "wallet"),
    "clock": Entry("the running session and today's total", "reading", "clock"),
    "issues": Entry("issues of the team repositories on the forge, or one with its text", "issues", "issues"),
    "repositories": Entry("the organisation's repositories that your token can see", "issues", "repositories"),
    "people": Entry("owners, teams, roles and applications", "listing", "people"),
    "objectives": Entry("objectives with who leads them", "listing", "objectives"),
    "proposals": Entry("proposals with their windows and results", "listing", "proposals"),
    "treasury": Entry("the treasury's rows, the newest first", "listing", "treasury"),
    "audit": Entry("the audit trail, by owner, action, entity and day", "listing", "audit"),
    "history": Entry("what happened to one task, award, owner: any id", "listing", "history"),
    "explain": Entry("where a number comes from, reckoned again", "explain", "configure"),
    "review": Entry("sessions to assess and awards to validate, or one in full", "review", "configure"),
    "page": Entry("a page of the wiki", "page", "configure"),
    "rooms": Entry("the rooms, or what was said in one", "rooms", "configure"),
    "search": Entry("pages and hand-over notes by their words", "searching", "configure"),
    "export": Entry("a table of the ledger as CSV or JSON", "exporting", "export"),
    "send": Entry("give a !command, as in the workspace", "sending", "send"),
    "sync": Entry("read what is new in the ledger", "upkeep", "sync"),
    "setup": Entry("set up an organisation: homeserver, forge, who you are", "setup", "setup"),
    "profiles": Entry("the organisations that are set up, or one forgotten", "profiles", "profiles"),
    "serve": Entry("the workspace in a browser on this machine", "serve", "serve"),
    "doctor": Entry("check the set-up and say how to mend it", "upkeep", "doctor"),
    "lab": Entry("the whole system on this machine: up, down, status, reset, check", "lab", "lab"),
    "ledger": Entry("a ledger as a whole: verify, repair, import", "ledger", "ledger"),
    "toolbox": Entry("the Toolbox: serve, run, settle", "servers", "toolbox"),
    "engelbot": Entry("Engelbot: run", "servers", "engelbot"),
    "forge": Entry("the embedded forge: serve", "servers", "forge"),
    "completion": Entry("what a shell reads to complete commands and ids", "completion", "completion"),
    "version": Entry("versions, for a report of a fault", "upkeep", "version"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code (see `exits`)."""
    if "_ARGCOMPLETE" in os.environ:
        from smartup_tui.cli.completion import answer  # noqa: PLC0415

        answer(COMMANDS, _parser())
    arguments = list(sys.argv[1:] if argv is None else argv)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a sign that an old encoding lacks is a ?, and ends nothing
    found = _globals(arguments)
    if found is None:
        return _usage(arguments)
    home, profile, rest = found
    if rest[:1] == ["help"]:
        rest = [*rest[1:], "--help"]
        if len(rest) == 1:
            return _usage(rest)
    if not rest:
        return _workspace(home, profile)
    if rest[0] not in COMMANDS:
        return _unknown(rest[0]) if not rest[0].startswith("-") else _usage(rest)
    return _run(rest[0], rest[1:], home, profile)


def _globals(arguments: list[str]) -> tuple[str | None, str | None, list[str]] | None:
    """Take `--home` and `--profile` from the front; None when help is wanted or they are incomplete."""
    values: dict[str, str | None] = {"--home": None, "--profile": None}
    rest = arguments
    while rest and rest[0].startswith("--"):
        name, equals, value = rest[0].partition("=")
        if name not in values:
            return None
        if not equals:
            if len(rest) < 2:
                return None
            value, rest = rest[1], rest[1:]
        values[name], rest = value, rest[1:]
    return None if rest and rest[0] == "-h" else (values["--home"], values["--profile"], rest)


def _workspace(home: str | None, profile: str | None) -> int:
    import gc  # noqa: PLC0415

    from smartup_tui import launch  # noqa: PLC0415 - nothing else is imported before the first picture

    gc.disable()  # until the first picture: what is loaded now stays, and looking through it costs 40 ms
    if not launch.has_terminal():
        which = " that can place its cursor; TERM is dumb" if os.environ.get("TERM") == "dumb" else ""
        print(f"The workspace needs a terminal{which}. Try `smartup today`, or `smartup --help`.", file=sys.stderr)
        return Exit.USAGE
    with launch.Terminal(home, profile) as terminal:
        from smartup_tui.app import run  # noqa: PLC0415

        return run(home, profile, terminal)


def _run(name: str, arguments: list[str], home: str | None, profile: str | None) -> int:
    entry = COMMANDS[name]
    if entry.module not in ("reading", "listing", "exporting", "explain", "searching"):
        return _parsed(name, entry, arguments, home, profile)
    import gc  # noqa: PLC0415

    gc.disable()  # it reads, prints and ends: there is nothing to collect
    try:
        return _parsed(name, entry, arguments, home, profile)
    finally:
        gc.enable()


def _parsed(name: str, entry: Entry, arguments: list[str], home: str | None, profile: str | None) -> int:
    import argparse  # noqa: PLC0415
    import contextlib  # noqa: PLC0415
    import importlib  # noqa: PLC0415

    from smartup_tui.cli.examples import illustrate  # noqa: PLC0415
    from smartup_tui.cli.failures import guarded  # noqa: PLC0415

    parser = argparse.ArgumentParser(
        prog=f"smartup {name}", description=entry.help, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    configure = getattr(importlib.import_module(f"smartup_tui.cli.{entry.module}"), entry.configure)
    configure(parser)
    illustrate(parser, name)
    for option, value in (("--home", home), ("--profile", profile)):  # wherever they are written
        parser.add_argument(option, default=value, help=argparse.SUPPRESS)
    parsed = parser.parse_args(arguments)
    if not hasattr(parsed, "run"):
        parser.print_help()
        return Exit.USAGE
    with contextlib.ExitStack() as parsed.opened:
        return guarded(parsed.run, parsed)


def _usage(arguments: list[str]) -> int:
    """Help, or what is wrong with the options before the sub-command."""
    parser = _parser()
    if "--version" in arguments:
        from smartup_tui import __version__  # noqa: PLC0415

        print(f"smartup {__version__}")
        return Exit.OK
    if arguments and arguments[0] in ("-h", "--help"):
        parser.print_help()
        return Exit.OK
    parser.parse_args(arguments)
    return Exit.USAGE


def _parser() -> argparse.ArgumentParser:
    """The parser that prints the general help."""
    import argparse  # noqa: PLC0415

    parser = argparse.ArgumentParser(
        prog="smartup",
        description="The workspace of an owner, and the whole system behind it.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--home", metavar="DIR", help="keep configuration, state and cache under this directory")
    parser.add_argument("--profile", metavar="NAME", help="the organisation to work in, as named in the configuration")
    parser.add_argument("--version", action="store_true", help="say which version this is")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name, entry in COMMANDS.items():
        commands.add_parser(name, help=entry.help)
    return parser


def _unknown(name: str) -> int:
    import difflib  # noqa: PLC0415

    near = difflib.get_close_matches(name.lstrip("!"), COMMANDS, n=1)
    hint = f" Did you mean `smartup {near[0]}`?" if near else " `smartup --help` lists the commands."
    if name.startswith("!"):
        hint = f" To give a command of the organisation: smartup send '{name} …'."
    print(f"There is no command `{name}`.{hint}", file=sys.stderr)
    return Exit.USAGE
