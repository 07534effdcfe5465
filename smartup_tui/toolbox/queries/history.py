"""`history`: the audit rows of one thing, the newest last."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from smartup_tui.ledger import tables
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.aliases import names_of
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Answer, Outcome
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.wording import counted, date_time, stamp

_LISTED: Final = 40
"""Audit rows in one answer: the newest."""


def history(snapshot: Snapshot, _actor: Actor, args: Arguments, _now: datetime) -> Outcome:
    """What the audit trail says of a thing: who did what, when."""
    entity_id = args.text("entity_id")
    # An owner's past stands under the aliases of the past.
    names = names_of(snapshot, entity_id) if snapshot.owner(entity_id) is not None else (entity_id,)
    found = {row.event_id: row for name in names for row in snapshot.rows(tables.EVENTS).where(entity_id=name)}
    rows = sorted(found.values(), key=lambda row: row.timestamp)
    if not rows:
        return Answer(f"The audit trail does not name {entity_id} yet.", data={"entity_id": entity_id, "events": []})
    lines = [f"{date_time(row.timestamp)}, {row.actor}: {row.details or row.action}" for row in rows[-4:]]
    if len(rows) > 4:
        lines = [f"{counted(len(rows) - 3, 'earlier event')}", *lines[1:]]
    data: dict[str, Any] = {
        "entity_id": entity_id,
        "events": [
            {
                "id": row.event_id,
                "at": stamp(row.timestamp),
                "actor": row.actor,
                "action": row.action,
                "details": row.details,
                "result": row.result,
            }
            for row in rows[-_LISTED:]
        ],
    }
    if len(rows) > _LISTED:
        data["more"] = True
    return Answer(f"{entity_id}: {counted(len(rows), 'event')} in the audit trail.", tuple(lines), data=data)
