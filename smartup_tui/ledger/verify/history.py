"""How a ledger came to be: every commit keeps the write law (ledger.md §2 and §3).

The forge and a plain clone can both be a `History`; nothing here knows git.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Protocol

from smartup_tui.ledger import tables
from smartup_tui.ledger.compose import OWNERS_DOMAIN, SERVICE_NAME
from smartup_tui.ledger.rows import MasterEvent
from smartup_tui.ledger.rowset import RowCache, read_rows, segment_paths
from smartup_tui.ledger.schema import Table, TableKind
from smartup_tui.ledger.tree import MappingTree, Tree
from smartup_tui.ledger.verify.findings import Finding, Severity, error, note, warning
from smartup_tui.ledger.verify.lines import added_rows, grew, removed_keys, touched
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

    `commit` are the first ten digits of its `id`, `number` its place among those looked at, `words` the cells and ids
    in what it changed.
    """

    commit: str
    number: int
    path: str
    words: frozenset[str]
    id: str = ""

    @property
    def is_page(self) -> bool:
        """Whether it wrote no table: the first of three writes."""
        return not self.path.endswith(".csv")

    @property
    def finding(self) -> Finding:
        """The finding that it is."""
        message = f"{self.path} changed, and no row was added to the audit trail"
        return error("unaudited", self.commit, message, path=self.path, commit=self.id)


