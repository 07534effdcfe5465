"""The rows that an award and a payout leave in the logs: one form of each, whoever writes it.

Source: ledger.md §4 (Award flow, Redemption, Founder's tranches).
"""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from smartup_tui.ledger.economy import sc
from smartup_tui.ledger.economy.amounts import money
from smartup_tui.ledger.economy.minting import FOUNDER
from smartup_tui.ledger.economy.redemption import CATEGORY
from smartup_tui.ledger.rows import CreditTransaction, PendingSC, Redemption, TreasuryBalance


def minted(award: PendingSC, at: datetime) -> CreditTransaction:
    """The credits that pay an award: for a task, or a tranche of the founding work, which is outside the daily cap."""
    tranche = award.adm_role == FOUNDER
    work = (award.task_id, award.session_id, award.adm_role)
    return CreditTransaction(
        timestamp=at,
        type=sc.MINT,
        amount=award.amount,
        from_=None,
        to=award.beneficiary,
        reference=award.pending_id,
        description=award.note if tranche else " ".join(word for word in work if word),
        awarded_by=None if tranche else award.assessed_by,
        category=sc.FOUNDING if tranche else sc.TASK_AWARD,
        evidence_link=None,
    )


def redeemed(request: Redemption, payer: str | None, at: datetime) -> CreditTransaction:
    """The credits that a paid redemption takes away."""
    return CreditTransaction(
        timestamp=at,
        type=sc.REDEEM,
        amount=request.amount,
        from_=request.alias,
        to=None,
        reference=request.redemption_id,
        description=f"Redeemed for {money(request.amount)} EUR",
        awarded_by=payer,
        category=CATEGORY,
        evidence_link=None,
    )


def paid_out(
    request: Redemption, reference: str | None, at: datetime, *, total: Decimal, outstanding: Decimal
) -> TreasuryBalance:
    """The treasury after a redemption was paid: `total` EUR and `outstanding` SC are what is left."""
    return TreasuryBalance(
        timestamp=at,
        event_type=sc.REDEEM,
        amount_eur_delta=-request.amount,
        total_eur_balance=total,
        sc_outstanding=outstanding,
        sc_liability_eur=outstanding,
        ratio=ratio(outstanding, total),
        notes=f"{request.redemption_id} of {request.alias}",
        reference=reference,
    )


def ratio(outstanding: Decimal, eur_total: Decimal) -> Decimal:
    """Outstanding SC for one EUR, to two places; 0.0 while there is no money, as in the record's rows."""
    if eur_total <= 0:
        return Decimal("0.0")
    return (outstanding / eur_total).quantize(Decimal("0.01"), ROUND_HALF_UP)
