"""Owners who have a page and a license, and no row in the book of owners."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from smartup_tui.ledger import paths, tables
from smartup_tui.ledger.change import Append, Change
from smartup_tui.ledger.repair.wording import repaired
from smartup_tui.ledger.rows import Owner
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.verify.references import former_aliases


def licensed(snapshot: Snapshot, _now: datetime) -> Iterator[Change]:
    """Their rows. The Matrix account is not known; a captain enters it later."""
    known = {row.alias for row in snapshot.rows(tables.OWNERS)} | former_aliases(snapshot)
    numbers = [int(row.owner_id) for row in snapshot.rows(tables.OWNERS) if row.owner_id.isdecimal()]
    number = max(numbers, default=0)
    for bought in snapshot.rows(tables.LICENSES):
        alias = bought.alias
        path = paths.owner_page_path(alias) if paths.is_alias(alias) else ""
        if alias in known or snapshot.tree.blob_id(path) is None:
            continue
        known.add(alias)
        number += 1
        row = Owner(
            owner_id=f"{number:03}",
            alias=alias,
            matrix_id=None,
            license=bought.license_to,
            status="active",
            roles=(),
            privacy_level="alias_only",
            joined_at=bought.timestamp,
            wiki_path=path,
        )
        message = f"{alias} had a license and no row; it is added without a Matrix account: !set_owner enters it."
        yield repaired("owner", alias, message, [Append(tables.OWNERS, row)])
