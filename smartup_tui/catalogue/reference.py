"""The reference page of all commands, made of their declarations (`make reference` writes it into `docs/`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from smartup_tui.catalogue.commands import CATALOGUE
from smartup_tui.catalogue.model import Argument, Command, Kind, Surface, Tier

TIERS: Final[Mapping[Tier, tuple[str, str]]] = {
    Tier.QUERIES: ("Queries", "Every owner may ask; nothing is written."),
    Tier.OWNERS: ("Owners", "Every owner with a license."),
    Tier.WORKERS: ("Workers", "Holders of a role with a work or organizational license."),
    Tier.TEAMCAPTAIN: (
        "Team captains",
        "Captains for their team, the leadership and the founder; where said, the mission leader of the objective.",
    ),
    Tier.BOOTSTRAP: ("Bootstrap", "The founder and the host's own timers, on the command line of the host."),
}

_HEAD: Final = """\
# Commands

<!-- Made of the catalogue by `make reference`; changes made here are lost. -->

A command begins with `!`: its name, its arguments in order, options as `name=value`, then free text to the end of the
message, over several lines if you like; a title ends at `::`. Quotes hold the words of an argument together where it is
not the last. Case, and `-` for `_`, do not matter in names. An id may be given as the beginning of a title if that is
clear. Every command runs on the host too, as `smartup toolbox run NAME`.

"""


def commands_page() -> str:
    """The page as Markdown: an overview of all commands, then each by itself, in the order of help."""
    parts = [_HEAD]
    for tier, (heading, who) in TIERS.items():
        commands = [command for command in CATALOGUE.values() if command.tier is tier]
        if not commands:
            continue
        parts.append(f"## {heading}\n\n{who}\n\n")
        parts.append("| command | what it does |\n|---|---|\n")
        parts += [f"| [`!{command.name}`](#{command.name}) | {command.summary} |\n" for command in commands]
        parts += [f"\n{_section(command)}" for command in commands]
        parts.append("\n")
    return "".join(parts).rstrip("\n") + "\n"


def _section(command: Command) -> str:
    lines = [f"### !{command.name} {{ #{command.name} }}", "", _sentence(command.summary), ""]
    lines += ["```text", _on_host(command) if _host_only(command) else command.usage, "```", ""]
    if command.arguments:
        lines += ["| argument | value | meaning |", "|---|---|---|"]
        lines += [_row(argument) for argument in command.arguments]
        lines.append("")
    if not _host_only(command):
        # Backquotes would end at a line's end, and hold what has some of its own.
        code = "\n" in command.example
        lines += (
            ["For example:", "", "```text", command.example, "```", ""]
            if code
            else [f"For example: `{command.example}`", ""]
        )
    if command.notes:
        lines += [command.notes, ""]
    lines += [f"- {fact}" for fact in _facts(command)]
    return "\n".join(lines).rstrip("\n") + "\n"


def _row(argument: Argument) -> str:
    needed = "" if argument.required or "left out" in argument.help else " (may be left out)"
    name = f"`{argument.name}=`" if argument.option else f"`{argument.name}`"
    return f"| {name} | {_cell(value_of(argument))} | {_cell(argument.help)}{needed} |"


def value_of(argument: Argument) -> str:
    """What an argument's value may be, in words."""
    if argument.kind is Kind.CHOICE:
        return ", ".join(f"`{choice}`" for choice in argument.choices)
    words = " or ".join(str(kind) for kind in argument.kinds)
    if argument.choices:
        words += ", or " + ", ".join(f"`{choice}`" for choice in argument.choices)
    low, high = argument.minimum, argument.maximum
    if low is not None and high is not None:
        words += f", {low} to {high}"
    elif low is not None:
        words += f", at least {low}"
    elif high is not None:
        words += f", at most {high}"
    if argument.kind in (Kind.TEXT, Kind.WORD):
        words += f", at most {argument.max_length} characters"
    return words + (f"; ends at `{argument.until}`" if argument.until else "")


def _facts(command: Command) -> Iterator[str]:
    if _host_only(command):
        yield "On the command line of the host only."
    if command.leadership:
        yield "The leadership and the founder alone may use it."
    if command.mission_leader:
        yield "The mission leader of the objective may use it too."
    if command.key:
        yield f"Key in the workspace: `{command.key}`."
    if command.aliases:
        yield f"Also known as {', '.join(f'`!{alias}`' for alias in command.aliases)}."
    if command.reads:
        yield f"Reads {', '.join(f'`{table}`' for table in command.reads)}."
    if command.writes:
        yield f"Writes {', '.join(f'`{table}`' for table in command.writes)}."


def _host_only(command: Command) -> bool:
    return Surface.ROOM not in command.surfaces


def _on_host(command: Command) -> str:
    """The usage line of a script of the host."""
    words = [f"smartup toolbox run {command.name} --config FILE"]
    if command.name != "settle":
        words.append("--actor <alias>")
    for argument in command.arguments:
        option = f"--{argument.name.replace('_', '-')} <{argument.shown}>"
        words.append(option if argument.required else f"[{option}]")
    return " ".join(words)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
