"""What a check of the ledger answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How grave a finding is: the law or a sum is broken; something should be looked at; worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be.

    `kind` is a stable word (`orphan_page`, `missing_page`, `unaudited`, `edited_log`, `broken_reference`, `sum`,
    `three_x`, `copy`, `double`, `unreadable`, `order`, `trailer`, `author`, `no_matrix_event`, `removed_row`,
    `rewritten`); `where` a file with line, an id, or the first ten digits of a commit. `path` and `line` say where in
    the ledger it is, `before` and `after` the rows as they were and are (one a line), `commit` the whole id of the
    commit that did it: each as far as it is known.
    """

    kind: str
    severity: Severity
    where: str
    message: str
    path: str = ""
    line: int | None = None
    before: str = ""
    after: str = ""
    commit: str = ""

    def __str__(self) -> str:
        """One line for people."""
        return f"{self.severity} {self.kind} {self.where}: {self.message}"


@dataclass(frozen=True, slots=True)
class Report:
    """All findings of a check, and how many commits were looked at."""

    findings: tuple[Finding, ...]
    commits: int = 0

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that break the law or a sum."""
        return tuple(f for f in self.findings if f.severity is Severity.ERROR)

    @property
    def ok(self) -> bool:
        """True when nothing is an error."""
        return not self.errors


def error(kind: str, where: str, message: str, *, path: str = "", commit: str = "") -> Finding:
    """A finding that breaks the law or a sum."""
    return Finding(kind, Severity.ERROR, where, message, path, commit=commit)


def warning(kind: str, where: str, message: str) -> Finding:
    """A finding that should be looked at."""
    return Finding(kind, Severity.WARNING, where, message)


def note(kind: str, where: str, message: str) -> Finding:
    """A finding that is worth knowing."""
    return Finding(kind, Severity.NOTE, where, message)
