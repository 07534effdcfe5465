"""`treasury`: the money, what is outstanding against it, and who waits to be paid (ledger.md §4, 3x rule)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from smartup_tui.ledger import tables
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Answer, Outcome
from smartup_tui.ledger.economy import redemption, three_x, totals
from smartup_tui.ledger.economy.amounts import ZERO, money
from smartup_tui.ledger.economy.effects_credits import treasury_room
from smartup_tui.ledger.economy.entries import ratio
from smartup_tui.ledger.rows import Redemption
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.wording import counted, eur, stamp
from smartup_tui.toolbox.wording import sc as credits_text


def treasury(snapshot: Snapshot, _actor: Actor, _args: Arguments, _now: datetime) -> Outcome:
    """EUR, outstanding SC and their ratio, the room under the 3x rule, and the redemption queue."""
    rules = snapshot.policies.validation
    now = three_x.treasury(snapshot.rows(tables.TREASURY))
    outstanding = totals.outstanding(snapshot)
    room = treasury_room(snapshot)
    queue = redemption.queue(snapshot.rows(tables.REDEMPTIONS))
    queued = sum((row.amount for row in queue), ZERO)
    payable = redemption.payable(now.eur, outstanding, rules.max_outstanding_ratio, rules.treasury_reserve_eur)
    held = sum((row.amount for row in snapshot.rows(tables.PENDING).unrolled(status="held")), ZERO)
    lines = [
        f"{credits_text(outstanding)} outstanding; "
        + (f"{ratio(outstanding, now.eur)} for one EUR." if now.eur else "PENDING: the treasury holds no money."),
        _room(room, held),
        f"{counted(len(queue), 'redemption')} queued, {credits_text(queued)} in all."
        if queue
        else "No redemption waits.",
        f"At most {eur(payable)} can be paid out now; the reserve is {eur(rules.treasury_reserve_eur)}.",
    ]
    data: dict[str, Any] = {
        "eur": money(now.eur),
        "outstanding": money(outstanding),
        "ratio": str(ratio(outstanding, now.eur)),
        "room": money(room) if room is not None else None,
        "held": money(held),
        "payable": money(payable),
        "queue": [
            {"id": row.redemption_id, "alias": row.alias, "amount": money(row.amount), "since": stamp(row.timestamp)}
            for row in queue
        ],
    }
    step = _step(queue[0], payable) if queue else None
    return Answer(f"The treasury holds {eur(now.eur)}.", tuple(lines), step, data)


def _step(first: Redemption, payable: Decimal) -> str:
    if first.amount <= payable:
        return f"!pay_redemption {first.redemption_id} pays the first one."
    return f"The queue waits for money: {first.redemption_id}, its first, asks for {eur(first.amount)}."


def _room(room: Decimal | None, held: Decimal) -> str:
    if room is None:
        return "The 3x rule does not bind yet; mints go on and are PENDING."
    waiting = f" {credits_text(held)} of awards are held until there is more." if held else ""
    return f"{credits_text(room)} can be minted before the 3x rule says no.{waiting}"
