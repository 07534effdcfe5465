"""Owners of whom one file knows more than another: rows, licenses, aliases, and what nobody may hold any more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from smartup_tui.ledger import paths, tables
from smartup_tui.ledger.actor import ACTIVE, LEFT, SUSPENDED
from smartup_tui.ledger.aliases import ALIAS, changes, names_of, present_names
from smartup_tui.ledger.change import Append, Change, RowWrite, Update
from smartup_tui.ledger.holdings import freed, open_rows, under_new_alias
from smartup_tui.ledger.permission import works
from smartup_tui.ledger.repair.evidence import Trail
from smartup_tui.ledger.repair.wording import REPAIR, REPAIRED, repaired
from smartup_tui.ledger.rows import LicenseTransaction, Owner
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.verify.references import former_aliases, holders

ENTERED, CONFIRMED, PURCHASE = "entered", "confirmed", "purchase"
"""Types of license rows: entered by one captain without a payment, confirmed by a second one, paid for."""

_ENTERING: Final = ("create_owner", "register_smartup", "import")


def licensed(snapshot: Snapshot, _now: datetime) -> Iterator[Change]:
    """The rows of owners who have a page and a license. The Matrix account is not known; a captain enters it later."""
    known = {row.alias for row in snapshot.rows(tables.OWNERS)} | former_aliases(snapshot)
    numbers = [int(row.owner_id) for row in snapshot.rows(tables.OWNERS) if row.owner_id.isdecimal()]
    number = max(numbers, default=0)
    for bought in snapshot.rows(tables.LICENSES):
        alias = bought.alias
        path = paths.owner_page_path(alias) if paths.is_alias(alias) else ""
        if alias in known or bought.type == ALIAS or snapshot.tree.blob_id(path) is None:
            continue
        known.add(alias)
        number += 1
        row = Owner(
            owner_id=f"{number:03}",
            alias=alias,
            matrix_id=None,
            license=bought.license_to,
            status=SUSPENDED if bought.type == ENTERED else ACTIVE,
            roles=(),
            privacy_level="alias_only",
            joined_at=bought.timestamp,
            wiki_path=path,
        )
        message = f"{alias} had a license and no row; it is added without a Matrix account: !set_owner enters it."
        yield repaired("owner", alias, message, [Append(tables.OWNERS, row)])


def renamed(snapshot: Snapshot, now: datetime) -> Iterator[Change]:
    """Changes of alias that did not reach every file."""
    present = present_names(changes(snapshot))
    named = holders(snapshot)
    for owner in snapshot.rows(tables.OWNERS):
        new = present.get(owner.alias) or _on_page(snapshot, owner, named)
        if new is not None and snapshot.owner(new) is None:
            index: list[RowWrite] = [*under_new_alias(snapshot, owner, new)]
            if owner.alias not in present:
                index.insert(0, Append(tables.LICENSES, _alias_row(owner, owner.alias, new, now)))
            message = f"{owner.alias} is {new} now; not every file had the new alias."
            yield repaired("owner", new, message, index)
            return  # one at a time: what follows is computed on this
    for owner in snapshot.rows(tables.OWNERS):
        names = [name for name, now_has in present.items() if now_has == owner.alias]
        unlogged = _unlogged(snapshot, owner, present)
        for name in (*names, *unlogged):
            rows: list[RowWrite] = [*open_rows(snapshot, name, owner.alias)]
            if name in unlogged:
                rows.insert(0, Append(tables.LICENSES, _alias_row(owner, name, owner.alias, now)))
            if rows:
                message = f"{name} is {owner.alias} now; not every file had the new alias."
                yield repaired("owner", owner.alias, message, rows)


def _unlogged(snapshot: Snapshot, owner: Owner, present: Mapping[str, str]) -> tuple[str, ...]:
    """The alias by which an owner's page was named, if the book and the page have another and the log knows of none."""
    first = (owner.wiki_path or "").rpartition("/")[2].removesuffix(".md")
    known = first in present or first in names_of(snapshot, owner.alias) or snapshot.owner(first) is not None
    if known or not paths.is_alias(first) or _titled(snapshot, owner) != owner.alias:
        return ()
    return (first,)


def _alias_row(owner: Owner, old: str, new: str, now: datetime) -> LicenseTransaction:
    return LicenseTransaction(now, ALIAS, new, owner.license, owner.license, None, old, REPAIRED)


def _titled(snapshot: Snapshot, owner: Owner) -> str | None:
    page = snapshot.page(owner.wiki_path) if owner.wiki_path else None
    return str(page.front.get("title") or "") if page is not None else None


