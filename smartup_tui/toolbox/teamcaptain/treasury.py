"""`record_treasury`: money that came into or left the treasury (ledger.md §4, 3x rule)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final

from smartup_tui.ledger import tables
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Append, Audit, Change, Entity, Outcome
from smartup_tui.ledger.economy import three_x, totals
from smartup_tui.ledger.economy.amounts import money
from smartup_tui.ledger.economy.entries import ratio
from smartup_tui.ledger.rows import TreasuryBalance
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.wording import eur, malformed, rule
from smartup_tui.toolbox.wording import sc as credits_text

RESERVED: Final = frozenset({"INIT", "PENDING_LOGGED", "REDEEM"})
"""Events that other commands write."""


def record_treasury(snapshot: Snapshot, _actor: Actor, args: Arguments, now: datetime) -> Outcome:
    """Add a row with the new balance, the SC outstanding and their ratio."""
    kind, delta = args.text("event_type").upper(), args.amount("amount_eur")
    if kind in RESERVED or not kind.replace("_", "").isalnum():
        hint = "Use a word such as DEPOSIT, EXPENSE or GRANT."
        return malformed("bad_event", f"{kind} can not be recorded by hand.", hint, "event_type")
    if not delta:
        return malformed("no_amount", "Nothing came in or left.", "Give an amount in EUR.", "amount_eur")
    before = three_x.treasury(snapshot.rows(tables.TREASURY))
    total = before.eur + delta
    if total < 0:
        message = f"The treasury holds {eur(before.eur)}; {eur(-delta)} can not leave it."
        return rule("treasury_empty", message, "Check the amount.", "amount_eur")
    outstanding = totals.outstanding(snapshot)
    row = TreasuryBalance(
        timestamp=now,
        event_type=kind,
        amount_eur_delta=delta,
        total_eur_balance=total,
        sc_outstanding=outstanding,
        sc_liability_eur=outstanding,
        ratio=ratio(outstanding, total),
        notes=args.text("note"),
        reference=None,
    )
    message = f"{kind} of {eur(delta)} recorded; the treasury holds {eur(total)}."
    return Change(
        markdown=(),
        index=(Append(tables.TREASURY, row),),
        audit=(Audit("record_treasury", Entity("treasury", kind), message),),
        message=message,
        figures=(_rule(snapshot, total, outstanding),),
        data={"event_type": kind, "delta": money(delta), "total": money(total), "outstanding": money(outstanding)},
    )


def _rule(snapshot: Snapshot, total: Decimal, outstanding: Decimal) -> str:
    limit = snapshot.policies.validation.max_outstanding_ratio * total
    if outstanding > limit:
        over = credits_text(outstanding - limit)
        return f"3x rule: {credits_text(outstanding)} are outstanding, {over} more than it allows; new mints are held."
    return f"3x rule: {credits_text(outstanding)} of {credits_text(limit)} are outstanding."
