"""Commits as they are shown, and what is known of a question about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from smartup_tui.forge.unified import FileDiff

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class CommitLine:
    """A commit in one line. `author` and `committer` are names, `email` is the author's address, times are aware.

    `signature` is what the forge says of it in words; empty where there is none or where it was not asked for.
    """

    sha: str
    author: str
    email: str
    committer: str
    at: datetime
    message: str
    parents: tuple[str, ...] = ()
    signature: str = ""

    @property
    def short(self) -> str:
        """The first ten digits of its id."""
        return self.sha[:10]

    @property
    def subject(self) -> str:
        """The first line of what it says."""
        return self.message.partition("\n")[0]


@dataclass(frozen=True, slots=True)
class CommitChanges:
    """A commit with the lines it changed, file by file (`forge.unified.FileDiff`)."""

    commit: CommitLine
    files: tuple[FileDiff, ...]

    def of(self, path: str) -> FileDiff | None:
        """What one file went through, None when the commit left it alone."""
        return next((file for file in self.files if path in (file.path, file.before)), None)


@dataclass(frozen=True, slots=True)
class Asked(Generic[_T]):
    """What is known of a question: the answer, or that it is under way, or why it failed (words for the owner)."""

    value: _T | None = None
    under_way: bool = False
    failure: str = ""
