"""Which award is minted or held next: windows that ended, the daily cap and the 3x rule (ledger.md §4).

Awards are taken by (window end, id). None is split and none overtakes another of the same person; what the day's cap
has no room for waits for the next UTC day. What would break the 3x rule is held, and while anything is held nothing
overtakes it. The founder's tranches are no task awards: they are minted by proposals alone and are not looked at here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal

from smartup_tui.ledger.economy.sc import fits_day
from smartup_tui.ledger.economy.three_x import allows
from smartup_tui.ledger.rows import PendingSC
from smartup_tui.ledger.rowset import number

FOUNDER = "founder"
"""The `adm_role` of a founding tranche."""


@dataclass(frozen=True, slots=True)
class Mints:
    """What the ledger says about mints so far.

    `awarded_on` gives task awards of an alias on a UTC day; `last_award` when the last one was minted for an alias;
    `room` what the 3x rule leaves (None: it does not bind), `room_since` when money or a redemption last made some.
    """

    awarded_on: Callable[[str, date], Decimal]
    last_award: Callable[[str], datetime | None]
    cap: Decimal
    room: Decimal | None
    room_since: datetime | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done with one row of an award, and when it was due."""

    row: PendingSC
    due: datetime
    action: Literal["mint", "hold"]


def order(row: PendingSC) -> tuple[datetime, int, str]:
    """The place of a row in the queue: window end, id, attacker before defender."""
    return (row.consensus_ends_at or row.timestamp, number(row.pending_id), row.adm_role)


def waiting(awards: Iterable[PendingSC]) -> list[PendingSC]:
    """The rows that wait for their mint, in order."""
    return sorted(
        (
            row
            for row in awards
            if row.status in ("consensus", "held") and row.adm_role != FOUNDER and row.consensus_ends_at is not None
        ),
        key=order,
    )


def decisions(awards: Iterable[PendingSC], mints: Mints, now: datetime) -> list[Decision]:
    """What is due by now, in order. Only the first is certain: carrying it out changes what follows."""
    queue = waiting(awards)
    held = [row for row in queue if row.status == "held"]
    heads: dict[str, PendingSC] = {}
    for row in queue:
        heads.setdefault(row.beneficiary, row)
    dated = sorted(((_due(row, mints), order(row), row) for row in heads.values()), key=lambda item: item[:2])
    found: list[Decision] = []
    blocked = False
    for due, _, row in dated:
        if due > now:
            continue
        fits = allows(row.amount, mints.room)
        if row.status == "held":
            if fits and not blocked:
                found.append(Decision(row, due, "mint"))
            blocked = True
        else:
            found.append(Decision(row, due, "mint" if fits and not held else "hold"))
    return found


def _due(row: PendingSC, mints: Mints) -> datetime:
    """The first moment at which the window is over, the person's earlier awards are out and their day has room."""
    since = [row.consensus_ends_at or row.timestamp]
    if row.status == "held" and mints.room_since is not None:
        since.append(mints.room_since)
    last = mints.last_award(row.beneficiary)
    if last is not None:
        since.append(last)
    due = max(since)
    if not fits_day(row.amount, mints.cap, mints.awarded_on(row.beneficiary, due.date())):
        due = datetime.combine(due.date() + timedelta(days=1), time(), UTC)
    return due
