"""What a `!command` is: its arguments, who may use it, what it reads and writes.

Everything that talks about commands (completion and forms in the workspace, Engelbot's parsing and help, the Toolbox's
validation and endpoints, the `smartup` command line, the generated reference) reads these values and nothing else.
Source: commands.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tier(StrEnum):
    """The Toolbox folder a command lives in, which is also the class of owners that may use it (commands.md, Tiers)."""

    QUERIES = "queries"
    OWNERS = "owners"
    WORKERS = "workers"
    TEAMCAPTAIN = "teamcaptain"
    BOOTSTRAP = "bootstrap"


class Kind(StrEnum):
    """What an argument's value denotes; decides validation, completion and how it is echoed."""

    TASK = "task"
    OBJECTIVE = "objective"
    TEAM = "team"
    ROLE = "role"
    OWNER = "owner"
    SESSION = "session"
    PENDING = "pending award"
    PROPOSAL = "proposal"
    APPLICATION = "application"
    REDEMPTION = "redemption"
    ENTITY = "id"
    CHOICE = "choice"
    INTEGER = "whole number"
    AMOUNT = "amount"
    DATE = "date"
    TIME = "time"
    MATRIX_ID = "Matrix id"
    URL = "link"
    COMMAND = "command"
    WORD = "word"
    TEXT = "text"


class Surface(StrEnum):
    """Where a command may be given: in a Matrix room, or from the command line of the host."""

    ROOM = "room"
    CLI = "cli"


@dataclass(frozen=True, slots=True)
class Argument:
    """One declared argument.

    `option` arguments are written `name=value` and come after the positional ones; the others come in order. Of the
    positional ones only `TEXT` holds blanks without quotes; it runs to the end of the message, or to `until` (such as
    `::`). `accepts` lists the kinds an id may denote where several are allowed (`!open_tasks [team|objective]`); beside
    a kind of id, `choices` are words that may stand in an id's place. `label` is what the usage line calls it.
    """

    name: str
    kind: Kind
    help: str
    required: bool = True
    option: bool = False
    choices: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    max_length: int = 200
    until: str | None = None
    accepts: tuple[Kind, ...] = ()
    label: str | None = None

    @property
    def shown(self) -> str:
        """What the usage line calls it: its choices, its label or its name."""
        if self.label:
            return self.label
        if self.choices:
            return "|".join(self.choices)
        return str(self.kind) if self.option else self.name

    @property
    def noun(self) -> str:
        """What a sentence calls it."""
        if self.label and "|" not in self.label:
            return self.label
        return str(self.kind) if self.name.endswith("_id") else self.name.replace("_", " ")

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds its value may denote."""
        return self.accepts or (self.kind,)


@dataclass(frozen=True, slots=True)
class Command:
    """One `!command`, declared once.

    `reads` and `writes` name tables of the ledger; a command that writes nothing is a query. `key` composes it in the
    workspace. `documented` marks the names that are in the public record. `mission_leader` says that the mission leader
    of the objective may use it beside the tier's owners, `leadership` that the leadership and the founder alone may.
    `notes` are the sentences that an owner should know beside the summary. `subject` names the argument whose room the
    command goes to. `aliases` are other names that mean the same (old script names).
    """

    name: str
    tier: Tier
    summary: str
    example: str
    arguments: tuple[Argument, ...] = ()
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    key: str | None = None
    documented: bool = False
    mission_leader: bool = False
    leadership: bool = False
    notes: str = ""
    subject: str | None = None
    aliases: tuple[str, ...] = ()
    surfaces: frozenset[Surface] = frozenset({Surface.ROOM, Surface.CLI})

    @property
    def is_query(self) -> bool:
        """True when the command only reads."""
        return not self.writes

    @property
    def positional(self) -> tuple[Argument, ...]:
        """The arguments given by position, in order."""
        return tuple(a for a in self.arguments if not a.option)

    @property
    def options(self) -> tuple[Argument, ...]:
        """The arguments given as `name=value`."""
        return tuple(a for a in self.arguments if a.option)

    @property
    def usage(self) -> str:
        """The usage line, such as `!claim_task <task_id> [attacker|defender]`."""
        parts = [f"!{self.name}"]
        for a in self.positional:
            text = f"<{a.shown}>" if a.required else f"[{a.shown}]"
            parts.append(f"{text} {a.until}" if a.until else text)
        options = [f"[{a.name}=<{a.shown}>]" for a in self.options]
        texts = [i for i, a in enumerate(self.positional) if a.kind is Kind.TEXT]
        at = 1 + (texts[0] if texts else len(self.positional))
        return " ".join([*parts[:at], *options, *parts[at:]])

    def argument(self, name: str) -> Argument:
        """The argument of that name; KeyError when the command declares none."""
        for a in self.arguments:
            if a.name == name:
                return a
        raise KeyError(name)
