"""The forge's issues as screens and the command line ask for them: from this machine, without waiting."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from smartup_tui.config import Profile
from smartup_tui.workspace.forge_pages import describe_issue, describe_repository
from smartup_tui.workspace.forge_rows import IssueDetail, IssueRow, RepositoryRow
from smartup_tui.workspace.forge_store import PROBLEM, ForgeStore

_ENTITY = re.compile(r"[3-6]_\d+(?:_\d+)*")
NOT_READ = "Issues were not read yet. Press r to ask the forge."


class ForgeDesk:
    """What one profile knows of issues and repositories. It belongs to the thread that made it."""

    def __init__(self, path: Path, profile: Profile) -> None:
        """Nothing is opened before something is asked."""
        self._path = path
        self._profile = profile
        self._store: ForgeStore | None = None
        self._read: tuple[int, tuple[RepositoryRow, ...], tuple[IssueRow, ...]] | None = None
        self._named: dict[str, list[IssueRow]] = {}

    def close(self) -> None:
        """Close the file."""
        if self._store is not None:
            self._store.close()
            self._store = None

    @property
    def as_of(self) -> datetime | None:
        """When the forge last told of its issues; None when it never did."""
        store = self._opened()
        return store.as_of if store is not None else None

    @property
    def problem(self) -> str:
        """Why there is nothing to see or nothing new, in plain words; empty when all is well."""
        store = self._opened()
        if store is None:
            return NOT_READ
        return store.meta(PROBLEM) or ("" if store.as_of is not None else NOT_READ)

    def repositories(self) -> tuple[RepositoryRow, ...]:
        """The repositories that the token can see, by name."""
        return self._all()[0]

    def issues(self) -> tuple[IssueRow, ...]:
        """All issues: by repository, the open ones first, then by their newest change."""
        return self._all()[1]

    def matching(self, text: str) -> tuple[IssueRow, ...]:
        """The issues that have every word in their name, title, labels, milestone, state or people."""
        wanted = text.casefold().split()
        return tuple(row for row in self.issues() if all(word in _haystack(row) for word in wanted))

    def issue(self, name: str) -> IssueDetail | None:
        """One issue by its name, `3_7_operational_team#12`; None when it is not known here."""
        repository, _, number = name.rpartition("#")
        store = self._opened()
        if store is None or not (number.isascii() and number.isdecimal() and len(number) < 12):
            return None
        found = store.issue(repository, int(number))
        return None if found is None else IssueDetail(*found, self.link(repository, int(number)))

    def describe(self, name: str) -> str:
        """The page of an issue or of a repository, in Markdown; empty for what is not known."""
        detail = self.issue(name)
        if detail is not None:
            return describe_issue(detail.row, detail.body, detail.waits_for, detail.link)
        row = next((each for each in self.repositories() if each.name == name), None)
        return describe_repository(row, self.issues()) if row is not None else ""

    def link(self, repository: str, number: int | None = None) -> str:
        """The address of a repository or an issue, by the address the profile has for the forge."""
        parts = (self._profile.forge_owner, repository, *(("issues", str(number)) if number is not None else ()))
        return "/".join((self._profile.forge_url.rstrip("/"), *(quote(part, safe="") for part in parts)))

    def naming(self, entity: str) -> Sequence[IssueRow]:
        """The issues that name a thing of the ledger in their titles or labels, the open ones first."""
        self._all()
        return sorted(self._named.get(entity, ()), key=lambda row: row.state != "open")

    def _all(self) -> tuple[tuple[RepositoryRow, ...], tuple[IssueRow, ...]]:
        store = self._opened()
        if store is None:
            return (), ()
        stamp = store.stamp
        if self._read is None or self._read[0] != stamp:
            self._read = (stamp, store.repositories(), store.issues())
            self._named = {}
            for row in self._read[2]:
                for name in _names(row):
                    self._named.setdefault(name, []).append(row)
        return self._read[1:]

    def _opened(self) -> ForgeStore | None:
        if self._store is None and self._path.exists():
            try:
                self._store = ForgeStore(self._path)
            except sqlite3.Error:
                return None  # another process is just making it, or the disk is full: next time
        return self._store


def _haystack(row: IssueRow) -> str:
    return " ".join((row.name, row.title, row.state, row.milestone, row.author, *row.labels, *row.assignees)).casefold()


def _names(row: IssueRow) -> set[str]:
    words_ = (word.strip("[]():,.;`*") for text in (row.title, *row.labels) for word in text.split())
    return {word for word in words_ if _ENTITY.fullmatch(word)}
