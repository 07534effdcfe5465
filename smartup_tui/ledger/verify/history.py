"""How a ledger came to be: every commit keeps the write law (ledger.md §2 and §3).

The forge and a plain clone can both be a `History`; nothing here knows git.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from smartup_tui.ledger import tables
from smartup_tui.ledger.compose import OWNERS_DOMAIN, SERVICE_NAME
from smartup_tui.ledger.rows import MasterEvent
from smartup_tui.ledger.rowset import RowCache, read_rows, segment_paths
from smartup_tui.ledger.schema import Table, TableKind
from smartup_tui.ledger.tree import MappingTree, Tree
from smartup_tui.ledger.verify.findings import Finding, error, warning
from smartup_tui.ledger.verify.pages import WITH_PAGES

LOGS: Final[tuple[Table[Any], ...]] = tuple(t for t in tables.TABLES if t.kind is TableKind.LOG)
_TRAILER: Final = re.compile(r"^Command: (\S+) (\S+) (\S+) (\S+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class CommitInfo:
    """One commit: who, what it says, when, and the paths that differ from its parent, sorted."""

    id: str
    author_name: str
    author_email: str
    committer_name: str
    message: str
    timestamp: datetime
    changed: tuple[str, ...]


class History(Protocol):
    """The commits of a ledger's branch, first parents only."""

    def commits(self, since: str | None) -> Iterable[CommitInfo]:
        """The commits after `since`, oldest first; all of them for None."""
        ...

    def tree(self, commit_id: str) -> Tree:
        """The files as they were at a commit."""
        ...


class HistoryCheck:
    """Takes commits one after the other, for a caller that walks them by itself; `check_history` does it for a History.

    `findings` is what is wrong so far, `commits` how many were looked at.
    """

    def __init__(self) -> None:
        """Nothing is looked at yet."""
        self.findings: list[Finding] = []
        self.commits = 0
        self._cache = RowCache()

    def step(self, commit: CommitInfo, before: Tree, after: Tree) -> None:
        """Look at one commit, with the files of its first parent (an empty tree for the first) and its own."""
        self.commits += 1
        self.findings += _check(commit, before, after, self._cache)


def check_history(history: History, since: str | None = None) -> HistoryCheck:
    """Look at every commit after `since` (None: from the first)."""
    check = HistoryCheck()
    before: Tree = MappingTree({}) if since is None else history.tree(since)
    for commit in history.commits(since):
        after = history.tree(commit.id)
        check.step(commit, before, after)
        before = after
    return check


def _check(commit: CommitInfo, before: Tree, after: Tree, cache: RowCache) -> Iterator[Finding]:
    where = commit.id[:10]
    changed = frozenset(path for path in commit.changed if before.blob_id(path) != after.blob_id(path))
    for path in sorted(changed):
        if after.blob_id(path) is None:
            yield error("edited_log", where, f"{path} is removed; nothing is ever removed from a ledger")
    for table in LOGS:
        yield from _log(where, table, changed, before, after)
    added = _added_events(changed, before, after, cache)
    ledger = sorted(path for path in changed if _is_ledger(path) and not _is_trail(path))
    if ledger and not added:
        yield error("unaudited", where, f"{ledger[0]} changed, and no row was added to the audit trail")
    yield from _order(where, changed, before, after, cache)
    yield from _trailers(commit, added)


def _is_ledger(path: str) -> bool:
    return path.endswith(".csv") or path.startswith(("wiki/", "policies/"))


def _is_trail(path: str) -> bool:
    return path == tables.EVENTS.path or path.startswith(tables.EVENTS.segments)


def _log(where: str, table: Table[Any], changed: frozenset[str], before: Tree, after: Tree) -> Iterator[Finding]:
    """Rows of a log are only added: the old bytes are the beginning of the new ones, or have become a segment."""
    for path in sorted(changed):
        if path.startswith(table.segments) and before.blob_id(path) is not None:
            yield error("edited_log", where, f"{path} is a full segment, and it changed")
    if table.path not in changed:
        return
    old, new = before.read(table.path), after.read(table.path)
    if old is None or new is None:
        return
    if new.startswith(old) and (not old or old.endswith(b"\n") or new[len(old) :].startswith((b"\n", b"\r\n"))):
        return
    known = set(segment_paths(table, before))
    moved = {after.blob_id(path) for path in segment_paths(table, after) if path not in known}
    if before.blob_id(table.path) in moved:
        return
    line = _first_difference(old, new)
    yield error("edited_log", where, f"{table.path}:{line} was changed or removed; corrections are new rows")


def _first_difference(old: bytes, new: bytes) -> int:
    pairs = zip(old.split(b"\n"), new.split(b"\n"), strict=False)
    return next((number for number, (a, b) in enumerate(pairs, start=1) if a != b), new.count(b"\n") + 1)


def _added_events(changed: frozenset[str], before: Tree, after: Tree, cache: RowCache) -> tuple[MasterEvent, ...]:
    if not any(_is_trail(path) for path in changed):
        return ()
    old = read_rows(tables.EVENTS, before, cache)
    new = read_rows(tables.EVENTS, after, cache)
    if len(new) >= len(old) and (not old or new[len(old) - 1] == old[-1]):
        return tuple(new[len(old) :])
    known = {row.event_id for row in old}
    return tuple(row for row in new if row.event_id not in known)


def _order(where: str, changed: frozenset[str], before: Tree, after: Tree, cache: RowCache) -> Iterator[Finding]:
    """A row that a commit adds or changes names a page that is there by then: Markdown first."""
    for table in WITH_PAGES:
        if table.path not in changed:
            continue
        known = set(read_rows(table, before, cache))
        for row in read_rows(table, after, cache):
            path = row.wiki_path
            if path is not None and row not in known and after.blob_id(path) is None:
                yield error("order", where, f"a row of {table.path} names {path}, which is not there yet")


def _trailers(commit: CommitInfo, added: tuple[MasterEvent, ...]) -> Iterator[Finding]:
    """Every command of a commit has its line, which agrees with the audit trail; and the author is who acted."""
    where = commit.id[:10]
    found = _TRAILER.findall(commit.message)
    by_id = {event.event_id: event for event in added}
    for event_id, alias, request_id, script in found:
        event = by_id.get(event_id)
        if event is None:
            yield error("trailer", where, f"names event {event_id}, which this commit does not add")
        elif (event.actor, event.request_id, event.script) != (alias, request_id, script):
            yield error("trailer", where, f"says other things about {event_id} than the audit trail")
    named = {(alias, request_id) for _, alias, request_id, _ in found}
    for event in added:
        if (event.actor, event.request_id) not in named:
            yield warning("trailer", where, f"has no line for event {event.event_id} of {event.actor}")
            break
    if found:
        author = found[0][1] if len(found) == 1 else SERVICE_NAME
        if commit.author_email != f"{author}@{OWNERS_DOMAIN}":
            yield warning("author", where, f"the author is {commit.author_name}; expected {author}")
