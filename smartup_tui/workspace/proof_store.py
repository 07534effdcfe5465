"""What this machine has seen of the ledger's past: up to which commit it is checked, and what was found.

It lies in the state, not in the cache: that somebody rewrote the history can not be derived again. A finding stays
until its owner has acknowledged it, or until the ledger itself explains it (a repair that enters the commit).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from smartup_tui.files.sqlite import SqliteFile, connect, transaction
from smartup_tui.ledger.verify.findings import Finding, Severity

if TYPE_CHECKING:
    from smartup_tui.ledger.verify.history import HistoryCheck, Unaudited

_VERSION: Final = 1
_SCHEMA: Final = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE findings(number INTEGER PRIMARY KEY, mark TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, severity TEXT NOT NULL,
  place TEXT NOT NULL, message TEXT NOT NULL, path TEXT NOT NULL, line INTEGER, before TEXT NOT NULL,
  after TEXT NOT NULL, commit_id TEXT NOT NULL, found_at TEXT NOT NULL, state TEXT NOT NULL, state_at TEXT,
  note TEXT NOT NULL DEFAULT '');
CREATE TABLE events(event_id TEXT PRIMARY KEY, commit_id TEXT NOT NULL) WITHOUT ROWID;
"""
_KEPT_OPEN: Final = 2000
"""Commits without an audit row that are remembered with their words, for the row that may come later."""


