"""What explanations are made of: rows with their places, the audit rows that wrote them, and sums that are compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from smartup_tui.ledger import tables
from smartup_tui.ledger.aliases import ALIAS, names_in
from smartup_tui.ledger.index.placed import Placed, placed
from smartup_tui.ledger.index.snapshot import snapshot_of
from smartup_tui.ledger.policies import PolicyError
from smartup_tui.ledger.rows import MasterEvent, PendingSC
from smartup_tui.ledger.schema import R, Table
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.workspace import words
from smartup_tui.workspace.explanation import Explanation, Where
from smartup_tui.workspace.reader import Reader

if TYPE_CHECKING:
    from smartup_tui.workspace.past_store import PastStore
    from smartup_tui.workspace.proof_store import ProofStore

CommitOf = Callable[[str], str | None]
"""The commit that added an audit row (by its event id), where it is known."""

_AT_ONCE: Final = 500
AUDIT: Final = "ledger.md §3, The write law"


def _unknown(_event_id: str) -> None:
    return None


def known_commits(proof: ProofStore | None, past: PastStore) -> CommitOf:
    """The commits that are known on this machine: those it watched come, and those the forge was asked for."""

    def commit_of(event_id: str) -> str | None:
        watched = proof.commit_of(event_id) if proof is not None else None
        if watched is not None:
            return watched
        asked = past.commit_of(event_id)
        return asked.sha if asked is not None else None

    return commit_of


class Evidence:
    """The ledger as explanations read it: rows with places, and the deeds that wrote them."""

    def __init__(self, reader: Reader, now: datetime, commit_of: CommitOf = _unknown) -> None:
        """Read from `reader`, on its thread; `commit_of` must answer at once."""
        self.reader = reader
        self.index = reader.index
        self.now = now
        self._commit_of = commit_of
        self._done: dict[str, list[MasterEvent]] = {}
        self._awards: dict[str, list[PendingSC]] = {}

    @property
    def snapshot(self) -> Snapshot:
        """The ledger as its rules read it."""
        return snapshot_of(self.index)

    def rows(
        self, table: Table[R], where: str, parameters: Sequence[Any] = (), *, order: str = "row", limit: int = -1
    ) -> list[Placed[R]]:
        """The rows of a table that pass, with their places."""
        return placed(self.index, table, where, parameters, order=order, limit=limit)

    def names(self, alias: str) -> tuple[str, ...]:
        """All aliases that an owner has had, this one first."""
        return names_in(self.index.select(tables.LICENSES, "type = ?", (ALIAS,)), alias)

    def movements(self, table: Table[R], alias: str) -> list[Placed[R]]:
        """An owner's rows of the credit or the karma log under every alias that was theirs, the newest first."""
        names = self.names(alias)
        marks = ", ".join("?" * len(names))
        return self.rows(table, f'"to" IN ({marks}) OR "from" IN ({marks})', (*names, *names), order="row DESC")

    # Deeds

    def deed(
        self, entity_id: str | None, actions: Sequence[str], *, at: datetime | None = None, says: str = ""
    ) -> MasterEvent | None:
        """The audit row by which something happened to an entity: one of these actions, at that time and with these
        words in it where that tells several apart.
        """
        if not entity_id:
            return None
        if entity_id not in self._done:
            self.gather_deeds((entity_id,))
        found = [event for event in self._done[entity_id] if event.action in actions]
        saying = [event for event in found if says and says in event.details]
        for among in ([e for e in saying or found if e.timestamp == at], saying, found if len(found) == 1 else []):
            if among:
                return among[-1]
        return None

    def deeds_on(self, entity_id: str, action: str) -> list[MasterEvent]:
        """The audit rows of one action on an entity, the oldest first."""
        self.gather_deeds((entity_id,))
        return [event for event in self._done[entity_id] if event.action == action]

    def gather_deeds(self, entities: Iterable[str]) -> None:
        """Read the audit rows of many entities at once, for a list that asks for each."""
        wanted = [name for name in dict.fromkeys(entities) if name and name not in self._done]
        self._done |= {name: [] for name in wanted}
        for event in self._gathered(tables.EVENTS, "entity_id", wanted):
            self._done[event.entity_id].append(event)

    def awards(self, pending_id: str) -> list[PendingSC]:
        """The rows of an award."""
        if pending_id not in self._awards:
            self.gather_awards((pending_id,))
        return self._awards[pending_id]

    def gather_awards(self, ids: Iterable[str]) -> None:
        """Read the rows of many awards at once, for a list that asks for each."""
        wanted = [name for name in dict.fromkeys(ids) if name and name not in self._awards]
        self._awards |= {name: [] for name in wanted}
        for row in self._gathered(tables.PENDING, "pending_id", wanted):
            self._awards[row.pending_id].append(row)

    def _gathered(self, table: Table[R], column: str, wanted: Sequence[str]) -> Iterator[R]:
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            yield from self.index.select(table, f"{column} IN ({', '.join('?' * len(some))})", some)

    def written_by(self, part: Explanation, deed: MasterEvent | None) -> Explanation:
        """The same part with who wrote it, when and in which commit."""
        if deed is None:
            return part
        return replace(
            part,
            actor=deed.actor,
            at=part.at or deed.timestamp,
            event=deed.event_id,
            request=deed.request_id,
            commit=self._commit_of(deed.event_id) or "",
        )

    def deeds(self, *entities: str) -> Explanation:
        """What was done to some entities, the oldest first: the audit trail's rows."""
        marks = ", ".join("?" * len(entities))
        found = self.rows(tables.EVENTS, f"entity_id IN ({marks})", entities)
        return Explanation(
            "Audit trail",
            count(len(found), "row"),
            "Every command leaves a row here, by who gave it; each came with one commit.",
            AUDIT,
            parts=tuple(self.event(row) for row in found),
        )

    def event(self, row: Placed[MasterEvent], *, full: bool = False) -> Explanation:
        """A row of the audit trail; `full` with the cells that only a proof needs."""
        event = row.value
        cells = (("script", event.script), ("result", event.result), ("request", event.request_id),
                 ("event", event.event_id)) if full else ()  # fmt: skip
        part = Explanation(
            event.action,
            event.entity_id if full else "",
            note=event.details,
            where=where(tables.EVENTS, row),
            at=event.timestamp,
            about=str(where(tables.EVENTS, row)),
            entity=event.entity_id if full else str(where(tables.EVENTS, row)),
            parts=tuple(Explanation(name, value) for name, value in cells),
        )
        return self.written_by(part, event)


