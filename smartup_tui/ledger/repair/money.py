"""Awards and redemptions of which the register and the log say different things (ledger.md §4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from smartup_tui.ledger import tables
from smartup_tui.ledger.change import Append, Change, RowWrite, Update
from smartup_tui.ledger.economy import entries, sc
from smartup_tui.ledger.economy.redemption import PAID, QUEUED
from smartup_tui.ledger.repair.wording import repaired
from smartup_tui.ledger.snapshot import Snapshot

_WAITING = ("consensus", "held")


def awards(snapshot: Snapshot, now: datetime) -> Iterator[Change]:
    """Mints without their award marked as paid, and paid awards without their mint."""
    credit = snapshot.rows(tables.CREDITS)
    minted = Counter((row.reference, row.to, row.amount) for row in credit.where(type=sc.MINT))
    for row in snapshot.rows(tables.PENDING):
        if not row.amount:
            continue
        key = (row.pending_id, row.beneficiary, row.amount)
        if row.status == "paid" and not minted[key]:
            message = f"{row.pending_id} was marked as paid without its mint; {row.beneficiary} has it now."
            yield repaired("award", row.pending_id, message, [Append(tables.CREDITS, entries.minted(row, now))])
        elif row.status == "paid":
            minted[key] -= 1
        elif row.status in _WAITING and minted[key]:
            minted[key] -= 1
            message = f"{row.pending_id} was minted for {row.beneficiary} and not marked as paid; now it is."
            update = Update(tables.PENDING, (row.pending_id, row.adm_role), {"status": "paid"})
            yield repaired("award", row.pending_id, message, [update])


def redemptions(snapshot: Snapshot, now: datetime) -> Iterator[Change]:
    """Redemptions that one of their three files lacks: the log of credits, the treasury's balance, the register.

    Who paid, when, and the reference are taken over from the first of them that has it.
    """
    credit = snapshot.rows(tables.CREDITS)
    balance = snapshot.rows(tables.TREASURY)
    total = balance[-1].total_eur_balance if balance else Decimal(0)
    outstanding = sc.tally(credit).outstanding
    for row in snapshot.rows(tables.REDEMPTIONS):
        redeemed = credit.where(type=sc.REDEEM, reference=row.redemption_id)
        left = [b for b in balance.where(event_type=sc.REDEEM) if b.notes.split()[:1] == [row.redemption_id]]
        if row.status not in (QUEUED, PAID) or not (redeemed or left or row.status == PAID):
            continue
        payer = redeemed[0].awarded_by if redeemed else row.decided_by
        at = redeemed[0].timestamp if redeemed else left[0].timestamp if left else row.decided_at or now
        index: list[RowWrite] = []
        if not redeemed:
            outstanding -= row.amount
            index.append(Append(tables.CREDITS, entries.redeemed(row, payer, at)))
        if not left:
            total -= row.amount
            balanced = entries.paid_out(row, row.reference, at, total=total, outstanding=outstanding)
            index.append(Append(tables.TREASURY, balanced))
        if row.status == QUEUED:
            reference = left[0].reference if left else None
            values = {"status": PAID, "decided_by": payer, "decided_at": at, "reference": reference}
            index.append(Update(tables.REDEMPTIONS, (row.redemption_id,), values))
        if index:
            message = f"{row.redemption_id} was paid, and not every file said so; now they do."
            yield repaired("redemption", row.redemption_id, message, index)
