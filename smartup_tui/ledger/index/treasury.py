"""The treasury as the screens show it: its balance, and what is outstanding against it."""

from __future__ import annotations

from decimal import Decimal

from smartup_tui.ledger import tables
from smartup_tui.ledger.economy import three_x
from smartup_tui.ledger.economy.three_x import Treasury
from smartup_tui.ledger.index.store import Index


def treasury(index: Index) -> Treasury:
    """The treasury now, by its log."""
    return three_x.treasury(index.select(tables.TREASURY))


def outstanding(index: Index) -> Decimal:
    """All SC that were minted and neither redeemed nor destroyed (as `economy.sc.tally` adds them up)."""
    statement = (
        "SELECT sum(CASE WHEN type = 'MINT' AND \"to\" != '' THEN amount"
        " WHEN type IN ('REDEEM', 'DESTROY') AND \"from\" != '' THEN -amount ELSE 0 END) FROM credit_sums"
    )
    return Decimal(index.connection.execute(statement).fetchone()[0] or 0).scaleb(-2)


def held(index: Index) -> Decimal:
    """Awards in SC that wait until the treasury covers them."""
    statement = "SELECT sum(amount) FROM \"pending-sc\" WHERE status = 'held'"
    return Decimal(index.connection.execute(statement).fetchone()[0] or 0).scaleb(-2)
