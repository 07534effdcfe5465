"""Who holds a role, in the register that is the truth and in the copies written from it (ledger.md §4, Roles)."""

from __future__ import annotations

from collections.abc import Mapping

from smartup_tui.ledger import tables
from smartup_tui.ledger.actor import ACTIVE, FOUNDER, TEAM_CAPTAIN
from smartup_tui.ledger.change import RowWrite, Update
from smartup_tui.ledger.rows import Role
from smartup_tui.ledger.snapshot import Snapshot


def holder_writes(snapshot: Snapshot, holders: Mapping[str, str | None]) -> tuple[RowWrite, ...]:
    """The rows that give roles to owners, or free them (None): owners, teams, and the roles themselves.

    Several changes are made together, since an owner who gets one role and loses another is one row.
    """
    roles = [role for role_id in sorted(holders) if (role := snapshot.role(role_id)) is not None]
    touched = {alias for role in roles for alias in (role.holder, holders[role.role_id]) if alias is not None}
    writes: list[RowWrite] = []
    for alias in sorted(touched):
        owner = snapshot.owner(alias)
        if owner is None:
            continue
        held = {r.role_id for r in snapshot.rows(tables.ROLES).where(holder=alias) if r.status == ACTIVE}
        held -= {role.role_id for role in roles}
        held |= {role.role_id for role in roles if holders[role.role_id] == alias}
        writes.append(Update(tables.OWNERS, (owner.owner_id,), {"roles": tuple(sorted(held))}))
    writes += [
        Update(tables.TEAMS, (role.team_id,), {"captain": holders[role.role_id]})
        for role in roles
        if role.type == TEAM_CAPTAIN and role.team_id is not None and snapshot.team(role.team_id) is not None
    ]
    writes += [Update(tables.ROLES, (role.role_id,), _held(role, holders[role.role_id])) for role in roles]
    return tuple(writes)


def _held(role: Role, holder: str | None) -> Mapping[str, str | None]:
    """A role's new holder; a free one looks for somebody."""
    recruitment = None if holder is not None or role.type == FOUNDER else "OPEN"
    return {"holder": holder, "recruitment": recruitment}
