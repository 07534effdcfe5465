"""How much karma an owner can still be given today, for `!kudos` and `!award_sk` alike (ledger.md §4, SK)."""

from __future__ import annotations

from datetime import UTC, datetime, time

from smartup_tui.ledger import tables
from smartup_tui.ledger.aliases import names_of
from smartup_tui.ledger.change import Refusal
from smartup_tui.ledger.economy import sk, totals
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
    day, karma = now.astimezone(UTC).date(), snapshot.rows(tables.KARMA)
    midnight = datetime.combine(day, time(), UTC)
    names = names_of(snapshot, owner.alias)
    today = sum(sk.tally(totals.since(karma, midnight, to=name)).awarded_on(name, day) for name in names)
    given = sk.within_cap(amount, cap, today)
    if given:
        return given
    return rule(
        "daily_cap", f"{owner.alias} has had {today} SK today; {cap} is the most on one UTC day.", later, "alias"
    )


def cut_words(given: int, full: int) -> str:
    """What a message adds where less than the full amount was given."""
    return f" of {full}: the day's cap leaves no more room" if given < full else ""
