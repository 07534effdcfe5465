"""Sealing a change: it gets its rows in the audit trail, and from then on can be written (ledger.md §3)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from smartup_tui.ledger.change import Change
from smartup_tui.ledger.rows import MasterEvent

_TOKEN = re.compile(r"[!-~]{1,255}\Z")  # a word of a commit's trailer


@dataclass(frozen=True, slots=True)
class Stamp:
    """What is added to a change when it is sealed.

    `actor` is an alias, `now` the time of the run, `request_id` what makes a repeat recognisable, `script` how the
    command came (`api:start_work`, `cli:create_task`). `new_event_id` gives a fresh ULID for a time.
    """

    actor: str
    now: datetime
    request_id: str
    script: str
    new_event_id: Callable[[datetime], str]

    def __post_init__(self) -> None:
        """Refuse what would not fit a trailer's words, and a time without a zone."""
        for name in ("actor", "request_id", "script"):
            if not _TOKEN.match(getattr(self, name)):
                raise ValueError(f"{name} is not one printable word")
        if self.now.tzinfo is None:
            raise ValueError("now has no zone")


@dataclass(frozen=True, slots=True)
class Sealed:
    """A change with its audit rows, the only thing that `compose` takes."""

    change: Change
    events: tuple[MasterEvent, ...]
    actor: str
    request_id: str
    script: str
    now: datetime

    def __post_init__(self) -> None:
        """Refuse a change without audit rows."""
        if not self.events:
            raise ValueError("a sealed change needs an audit row")

    @property
    def command(self) -> str:
        """The command's name, without how it came."""
        return self.script.rpartition(":")[2]

    @property
    def trailer(self) -> str:
        """The line that names this command in its commit's message."""
        return f"Command: {self.events[0].event_id} {self.actor} {self.request_id} {self.script}"


def seal(change: Change, stamp: Stamp) -> Sealed:
    """Give a change its audit rows, one for each entry, in order."""
    events = tuple(
        MasterEvent(
            timestamp=stamp.now,
            event_id=stamp.new_event_id(stamp.now),
            actor=stamp.actor,
            action=audit.action,
            entity_type=audit.entity.type,
            entity_id=audit.entity.id,
            details=audit.details,
            script=stamp.script,
            result=audit.result,
            request_id=stamp.request_id,
        )
        for audit in change.audit
    )
    return Sealed(change, events, stamp.actor, stamp.request_id, stamp.script, stamp.now)
