"""Awards and redemptions of which the register and the log say different things (ledger.md §4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from smartup_tui.ledger import tables
from smartup_tui.ledger.change import Append, Change, Update
from smartup_tui.ledger.economy import sc
from smartup_tui.ledger.economy.minting import FOUNDER
from smartup_tui.ledger.repair.wording import repaired
from smartup_tui.ledger.rows import CreditTransaction
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
            mint = CreditTransaction(
                timestamp=now,
                type=sc.MINT,
                amount=row.amount,
                from_=None,
                to=row.beneficiary,
                reference=row.pending_id,
                description=f"{row.task_id or ''} {row.session_id or ''} {row.adm_role}".strip(),
                awarded_by=row.assessed_by,
                category=sc.TASK_AWARD if row.adm_role != FOUNDER else None,
                evidence_link=None,
            )
            message = f"{row.pending_id} was marked as paid without its mint; {row.beneficiary} has it now."
            yield repaired("award", row.pending_id, message, [Append(tables.CREDITS, mint)])
        elif row.status == "paid":
            minted[key] -= 1
        elif row.status in _WAITING and minted[key]:
            minted[key] -= 1
            message = f"{row.pending_id} was minted for {row.beneficiary} and not marked as paid; now it is."
            update = Update(tables.PENDING, (row.pending_id, row.adm_role), {"status": "paid"})
            yield repaired("award", row.pending_id, message, [update])


def redemptions(snapshot: Snapshot, now: datetime) -> Iterator[Change]:
    """Redemptions that were paid by the log of credits and not by their register, or the other way round."""
    credit = snapshot.rows(tables.CREDITS)
    for row in snapshot.rows(tables.REDEMPTIONS):
        paid = credit.where(type=sc.REDEEM, reference=row.redemption_id)
        if row.status == "queued" and paid:
            values = {"status": "paid", "decided_by": paid[0].awarded_by, "decided_at": paid[0].timestamp}
            message = f"{row.redemption_id} was paid and still in the queue; now it is marked as paid."
            update = Update(tables.REDEMPTIONS, (row.redemption_id,), values)
            yield repaired("redemption", row.redemption_id, message, [update])
        elif row.status == "paid" and not paid:
            redeem = CreditTransaction(
                now, sc.REDEEM, row.amount, row.alias, None, row.redemption_id, "", row.decided_by, None, None
            )
            message = f"{row.redemption_id} was marked as paid and its SC were still live; now they are not."
            yield repaired("redemption", row.redemption_id, message, [Append(tables.CREDITS, redeem)])
