"""The 3x rule: outstanding SC never exceed three times the treasury's EUR (ledger.md §4, domain.md §7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from smartup_tui.ledger.economy.amounts import ZERO
from smartup_tui.ledger.rows import TreasuryBalance


@dataclass(frozen=True, slots=True)
class Treasury:
    """The treasury now: EUR held, whether it ever held any, and when its balance last changed."""

    eur: Decimal
    ever_held: bool
    changed_at: datetime | None


def treasury(balance: Iterable[TreasuryBalance]) -> Treasury:
    """Read the treasury off its log; the last row's total is the balance."""
    eur, ever, changed = ZERO, False, None
    for row in balance:
        if changed is None or row.total_eur_balance != eur:
            changed = row.timestamp
        eur = row.total_eur_balance
        ever = ever or eur > 0
    return Treasury(eur, ever, changed)


def room(now: Treasury, outstanding: Decimal, ratio: Decimal, *, enforce_when_empty: bool) -> Decimal | None:
    """How many SC may be minted before the rule is broken; None while it does not bind.

    It does not bind before the treasury has held money (views say PENDING), unless the policy makes it strict.
    """
    if not now.ever_held and not enforce_when_empty:
        return None
    return max(ZERO, ratio * now.eur - outstanding)


def allows(amount: Decimal, room_left: Decimal | None) -> bool:
    """Whether a mint of this amount keeps the rule."""
    return room_left is None or amount <= room_left
