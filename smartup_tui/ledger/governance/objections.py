"""Objections to proposals and awards: which stand, and what a decision on one does (ledger.md §4, Objection)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from smartup_tui.ledger import tables
from smartup_tui.ledger.change import RowWrite, Update
from smartup_tui.ledger.economy.work import task_update, work_on
from smartup_tui.ledger.permission import entitled_validators
from smartup_tui.ledger.rows import Objection, PendingSC
from smartup_tui.ledger.snapshot import Snapshot

OBJECT, WITHDRAW = "object", "withdraw"
CONTESTED = "contested"
RESOLVE = "resolve"
"""The action of the audit trail that decides the objections to an award."""


def standing(snapshot: Snapshot, entity_id: str) -> tuple[Objection, ...]:
    """The objections that were neither withdrawn nor decided, in order, one for each owner."""
    last: dict[str, Objection] = {}
    for row in snapshot.rows(tables.OBJECTIONS).where(entity_id=entity_id):
        if row.action == OBJECT:
            last.setdefault(row.alias, row)
        else:
            last.pop(row.alias, None)
    found = sorted(last.values(), key=lambda row: row.timestamp)
    award = snapshot.award(entity_id)
    decided = _decided_at(snapshot, entity_id, found[0].timestamp) if found and award else None
    later = [row for row in found if decided is None or row.timestamp > decided]
    # An objection in the very second of a decision on an earlier one: the award's status says that it stands.
    if not later and any(row.status == CONTESTED for row in award):
        later = found
    return tuple(later)


def _decided_at(snapshot: Snapshot, entity_id: str, since: datetime) -> datetime | None:
    """When objections to an award were last decided; older files of the audit trail than `since` are not read."""
    for part in snapshot.rows(tables.EVENTS).newest_first():
        found = part.index(("action", "entity_id")).get((RESOLVE, entity_id))
        if found:
            return found[-1].timestamp
        if part.rows and part.rows[0].timestamp < since:
            return None
    return None


def objected_before(snapshot: Snapshot, entity_id: str, alias: str) -> bool:
    """Whether an owner's objection was made and not withdrawn; what was decided is not objected to again."""
    last = snapshot.rows(tables.OBJECTIONS).last(entity_id=entity_id, alias=alias)
    return last is not None and last.action == OBJECT


def resolvers(snapshot: Snapshot, rows: Sequence[PendingSC]) -> frozenset[str]:
    """Who may decide the objections to an award: validators who have had no part in it so far."""
    first = rows[0]
    without = {row.beneficiary for row in rows} | {row.alias for row in standing(snapshot, first.pending_id)}
    return entitled_validators(snapshot, without=without | {first.assessed_by, first.validated_by})


def with_status(snapshot: Snapshot, rows: Sequence[PendingSC], status: str, at: datetime) -> tuple[RowWrite, ...]:
    """The rows that give an award another status, with its task's.

    An award that goes on (`consensus`) ends its window no earlier than `at`, so it is not dated before the decision.
    """
    ends = max(rows[0].consensus_ends_at or at, at) if status == "consensus" else rows[0].consensus_ends_at
    decided = [replace(row, status=status, consensus_ends_at=ends) for row in rows]
    writes: list[RowWrite] = [
        Update(
            tables.PENDING,
            (row.pending_id, row.adm_role),
            {"status": row.status, "consensus_ends_at": row.consensus_ends_at},
        )
        for row in decided
    ]
    work = work_on(snapshot, rows[0].task_id) if rows[0].task_id is not None else None
    return tuple(writes) if work is None else (*task_update(work.task, work.with_awards(decided)), *writes)
