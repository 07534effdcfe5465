"""Audit rows for what happened without one: the last of the three writes is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from smartup_tui.ledger import tables
from smartup_tui.ledger.change import Audit, Change, Entity
from smartup_tui.ledger.repair.wording import REPAIR, REPAIRED
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.verify.history import COMMIT, Unaudited
from smartup_tui.ledger.verify.trail import unnamed

_TYPES: Final = {
    tables.OWNERS.name: "owner",
    tables.APPLICATIONS.name: "application",
    tables.OBJECTIVES.name: "objective",
    tables.TASKS.name: "task",
    tables.CLOCK.name: "session",
    tables.PENDING.name: "award",
    tables.REDEMPTIONS.name: "redemption",
    tables.PROPOSALS.name: "proposal",
}
_AT_ONCE: Final = 50


def entities(snapshot: Snapshot, _now: datetime) -> Iterator[Change]:
    """An audit row for each entity that the audit trail never names."""
    audits = [
        Audit(REPAIR, Entity(_TYPES[table.name], entity_id), f"{entity_id} was entered without an audit row.", REPAIRED)
        for table, entity_id, _ in unnamed(snapshot)
    ]
    yield from _changes(audits)


def commits(snapshot: Snapshot, unaudited: Sequence[Unaudited]) -> Iterator[Change]:
    """An audit row for each commit that changed the ledger without one, unless a repair has entered it already."""
    events = snapshot.rows(tables.EVENTS).where(action=REPAIR, entity_type=COMMIT)
    known = {event.entity_id for event in events}
    audits = [
        Audit(REPAIR, Entity(COMMIT, found.commit), f"Changed {found.path} without an audit row.", REPAIRED)
        for found in unaudited
        if found.commit not in known
    ]
    yield from _changes(audits)


def _changes(audits: Sequence[Audit]) -> Iterator[Change]:
    for at in range(0, len(audits), _AT_ONCE):
        some = tuple(audits[at : at + _AT_ONCE])
        yield Change((), (), some, f"{len(some)} audit rows were missing and are added.")
