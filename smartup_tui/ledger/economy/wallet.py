"""What an owner has: SC live, pending and queued, SK and its next decay, and the room left today (ledger.md §4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain

from smartup_tui.ledger import aliases, tables
from smartup_tui.ledger.aliases import T
from smartup_tui.ledger.economy import sc, sk, totals
from smartup_tui.ledger.economy.amounts import ZERO
from smartup_tui.ledger.rows import CreditTransaction, KarmaTransaction, PendingSC
from smartup_tui.ledger.rowset import number
from smartup_tui.ledger.schema import Table
from smartup_tui.ledger.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class PendingPart:
    """One owner's part of an award on its way. `ends` is None until it is validated, and for founding tranches."""

    id: str
    task_id: str | None
    seat: str
    amount: Decimal
    status: str
    ends: datetime | None


@dataclass(frozen=True, slots=True)
class NextDecay:
    """What the next first of a month will take, if nothing is earned until then."""

    on: date
    amount: int


@dataclass(frozen=True, slots=True)
class Wallet:
    """An owner's credits and karma. `room_today` is what task awards may still mint on this UTC day."""

    alias: str
    live: Decimal
    queued: Decimal
    pending: tuple[PendingPart, ...]
    sk: int
    next_decay: NextDecay
    room_today: Decimal

    @property
    def pending_total(self) -> Decimal:
        """All pending amounts together."""
        return sum((part.amount for part in self.pending), ZERO)


def credit_rows(snapshot: Snapshot, alias: str) -> Iterable[CreditTransaction]:
    """An owner's rows of the credit log, under the alias asked for, whatever alias they had at the time."""
    return _rows(snapshot, tables.CREDITS, alias)


def karma_rows(snapshot: Snapshot, alias: str) -> Iterable[KarmaTransaction]:
    """An owner's rows of the karma log, under the alias asked for, whatever alias they had at the time."""
    return _rows(snapshot, tables.KARMA, alias)


def _rows(snapshot: Snapshot, table: Table[T], alias: str) -> Iterable[T]:
    rows = snapshot.rows(table)
    first, *earlier = aliases.names_of(snapshot, alias)
    found = chain(rows.where(to=first), rows.where(from_=first))
    if not earlier:
        return found
    as_now = dict.fromkeys(earlier, alias)
    before = chain.from_iterable(chain(rows.where(to=name), rows.where(from_=name)) for name in earlier)
    return chain(aliases.under_present_names(before, as_now), found)


def karma_of(snapshot: Snapshot, alias: str) -> int:
    """The SK of an owner."""
    return totals.karma(snapshot, alias)


def decay_rule(snapshot: Snapshot) -> sk.DecayRule:
    """The policy's rule of decay."""
    rule = snapshot.policies.karma.decay
    return sk.DecayRule(rule.percent, rule.grace_days, rule.active_bonus)


def wallet(snapshot: Snapshot, alias: str, now: datetime) -> Wallet:
    """Look into an owner's wallet."""
    credit = sc.tally(credit_rows(snapshot, alias))
    karma = list(karma_rows(snapshot, alias))
    awards = snapshot.rows(tables.PENDING).where(beneficiary=alias)
    redemptions = snapshot.rows(tables.REDEMPTIONS).where(alias=alias)
    cap = snapshot.policies.credits.daily_cap
    return Wallet(
        alias=alias,
        live=credit.of(alias),
        queued=sum((row.amount for row in redemptions if row.status == "queued"), ZERO),
        pending=tuple(_part(row) for row in sorted(awards, key=_by_id) if row.status in sc.OPEN),
        sk=sk.tally(karma).of(alias),
        next_decay=_next_decay(karma, alias, now, decay_rule(snapshot)),
        room_today=sc.cap_room(cap, credit.awarded_on(alias, now.astimezone(UTC).date())),
    )


def _part(row: PendingSC) -> PendingPart:
    return PendingPart(row.pending_id, row.task_id, row.adm_role, row.amount, row.status, row.consensus_ends_at)


def _by_id(row: PendingSC) -> int:
    return number(row.pending_id)


def _next_decay(karma: Iterable[KarmaTransaction], alias: str, now: datetime, rule: sk.DecayRule) -> NextDecay:
    rows = list(karma)
    on = sk.first_of_month(now.astimezone(UTC), 1)
    since = datetime.combine(on, time(), UTC) - timedelta(days=rule.grace_days)
    recent = sum(r.amount for r in rows if r.type == sk.KARMA and r.to == alias and r.timestamp >= since)
    return NextDecay(on, sk.decayed(sk.tally(rows).of(alias), recent, rule))
