"""What the files alone tell about the audit trail; and everything that could not be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from smartup_tui.ledger import tables
from smartup_tui.ledger.policies import PolicyError
from smartup_tui.ledger.schema import Table
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.verify.findings import Finding, error, warning

_AUDITED: Final[tuple[tuple[Table[Any], str], ...]] = (
    (tables.OWNERS, "alias"),
    (tables.APPLICATIONS, "application_id"),
    (tables.OBJECTIVES, "objective_id"),
    (tables.TASKS, "task_id"),
    (tables.CLOCK, "session_id"),
    (tables.PENDING, "pending_id"),
    (tables.REDEMPTIONS, "redemption_id"),
    (tables.PROPOSALS, "proposal_id"),
)
_WORD: Final = re.compile(r"[a-z0-9_-]+")
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")


def check_readable(snapshot: Snapshot) -> Iterator[Finding]:
    """Rows and policy files that can not be read."""
    for table in tables.TABLES:
        for problem in snapshot.rows(table).problems:
            where = problem.path if problem.line is None else f"{problem.path}:{problem.line}"
            column = f"{problem.column}: " if problem.column else ""
            expected = f"; expected {problem.expected}" if problem.expected else ""
            yield error("unreadable", where, f"{column}{problem.message}{expected}")
    policies = snapshot.policies
    for name in ("credits", "karma", "licenses", "validation"):
        try:
            getattr(policies, name)
        except PolicyError as broken:
            yield error("unreadable", broken.file, f"{broken.key}: {broken.message}" if broken.key else broken.message)


def check_trail(snapshot: Snapshot) -> Iterator[Finding]:
    """Entities that the audit trail never names, and commands from rooms without a Matrix event."""
    for _, entity_id, where in unnamed(snapshot):
        yield warning("unaudited", where, f"the audit trail never names {entity_id}")
    for event, where in snapshot.rows(tables.EVENTS).placed():
        request = event.request_id
        if event.script.startswith("api:") and not request.startswith(("$", "settle:")) and not _UUID.match(request):
            yield warning("no_matrix_event", where, f"{event.event_id} came by a request that no room and no host made")


def unnamed(snapshot: Snapshot) -> Iterator[tuple[Table[Any], str, str]]:
    """The entities that the audit trail never names: table, id, and where the row stands."""
    events = snapshot.rows(tables.EVENTS)
    named = {row.entity_id for row in events}
    for row in events:
        named.update(_WORD.findall(row.details.lower()))
    for table, field in _AUDITED:
        seen = set()
        for row, where in snapshot.rows(table).placed():
            entity_id = getattr(row, field)
            if entity_id not in named and entity_id not in seen:
                seen.add(entity_id)
                yield table, entity_id, where
