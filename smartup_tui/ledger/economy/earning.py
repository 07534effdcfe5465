"""Whose license earns SC (domain.md §2, Licenses): a session counts by the license that each of the pair had in it.

What a license says is read when the session is assessed, as budgets and the payout are; which license somebody had is
what it was when they joined the session. So a step down takes nothing from what was worked before.
"""

from __future__ import annotations

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


def license_at(snapshot: Snapshot, alias: str, at: datetime) -> str | None:
    """The license that an owner had at a time, by the license log; None for who is in no book."""
    rows = [row for name in names_of(snapshot, alias) for row in snapshot.rows(tables.LICENSES).where(alias=name)]
    rows.sort(key=lambda row: row.timestamp)
    before = [row.license_to for row in rows if row.timestamp <= at]
    if before:
        return before[-1]
    if rows and rows[0].license_from is not None:
        return rows[0].license_from
    owner = snapshot.owner(alias)
    return owner.license if owner is not None else None


def earns(snapshot: Snapshot, license_name: str | None) -> bool:
    """Whether work with a license is paid in SC. One that the policy does not know is."""
    known = snapshot.policies.licenses.licenses.get(license_name) if license_name is not None else None
    return known is None or known.earn_sc


def unpaid_seats(snapshot: Snapshot, clock: WorkClock) -> dict[Seat, str]:
    """The seats of a session whose holder's license earns no SC, with that license; their part is not minted."""
    found: dict[Seat, str] = {}
    for seat in SEATS:
        alias = holder(clock, seat)
        if alias is None:
            continue
        joined = clock.started_at if alias == clock.started_by else clock.confirmed_at or clock.started_at
        license_name = license_at(snapshot, alias, joined)
        if license_name is not None and not earns(snapshot, license_name):
            found[seat] = license_name
    return found


def parts(split: Split, unpaid: dict[Seat, str]) -> dict[Seat, Decimal]:
    """What each seat is paid."""
    amounts: dict[Seat, Decimal] = {"attacker": split.attacker, "defender": split.defender}
    return {seat: ZERO if seat in unpaid else amount for seat, amount in amounts.items()}


def unpaid_words(license_name: str) -> str:
    """Why a license is not paid, and where that stands."""
    return f"a {license_name} license earns no SC (licenses.{license_name}.earn_sc in {LICENSE_POLICIES})"