class HistoryCheck:
    """Takes commits one after the other, for a caller that walks them by itself; `check_history` does it for a History.

    `commits` is how many were looked at, `unaudited` those of them that lack their audit row, `explained` those that
    lacked it until a later commit came, by id, with that commit's. A ledger written by three
    separate writes has it in a later commit of the audit trail alone, which names what the tables' commits changed;
    the commits of pages stand directly before these. And a repair enters a commit by its id.
    """

    def __init__(self) -> None:
        """Nothing is looked at yet."""
        self.commits = 0
        self.unaudited: list[Unaudited] = []
        self.explained: dict[str, str] = {}
        self._found: list[Finding] = []
        self._cache = RowCache()

    @classmethod
    def resumed(cls, commits: int, unaudited: Iterable[Unaudited]) -> HistoryCheck:
        """A check that goes on where another one ended."""
        check = cls()
        check.commits, check.unaudited = commits, list(unaudited)
        return check

    @property
    def broken(self) -> Sequence[Finding]:
        """What is wrong so far and can not be put right by a later commit, in the order in which it was found."""
        return self._found

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong so far."""
        return (*self._found, *(one.finding for one in self.unaudited))

    def step(self, commit: CommitInfo, before: Tree, after: Tree) -> tuple[MasterEvent, ...]:
        """Look at one commit, with the files of its first parent (an empty tree for the first) and its own.

        Answers the rows that it adds to the audit trail.
        """
        self.commits += 1
        changed = frozenset(path for path in commit.changed if before.blob_id(path) != after.blob_id(path))
        step = _Step(commit, before, after, changed, _added_events(changed, before, after))
        self._found += _check(step)
        self._audit(step)
        return step.added

    def _audit(self, step: _Step) -> None:
        """Remember a commit without its audit row; forget those whose row this commit adds."""
        ledger, added = step.ledger, step.added
        if ledger and not added:
            words = frozenset(w for path in ledger for w in _changed_words(path, step.before, step.after)) - {""}
            first = next((path for path in reversed(ledger) if path.endswith(".csv")), ledger[-1])
            self.unaudited.append(Unaudited(step.where, self.commits, first, words, step.commit.id))
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
        left = _left(self.unaudited, names, entered)
        kept = {one.id for one in left}
        self.explained |= {one.id: step.commit.id for one in self.unaudited if one.id not in kept}
        self.unaudited = left


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


def _check(step: _Step) -> Iterator[Finding]:
    for found in (*edited(step.where, step.changed, step.before, step.after), *_order(step)):
        yield replace(found, commit=step.commit.id)
    yield from _trailers(step.commit, step.added)


def edited(where: str, paths: Collection[str], before: Tree, after: Tree) -> Iterator[Finding]:
    """What was changed or removed between two states that never may be: old rows of logs, full segments, files.

    The states may be many commits apart. `where` is what findings call the change, `paths` are those that differ.
    """
    changed = frozenset(paths)
    for path in sorted(changed):
        if after.blob_id(path) is None and _is_ledger(path):
            message = f"{path} is removed; nothing is ever removed from a ledger"
            yield replace(_edit(where, path, before.read(path) or b"", b""), message=message)
    for table in LOGS:
        yield from _log(where, table, changed, before, after)
    for table in REGISTERS:
        for path in sorted(changed):
            if not path.startswith(table.segments):
                continue
            old, new = before.read(path), after.read(path)
            if old is not None and new is not None and not grew(old, new):
                message = f"{path} holds final rows, and one of them changed"
                yield replace(_edit(where, path, old, new), message=message)
        if table.path in changed and after.blob_id(table.path) is not None:
            for key, row in removed_keys(table, changed, before, after):
                message = f"the row {key} of {table.path} is gone; nothing is ever removed from a ledger"
                yield Finding("removed_row", Severity.ERROR, where, message, table.path, before=row)


def _edit(where: str, path: str, old: bytes, new: bytes) -> Finding:
    """An append-only file of which old rows are not as they were."""
    seen = touched(old, new)
    message = f"{path}:{seen.line} was changed or removed; corrections are new rows"
    return Finding("edited_log", Severity.ERROR, where, message, path, seen.line, seen.before, seen.after)


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
        if event.entity_type == "karma":
            yield f"{event.entity_id}-01T00:00:00Z"  # a month's rows are dated by its first
        yield from (word for word in _WORD.findall(event.details) if word in aliases or _ID.fullmatch(word))


def _is_ledger(path: str) -> bool:
    return path.endswith(".csv") or path.startswith(("wiki/", "policies/"))


def _is_trail(path: str) -> bool:
    return path == tables.EVENTS.path or path.startswith(tables.EVENTS.segments)


def _log(where: str, table: Table[Any], changed: frozenset[str], before: Tree, after: Tree) -> Iterator[Finding]:
    """Rows of a log are only added: the old bytes are the beginning of the new ones, or of the segment they became."""
    known = set(segment_paths(table, before))
    for path in sorted(known & changed):
        full = after.read(path)
        if full is not None:
            message = f"{path} is a full segment, and it changed"
            yield replace(_edit(where, path, before.read(path) or b"", full), message=message)
    rolled = [path for path in segment_paths(table, after) if path not in known]
    if known and rolled and rolled[0] < max(known):
        yield error(
            "edited_log", where, f"{rolled[0]} is older than the rows that were there before it", path=rolled[0]
        )
        rolled = [path for path in rolled if path > max(known)]
    old, new = before.read(table.path), after.read(table.path)
    if old is None or (new is None and not rolled):
        return
    if rolled:
        grown = after.read(rolled[0]) or b""
        if not grew(old, grown):
            yield _edit(where, rolled[0], old, grown)
        elif old.count(b"\n") > 1 and new is not None and new.startswith(old):
            message = f"{rolled[0]} holds the rows of {table.path} once more"
            yield error("edited_log", where, message, path=rolled[0])
    elif new is not None and not grew(old, new):
        yield _edit(where, table.path, old, new)


def _order(step: _Step) -> Iterator[Finding]:
    """A row that a commit adds or changes names a page that is there by then: Markdown first."""
    for table in WITH_PAGES:
        if table.path not in step.changed:
            continue
        for row in added_rows(table, step.changed, step.before, step.after):
            path = row.wiki_path
            if path is not None and step.after.blob_id(path) is None:
                message = f"a row of {table.path} names {path}, which is not there yet"
                yield error("order", step.where, message, path=table.path)


def _added_events(changed: frozenset[str], before: Tree, after: Tree) -> tuple[MasterEvent, ...]:
    """The rows that a commit adds to the audit trail; an old one that it edits is not a new one."""
    added = added_rows(tables.EVENTS, changed, before, after)
    if not added or grew(before.read(tables.EVENTS.path) or b"", after.read(tables.EVENTS.path) or b""):
        return added
    edited_ids = {row.event_id for row in added_rows(tables.EVENTS, changed, after, before)}
    return tuple(row for row in added if row.event_id not in edited_ids)


def _trailers(commit: CommitInfo, added: tuple[MasterEvent, ...]) -> Iterator[Finding]:
    """Every command of a commit has its line, which agrees with the audit trail; and the author is who acted."""
    for found in _named(commit, added):
        yield replace(found, commit=commit.id)


def _named(commit: CommitInfo, added: tuple[MasterEvent, ...]) -> Iterator[Finding]:
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
            # By construction no command is written so (ledger.md §3): somebody else's name was put on it.
            yield error("author", where, f"the author is {commit.author_name}; expected {author}")
