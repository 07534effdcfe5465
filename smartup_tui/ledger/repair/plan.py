"""All repairs of a ledger, in order, each computed on what those before it leave."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from smartup_tui.ledger.cells import CellError
from smartup_tui.ledger.change import Change
from smartup_tui.ledger.compose import SERVICE_NAME, apply
from smartup_tui.ledger.policies import PolicyError
from smartup_tui.ledger.problems import LedgerFileError
from smartup_tui.ledger.repair import governance, money, owners, pages, trail, work
from smartup_tui.ledger.rowset import RowCache
from smartup_tui.ledger.seal import Sealed, Stamp, seal
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.tree import Overlay, Tree, as_base
from smartup_tui.ledger.verify.history import Unaudited

SCRIPT: Final = "cli:repair"

_SOURCES: Final[tuple[Callable[[Snapshot, datetime], Iterator[Change]], ...]] = (
    owners.licensed,
    owners.renamed,
    owners.renamed,
    owners.licenses,
    governance.carried_out,
    governance.contested_awards,
    governance.contested_proposals,
    governance.applications,
    owners.held_by_nobody,
    pages.rows_of_pages,
    pages.pages_of_rows,
    pages.boxes,
    work.sessions,
    work.seats,
    money.awards,
    money.redemptions,
    work.copies,
    trail.entities,
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a repair writes, in order, and the ledger after it. `hindered` tells what could not be repaired, and why."""

    sealed: tuple[Sealed, ...]
    tree: Overlay
    hindered: tuple[str, ...]


def plan(
    tree: Tree,
    now: datetime,
    new_event_id: Callable[[datetime], str],
    unaudited: Sequence[Unaudited] = (),
    cache: RowCache | None = None,
) -> Plan:
    """The repairs that this tree needs; none for a ledger in order, so that repeating it changes nothing.

    `unaudited` are the commits that a `HistoryCheck` has found without an audit row. What a file's state forbids is
    left as it is.
    """
    cache = cache or RowCache()
    after = Overlay(as_base(tree), {})
    done: list[Sealed] = []
    hindered: list[str] = []

    def take(changes: Iterator[Change]) -> None:
        nonlocal after
        try:
            for number, change in enumerate(changes, start=len(done)):
                name = f"repair:{change.entity.type}:{change.entity.id}:{now:%Y%m%dT%H%M%SZ}.{number}"
                sealed = seal(change, Stamp(SERVICE_NAME, now, name, SCRIPT, new_event_id))
                try:
                    after = apply(after, sealed)
                except (LedgerFileError, CellError) as error:
                    hindered.append(f"{change.entity.id}: {error}")
                else:
                    done.append(sealed)
        except PolicyError as error:
            hindered.append(str(error))

    for source in _SOURCES:
        take(source(Snapshot(after, cache), now))
    take(trail.commits(Snapshot(after, cache), unaudited))
    return Plan(tuple(done), after, tuple(dict.fromkeys(hindered)))
