"""Awards whose window is over: minted, or held by the 3x rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import partial

from smartup_tui.ledger import tables
from smartup_tui.ledger.change import Append, Audit, Change, Entity, RowWrite, Update
from smartup_tui.ledger.economy import entries, minting, three_x, totals
from smartup_tui.ledger.economy.amounts import money
from smartup_tui.ledger.economy.effect import Effect
from smartup_tui.ledger.economy.work import task_update, work_on
from smartup_tui.ledger.rows import PendingSC
from smartup_tui.ledger.snapshot import Snapshot

MINT, HOLD = "mint", "hold"


def awards(snapshot: Snapshot, now: datetime) -> Iterator[Effect]:
    """The mints and holds that are due."""
    rows = snapshot.rows(tables.PENDING)
    open_rows = (*rows.unrolled(status="consensus"), *rows.unrolled(status="held"))
    if not any(row.consensus_ends_at is not None and row.consensus_ends_at <= now for row in open_rows):
        return
    for decision in minting.decisions(open_rows, _mints(snapshot), now):
        change = partial(_mint if decision.action == MINT else _hold, snapshot, decision.row, decision.due)
        entity = Entity("award", decision.row.pending_id)
        yield Effect(decision.action, decision.due, entity, change, decision.row.adm_role)


def treasury_room(snapshot: Snapshot) -> Decimal | None:
    """How many SC may be minted before the 3x rule is broken; None while it does not bind."""
    rules = snapshot.policies.validation
    now = three_x.treasury(snapshot.rows(tables.TREASURY))
    return three_x.room(
        now, totals.outstanding(snapshot), rules.max_outstanding_ratio, enforce_when_empty=rules.enforce_when_empty
    )


def _mints(snapshot: Snapshot) -> minting.Mints:
    taken = totals.last_taken(snapshot)
    changed = three_x.treasury(snapshot.rows(tables.TREASURY)).changed_at
    return minting.Mints(
        awarded_on=partial(totals.awarded_on, snapshot),
        last_award=partial(totals.last_award, snapshot),
        cap=snapshot.policies.credits.daily_cap,
        room=treasury_room(snapshot),
        room_since=max((at for at in (taken, changed) if at is not None), default=None),
    )


def _mint(snapshot: Snapshot, row: PendingSC, due: datetime) -> Change:
    index: list[RowWrite] = [*_task(snapshot, row, "paid"), _status(row, "paid")]
    if row.amount:
        index.append(Append(tables.CREDITS, entries.minted(row, due)))
    subject = f" for {row.task_id}" if row.task_id else ""
    message = f"{row.pending_id}: {money(row.amount)} SC minted for {row.beneficiary}{subject} ({row.adm_role})."
    return _change(MINT, row, index, message)


def _hold(snapshot: Snapshot, row: PendingSC, _due: datetime) -> Change:
    index = [*_task(snapshot, row, "held"), _status(row, "held")]
    message = f"{row.pending_id}: {money(row.amount)} SC for {row.beneficiary} held until the 3x rule has room."
    return _change(HOLD, row, index, message)


def _status(row: PendingSC, status: str) -> Update:
    return Update(tables.PENDING, (row.pending_id, row.adm_role), {"status": status})


def _task(snapshot: Snapshot, row: PendingSC, status: str) -> tuple[Update, ...]:
    work = work_on(snapshot, row.task_id) if row.task_id else None
    return () if work is None else task_update(work.task, work.with_awards([replace(row, status=status)]))


def _change(action: str, row: PendingSC, index: Sequence[RowWrite], message: str) -> Change:
    data = {"pending_id": row.pending_id, "beneficiary": row.beneficiary, "amount": money(row.amount)}
    audit = Audit(action, Entity("award", row.pending_id), message)
    return Change((), tuple(index), (audit,), message, data=data)