def where(table: Table[Any], row: Placed[Any]) -> Where:
    """Where a row stands."""
    return Where(table.name, row.path, row.line)


def added(part: Explanation, reckoned: object, shown: object, *, write: Callable[[Any], str]) -> Explanation:
    """The part with what came of reckoning it again: `reckoned` from its rows, `shown` as the owner sees it."""
    doubt = "" if reckoned == shown else f"reckoned again it is {write(reckoned)}, not {write(shown)}"
    return replace(part, checked=True, doubt=doubt)


def compared(part: Explanation, *doubts: str) -> Explanation:
    """The part as one that was compared with other rows; empty doubts are none."""
    return replace(part, checked=True, doubt="; ".join(doubt for doubt in (part.doubt, *doubts) if doubt))


def sc(amount: Decimal) -> str:
    """An amount of SC with its unit."""
    return f"{words.sc(amount)} SC"


def eur(amount: Decimal) -> str:
    """An amount of EUR with its unit."""
    return f"{amount:.2f} EUR"


def signed(amount: Decimal | int) -> str:
    """An amount with its sign, as a movement."""
    text = f"{abs(amount):.2f}" if isinstance(amount, Decimal) else f"{abs(amount):,}"
    return f"{'-' if amount < 0 else '+'}{text}"


def sk(points: int) -> str:
    """Points of SK with their unit."""
    return f"{points:,} SK"


def percent(value: Decimal) -> str:
    """A percentage without needless zeros."""
    return f"{value.normalize():f} %"


def count(number: int, what: str) -> str:
    """A number of things: `one row`, `3 rows`."""
    return f"one {what}" if number == 1 else f"{number:,} {what}s"


def silence(evidence: Evidence) -> str:
    """The window in which nobody objects, as the policy has it today."""
    try:
        return f"{evidence.snapshot.policies.validation.consensus_hours} hours of silence"
    except PolicyError:
        return "a window of silence"
