"""The issues of one repository of the embedded forge: a small JSON file beside the repositories, replaced in one step.

A file is named by the repository's number, so that a repository made anew under an old name begins without issues.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from filelock import FileLock

from smartup_tui.files.whole import replace_file
from smartup_tui.forge.embedded.store import ForgeStore, RepositoryRecord


class LabelRecord(msgspec.Struct):
    """A label."""

    id: int
    name: str
    color: str = ""
    description: str = ""


class MilestoneRecord(msgspec.Struct):
    """A milestone; ``due`` is a moment or empty."""

    id: int
    title: str
    description: str = ""
    state: str = "open"
    due: str = ""


class IssueRecord(msgspec.Struct):
    """An issue. ``blocked_by`` names repositories by their numbers, and issues in them."""

    number: int
    title: str
    body: str
    poster: str
    created: str
    updated: str
    state: str = "open"
    closed: str = ""
    due: str = ""
    milestone: int = 0
    labels: list[int] = []
    assignees: list[str] = []
    blocked_by: list[tuple[int, int]] = []


class Book(msgspec.Struct):
    """All of one repository. Numbers of issues begin with 1, as they are shown."""

    labels: dict[int, LabelRecord] = {}
    milestones: dict[int, MilestoneRecord] = {}
    issues: dict[int, IssueRecord] = {}
    next_id: int = 1

    def take_id(self) -> int:
        """A number for a label or a milestone."""
        self.next_id += 1
        return self.next_id - 1

    def add_label(self, name: str, color: str = "", description: str = "") -> LabelRecord:
        """A new label."""
        made = LabelRecord(self.take_id(), name, color.removeprefix("#"), description)
        self.labels[made.id] = made
        return made

    def add_milestone(self, title: str, description: str = "", due: str = "") -> MilestoneRecord:
        """A new milestone."""
        made = MilestoneRecord(self.take_id(), title, description, due=due)
        self.milestones[made.id] = made
        return made

    def add_issue(self, title: str, body: str, poster: str, at: datetime | None = None) -> IssueRecord:
        """A new open issue, made ``at`` that moment (now)."""
        moment = stamp(at)
        made = IssueRecord(max(self.issues, default=0) + 1, title, body, poster, moment, moment)
        self.issues[made.number] = made
        return made


def stamp(at: datetime | None = None) -> str:
    """A moment (now) as the answers have it, to the second."""
    return (at or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _path(store: ForgeStore, record: RepositoryRecord) -> Path:
    return store.root / "issues" / f"{record.id}.json"


def read_book(store: ForgeStore, record: RepositoryRecord) -> Book:
    """The issues of a repository as they are now; not to be changed by the caller."""
    try:
        return msgspec.json.decode(_path(store, record).read_bytes(), type=Book)
    except FileNotFoundError:
        return Book()


@contextmanager
def changed_book(store: ForgeStore, record: RepositoryRecord) -> Iterator[Book]:
    """The issues of a repository to change; written when the block ends without an error. One writer at a time."""
    path = _path(store, record)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with FileLock(path.with_suffix(".lock"), mode=0o600):
        book = read_book(store, record)
        yield book
        replace_file(path, msgspec.json.encode(book))
