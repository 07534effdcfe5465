"""`pay_redemption`: SC that an owner gives back are paid in EUR (ledger.md §4, Redemption)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from smartup_tui.ledger import tables
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.cells import summary
from smartup_tui.ledger.change import Append, Audit, Change, Entity, Outcome, Refusal, Update
from smartup_tui.ledger.economy import entries, redemption, three_x, totals
from smartup_tui.ledger.economy.amounts import money
from smartup_tui.ledger.rows import Redemption
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.wording import conflict, eur, forbidden, not_found, rule
from smartup_tui.toolbox.wording import sc as credits_text


def pay_redemption(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
    """Write that a request was paid: the SC are gone, and the treasury holds so much less, in one commit."""
    row = snapshot.rows(tables.REDEMPTIONS).get(args.text("redemption_id"))
    if row is None:
        return not_found("not_found", "There is no such redemption.", "!treasury lists the queue.", "redemption_id")
    before = three_x.treasury(snapshot.rows(tables.TREASURY)).eur
    outstanding = totals.outstanding(snapshot)
    rules = snapshot.policies.validation
    most = redemption.payable(before, outstanding, rules.max_outstanding_ratio, rules.treasury_reserve_eur)
    refusal = _not_payable(snapshot, row, actor.alias, most)
    if refusal is not None:
        return refusal
    if row.amount > most:
        message = f"At most {eur(most)} can be paid out now; {row.redemption_id} asks for {eur(row.amount)}."
        hint = (
            f"What is left keeps a reserve of {eur(rules.treasury_reserve_eur)} and the 3x rule. It waits for money to "
            f"come in, and those after it with it; {row.alias} may withdraw it and ask for less."
        )
        return rule("treasury", message, hint, "redemption_id")
    reference = summary(args.text("reference"))
    return _paid(row, actor.alias, reference, before=before, outstanding=outstanding, now=now)


def _not_payable(snapshot: Snapshot, row: Redemption, alias: str, most: Decimal) -> Refusal | None:
    """Why this request can not be paid by this owner, or not before another one; `most` is what may be paid out now.

    None overtakes another (ledger.md §4: first in, first out), so one that is too large holds up those after it.
    """
    if row.alias == alias:
        message = f"You can't pay {row.redemption_id}: it is yours."
        return forbidden("own_redemption", message, "Another of the leadership or the founder can.")
    if row.status != redemption.QUEUED:
        return conflict(
            "decided", f"{row.redemption_id} is {row.status}.", "!treasury lists the queue.", "redemption_id"
        )
    if not _covered(snapshot, row):
        message = f"{row.alias} does not have {credits_text(row.amount)} any more."
        return conflict(
            "not_covered", message, "A correction took some; the rest can be redeemed anew.", "redemption_id"
        )
    # What the payer could not pay holds nobody up: their own requests, and those that are not covered any more.
    queue = redemption.queue(snapshot.rows(tables.REDEMPTIONS))
    first = next((r for r in queue if r.alias != alias and _covered(snapshot, r)), row)
    if first.redemption_id != row.redemption_id:
        message = f"{first.redemption_id} of {first.alias} came before {row.redemption_id}."
        if first.amount <= most:
            return conflict("not_first", message, f"First in, first out: !pay_redemption {first.redemption_id}.")
        hint = (
            f"First in, first out: it asks for {eur(first.amount)}, and at most {eur(most)} can be paid out now. The "
            f"queue waits for money to come in, or for {first.alias} to withdraw it and ask for less."
        )
        return conflict("not_first", message, hint)
    return None


def _covered(snapshot: Snapshot, row: Redemption) -> bool:
    return totals.live(snapshot, row.alias) >= row.amount


def _paid(
    row: Redemption, payer: str, reference: str, *, before: Decimal, outstanding: Decimal, now: datetime
) -> Change:
    """The change that pays a request; `before` is the treasury in EUR and `outstanding` the SC, as they stand."""
    total, left = before - row.amount, outstanding - row.amount
    decided = {"status": redemption.PAID, "decided_by": payer, "decided_at": now, "reference": reference}
    message = f"{row.redemption_id} is paid: {eur(row.amount)} to {row.alias}."
    return Change(
        markdown=(),
        index=(
            Append(tables.CREDITS, entries.redeemed(row, payer, now)),
            Append(tables.TREASURY, entries.paid_out(row, reference, now, total=total, outstanding=left)),
            Update(tables.REDEMPTIONS, (row.redemption_id,), decided),
        ),
        audit=(Audit("pay_redemption", Entity("redemption", row.redemption_id), message),),
        message=message,
        figures=(f"The treasury holds {eur(total)}; {credits_text(left)} are outstanding.",),
        data={
            "redemption_id": row.redemption_id,
            "alias": row.alias,
            "amount": money(row.amount),
            "total": money(total),
            "outstanding": money(left),
        },
    )
