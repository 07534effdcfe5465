"""Queries that the workspace answers by itself: asking is nobody else's concern (commands.md, Where a command goes)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from smartup_tui.catalogue.commands import CATALOGUE
from smartup_tui.catalogue.commands import find as find_command
from smartup_tui.catalogue.grammar import Parsed
from smartup_tui.catalogue.model import Command, Surface, Tier
from smartup_tui.ledger.index import queries
from smartup_tui.workspace import words
from smartup_tui.workspace.reader import Reader


class Place(StrEnum):
    """A screen that answers."""

    TODAY = "Today"
    TASKS = "Tasks"
    WALLET = "Wallet"


@dataclass(frozen=True, slots=True)
class Shown:
    """The answer is a screen; `entity` is what to select there, `filter` what to narrow its list to."""

    place: Place
    entity: str | None = None
    filter: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """The answer is a page of Markdown."""

    title: str
    markdown: str


_TIERS = {
    Tier.QUERIES: "Asking",
    Tier.OWNERS: "Every owner",
    Tier.WORKERS: "Working",
    Tier.TEAMCAPTAIN: "Captains",
}


def can_answer(parsed: Parsed, alias: str) -> bool:
    """True for the queries whose whole answer is in the read model: all about oneself and the work."""
    name, arguments = parsed.command.name, parsed.arguments
    if name in ("wallet", "clock"):
        return arguments.get("alias", alias) == alias
    return name in ("my_tasks", "open_tasks", "task", "open_roles", "help")


def answer(parsed: Parsed, reader: Reader) -> Shown | Page:
    """The answer to a query for which `can_answer` holds."""
    name, arguments = parsed.command.name, parsed.arguments
    if name == "wallet":
        return Shown(Place.WALLET)
    if name in ("clock", "my_tasks"):
        return Shown(Place.TODAY)
    if name == "open_tasks":
        return Shown(Place.TASKS, filter=" ".join(arguments.values()))
    if name == "task":
        return Shown(Place.TASKS, entity=arguments["task_id"])
    if name == "open_roles":
        return Page("Open roles", _open_roles(reader, arguments.get("team")))
    return Page("Commands", _help(arguments.get("command")))


def _open_roles(reader: Reader, team: str | None) -> str:
    roles = queries.open_roles(reader.index, team)
    if not roles:
        return "No role is open now."
    parts = []
    for role in roles:
        weekly = role.sc_potential_weekly
        facts = (role.commitment, f"{words.sc_short(weekly)} SC a week" if weekly is not None else None)
        about = ", ".join(fact for fact in facts if fact)
        skills = f"\n\nSkills: {role.skills_required}" if role.skills_required else ""
        parts.append(f"## {role.role_id} {role.role_name}\n\n{role.description}\n\n{about}{skills}")
    return "\n\n".join(parts)


def _help(name: str | None) -> str:
    command = find_command(name) if name else None
    if command is not None:
        lines = [f"`{command.usage}`", "", command.summary, "", f"Example: `{command.example}`", ""]
        lines += [f"- `{a.name}`: {a.help}" for a in command.arguments]
        return "\n".join(lines)
    parts = []
    for tier, title in _TIERS.items():
        commands = [c for c in CATALOGUE.values() if c.tier is tier and Surface.ROOM in c.surfaces]
        if commands:
            parts.append(f"## {title}\n\n" + "\n".join(map(_help_line, commands)))
    return "\n\n".join(parts)


def _help_line(command: Command) -> str:
    return f"- `{command.usage}`: {command.summary}"


def problems(reader: Reader | None) -> str:
    """What of the ledger could not be read, by file."""
    found = queries.problems(reader.index) if reader else []
    if not found:
        return "Everything could be read."
    lines = [
        f"- `{path}`" + (f", line {line}" if line else "") + (f", {column}" if column else "") + f": {message}"
        for path, line, column, message in found
    ]
    return "\n".join(lines)
