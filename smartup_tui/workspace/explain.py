"""Where a number comes from: `explain` finds what is meant and reckons it again from the ledger's own rows.

What an explanation names can be explained in its turn (`below`), so that a balance leads to awards, sessions, votes and
audit rows, and nothing is read before somebody looks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Set
from contextlib import closing, nullcontext
from datetime import datetime
from typing import Any, Final

from smartup_tui.catalogue.model import Kind
from smartup_tui.config import Profile
from smartup_tui.ledger import tables
from smartup_tui.ledger.aliases import ALIAS, present_names
from smartup_tui.ledger.index import queries
from smartup_tui.ledger.index.placed import Placed, placed_at
from smartup_tui.ledger.index.store import Index
from smartup_tui.ledger.resolve import kind_of
from smartup_tui.ledger.schema import Table
from smartup_tui.workspace import jump
from smartup_tui.workspace.explain_rows import Evidence, known_commits, where
from smartup_tui.workspace.explain_treasury import TREASURY, objective, treasury
from smartup_tui.workspace.explain_votes import proposal
from smartup_tui.workspace.explain_wallet import karma_movement, movement, redemption, wallet
from smartup_tui.workspace.explain_work import award, session, task
from smartup_tui.workspace.explanation import Explanation
from smartup_tui.workspace.past_store import PastStore
from smartup_tui.workspace.places import Places
from smartup_tui.workspace.proof_store import ProofStore
from smartup_tui.workspace.reader import Reader
from smartup_tui.workspace.target import Target, Unclear

__all__ = ["Evidence", "Explanation", "below", "explain", "has_below", "reckoned"]

_OWN: Final = frozenset({"wallet", "me", "balance", "live", "pending", "queued", "sc", "sk"})
_TREASURY: Final = frozenset({TREASURY, "outstanding", "3x"})
_PLACE: Final = re.compile(r"(\S+\.csv):([0-9]+)")
_EVENT: Final = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}|\$\S+|settle:\S+|[0-9a-f]{8}-[0-9a-f-]{27}", re.IGNORECASE)
_KEYS: Final[dict[Kind, tuple[Table[Any], str]]] = {
    Kind.TASK: (tables.TASKS, "task_id"),
    Kind.OBJECTIVE: (tables.OBJECTIVES, "objective_id"),
    Kind.SESSION: (tables.CLOCK, "session_id"),
    Kind.PENDING: (tables.PENDING, "pending_id"),
    Kind.PROPOSAL: (tables.PROPOSALS, "proposal_id"),
    Kind.REDEMPTION: (tables.REDEMPTIONS, "redemption_id"),
    Kind.APPLICATION: (tables.APPLICATIONS, "application_id"),
    Kind.ROLE: (tables.ROLES, "role_id"),
    Kind.TEAM: (tables.TEAMS, "team_id"),
}
_WHOLE: Final[dict[Kind, Callable[[Evidence, Any], Explanation]]] = {
    Kind.TASK: task,
    Kind.OBJECTIVE: objective,
    Kind.SESSION: session,
    Kind.PROPOSAL: proposal,
    Kind.REDEMPTION: redemption,
}


def explain(evidence: Evidence, wanted: str) -> Explanation | Unclear:
    """What is known of a thing, or in words why nothing is: an id or alias, the beginning of a title, `wallet`,
    `treasury`, a row as `file:line`, an audit row by its event or request.
    """
    typed = wanted.strip().removeprefix("@")
    lowered = typed.lower()
    if lowered in _TREASURY:
        return treasury(evidence)
    if lowered in _OWN:
        return wallet(evidence, evidence.reader.alias)
    place = _PLACE.fullmatch(typed)
    if place is not None:
        return _row(evidence, place[1], int(place[2])) or Unclear(f"There is no row at {typed[:200]}.")
    if _EVENT.fullmatch(typed):
        return _event(evidence, typed) or Unclear(f"No audit row has the event or request {typed[:80]}.")
    found = _entity(evidence, lowered)
    if found is not None:
        return found
    target = jump.find(evidence.reader, typed)
    if isinstance(target, Target):
        known = jump.about(evidence.reader, target.entity) if target.is_page else target
        if known is not None and known.entity != typed:
            return _entity(evidence, known.entity) or Unclear(f"Nothing is known of {known.entity}.")
        return Unclear(f"{target.name} is a page; Learn shows how it came about.")
    return target


def reckoned(
    places: Places, profile: Profile, now: datetime, wanted: str, index: Index
) -> tuple[Explanation | Unclear, str]:
    """As `explain`, on a thread that has its own connection `index`; with the commit that it shows."""
    with closing(ProofStore(places.proof)) if places.proof.exists() else nullcontext() as proof:
        evidence = Evidence(Reader(index, profile), now, known_commits(proof, PastStore(places)))
        return explain(evidence, wanted), index.commit


def below(evidence: Evidence, part: Explanation, above: Set[str]) -> tuple[Explanation, ...]:
    """What stands below a part: its own parts, else what it names, unless that is already explained `above` it."""
    if part.parts or not has_below(part, above):
        return part.parts
    found = explain(evidence, part.entity)
    return (found,) if isinstance(found, Explanation) else ()


def has_below(part: Explanation, above: Set[str]) -> bool:
    """Whether there is anything below a part, without reading it."""
    return bool(part.parts) or bool(part.entity and part.entity != part.about and part.entity not in above)


def _entity(evidence: Evidence, entity_id: str) -> Explanation | None:
    kind = kind_of(entity_id)
    if kind is None:
        if queries.owner(evidence.index, entity_id) is None:  # the alias that somebody had before names them still
            changed = evidence.index.select(tables.LICENSES, "type = ?", (ALIAS,))
            entity_id = present_names(changed).get(entity_id, "")
        return wallet(evidence, entity_id) if entity_id else None
    table, key = _KEYS[kind]
    rows = evidence.rows(table, f"{key} = ?", (entity_id,), order="row")
    if not rows:
        return None
    if kind is Kind.PENDING:
        return award(evidence, sorted(rows, key=lambda row: row.value.adm_role))
    whole = _WHOLE.get(kind)
    return whole(evidence, rows[0]) if whole is not None else _plain(evidence, table, rows[0], entity_id)


def _event(evidence: Evidence, name: str) -> Explanation | None:
    column = "event_id" if "$" not in name and ":" not in name and "-" not in name else "request_id"
    rows = evidence.rows(tables.EVENTS, f"{column} = ?", (name.upper() if column == "event_id" else name,))
    events = [evidence.event(row, full=True) for row in rows]
    if len(events) < 2:
        return events[0] if events else None
    return Explanation("One command", name, "These audit rows came together.", about=name, parts=tuple(events))


def _row(evidence: Evidence, path: str, line: int) -> Explanation | None:
    """The row on a line of a file of the ledger."""
    table = next((t for t in tables.TABLES if path == t.path or path.startswith(t.segments)), None)
    row: Placed[Any] | None = placed_at(evidence.index, table, path, line) if table is not None else None
    if table is None or row is None:
        return None
    if table is tables.EVENTS:
        return evidence.event(row, full=True)
    if table is tables.CREDITS:
        return movement(evidence, row)
    if table is tables.KARMA:
        return karma_movement(evidence, row)
    return _plain(evidence, table, row, "")


def _plain(evidence: Evidence, table: Table[Any], row: Placed[Any], entity_id: str) -> Explanation:
    """A row cell by cell; what its cells name leads on."""
    cells = []
    for column in table.columns:
        value = getattr(row.value, column.field)
        if value is None or value in ("", ()):
            continue
        text = f"{value:%Y-%m-%d %H:%M} UTC" if column.cell == "timestamp" else _text(value)
        leads = text if text != entity_id and kind_of(text) is not None else ""
        cells.append(Explanation(column.name, text, entity=leads))
    parts = (*cells, evidence.deeds(entity_id)) if entity_id else tuple(cells)
    title = f"{table.name} {entity_id}".strip()
    return Explanation(title, where=where(table, row), about=entity_id or f"{row.path}:{row.line}", parts=parts)


def _text(value: Any) -> str:
    return "; ".join(value) if isinstance(value, tuple) else str(value)
