"""Sums over the credit and karma logs, added up file by file, so that their length costs nothing (ledger.md §2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from smartup_tui.ledger import tables
from smartup_tui.ledger.aliases import T, names_of
from smartup_tui.ledger.economy import sc, sk
from smartup_tui.ledger.economy.amounts import ZERO
from smartup_tui.ledger.part import Fact
from smartup_tui.ledger.rows import CreditTransaction, KarmaTransaction
from smartup_tui.ledger.rowset import Rows
from smartup_tui.ledger.snapshot import Snapshot


def outstanding(snapshot: Snapshot) -> Decimal:
    """All SC that were minted and neither redeemed nor destroyed."""
    return sum((Decimal(fact["outstanding"]) for fact in _credits(snapshot)), ZERO)


def live(snapshot: Snapshot, alias: str) -> Decimal:
    """Live SC of an owner, under whatever alias they came."""
    names = names_of(snapshot, alias)
    return sum((Decimal(fact["live"].get(name, "0")) for fact in _credits(snapshot) for name in names), ZERO)


def karma(snapshot: Snapshot, alias: str) -> int:
    """The SK of an owner, under whatever alias they came."""
    names = names_of(snapshot, alias)
    return sum(fact["balance"].get(name, 0) for fact in _karma(snapshot) for name in names)


def last_month_end(snapshot: Snapshot) -> datetime | None:
    """The first of a month of which decay or thanks were written last."""
    return _moment([fact["month_end"] for fact in _karma(snapshot) if fact["month_end"]])


def last_award(snapshot: Snapshot, alias: str) -> datetime | None:
    """When a task award was last minted for an owner."""
    names = names_of(snapshot, alias)
    times = [fact["awarded"][name] for fact in _credits(snapshot) for name in names if name in fact["awarded"]]
    return _moment(times)


def last_movement(snapshot: Snapshot) -> datetime | None:
    """The latest time of a row of the credit log."""
    return _moment([fact["latest"] for fact in _credits(snapshot) if fact["latest"]])


def last_taken(snapshot: Snapshot) -> datetime | None:
    """When SC were last redeemed or destroyed."""
    return _moment([fact["taken"] for fact in _credits(snapshot) if fact["taken"]])


def awarded_on(snapshot: Snapshot, alias: str, day: date) -> Decimal:
    """What task awards have minted for an owner on a UTC day."""
    start = datetime.combine(day, time(), UTC)
    rows = [
        row
        for name in names_of(snapshot, alias)
        for row in since(snapshot.rows(tables.CREDITS), start, to=name, category=sc.TASK_AWARD)
    ]
    return sum((row.amount for row in rows if row.timestamp.date() == day), ZERO)


def since(rows: Rows[T], at: datetime, **values: Any) -> Iterator[T]:
    """The rows with these values that are dated from `at` on; files that end before it are not read."""
    moment = _text(at)
    latest = [fact["latest"] for fact in rows.facts("latest", _latest)]
    fields = tuple(sorted(values))
    wanted = values[fields[0]] if len(fields) == 1 else tuple(values[name] for name in fields)
    for place, last in enumerate(latest):
        if last >= moment:
            found = rows.parts[place].index(fields).get(wanted, ())
            yield from (row for row in found if row.timestamp >= at)


def _latest(rows: Sequence[T]) -> Fact:
    return {"latest": max((_text(row.timestamp) for row in rows), default="")}


def _credits(snapshot: Snapshot) -> Iterator[Fact]:
    return snapshot.rows(tables.CREDITS).facts("totals", _add_up_credits)


def _karma(snapshot: Snapshot) -> Iterator[Fact]:
    return snapshot.rows(tables.KARMA).facts("totals", _add_up_karma)


def _add_up_credits(rows: Sequence[CreditTransaction]) -> Fact:
    tally = sc.tally(rows)
    awarded: dict[str, str] = {}
    for row in rows:
        if row.to is not None and row.category == sc.TASK_AWARD:
            awarded[row.to] = max(awarded.get(row.to, ""), _text(row.timestamp))
    taken = [_text(row.timestamp) for row in rows if row.type in (sc.REDEEM, sc.DESTROY)]
    return {
        "outstanding": str(tally.outstanding),
        "live": {alias: str(amount) for alias, amount in tally.live.items()},
        "awarded": awarded,
        "taken": max(taken, default=""),
        **_latest(rows),
    }


def _add_up_karma(rows: Sequence[KarmaTransaction]) -> Fact:
    ended = [_text(row.timestamp) for row in rows if row.type == sk.DECAY or row.category == sk.ACTIVE_MONTH]
    return {"balance": dict(sk.tally(rows).balance), "month_end": max(ended, default="")}


def _text(at: datetime) -> str:
    """A time as text that sorts as the times do."""
    return at.astimezone(UTC).isoformat(timespec="seconds")


def _moment(texts: Sequence[str]) -> datetime | None:
    return datetime.fromisoformat(max(texts)) if texts else None
