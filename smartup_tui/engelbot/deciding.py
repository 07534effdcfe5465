"""What a command needs: to be ignored, to be answered at once, or to be asked of the Toolbox. Pure.

Source: commands.md, From room to ledger (age, silence) and Grammar (mistakes).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from smartup_tui.catalogue import Surface
from smartup_tui.catalogue.grammar import Misread, Parsed, parse
from smartup_tui.catalogue.model import Command
from smartup_tui.engelbot import wording
from smartup_tui.engelbot.inbox import Heard
from smartup_tui.ledger.actor import of_owner
from smartup_tui.ledger.arguments import validate
from smartup_tui.ledger.change import Refusal
from smartup_tui.ledger.permission import permitted
from smartup_tui.ledger.rows import Owner
from smartup_tui.ledger.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Limits:
    """How old a command may be.

    A writing one older than `command` is not run, and that is said; questions older than `question` and anything older
    than `silence` are ignored, since nobody waits for the answer any more.
    """

    command: timedelta = timedelta(minutes=10)
    question: timedelta = timedelta(hours=1)
    silence: timedelta = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Ignore:
    """Nothing is to be said; `why` is for the log."""

    why: str


@dataclass(frozen=True, slots=True)
class Say:
    """To be answered without the Toolbox. `asks` tells that it was a question, which goes to the desk."""

    result: Mapping[str, Any]
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """To be asked of the Toolbox."""

    command: Command
    arguments: Mapping[str, str]


Decision = Ignore | Say | Ask


def understand(heard: Heard, now: datetime, limits: Limits) -> Decision:
    """What the text and its age say, whoever sent it."""
    age = heard.age(now) if heard.dated else timedelta(0)
    if age > limits.silence:
        return Ignore("it is older than anybody waits")
    found = parse(heard.text)
    if found is None:
        return Ignore("it is no command")
    command = found.command
    asks = command is not None and command.is_query
    if age > limits.question and (asks or isinstance(found, Misread)):
        return Ignore("it is an old question")
    if isinstance(found, Misread):
        return Say(wording.misread(found), asks)
    if Surface.ROOM not in found.command.surfaces:
        return Say(wording.host_only(found.command))
    if not asks and age > limits.command:
        return Say(wording.too_old(int(age.total_seconds() // 60)))
    return Ask(found.command, found.arguments)


def again(heard: Heard) -> Ask | None:
    """The same question to the Toolbox as before the process ended; age and permission were judged then."""
    found = parse(heard.text)
    return Ask(found.command, found.arguments) if isinstance(found, Parsed) else None


def precheck(ask: Ask, owner: Owner, snapshot: Snapshot) -> Refusal | None:
    """A quick no from the ledger as it is at hand. The Toolbox judges again, and is the authority."""
    arguments = validate(ask.command, ask.arguments, snapshot)
    if isinstance(arguments, Refusal):
        return arguments
    return permitted(ask.command, of_owner(snapshot, owner), snapshot, arguments)