def _on_page(snapshot: Snapshot, owner: Owner, named: frozenset[str]) -> str | None:
    """The alias that the owner's page has as its title, where rows name it already and nobody else ever had it."""
    title = _titled(snapshot, owner)
    if not title or title == owner.alias or title not in named or not paths.is_alias(title):
        return None
    taken = snapshot.owner(title) is not None or title in former_aliases(snapshot)
    return None if taken else title


def licenses(snapshot: Snapshot, now: datetime) -> Iterator[Change]:
    """Licenses of which the book of owners and their log say different things."""
    trail = Trail(snapshot, now)
    for owner in snapshot.rows(tables.OWNERS):
        names = names_of(snapshot, owner.alias)
        rows = [row for name in names for row in snapshot.rows(tables.LICENSES).where(alias=name) if row.type != ALIAS]
        change = _license(snapshot, owner, names, max(rows, key=lambda row: row.timestamp, default=None), trail)
        if change is not None:
            yield change


def _license(
    snapshot: Snapshot, owner: Owner, names: tuple[str, ...], last: LicenseTransaction | None, trail: Trail
) -> Change | None:
    def entered(kind: str, before: str | None) -> Change:
        row = LicenseTransaction(trail.now, kind, owner.alias, before, owner.license, None, None, REPAIRED)
        message = f"The license log lacked the {owner.license} license of {owner.alias}."
        return repaired("owner", owner.alias, message, [Append(tables.LICENSES, row)])

    if last is None:
        # An owner whose entering came to its end without a license row was brought from elsewhere.
        if trail.has(owner.joined_at, *names, actions=_ENTERING):
            return None
        return entered(ENTERED if owner.status == SUSPENDED else REPAIRED, None)
    left = _left_at(snapshot, names)
    if left is not None and owner.status != LEFT and last.timestamp <= left:
        # Entered again by the book alone. What was paid is in no file, so the row says that it was repaired.
        return entered(ENTERED if owner.status == SUSPENDED else REPAIRED, last.license_to)
    finished = trail.has(last.timestamp, *names)
    if last.license_to != owner.license:
        return entered(REPAIRED, last.license_to) if finished else _as_logged(snapshot, owner, last, trail.now)
    if not finished and (
        (last.type in (CONFIRMED, PURCHASE) and owner.status != ACTIVE)
        or (last.type == ENTERED and owner.status == LEFT)
    ):
        return _as_logged(snapshot, owner, last, trail.now)
    if (
        last.type == ENTERED
        and owner.status == ACTIVE
        and not trail.has(last.timestamp, *names, actions=("set_owner",))
    ):
        return entered(CONFIRMED, owner.license)
    return None


def _left_at(snapshot: Snapshot, names: tuple[str, ...]) -> datetime | None:
    """When an owner left, if the audit trail has nothing about the owner's status since."""
    events = [event for name in names for event in snapshot.rows(tables.EVENTS).where(entity_id=name)]
    for event in sorted(events, key=lambda event: event.timestamp)[::-1]:
        told = event.details.removeprefix(event.entity_id)
        if event.action in (*_ENTERING, REPAIR) or told.startswith((" is active again", " is suspended")):
            return None
        if event.action == "set_owner" and told.startswith(" has left"):
            return event.timestamp
    return None


def _as_logged(snapshot: Snapshot, owner: Owner, last: LicenseTransaction, now: datetime) -> Change:
    """The book of owners brought to what the log of licenses has last."""
    values = {"license": last.license_to}
    if last.type in (CONFIRMED, PURCHASE):
        values["status"] = ACTIVE
    elif last.type == ENTERED and owner.status == LEFT:
        values["status"] = SUSPENDED
    update = Update(tables.OWNERS, (owner.owner_id,), values)
    message = f"{owner.alias} has a {last.license_to} license, as the license log says."
    if works(snapshot, last.license_to):
        return repaired("owner", owner.alias, message, [update])
    gone = freed(snapshot, owner.alias, f"has a {last.license_to} license", now, founder_too=False)
    return repaired("owner", owner.alias, message, [*gone.index, update], gone.markdown)


def held_by_nobody(snapshot: Snapshot, now: datetime) -> Iterator[Change]:
    """What owners hold who were suspended or have left: it is free (ledger.md §4, Owners)."""
    for owner in snapshot.rows(tables.OWNERS):
        if owner.status not in (SUSPENDED, LEFT):
            continue
        why = "left" if owner.status == LEFT else "is suspended"
        gone = freed(snapshot, owner.alias, why, now, founder_too=owner.status == LEFT)
        if gone.index:
            message = f"{owner.alias} {why}; what was left with them is free."
            yield repaired("owner", owner.alias, message, gone.index, gone.markdown)
