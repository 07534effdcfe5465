"""`help`: what this owner may use now, or how one command is used."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from smartup_tui.catalogue.commands import CATALOGUE
from smartup_tui.catalogue.model import Argument, Command, Surface, Tier
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Answer, Outcome
from smartup_tui.ledger.permission import permitted
from smartup_tui.ledger.snapshot import Snapshot

_GROUPS = {
    Tier.QUERIES: "Ask",
    Tier.OWNERS: "Owners",
    Tier.WORKERS: "Work",
    Tier.TEAMCAPTAIN: "Captains",
    Tier.BOOTSTRAP: "Founder",
}


def help_(snapshot: Snapshot, actor: Actor, args: Arguments, _now: datetime) -> Outcome:
    """List the commands, or explain one."""
    name = args.optional("command")
    if name is not None:
        return _explained(CATALOGUE[name])
    usable = list(_usable(snapshot, actor))
    lines = []
    for tier, heading in _GROUPS.items():
        names = [f"!{command.name}" for command in usable if command.tier is tier]
        if names:
            lines.append(f"{heading}: {' '.join(names)}")
    return Answer(
        message="What you may use now:",
        figures=tuple(lines[:4]),
        next_step="!help <command> explains one.",
        data={"commands": [_entry(command) for command in usable]},
    )


def _usable(snapshot: Snapshot, actor: Actor) -> Iterator[Command]:
    """The commands that may be given in a room and that this owner's standing allows somewhere."""
    for command in CATALOGUE.values():
        if Surface.ROOM not in command.surfaces:
            continue
        if command.tier is Tier.TEAMCAPTAIN and actor.status == "active":
            leading = bool(actor.leads) and command.mission_leader
            if actor.is_founder or actor.is_leadership or actor.is_captain or leading:
                yield command
        elif permitted(_entrance(command), actor, snapshot, Arguments(command, {})) is None:
            yield command


def _entrance(command: Command) -> Command:
    """Whose permission decides whether a command is listed: who can not begin work is not shown how to end it."""
    return CATALOGUE["claim_task"] if command.tier is Tier.WORKERS else command


def _explained(command: Command) -> Answer:
    lines = [f"{command.usage} — for example {command.example}"]
    lines += [_argument(argument) for argument in command.arguments]
    room = 3 if command.notes else 4
    if len(lines) > room:
        lines[room - 1 :] = ["; ".join(lines[room - 1 :])]
    if command.notes:
        lines.append(command.notes)
    data = _entry(command) | {
        "example": command.example,
        "arguments": [_argument(a) for a in command.arguments],
        "notes": command.notes,
    }
    return Answer(message=f"!{command.name}: {command.summary}.", figures=tuple(lines), data=data)


def _argument(argument: Argument) -> str:
    needed = "" if argument.required else " (may be left out)"
    return f"{argument.name}: {argument.help}{needed}"


def _entry(command: Command) -> dict[str, object]:
    return {
        "name": command.name,
        "tier": command.tier.value,
        "summary": command.summary,
        "usage": command.usage,
    }