class FindingState(StrEnum):
    """Whether a finding still waits for somebody."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    EXPLAINED = "explained"


@dataclass(frozen=True, slots=True)
class StoredFinding:
    """A finding, when this machine made it, and what became of it (`note`: the owner's words, or what explains it)."""

    number: int
    finding: Finding
    found_at: datetime
    state: FindingState
    state_at: datetime | None
    note: str

    @staticmethod
    def mark_of(f: Finding) -> str:
        """What tells a finding from others, however often it is made."""
        return hashlib.sha256("\0".join((f.kind, f.commit or f.where, f.path, f.message)).encode()).hexdigest()[:32]

    @property
    def mark(self) -> str:
        """The mark of this one."""
        return self.mark_of(self.finding)

    def as_note(self) -> Finding:
        """The finding as one that its owner knows and accepts."""
        words = f" ({self.note})" if self.note else ""
        message = f"{self.finding.message}; acknowledged on {self.state_at or self.found_at:%Y-%m-%d}{words}"
        return replace(self.finding, severity=Severity.NOTE, message=message)


@dataclass(frozen=True, slots=True)
class Watch:
    """Up to which commit the past is checked on this machine, and from where: None where it never was.

    `since` is empty when every commit from the first was looked at, `commits` says how many were.
    """

    tip: str | None
    since: str
    commits: int
    at: datetime | None


class ProofStore(SqliteFile):
    """The file of one profile."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it."""
        self._connection = connect(path, synchronous="FULL")
        with transaction(self._connection):
            if self._connection.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
                for statement in _SCHEMA.split(";\n"):
                    self._connection.execute(statement)
                self._connection.execute(f"PRAGMA user_version = {_VERSION}")

    # How far it is checked

    def watch(self, ledger: str) -> Watch:
        """How far the ledger of that name (forge, repository, branch) is checked; another one begins anew."""
        if self._meta("ledger") != ledger:
            return Watch(None, "", 0, None)
        at = self._meta("at")
        return Watch(
            self._meta("tip"), self._meta("since") or "", int(self._meta("commits") or 0),
            datetime.fromisoformat(at) if at else None,
        )  # fmt: skip

    def begin(self, ledger: str, tip: str, *, since: str, commits: int = 0) -> None:
        """Watch a ledger from its commit `tip` on; `since` is empty when all before it was looked at too."""
        with transaction(self._connection):
            values = {"ledger": ledger, "tip": tip, "since": since, "commits": str(commits), "unaudited": "[]"}
            self._keep(values)

    def looked_back(self, ledger: str, tip: str, check: HistoryCheck) -> None:
        """Keep the outcome of a check of every commit from the first to `tip`."""
        self.begin(ledger, tip, since="")
        self.checked(tip, check.commits, check.broken, (), check.unaudited, check.explained)

    def unaudited(self) -> list[Unaudited]:
        """The commits that still lack their audit row, as the next check takes them up."""
        from smartup_tui.ledger.verify.history import Unaudited  # noqa: PLC0415 - brings the whole ledger

        text = self._meta("unaudited") or "[]"
        return [
            Unaudited(commit, number, path, frozenset(words), id_)
            for commit, number, path, words, id_ in msgspec.json.decode(text)
        ]

    def checked(  # noqa: PLR0917 - all that one step of a check brings
        self,
        tip: str,
        commits: int,
        found: Iterable[Finding],
        events: Iterable[str] = (),
        unaudited: Sequence[Unaudited] = (),
        explained: Mapping[str, str] | None = None,
    ) -> int:
        """Keep that everything up to `tip` is checked and what was found, in one step; how many findings are new.

        `events` are the ids of the audit rows that `tip` added; `explained` are the commits whose audit row came later,
        by id, with the commit that brought it. What a rewritten history has lost is never explained.
        """
        left = [(u.commit, u.number, u.path, sorted(u.words), u.id) for u in unaudited[-_KEPT_OPEN:]]
        now = _now()
        with transaction(self._connection):
            kept = [f for f in (*found, *(one.finding for one in unaudited)) if f.severity is not Severity.NOTE]
            new = sum(self._save(finding, now) for finding in kept)
            self._connection.executemany(
                "INSERT OR REPLACE INTO events VALUES(?, ?)", ((event, tip) for event in events)
            )
            self._explain(explained or {}, now)
            self._keep({"tip": tip, "commits": str(commits), "unaudited": msgspec.json.encode(left).decode()})
        return new

    def _explain(self, explained: Mapping[str, str], now: str) -> None:
        waiting = self._connection.execute(
            "SELECT number, commit_id FROM findings WHERE kind = 'unaudited' AND state = ?", (FindingState.OPEN,)
        ).fetchall()
        self._connection.executemany(
            "UPDATE findings SET state = ?, state_at = ?, note = ? WHERE number = ?",
            [
                (FindingState.EXPLAINED, now, f"the audit row came later, by {explained[commit][:10]}", number)
                for number, commit in waiting
                if commit in explained
            ],
        )

    def _keep(self, values: dict[str, str]) -> None:
        self._connection.executemany(
            "INSERT INTO meta VALUES(?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value",
            [*values.items(), ("at", _now())],
        )

    def _meta(self, key: str) -> str | None:
        found = self._connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return found[0] if found else None

    def commit_of(self, event_id: str) -> str | None:
        """The commit that added an audit row, where this machine has watched it come."""
        found = self._connection.execute("SELECT commit_id FROM events WHERE event_id = ?", (event_id,)).fetchone()
        return found[0] if found else None

    # What was found

    def save(self, found: Iterable[Finding]) -> int:
        """Keep findings; one that is known already stays as it is. Answers how many are new."""
        now = _now()
        with transaction(self._connection):
            return sum(self._save(finding, now) for finding in found)

    def _save(self, f: Finding, now: str) -> int:
        mark = StoredFinding.mark_of(f)
        done = self._connection.execute(
            "INSERT OR IGNORE INTO findings(mark, kind, severity, place, message, path, line, before, after, commit_id,"
            " found_at, state) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                mark, f.kind, f.severity.value, f.where, f.message, f.path, f.line, f.before, f.after, f.commit, now,
                FindingState.OPEN,
            ),
        )  # fmt: skip
        return done.rowcount

    def findings(self, *states: FindingState) -> list[StoredFinding]:
        """What was found, the newest first; of these states only, if any are named."""
        condition = f"state IN ({', '.join('?' * len(states))})" if states else "1"
        rows = self._connection.execute(
            "SELECT number, kind, severity, place, message, path, line, before, after, commit_id, found_at, state,"  # noqa: S608
            f" state_at, note FROM findings WHERE {condition} ORDER BY number DESC",
            states,
        )
        return [_stored(row) for row in rows]

    def count_open(self) -> int:
        """How many findings that break the law wait for somebody."""
        sql = "SELECT count(*) FROM findings WHERE state = ? AND severity = ?"
        return int(self._connection.execute(sql, (FindingState.OPEN, Severity.ERROR)).fetchone()[0])

    def acknowledge(self, numbers: Sequence[int] | None, note: str = "") -> int:
        """Mark findings (all that are open, for None) as known and accepted by the owner; how many were."""
        chosen = "" if numbers is None else f" AND number IN ({', '.join('?' * len(numbers))})"
        with transaction(self._connection):
            done = self._connection.execute(
                f"UPDATE findings SET state = ?, state_at = ?, note = ? WHERE state = ?{chosen}",  # noqa: S608
                (FindingState.ACKNOWLEDGED, _now(), note, FindingState.OPEN, *(numbers or ())),
            )
        return done.rowcount


def _stored(row: tuple[object, ...]) -> StoredFinding:
    number, kind, severity, place, message, path, line, before, after, commit, found, state, at, note = row
    assert isinstance(number, int)
    return StoredFinding(
        number,
        Finding(
            str(kind), Severity(str(severity)), str(place), str(message), str(path),
            line if isinstance(line, int) else None, str(before), str(after), str(commit),
        ),
        datetime.fromisoformat(str(found)),
        FindingState(str(state)),
        datetime.fromisoformat(str(at)) if at else None,
        str(note),
    )  # fmt: skip


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def open_findings(path: Path) -> list[StoredFinding]:
    """The findings that wait for somebody, of a profile whose file may not be there yet."""
    if not path.exists():
        return []
    with ProofStore(path) as store:
        return store.findings(FindingState.OPEN)
