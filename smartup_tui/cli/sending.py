"""`smartup send`: give a `!command` in the room where it belongs, and wait for Engelbot's answer if wanted."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace, RawDescriptionHelpFormatter
from pathlib import Path

from smartup_tui import config
from smartup_tui.catalogue.grammar import Misread, Parsed, parse
from smartup_tui.cli.exits import Exit
from smartup_tui.cli.failures import CommandFailed
from smartup_tui.cli.opening import profile_of
from smartup_tui.cli.output import print_json
from smartup_tui.matrix.link import Link
from smartup_tui.matrix.status import LinkState
from smartup_tui.workspace.delivery import Delivery, Standing
from smartup_tui.workspace.workspace import Workspace

_EXITS = {
    Standing.DONE: Exit.OK,
    Standing.ANSWERED: Exit.OK,
    Standing.REFUSED: Exit.REFUSED,
    Standing.FAILED: Exit.REFUSED,
    Standing.DROPPED: Exit.REFUSED,
    Standing.WAITING: Exit.UNREACHABLE,
    Standing.HELD: Exit.UNREACHABLE,
    Standing.UNKNOWN: Exit.UNREACHABLE,
    Standing.SENT: Exit.NO_ANSWER,
}
# How long a send without --wait gives the homeserver before it says that the command is waiting.
_SENDING_SECONDS = 10.0
_ANSWERED = (Standing.DONE, Standing.REFUSED, Standing.ANSWERED)
# While the link is so, waiting for the rooms is of no use.
_NO_USE = (LinkState.LOGIN_NEEDED,)


def send(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup send`."""
    parser.formatter_class = RawDescriptionHelpFormatter
    parser.epilog = (
        "examples:\n"
        "  smartup send '!claim_task 6_1_2_0'\n"
        "  smartup send '!stop_work Outline agreed; two examples missing' --wait\n"
        "  smartup send '!wallet' --wait --json\n"
    )
    parser.add_argument("command", help="the command in quotes, as it is typed in a room")
    parser.add_argument("--room", metavar="ROOM", help="another room, by id, alias or name")
    parser.add_argument("--wait", action="store_true", help="wait for the answer and print it")
    parser.add_argument(
        "--timeout", type=_seconds, default=60.0, metavar="SECONDS", help="how long to wait (default: 60)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON document, for programs")
    parser.set_defaults(run=_send)


def _seconds(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no number of seconds, such as 60") from None


def _send(arguments: Namespace) -> int:
    text = f"!{arguments.command.strip().removeprefix('!')}"
    parsed = parse(text)
    if isinstance(parsed, Misread):
        lines = parsed.lines
        raise CommandFailed(Exit.USAGE, lines[0], "\n".join(lines[1:]))
    if not isinstance(parsed, Parsed):
        raise CommandFailed(Exit.USAGE, "A command begins with `!` and a name.", "`smartup send '!help' --wait`")
    home, name, profile = profile_of(arguments)
    root = Path(arguments.home) if arguments.home else None
    workspace = Workspace(home, name, profile, config.load(home).settings, root=root)
    try:
        link = workspace.connection.wait_ready()
        room_id = _room(workspace, link, text, arguments.room)
        given = workspace.send(text, room_id)
        if arguments.wait:
            link.wait_answer(given.command_id, arguments.timeout)
        else:
            link.wait_sent(given.command_id, min(arguments.timeout, _SENDING_SECONDS))
        found = workspace.delivery(given.command_id) or given
        return _report(found, arguments)
    finally:
        workspace.stop()


def _room(workspace: Workspace, link: Link, text: str, wanted: str | None) -> str:
    """The room's id: the one asked for, or the one where the command belongs."""
    store = workspace.connection.store
    link.wait_for(lambda: bool(store.rooms()) or link.status.state in _NO_USE, _SENDING_SECONDS)
    rooms = store.rooms()
    if wanted is not None:
        matching = [r for r in rooms if wanted in (r.room_id, r.alias, r.name)]
        if len(matching) == 1:
            return matching[0].room_id
        reason = "Several rooms have" if matching else "You are in no room with"
        raise CommandFailed(Exit.USAGE, f"{reason} this name.", "Give the room's id or alias.")
    choice = workspace.room_for(text)
    if choice is None:
        raise CommandFailed(
            Exit.SET_UP, "There is no room for this command yet.", "Wait for the first synchronisation, or use --room."
        )
    return choice.room.room_id


def _report(found: Delivery, arguments: Namespace) -> int:
    code = _EXITS[found.standing]
    if not arguments.wait and found.standing in (Standing.SENT, *_ANSWERED):
        code = Exit.OK
    if arguments.json:
        print_json(
            {
                "command": found.text,
                "id": found.command_id,
                "standing": found.standing,
                "lines": found.lines,
                "result": found.result,
            }
        )
        return code
    for line in found.lines:
        print(line)
    if found.standing is Standing.WAITING:
        print("It is kept and goes out with the next `smartup send`, or while the workspace is open.")
    elif found.standing is Standing.SENT:
        print(
            "Its answer comes into the room." if arguments.wait else "Its answer comes into the room; --wait prints it."
        )
    return code
