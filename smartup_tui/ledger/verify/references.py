"""Ids and aliases that rows name must exist."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from smartup_tui.ledger import tables
from smartup_tui.ledger.actor import ENGELBOT
from smartup_tui.ledger.resolve import kind_of
from smartup_tui.ledger.schema import Table
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.verify.findings import Finding, error, warning

_ALIASES: Final[tuple[tuple[Table[Any], tuple[str, ...]], ...]] = (
    (tables.LICENSES, ("alias",)),
    (tables.TEAMS, ("captain",)),
    (tables.ROLES, ("holder",)),
    (tables.APPLICATIONS, ("alias", "decided_by")),
    (tables.OBJECTIVES, ("mission_leader", "created_by")),
    (tables.TASKS, ("attacker", "defender", "created_by")),
    (tables.CLAIMS, ("alias",)),
    (tables.CLOCK, ("attacker", "defender", "started_by")),
    (tables.SESSIONS, ("attacker", "defender")),
    (tables.PENDING, ("beneficiary", "assessed_by", "validated_by")),
    (tables.CREDITS, ("from_", "to", "awarded_by")),
    (tables.KARMA, ("from_", "to", "awarded_by")),
    (tables.REDEMPTIONS, ("alias", "decided_by")),
    (tables.PROPOSALS, ("alias",)),
    (tables.OBJECTIONS, ("alias",)),
    (tables.VOTES, ("alias",)),
)
"""The columns that hold an owner's alias. Attackers and defenders of objectives are groups and not listed."""

_IDS: Final[tuple[tuple[Table[Any], str, Table[Any], str], ...]] = (
    (tables.ROLES, "team_id", tables.TEAMS, "team_id"),
    (tables.APPLICATIONS, "role_id", tables.ROLES, "role_id"),
    (tables.OBJECTIVES, "parent_id", tables.OBJECTIVES, "objective_id"),
    (tables.OBJECTIVES, "team_id", tables.TEAMS, "team_id"),
    (tables.TASKS, "objective_id", tables.OBJECTIVES, "objective_id"),
    (tables.TASKS, "team_id", tables.TEAMS, "team_id"),
    (tables.CLAIMS, "task_id", tables.TASKS, "task_id"),
    (tables.CLOCK, "task_id", tables.TASKS, "task_id"),
    (tables.SESSIONS, "session_id", tables.CLOCK, "session_id"),
    (tables.SESSIONS, "task_id", tables.TASKS, "task_id"),
    (tables.PENDING, "session_id", tables.CLOCK, "session_id"),
    (tables.PENDING, "task_id", tables.TASKS, "task_id"),
    (tables.VOTES, "proposal_id", tables.PROPOSALS, "proposal_id"),
)
_SERVICES: Final = frozenset({ENGELBOT, "toolbox"})


def check_references(snapshot: Snapshot) -> Iterator[Finding]:
    """Aliases that nobody has, and ids of things that are not in their table."""
    aliases = {row.alias for row in snapshot.rows(tables.OWNERS)} | former_aliases(snapshot) | _SERVICES
    for table, fields in _ALIASES:
        for row, where in snapshot.rows(table).placed():
            yield from _unknown(where, fields, row, lambda alias: alias in aliases, "owners")
    for table, field, target, key in _IDS:
        known = {getattr(row, key) for row in snapshot.rows(target)}
        for row, where in snapshot.rows(table).placed():
            yield from _unknown(where, (field,), row, known.__contains__, target.name)
    for row, where in snapshot.rows(tables.EVENTS).placed():
        if row.actor not in aliases:
            yield warning("broken_reference", where, f"the actor {row.actor} is not in the book of owners")
    yield from _objections(snapshot)


def holders(snapshot: Snapshot) -> frozenset[str]:
    """Every alias that a row names as somebody who does, has or gets something."""
    return frozenset(
        alias
        for table, fields in _ALIASES
        for row in snapshot.rows(table)
        for field in fields
        if (alias := getattr(row, field))
    )


def former_aliases(snapshot: Snapshot) -> set[str]:
    """Aliases that owners had before: the audit trail names them as entities of type owner."""
    return {row.entity_id for row in snapshot.rows(tables.EVENTS).where(entity_type="owner")}


def _unknown(
    where: str, fields: Iterable[str], row: Any, exists: Callable[[str], bool], what: str
) -> Iterator[Finding]:
    for field in fields:
        value = getattr(row, field)
        if value and not exists(value):
            yield error("broken_reference", where, f"{field.rstrip('_')} names {value}, which is not in {what}")


def _objections(snapshot: Snapshot) -> Iterator[Finding]:
    for row, where in snapshot.rows(tables.OBJECTIONS).placed():
        kind = kind_of(row.entity_id)
        proposal = snapshot.rows(tables.PROPOSALS).get(row.entity_id)
        if kind is None or (proposal is None and not snapshot.award(row.entity_id)):
            yield error(
                "broken_reference", where, f"entity_id names {row.entity_id}, which is no proposal and no award"
            )
