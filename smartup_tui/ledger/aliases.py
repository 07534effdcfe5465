"""Owners who changed their alias: rows of the past keep the old one, and still are theirs (ledger.md §2, logs).

A change is a row of the license log of type `alias`, the new alias in `alias` and the old one in `reference`. An alias
that somebody had is never given to anybody else, so a name belongs to one owner for good.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from smartup_tui.ledger import tables
from smartup_tui.ledger.rows import CreditTransaction, KarmaTransaction, LicenseTransaction
from smartup_tui.ledger.rowset import RowReader

ALIAS: Final = "alias"
"""The type of a row of the license log that says that an owner has another alias."""

T = TypeVar("T", CreditTransaction, KarmaTransaction)


def changes(reader: RowReader) -> tuple[LicenseTransaction, ...]:
    """The changes of alias in the order in which they were made."""
    return reader.rows(tables.LICENSES).where(type=ALIAS)


def present_names(changed: Iterable[LicenseTransaction]) -> dict[str, str]:
    """Every alias that somebody had, with the one that the owner has now."""
    present: dict[str, str] = {}
    for row in changed:
        if row.reference is None:
            continue
        for name, now in present.items():
            if now == row.reference:
                present[name] = row.alias
        present[row.reference] = row.alias
        present.pop(row.alias, None)  # an owner may take an earlier alias again
    return present


def present_name(reader: RowReader, alias: str) -> str:
    """The alias that the owner who had this one has now; the alias itself when it never changed."""
    changed = changes(reader)
    return present_names(changed).get(alias, alias) if changed else alias


def names_of(reader: RowReader, alias: str) -> tuple[str, ...]:
    """All aliases that the owner of this one has had, this one first."""
    return names_in(changes(reader), alias)


def names_in(changed: Sequence[LicenseTransaction], alias: str) -> tuple[str, ...]:
    """`names_of` by the changes of alias, in the order in which they were made."""
    if not changed:
        return (alias,)
    present = present_names(changed)
    now = present.get(alias, alias)
    return (alias, *(name for name in (now, *present) if name != alias and present.get(name, name) == now))


def under_present_names(rows: Iterable[T], present: Mapping[str, str]) -> Iterator[T]:
    """Movements as if their owners had always had the alias that they have now."""
    for row in rows:
        yield with_names(row, present) if row.from_ in present or row.to in present else row


def with_names(row: T, names: Mapping[str, str]) -> T:
    """A movement with other names for whom it took from and gave to."""
    from_ = names.get(row.from_, row.from_) if row.from_ else row.from_
    to = names.get(row.to, row.to) if row.to else row.to
    return replace(row, from_=from_, to=to)
