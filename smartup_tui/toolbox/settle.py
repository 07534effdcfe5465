"""`settle`: what time alone decides (ledger.md §3, Time).

Due effects are applied before every command (`effects`), so this only reports what a ledger still has due.
"""

from __future__ import annotations

from datetime import datetime

from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Answer, Outcome
from smartup_tui.ledger.settle import due_effects
from smartup_tui.ledger.snapshot import Snapshot


def settle(snapshot: Snapshot, _actor: Actor, _args: Arguments, now: datetime) -> Outcome:
    """Say what is due in this moment of the ledger."""
    due = due_effects(snapshot, now)
    if not due:
        return Answer("Nothing is due.", data={"effects": []})
    ids = [effect.request_id for effect in due]
    return Answer(f"{len(due)} effects of time are due.", data={"effects": ids})
