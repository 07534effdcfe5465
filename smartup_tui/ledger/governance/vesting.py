"""Tranches of the founding work that a vote released: minted in their order, after all awards (ledger.md §4).

The daily cap does not apply to them, the 3x rule does. One that does not fit is held, until nothing else is held and
there is room.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from smartup_tui.ledger import tables
from smartup_tui.ledger.change import Append, Audit, Change, Entity, RowWrite, Update
from smartup_tui.ledger.economy import entries, minting, totals
from smartup_tui.ledger.economy.amounts import money
from smartup_tui.ledger.economy.effect import Effect
from smartup_tui.ledger.economy.effects_credits import HOLD, MINT, treasury_room
from smartup_tui.ledger.economy.three_x import allows, treasury
from smartup_tui.ledger.rows import PendingSC
from smartup_tui.ledger.snapshot import Snapshot


def tranches(snapshot: Snapshot, now: datetime) -> Iterator[Effect]:
    """The next mint or hold of a released tranche that is due."""
    rows = snapshot.rows(tables.PENDING)
    released = [
        row
        for status in ("consensus", "held")
        for row in rows.unrolled(status=status)
        if row.adm_role == minting.FOUNDER and row.consensus_ends_at is not None and row.consensus_ends_at <= now
    ]
    if not released:
        return
    awards_held = any(row.adm_role != minting.FOUNDER for row in rows.unrolled(status="held"))
    room = treasury_room(snapshot)
    blocked = awards_held
    for row in sorted(released, key=minting.order):
        due = row.consensus_ends_at or row.timestamp
        if not blocked and allows(row.amount, room):
            if row.status == "held":
                due = max(due, _room_since(snapshot) or due)
            if due <= now:
                yield _effect(MINT, row, due, partial(_mint, row, due))
                return
        elif row.status == "consensus":
            yield _effect(HOLD, row, due, partial(_hold, row))
            return
        blocked = True  # a later tranche never overtakes


def _effect(kind: str, row: PendingSC, due: datetime, change: partial[Change]) -> Effect:
    return Effect(kind, due, Entity("award", row.pending_id), change, row.adm_role)


def _room_since(snapshot: Snapshot) -> datetime | None:
    """When something last changed that gives a held tranche its turn: money, SC destroyed, or an award before it."""
    changed = treasury(snapshot.rows(tables.TREASURY)).changed_at
    return max((at for at in (totals.last_movement(snapshot), changed) if at is not None), default=None)


def _mint(row: PendingSC, due: datetime) -> Change:
    index: list[RowWrite] = [_status(row, "paid")]
    if row.amount:
        index.append(Append(tables.CREDITS, entries.minted(row, due)))
    message = f"{row.pending_id}: {money(row.amount)} SC of the founding work minted for {row.beneficiary}."
    return _change(MINT, row, index, message)


def _hold(row: PendingSC) -> Change:
    message = f"{row.pending_id}: {money(row.amount)} SC of the founding work held until the 3x rule has room."
    return _change(HOLD, row, [_status(row, "held")], message)


def _status(row: PendingSC, status: str) -> Update:
    return Update(tables.PENDING, (row.pending_id, row.adm_role), {"status": status})


def _change(action: str, row: PendingSC, index: list[RowWrite], message: str) -> Change:
    data = {"pending_id": row.pending_id, "beneficiary": row.beneficiary, "amount": money(row.amount)}
    return Change((), tuple(index), (Audit(action, Entity("award", row.pending_id), message),), message, data=data)
