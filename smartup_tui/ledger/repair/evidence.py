"""What tells how far a write came: the audit trail, which is written last, and pages, which are written first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from smartup_tui.ledger import pages, tables
from smartup_tui.ledger.snapshot import Snapshot

_WORD: Final = re.compile(r"[a-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Trail:
    """The audit trail as it was before this repair, which runs at `now`."""

    snapshot: Snapshot
    now: datetime

    def has(self, at: datetime, *entity_ids: str, actions: tuple[str, ...] = (), of: str | None = None) -> bool:
        """Whether something was entered about one of these at `at` or later: the write of then came to its end.

        `actions` names those that count, none means all; `of` an owner who must have acted or be named.
        """
        events = self.snapshot.rows(tables.EVENTS)
        return any(
            at <= event.timestamp < self.now
            and (not actions or event.action in actions)
            and (of is None or of == event.actor or of in _WORD.findall(event.details))
            for entity_id in entity_ids
            for event in events.where(entity_id=entity_id)
        )


@dataclass(frozen=True, slots=True)
class Said:
    """A comment on a page: who, when (UTC), and what."""

    alias: str
    at: datetime
    text: str


def said_on(snapshot: Snapshot, path: str | None, section: str = pages.COMMENTS) -> Iterator[Said]:
    """The comments of a page's section in order; those that can not be read are left out."""
    page = snapshot.page(path) if path else None
    for block in pages.blocks(page.body, section) if page is not None else ():
        alias, _, when = block.heading.rpartition(", ")
        try:
            at = datetime.fromisoformat(when)
        except ValueError:
            continue
        if alias and at.tzinfo is not None:
            yield Said(alias, at.astimezone(UTC), block.text)
