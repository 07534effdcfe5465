"""What the ledger's rules say to one command: known, complete, permitted, and then the operation itself. Pure."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Final

from smartup_tui.catalogue.commands import CATALOGUE, nearest
from smartup_tui.catalogue.model import Command, Surface
from smartup_tui.ledger.actor import Actor, identify
from smartup_tui.ledger.arguments import Arguments, validate
from smartup_tui.ledger.cells import CellError
from smartup_tui.ledger.change import Outcome, Reason, Refusal
from smartup_tui.ledger.permission import permitted
from smartup_tui.ledger.policy_reader import PolicyError
from smartup_tui.ledger.problems import LedgerFileError
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.tables import TABLES
from smartup_tui.toolbox.result import Request

Operations = Mapping[str, Callable[[Snapshot, Actor, Arguments, datetime], Outcome]]
"""The operations by the names of their commands."""

CLOCKED: Final = frozenset({"start_work", "stop_work"})
"""Commands that count from when the owner gave them, not from when they arrived (commands.md, Age)."""

UNREADABLE: Final = (PolicyError, LedgerFileError, CellError)
"""What reading or writing a broken ledger raises."""

_log = logging.getLogger(__name__)


def known(request: Request) -> Command | Refusal:
    """The command that is meant, or why there is none."""
    command = CATALOGUE.get(request.command)
    if command is None:
        like = nearest(request.command)
        hint = f"Did you mean !{like.name}?" if like is not None else "`!help` lists the commands."
        return Refusal(Reason.NOT_FOUND, "unknown_command", "There is no such command.", hint)
    surface = Surface.CLI if request.origin == "cli" else Surface.ROOM
    if surface not in command.surfaces and command.name != "settle":  # Engelbot's timer may
        hint = f"`smartup toolbox run {command.name}` runs it."
        return Refusal(
            Reason.FORBIDDEN, "command_line_only", f"!{command.name} is given on the host's command line only.", hint
        )
    return command


@dataclass(frozen=True, slots=True)
class Admitted:
    """A command that may be run: who gives it, and its arguments, checked."""

    command: Command
    actor: Actor
    arguments: Arguments


def admit(request: Request, snapshot: Snapshot) -> Admitted | Refusal:
    """Whether the command is known, complete and permitted to its actor. Raises as `decide` does not."""
    command = known(request)
    if isinstance(command, Refusal):
        return command
    actor = identify(snapshot, request.actor)
    if isinstance(actor, Refusal):
        return actor
    arguments = validate(command, request.arguments, snapshot)
    if isinstance(arguments, Refusal):
        return arguments
    return permitted(command, actor, snapshot, arguments) or Admitted(command, actor, arguments)


def decide(request: Request, snapshot: Snapshot, now: datetime, operations: Operations) -> Outcome:
    """Run one command on one moment of the ledger. What the ledger can not answer for is a refusal, not an error."""
    try:
        admitted = admit(request, snapshot)
        if isinstance(admitted, Refusal):
            return admitted
        name = admitted.command.name
        moment = now - (request.age or timedelta()) if name in CLOCKED else now
        return operations[name](snapshot, admitted.actor, admitted.arguments, moment.replace(microsecond=0))
    except UNREADABLE as error:
        return unreadable(request, error)


def unreadable(request: Request, error: Exception) -> Refusal:
    """The refusal for a ledger that holds something broken in the way of this command."""
    _log.error("%s can not be decided: %s", request.command, error)
    if isinstance(error, PolicyError):
        message, hint = f"A rule of the organisation can not be read: {error}.", error.hint
    elif isinstance(error, LedgerFileError):
        named = _named(error.problem.path)
        place = f"line {error.problem.line} of {named}" if error.problem.line else named
        message = f"The ledger is broken in the way of this command: {place}: {error.problem.message}."
        hint = "Ask the leadership to put that line right; until then this command waits."
    else:
        message = f"The ledger can not hold this: {error}."
        hint = "Give the command again in other words."
    return Refusal(Reason.CONFLICT, "ledger_unreadable", message, hint)


def _named(path: str) -> str:
    """What owners are told of a file of the ledger: never its path. `ledger verify` names it in full."""
    table = next((table for table in TABLES if path == table.path or path.startswith(table.segments)), None)
    return f"the table {table.name}" if table is not None else f"the page {PurePosixPath(path).stem}"
