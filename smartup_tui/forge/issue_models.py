"""Issues of a forge's repositories as values. Texts are as people wrote them: not yet fit for a screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from smartup_tui.forge.models import RepoRef


@dataclass(frozen=True, slots=True)
class Label:
    """A label of a repository or its organisation. ``colour`` is six hex digits."""

    name: str
    colour: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Milestone:
    """A milestone with how many of its issues are open and closed. ``state`` is ``open`` or ``closed``."""

    number: int
    title: str
    state: str
    description: str = ""
    open_issues: int = 0
    closed_issues: int = 0
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue. ``state`` is ``open`` or ``closed``; ``due`` is a day, given as the moment it ends."""

    repo: RepoRef
    number: int
    title: str
    body: str
    state: str
    author: str
    labels: tuple[Label, ...]
    milestone: Milestone | None
    assignees: tuple[str, ...]
    comments: int
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None = None
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Dependency:
    """An issue that must be closed before another. ``repo`` is None where this login may not see it: then the forge
    tells neither its title nor its state.
    """

    repo: RepoRef | None
    number: int
    title: str
    state: str
