"""How a ledger came to be: every commit keeps the write law (ledger.md §2 and §3).

The forge and a plain clone can both be a `History`; nothing here knows git.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from smartup_tui.ledger import tables
from smartup_tui.ledger.compose import OWNERS_DOMAIN, SERVICE_NAME
from smartup_tui.ledger.rows import MasterEvent
from smartup_tui.ledger.rowset import RowCache, read_rows, segment_paths
from smartup_tui.ledger.schema import Table, TableKind
from smartup_tui.ledger.tree import MappingTree, Tree
from smartup_tui.ledger.verify.findings import Finding, error, note, warning
from smartup_tui.ledger.verify.pages import WITH_PAGES

LOGS: Final[tuple[Table[Any], ...]] = tuple(t for t in tables.TABLES if t.kind is TableKind.LOG)
COMMIT: Final = "commit"
"""The entity type of an audit row that enters a commit afterwards."""
_WORD: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_ID: Final = re.compile(r"[0-9]+(?:_[0-9]+)+|[a-z]_[0-9]+")
REGISTERS: Final[tuple[Table[Any], ...]] = tuple(t for t in tables.TABLES if t.kind is TableKind.REGISTER)
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


@dataclass(frozen=True, slots=True)
class Unaudited:
    """A commit that changed the ledger, `path` first of all, without an audit row.

    `commit` are the first ten digits of its id, `number` its place among those looked at, `words` the cells and ids in
    what it changed.
    """

    commit: str
    number: int
    path: str
    words: frozenset[str]

    @property
    def is_page(self) -> bool:
        """Whether it wrote no table: the first of three writes."""
        return not self.path.endswith(".csv")

    @property
    def finding(self) -> Finding:
        """The finding that it is."""
        return error("unaudited", self.commit, f"{self.path} changed, and no row was added to the audit trail")


class HistoryCheck:
    """Takes commits one after the other, for a caller that walks them by itself; `check_history` does it for a History.

    `commits` is how many were looked at, `unaudited` those of them that lack their audit row. A ledger written by three
    separate writes has it in a later commit of the audit trail alone, which names what the tables' commits changed;
    the commits of pages stand directly before these. And a repair enters a commit by its id.
    """

    def __init__(self) -> None:
        """Nothing is looked at yet."""
        self.commits = 0
        self.unaudited: list[Unaudited] = []
        self._found: list[Finding] = []
        self._cache = RowCache()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong so far."""
        return (*self._found, *(one.finding for one in self.unaudited))

    def step(self, commit: CommitInfo, before: Tree, after: Tree) -> None:
        """Look at one commit, with the files of its first parent (an empty tree for the first) and its own."""
        self.commits += 1
        changed = frozenset(path for path in commit.changed if before.blob_id(path) != after.blob_id(path))
        step = _Step(commit, before, after, changed, _added_events(changed, before, after, self._cache))
        self._found += _check(step, self._cache)
        self._audit(step)

    def _audit(self, step: _Step) -> None:
        """Remember a commit without its audit row; forget those whose row this commit adds."""
        ledger, added = step.ledger, step.added
        if ledger and not added:
            words = (word for path in ledger for word in _changed_words(path, step.before, step.after))
            self.unaudited.append(Unaudited(step.where, self.commits, ledger[-1], frozenset(words) - {""}))
        if not added or not self.unaudited:
            return
        entered = {event.entity_id: event.event_id for event in added if event.entity_type == COMMIT}
        names: frozenset[str] = frozenset()
        if not ledger:
            owners = read_rows(tables.OWNERS, step.after, self._cache)
            names = frozenset(_names(added, frozenset(row.alias for row in owners)))
        for one in self.unaudited:
            if one.commit in entered:
                told = f"{one.path} changed; event {entered[one.commit]} entered it later"
                self._found.append(note("unaudited", one.commit, told))
        self.unaudited = _left(self.unaudited, names, entered)


@dataclass(frozen=True, slots=True)
class _Step:
    """One commit to be looked at: the files before and after, the paths that differ, the audit rows it adds."""

    commit: CommitInfo
    before: Tree
    after: Tree
    changed: frozenset[str]
    added: tuple[MasterEvent, ...]

    @property
    def where(self) -> str:
        """What findings call it."""
        return self.commit.id[:10]

    @property
    def ledger(self) -> list[str]:
        """The ledger's files that it changes beside the audit trail."""
        return sorted(path for path in self.changed if _is_ledger(path) and not _is_trail(path))


def check_history(history: History, since: str | None = None) -> HistoryCheck:
    """Look at every commit after `since` (None: from the first)."""
    check = HistoryCheck()
    before: Tree = MappingTree({}) if since is None else history.tree(since)
    for commit in history.commits(since):
        after = history.tree(commit.id)
        check.step(commit, before, after)
        before = after
    return check


def _check(step: _Step, cache: RowCache) -> Iterator[Finding]:
    before, after = step.before, step.after
    for path in sorted(step.changed):
        if after.blob_id(path) is None:
            yield error("edited_log", step.where, f"{path} is removed; nothing is ever removed from a ledger")
    for table in LOGS:
        yield from _log(step.where, table, step.changed, before, after)
    for path in sorted(step.changed):
        if any(path.startswith(table.segments) for table in REGISTERS):
            old = before.read(path)
            if old is not None and not (after.read(path) or b"").startswith(old):
                yield error("edited_log", step.where, f"{path} holds final rows, and one of them changed")
    yield from _order(step, cache)
    yield from _trailers(step.commit, step.added)


def _changed_words(path: str, before: Tree, after: Tree) -> Iterator[str]:
    """The cells of the lines that a commit changed in a table; of a page its id, and those of new blocks."""
    name = path.rpartition("/")[2].partition(".")[0]
    leading = _ID.match(name)
    yield leading.group() if leading is not None else name
    old = set((before.read(path) or b"").split(b"\n"))
    for line in (after.read(path) or b"").decode("utf-8", "replace").split("\n"):
        if line.encode() in old:
            continue
        if path.endswith(".csv"):
            yield from re.split(r"[,;]", line)
        elif line.startswith("### "):
            yield from line.split()[1:2]


def _left(unaudited: Sequence[Unaudited], names: frozenset[str], entered: Container[str]) -> list[Unaudited]:
    """Those that these names do not close, nor an entry of their own."""
    left: list[Unaudited] = []
    closed = 0  # the number of the commit after this one, if that is closed
    for one in reversed(unaudited):
        if one.words & names or (one.is_page and one.number + 1 == closed):
            closed = one.number
        elif one.commit not in entered:
            left.append(one)
    return left[::-1]


def _names(events: Iterable[MasterEvent], aliases: frozenset[str]) -> Iterator[str]:
    """The ids and aliases that audit rows name, and their times."""
    for event in events:
        yield event.entity_id
        yield f"{event.timestamp:%Y-%m-%dT%H:%M:%SZ}"
        yield from (word for word in _WORD.findall(event.details) if word in aliases or _ID.fullmatch(word))


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


def _order(step: _Step, cache: RowCache) -> Iterator[Finding]:
    """A row that a commit adds or changes names a page that is there by then: Markdown first."""
    for table in WITH_PAGES:
        if table.path not in step.changed:
            continue
        known = set(read_rows(table, step.before, cache))
        for row in read_rows(table, step.after, cache):
            path = row.wiki_path
            if path is not None and row not in known and step.after.blob_id(path) is None:
                yield error("order", step.where, f"a row of {table.path} names {path}, which is not there yet")


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
