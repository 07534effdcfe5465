"""How much karma an owner can still be given today, for `!kudos` and `!award_sk` alike (ledger.md §4, SK)."""

from __future__ import annotations

from datetime import UTC, datetime

from smartup_tui.ledger.change import Refusal
from smartup_tui.ledger.economy import sk
from smartup_tui.ledger.economy.wallet import karma_rows
from smartup_tui.ledger.rows import Owner
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.wording import rule


def earns(snapshot: Snapshot, owner: Owner, category: str) -> bool:
    """Whether the owner's license earns karma of this category."""
    license_ = snapshot.policies.licenses.licenses.get(owner.license)
    return license_ is not None and license_.earns(category)


def within_day(snapshot: Snapshot, owner: Owner, amount: int, now: datetime, later: str) -> int | Refusal:
    """The part of `amount` that the cap of the owner's UTC day leaves room for; `later` is the way out when none."""
    cap = snapshot.policies.licenses.licenses[owner.license].sk_per_day
    today = sk.tally(karma_rows(snapshot, owner.alias)).awarded_on(owner.alias, now.astimezone(UTC).date())
    given = sk.within_cap(amount, cap, today)
    if given:
        return given
    return rule(
        "daily_cap", f"{owner.alias} has had {today} SK today; {cap} is the most on one UTC day.", later, "alias"
    )


def cut_words(given: int, full: int) -> str:
    """What a message adds where less than the full amount was given."""
    return f" of {full}: the day's cap leaves no more room" if given < full else ""
