"""What an owner does about their wallet by one key: ask for SC to be redeemed, and take such a request back."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from smartup_tui.ledger.economy.redemption import QUEUED
from smartup_tui.ledger.index import queries
from smartup_tui.workspace.actions import Composed
from smartup_tui.workspace.permission import refusal
from smartup_tui.workspace.reader import Reader


class Act(StrEnum):
    """What is done, each by one command."""

    REDEEM = "redeem"
    TAKE_BACK = "withdraw"


def hindrance(reader: Reader, act: Act, now: datetime) -> str | None:
    """Why an act is not possible now, in words; None when it is."""
    if act is Act.REDEEM:
        return refusal(reader, act, {}) if reader.wallet(now).live > 0 else "You have no live SC to redeem."
    queued = _queued(reader)
    if queued is None:
        return "No request of yours to redeem waits in the queue."
    return refusal(reader, act, {"entity_id": queued})


def compose(reader: Reader, act: Act) -> Composed:
    """The command: of an amount that is still to be said, or of the request that was made last."""
    if act is Act.REDEEM:
        return Composed("!redeem ", complete=False)
    return Composed(f"!withdraw {_queued(reader) or ''}")


def _queued(reader: Reader) -> str | None:
    """The newest request that waits to be paid."""
    rows = [row for row in queries.redemptions_of(reader.index, reader.alias) if row.status == QUEUED]
    return max(rows, key=lambda row: row.timestamp).redemption_id if rows else None
