"""What the forge's repositories hold beside files, as it is shown: repositories, issues, milestones, labels, commits.

Every text in these values has passed the gate (`text`): they are made when something is stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

_TEAM: Final = re.compile(r"(3_[1-9]\d{0,3})(?:_|\Z)")
_GROUP: Final = re.compile(r"(?:1|2)_[a-z0-9_]+|3_[1-9]\d{0,3}(?:_[a-z0-9_]+)?")


def team_of(repository: str) -> str:
    """The team whose repository this is, by its name: `3_7` of `3_7_operational_team`; empty for those of all."""
    found = _TEAM.match(repository.lower())
    return found[1] if found else ""


def is_shown(repository: str, ledger: str) -> bool:
    """Whether a repository is one of the organisation's groups (forum, workplace, teams) or the ledger's own.

    What is not named so is never stored, whatever the token may see: the identities of owners least of all.
    """
    return repository == ledger or _GROUP.fullmatch(repository.lower()) is not None


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """A milestone of a repository. Its issues are counted here: the forge's own counts may come late."""

    title: str
    state: str
    description: str = ""
    due: datetime | None = None

    def counts(self, issues: Iterable[IssueRow]) -> tuple[int, int]:
        """How many of a repository's issues that belong to it are open, and how many closed."""
        states = [issue.state for issue in issues if issue.milestone == self.title]
        return states.count("open"), states.count("closed")


@dataclass(frozen=True, slots=True)
class LabelRow:
    """A label that a repository offers."""

    name: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class CommitRow:
    """One of the newest commits of a repository."""

    sha: str
    subject: str
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RepositoryRow:
    """A repository that the token can see, and what was read of it."""

    name: str
    private: bool
    archived: bool = False
    description: str = ""
    updated_at: datetime | None = None
    milestones: tuple[MilestoneRow, ...] = ()
    labels: tuple[LabelRow, ...] = ()
    commits: tuple[CommitRow, ...] = ()

    @property
    def team(self) -> str:
        """The team it belongs to, empty for none."""
        return team_of(self.name)


@dataclass(frozen=True, slots=True)
class IssueRow:
    """An issue without its text. `milestone` is a title; `state` is `open` or `closed`."""

    repository: str
    number: int
    title: str
    state: str
    author: str
    labels: tuple[str, ...]
    milestone: str
    assignees: tuple[str, ...]
    comments: int
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None = None
    due: datetime | None = None

    @property
    def name(self) -> str:
        """As people write it: `3_7_operational_team#12`."""
        return f"{self.repository}#{self.number}"


@dataclass(frozen=True, slots=True)
class DependencyRow:
    """What an issue waits for; `name` is empty where this login may not see it."""

    name: str
    title: str
    state: str


@dataclass(frozen=True, slots=True)
class IssueDetail:
    """One issue with its text. `waits_for` is None while that was not asked yet."""

    row: IssueRow
    body: str
    waits_for: tuple[DependencyRow, ...] | None
    link: str
