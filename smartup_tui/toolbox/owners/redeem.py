"""`redeem`: asking for SC to be redeemed; the queue is first in, first out (ledger.md §4, Redemption)."""

from __future__ import annotations

from datetime import datetime

from smartup_tui.ledger import tables
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Append, Audit, Change, Entity, Outcome
from smartup_tui.ledger.economy import totals
from smartup_tui.ledger.economy.amounts import ZERO, money
from smartup_tui.ledger.economy.work import next_id
from smartup_tui.ledger.rows import Redemption
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.wording import malformed, rule
from smartup_tui.toolbox.wording import sc as credits_text

QUEUED = "queued"


def redeem(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
    """Queue a request; its SC are reserved until it is paid or withdrawn."""
    amount = args.amount("amount")
    if amount <= 0:
        return malformed("bad_amount", "Nothing would be redeemed.", "Give an amount above 0.", "amount")
    rows = snapshot.rows(tables.REDEMPTIONS)
    live = totals.live(snapshot, actor.alias)
    reserved = sum((row.amount for row in rows.where(alias=actor.alias) if row.status == QUEUED), ZERO)
    free = live - reserved
    if amount > free:
        queued = f", {credits_text(reserved)} of it queued already" if reserved else ""
        hint = f"{credits_text(max(free, ZERO))} can be redeemed."
        return rule("not_enough", f"You have {credits_text(live)}{queued}.", hint, "amount")
    redemption_id = next_id("r", rows)
    ahead = sum((row.amount for row in rows.where(status=QUEUED)), ZERO)
    row = Redemption(redemption_id, now, actor.alias, amount, QUEUED, None, None, None)
    message = f"{redemption_id}: {actor.alias} asks to redeem {credits_text(amount)}."
    return Change(
        markdown=(),
        index=(Append(tables.REDEMPTIONS, row),),
        audit=(Audit("redeem", Entity("redemption", redemption_id), message),),
        message=message,
        figures=(f"{credits_text(ahead)} are ahead of it in the queue; the SC are reserved until it is paid.",),
        next_step=f"!withdraw {redemption_id} takes it back.",
        data={"redemption_id": redemption_id, "amount": money(amount), "ahead": money(ahead)},
    )
