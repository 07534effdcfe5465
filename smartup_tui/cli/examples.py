"""Examples of every sub-command, for its `--help`: what is typed, and what comes of it."""

from __future__ import annotations

import argparse
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Final

Example = tuple[str, str]

EXAMPLES: Final[dict[str, Sequence[Example]]] = {
    "demo": (
        ("demo", "the workspace of maria, in a sample organisation"),
        ("demo --as jonas", "as another owner"),
    ),
    "today": (("today", "clock, tasks and wallet"), ("today --sync --json", "the news first, for a program")),
    "tasks": (
        ("tasks", "those in which I hold a seat"),
        ("tasks --open guide", "those with a free seat and the word guide"),
        ("tasks --all --json | jq -r '.tasks[].id'", "the ids of all tasks"),
    ),
    "task": (("task 6_1_2_0", "seats, status and page"), ("task 6_1_2_0 --json", "with its sessions, for a program")),
    "wallet": (
        ("wallet", "what I have, and what is on its way"),
        ("wallet --transactions", "and what moved, the newest first"),
        ("wallet kudos 2026-11", "what moved and has both words"),
        ("explain wallet", "where each of these numbers comes from"),
    ),
    "clock": (("clock", "what runs, and today's total"),),
    "issues": (
        ("issues --team 3_7", "open issues of one team's repository"),
        ("issues 3_7_operational_team#12", "one issue with its text"),
        ("issues --all --words backup --json", "closed ones too, for a program"),
    ),
    "repositories": (("repositories", "those that your token can see"),),
    "people": (
        ("people", "the book of owners"),
        ("people --open-roles --team 3_7", "roles of team 3_7 that look for someone"),
        ("people --roles maria", "roles that name maria"),
        ("people --format csv --output owners.csv", "as a table, into a file"),
    ),
    "objectives": (
        ("objectives --team 3_7", "those of team 3_7"),
        ("objectives --below 5_0 --json", "the children of 5_0, for a program"),
    ),
    "proposals": (("proposals --status voting", "what is voted on"), ("explain p_2", "the votes, one by one")),
    "treasury": (("treasury --limit 5", "the newest five rows"), ("explain treasury", "reckoned again")),
    "audit": (
        ("audit --actor maria --from 7d", "what maria did in the last week"),
        ("audit --entity 6_1_2_0", "what happened to a task"),
        ("audit --action vote --limit 0 --json", "every vote, for a program"),
    ),
    "history": (("history s_42", "what happened to a session"), ("history maria", "and to an owner")),
    "review": (
        ("review", "sessions that wait for an assessment"),
        ("review --pending", "awards that wait for validation"),
        ("review s_42", "all there is to know of one"),
    ),
    "page": (
        ("page 6_1_2_0", "the page of a task"),
        ("page Passport", "by its title"),
        ("page wiki/home.md --json", "for a program"),
    ),
    "rooms": (
        ("rooms", "which there are, and invitations"),
        ("rooms 6_1_2_0 --limit 5", "the newest five messages of a task's room"),
    ),
    "search": (
        ("search backup keys", "pages and notes with both words, the best first"),
        ("search --notes restore", "hand-over notes alone"),
        ("search restore --format csv --output found.csv", "as a table, into a file"),
    ),
    "sync": (("sync", "read what is new"), ("sync && smartup tasks --open", "and then list what is free")),
    "serve": (
        ("serve", "prints the address to open on this machine"),
        ("serve --port 0", "on a free port"),
    ),
    "profiles": (
        ("profiles", "the organisations that are set up"),
        ("profiles --default smartup-zero", "the one that opens by itself"),
    ),
    "doctor": (("doctor", "what is wrong, and how to mend it"), ("doctor --json", "for a program")),
    "version": (("version", "for a report of a fault"),),
    "lab": (
        ("lab up --detach", "the whole system, in the background"),
        ("lab status", "how its parts are"),
        ("lab down", "end it"),
    ),
    "lab up": (("lab up --dir /srv/lab", "in a folder of your own; Ctrl+C ends it"),),
    "lab down": (("lab down", "end the lab; its data stay"),),
    "lab status": (("lab status --json", "for a program"),),
    "lab check": (("lab check", "a contributor's day, on a lab that is thrown away"),),
    "lab reset": (("lab reset", "all of its data go; the next start builds it anew"),),
    "ledger": (
        ("ledger verify", "every file and every commit"),
        ("ledger findings", "what this machine has noticed so far"),
    ),
    "ledger verify": (
        ("ledger verify", "against the forge"),
        ("ledger verify --clone 2_workplace", "a clone, without any server"),
        ("ledger verify --files-only --json", "the newest files alone, for a program"),
    ),
    "ledger findings": (
        ("ledger findings", "what was found, and who has looked at it"),
        ("ledger findings --acknowledge 3 --note 'typing error, see p_7'", "no alarm for this one any more"),
    ),
    "ledger repair": (("ledger repair --config toolbox.toml --dry-run", "what would be written"),),
    "ledger import": (
        ("ledger import old --config toolbox.toml --dry-run", "what would be taken over"),
        ("ledger import old --mapping files.toml --config toolbox.toml", "with files under other names"),
    ),
    "toolbox": (("toolbox serve --config toolbox.toml", "until SIGTERM"),),
    "toolbox serve": (("toolbox serve --config toolbox.toml", "until SIGTERM"),),
    "engelbot": (("engelbot run --config engelbot.toml", "until SIGTERM"),),
    "engelbot run": (("engelbot run --config engelbot.toml", "until SIGTERM"),),
    "forge": (("forge serve --root forge --port 3000", "a forge in the folder forge"),),
    "forge serve": (("forge serve --root forge --port 3000", "a forge in the folder forge"),),
}


def illustrate(parser: ArgumentParser, name: str) -> None:
    """Give a parser its examples, and those below it theirs; one that has an epilog of its own keeps it."""
    known = EXAMPLES.get(name)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    if known and not parser.epilog:
        parser.epilog = _text(known)
    for action in parser._actions:  # noqa: SLF001 - no other way to a parser's own sub-commands
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            told = {known.dest: known.help for known in action._choices_actions}  # noqa: SLF001
            for below, inner in action.choices.items():
                inner.description = inner.description or told.get(below)
                illustrate(inner, f"{name} {below}")


def _text(known: Sequence[Example]) -> str:
    lines = [(f"smartup {line}", said) for line, said in known]
    longest = max(len(line) for line, _ in lines)
    return "\n".join(["examples:", *(f"  {line.ljust(longest)}   {said}" for line, said in lines)])
