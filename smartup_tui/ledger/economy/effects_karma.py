"""The first of a month: karma decays, and who was active gets the bonus (ledger.md §4, SK)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Final

from smartup_tui.ledger import tables
from smartup_tui.ledger.aliases import changes, present_name, present_names, under_present_names
from smartup_tui.ledger.change import Append, Audit, Change, Entity
from smartup_tui.ledger.economy import sk, totals
from smartup_tui.ledger.economy.effect import Effect, is_quiet
from smartup_tui.ledger.economy.wallet import decay_rule
from smartup_tui.ledger.rows import KarmaTransaction
from smartup_tui.ledger.snapshot import Snapshot

DECAY: Final = "decay"
ACTIVE: Final = ("stop_work", "correct_session", "assess_work", "validate_sc", "vote")
"""Actions of the audit trail that make a month an active one."""
_MARGIN: Final = timedelta(days=2)
"""How much the clocks of two Toolboxes can put rows of the audit trail out of order, and much more."""


def decay(snapshot: Snapshot, now: datetime) -> Iterator[Effect]:
    """The first month that has ended, was not settled, and changes somebody's karma.

    The karma log itself tells which month was settled last: its rows are dated by that month's first. So the audit
    trail is read no further back than the months that are left, however long it is.
    """
    if is_quiet(snapshot, now):
        return
    month = _settled(snapshot)
    if month is None:
        return
    while (month := sk.first_of_month(month, 1)) <= now.date():
        due = datetime.combine(month, time(), UTC)
        rows = month_rows(snapshot, due)
        if rows:
            change = partial(_change, rows, month)
            yield Effect(DECAY, due, Entity("karma", f"{month:%Y-%m}"), change)
            return


def month_rows(snapshot: Snapshot, due: datetime) -> tuple[KarmaTransaction, ...]:
    """The karma rows that the first of a month adds."""
    rule = decay_rule(snapshot)
    since = datetime.combine(sk.first_of_month(due, -1), time(), UTC)
    active = _active(snapshot, since, due) if rule.active_bonus else frozenset[str]()
    karma: Iterable[KarmaTransaction] = snapshot.rows(tables.KARMA)
    if changed := changes(snapshot):
        karma = under_present_names(karma, present_names(changed))
    return sk.month_end(karma, due, active, rule)


def _active(snapshot: Snapshot, since: datetime, until: datetime) -> frozenset[str]:
    """Owners that did something that counts; by the audit trail, whose order nothing can change afterwards."""
    aliases: set[str] = set()
    for part in snapshot.rows(tables.EVENTS).newest_first():
        found_here = (event for action in ACTIVE for event in part.index(("action",)).get(action, ()))
        aliases |= {e.actor for e in found_here if since <= e.timestamp < until and e.result == "ok"}
        if part.rows and part.rows[0].timestamp < since - _MARGIN:
            break
    licenses = snapshot.policies.licenses.licenses
    found = set()
    for alias in aliases:
        owner = snapshot.owner(present_name(snapshot, alias))
        known = licenses.get(owner.license) if owner is not None and owner.status == "active" else None
        if owner is not None and known is not None and known.earns(sk.ACTIVE_MONTH):
            found.add(owner.alias)
    return frozenset(found)


def _settled(snapshot: Snapshot) -> date | None:
    """The month whose first was settled last, or in which the ledger began; None for one that is empty."""
    last = totals.last_month_end(snapshot)
    if last is not None:
        return sk.first_of_month(last)
    first = snapshot.rows(tables.EVENTS).first
    return sk.first_of_month(first.timestamp) if first is not None else None


def _change(rows: tuple[KarmaTransaction, ...], month: date) -> Change:
    lost = sum(row.amount for row in rows if row.type == sk.DECAY)
    active = [row for row in rows if row.type == sk.KARMA]
    message = f"Karma of {month:%Y-%m}: {lost} SK decayed, {len(active)} owners were active in the month before."
    index = tuple(Append(tables.KARMA, row) for row in rows)
    return Change((), index, (Audit(DECAY, Entity("karma", f"{month:%Y-%m}"), message),), message)
