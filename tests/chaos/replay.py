"""Each commit computed once more, from the commit before it and what was asked: it must be the same, byte for byte.

A commit that is the whole effect of the commands it names, and of nothing else, can hold no command by halves; and
since no request is named twice, none takes effect twice. What was written under faults is so compared with what an
undisturbed machine would have written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from smartup_tui.ledger import tables
from smartup_tui.ledger.change import Change
from smartup_tui.ledger.compose import apply
from smartup_tui.ledger.rows import MasterEvent
from smartup_tui.ledger.rowset import RowCache
from smartup_tui.ledger.seal import Sealed, Stamp, seal
from smartup_tui.ledger.settle import next_effect
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.tree import Overlay, Tree
from smartup_tui.ledger.verify.history import CommitInfo
from smartup_tui.toolbox.decide import decide
from smartup_tui.toolbox.operations import OPERATIONS
from smartup_tui.toolbox.result import Request

_CLOCK = {"start_work": "started_at", "confirm_work": "confirmed_at", "stop_work": "stopped_at"}
"""Actions that count from when the owner gave the command: the clock's row alone keeps that time."""


@dataclass(frozen=True)
class Told:
    """What reached a Toolbox under one request id."""

    command: str
    actor: str
    arguments: Mapping[str, Any]


class _WrongError(Exception):
    """A commit is not what it ought to be."""


class Replay:
    """Takes the commits in order."""

    def __init__(self, told: Mapping[str, Told]) -> None:
        self._told = told
        self._cache = RowCache()
        self._seen: set[str] = set()

    def step(self, commit: CommitInfo, before: Tree, after: Tree, added: Sequence[MasterEvent]) -> Iterator[str]:
        """What is wrong with one commit; `added` are the audit rows that it brings."""
        named = [line.split()[1:] for line in commit.message.splitlines() if line.startswith("Command: ")]
        if not named:
            return
        expected = Overlay(before, {})
        try:
            for number, words in enumerate(named):
                rows = self._rows(words, added)
                expected = apply(expected, self._again(expected, after, rows, first=number == 0))
        except _WrongError as wrong:
            yield f"{commit.id[:10]}: {wrong}"
            return
        changed = [path for path in after.paths() if before.blob_id(path) != after.blob_id(path)]
        differ = sorted(p for p in {*changed, *expected.files} if expected.read(p) != after.read(p))
        if differ:
            yield f"{commit.id[:10]}: {', '.join(differ)} not as {', '.join(name[2] for name in named)} would have it"

    def _rows(self, words: Sequence[str], added: Sequence[MasterEvent]) -> list[MasterEvent]:
        """The audit rows of the command that a trailer names."""
        request_id = words[2]
        if request_id in self._seen:
            raise _WrongError(f"{request_id} takes effect a second time")
        self._seen.add(request_id)
        rows = [row for row in added if row.request_id == request_id]
        if not rows:
            raise _WrongError(f"{request_id} has no audit row")
        if [rows[0].event_id, rows[0].actor, request_id, rows[0].script] != words:
            raise _WrongError(f"{request_id} is named in other words than those of its audit row")
        return rows

    def _again(self, tree: Tree, after: Tree, rows: Sequence[MasterEvent], *, first: bool) -> Sealed:
        """The command of these audit rows, decided once more on what was there before it."""
        row = rows[0]
        self._cache.quiet_day = None  # what a Toolbox remembers of a day must change nothing
        due = next_effect(Snapshot(tree, self._cache), row.timestamp) if first or row.actor == "engelbot" else None
        if row.script.startswith("settle:"):
            if due is None or due.request_id != row.request_id:
                raise _WrongError(f"{row.request_id} was applied, due was {due and due.request_id}")
            change = due.change()
        elif due is not None:
            raise _WrongError(f"{row.request_id} came before {due.request_id}, which was due")
        else:
            change = self._decide(tree, after, row)
        ids = iter([one.event_id for one in rows])
        try:
            sealed = seal(change, Stamp(row.actor, row.timestamp, row.request_id, row.script, lambda _: next(ids)))
        except StopIteration:
            raise _WrongError(f"{row.request_id} has {len(rows)} audit rows, which are too few") from None
        if len(sealed.events) != len(rows):
            raise _WrongError(f"{row.request_id} has {len(rows)} audit rows, which are too many")
        return sealed

    def _decide(self, tree: Tree, after: Tree, row: MasterEvent) -> Change:
        told = self._told.get(row.request_id)
        if told is None:
            raise _WrongError(f"nobody asked for {row.request_id}")
        age = row.timestamp - (self._given(after, row) or row.timestamp)
        request = Request(told.command, told.actor, row.request_id, told.arguments, age=age or timedelta())
        outcome = decide(request, Snapshot(tree, self._cache), row.timestamp, OPERATIONS)
        if not isinstance(outcome, Change):
            raise _WrongError(f"{told} was done, where the answer is {outcome}")
        return outcome

    def _given(self, after: Tree, row: MasterEvent) -> datetime | None:
        """When the owner gave a command of the clock, as its row says."""
        field = _CLOCK.get(row.action)
        if field is None:
            return None
        clock = next(iter(Snapshot(after, self._cache).rows(tables.CLOCK).where(session_id=row.entity_id)), None)
        found: datetime | None = getattr(clock, field, None)
        return found
