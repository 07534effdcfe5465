"""Who holds a role, in the register that is the truth and in the copies written from it (ledger.md §4, Roles)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from smartup_tui.ledger import tables
from smartup_tui.ledger.actor import ACTIVE, FOUNDER, TEAM_CAPTAIN
from smartup_tui.ledger.change import PageWrite, RowWrite, Update
from smartup_tui.ledger.page_edits import with_new_fact, without_fact
from smartup_tui.ledger.rows import Role
from smartup_tui.ledger.snapshot import Snapshot

RECRUITMENT: Final = "Recruitment"
"""The line of a role's page that says whether it looks for somebody."""


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


def holder_pages(snapshot: Snapshot, holders: Mapping[str, str | None]) -> tuple[PageWrite, ...]:
    """The pages of those roles, which say whether they look for somebody; those that change."""
    pages = []
    for role_id in sorted(holders):
        role = snapshot.role(role_id)
        data = snapshot.tree.read(role.wiki_path) if role is not None and role.wiki_path else None
        if role is None or role.wiki_path is None or data is None:
            continue
        text, wanted = data.decode("utf-8", "replace"), _recruitment(role, holders[role_id])
        said = with_new_fact(text, RECRUITMENT, wanted) if wanted else without_fact(text, RECRUITMENT)
        if said != text:
            pages.append(PageWrite(role.wiki_path, said))
    return tuple(pages)


def _held(role: Role, holder: str | None) -> Mapping[str, str | None]:
    """A role's new holder, and whether it looks for somebody."""
    return {"holder": holder, "recruitment": _recruitment(role, holder)}


def _recruitment(role: Role, holder: str | None) -> str | None:
    """A role that becomes free looks for somebody; the founder's never does."""
    return None if holder is not None or role.type == FOUNDER else "OPEN"
