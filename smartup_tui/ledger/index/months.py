"""What moved, added up by UTC month in SQL: a wallet of many years is a few dozen numbers."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from smartup_tui.ledger import rows
from smartup_tui.ledger.aliases import names_in
from smartup_tui.ledger.index.store import Index


def credits_by_month(index: Index, alias: str, changes: Sequence[rows.LicenseTransaction]) -> dict[str, Decimal]:
    """By how much an owner's live SC changed in every month in which anything moved, such as `2026-03`."""
    found = _changes(index, "credits", names_in(changes, alias))
    return {month: Decimal(cents).scaleb(-2) for month, cents in found}


def karma_by_month(index: Index, alias: str, changes: Sequence[rows.LicenseTransaction]) -> dict[str, Decimal]:
    """By how much an owner's SK changed in every month in which anything moved."""
    return {month: Decimal(points) for month, points in _changes(index, "karma", names_in(changes, alias))}


def _changes(index: Index, table: str, names: Sequence[str]) -> list[tuple[str, int]]:
    marks = ", ".join("?" * len(names))
    given, taken = (f'sum(CASE WHEN "{side}" IN ({marks}) THEN amount ELSE 0 END)' for side in ("to", "from"))
    statement = (
        f"SELECT substr(timestamp, 1, 7), {given} - {taken} FROM {table}"  # noqa: S608 - names of this module's own
        f' WHERE "to" IN ({marks}) OR "from" IN ({marks}) GROUP BY 1 ORDER BY 1'
    )
    return list(index.connection.execute(statement, (*names,) * 4))
