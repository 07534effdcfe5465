"""What the sample organisation's files hold, typed."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import datetime, time
from importlib import resources
from typing import Literal, TypeVar

import msgspec

T = TypeVar("T")

State = Literal["open", "claimed", "in_progress", "in_review", "assessed", "completed", "cancelled"]


class _Entry(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A table of the files."""


class Record(_Entry):
    """An objective of the public record, with the date it has there."""

    at: datetime
    id: str
    parent: str
    title: str
    abstract: str
    team: str | None = None
    attacker: str | None = None
    defender: str | None = None


class Tick(_Entry):
    """A child that is reached."""

    at: datetime
    objective: str
    child: str


class Person(_Entry):
    """An invented owner."""

    alias: str
    license: str
    day: int
    paid: str
    roles: list[str]


class Goal(_Entry):
    """An objective of a team."""

    id: str
    parent: str
    by: str
    title: str
    abstract: str
    team: str | None = None
    leader: str | None = None


class Session(_Entry):
    """Work of a pair: at a free time, or at a distance in minutes from the moment the lab is built."""

    notes: str = ""
    scores: tuple[int, int, int] | None = None
    share: int | None = None
    evidence: str | None = None
    late: bool = False
    validated: bool = True
    today: int | None = None
    minutes: int = 0
    running: int | None = None


class Task(_Entry):
    """A task with what became of it. `pair` is attacker and defender, an empty alias a free seat."""

    id: str
    size: str
    day: int
    title: str
    why: str
    state: State
    start: int = 0
    pair: tuple[str, str] = ("", "")
    session: list[Session] = []
    cancelled: tuple[int, str] | None = None

    @property
    def objective(self) -> str:
        """The objective it serves."""
        return "5_" + "_".join(self.id.split("_")[1:3])


class Award(_Entry):
    """Karma that was given."""

    day: int
    by: str
    to: str
    category: str
    entity: str = msgspec.field(name="for")
    reason: str


class Said(_Entry):
    """A command that an owner gave beside their work."""

    day: int
    at: time
    by: str
    command: str
    arguments: dict[str, str] = msgspec.field(name="with")
    gives: str | None = None


class Organisation(_Entry):
    """All of it but tasks and karma."""

    name: str
    founder: str
    founding_sc: str
    registered: datetime
    teams: datetime
    record: list[Record]
    tick: list[Tick]
    owner: list[Person]
    objective: list[Goal]

    @property
    def aliases(self) -> tuple[str, ...]:
        """Everybody, the founder first."""
        return (self.founder, *(person.alias for person in self.owner))


class _Tasks(_Entry):
    task: list[Task]


class _Karma(_Entry):
    award: list[Award]


class _Community(_Entry):
    said: list[Said]


def organisation() -> Organisation:
    """The organisation, its owners and objectives."""
    return _read("organisation.toml", Organisation)


def tasks() -> list[Task]:
    """The tasks, in the order of their ids within an objective."""
    return _read("tasks.toml", _Tasks).task


def karma() -> list[Award]:
    """The awards of karma."""
    return _read("karma.toml", _Karma).award


def community() -> list[Said]:
    """Applications, kudos, proposals and what followed from them."""
    return _read("community.toml", _Community).said


def aliases() -> tuple[str, ...]:
    """Everybody, the founder first."""
    return organisation().aliases


def captains(people: Iterable[Person]) -> dict[str, str]:
    """Captains by team, from the roles."""
    return {f"3_{role[4:]}": person.alias for person in people for role in person.roles if role.startswith("4_1_")}


def _read(name: str, kind: type[T]) -> T:
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), kind)
