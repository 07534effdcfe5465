"""Whose license earns SC (domain.md §2, Licenses): a session counts by the licenses that each of the pair had in it.

What a license says is read when the session is assessed, as budgets and the payout are; which license somebody had is
what the license log says of the time of the session. So a step down takes nothing from what was worked before. What an
import brought was worked by other rules, and is paid.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from smartup_tui.ledger import tables
from smartup_tui.ledger.aliases import names_of
from smartup_tui.ledger.economy.amounts import ZERO
from smartup_tui.ledger.economy.sc import Split
from smartup_tui.ledger.economy.work import SEATS, Seat, holder
from smartup_tui.ledger.policies import LICENSE_POLICIES
from smartup_tui.ledger.rows import WorkClock
from smartup_tui.ledger.snapshot import Snapshot


def licenses_in(snapshot: Snapshot, alias: str, since: datetime, until: datetime | None) -> tuple[str, ...]:
    """The licenses that an owner had in a time, in order, by the license log; none for who is in no book."""
    rows = [row for name in names_of(snapshot, alias) for row in snapshot.rows(tables.LICENSES).where(alias=name)]
    rows.sort(key=lambda row: row.timestamp)
    before = [row.license_to for row in rows if row.timestamp <= since][-1:]
    within = [row.license_to for row in rows if since < row.timestamp and (until is None or row.timestamp <= until)]
    if not before and rows:
        before = [rows[0].license_from or rows[0].license_to]
    if not before:
        owner = snapshot.owner(alias)
        before = [owner.license] if owner is not None else []
    return (*before, *within)


def earns(snapshot: Snapshot, license_name: str) -> bool:
    """Whether work with a license is paid in SC. One that the policy does not know is."""
    known = snapshot.policies.licenses.licenses.get(license_name)
    return known is None or known.earn_sc


def unpaid_seats(snapshot: Snapshot, clock: WorkClock) -> dict[Seat, str]:
    """The seats of a session whose holder had no license in it that earns SC, with the last one; not minted."""
    found: dict[Seat, str] = {}
    for seat in SEATS:
        alias = holder(clock, seat)
        held = licenses_in(snapshot, alias, clock.started_at, clock.stopped_at) if alias is not None else ()
        if held and not any(earns(snapshot, license_name) for license_name in held):
            found[seat] = held[-1]
    return {} if found and _imported(snapshot, clock) else found


def _imported(snapshot: Snapshot, clock: WorkClock) -> bool:
    """Whether an import brought the session from an older ledger."""
    events = snapshot.rows(tables.EVENTS).where(entity_id=clock.session_id, action="import")
    return any(event.entity_type == tables.CLOCK.name for event in events)


def parts(split: Split, unpaid: Mapping[Seat, str]) -> dict[Seat, Decimal]:
    """What each seat is paid."""
    amounts: dict[Seat, Decimal] = {"attacker": split.attacker, "defender": split.defender}
    return {seat: ZERO if seat in unpaid else amount for seat, amount in amounts.items()}


def unpaid_words(license_name: str) -> str:
    """Why a license is not paid, and where that stands."""
    return f"a {license_name} license earns no SC (licenses.{license_name}.earn_sc in {LICENSE_POLICIES})"
