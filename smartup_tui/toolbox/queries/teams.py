"""`teams` and `team`: who coordinates, who holds which role, and what is open."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from smartup_tui.ledger import tables
from smartup_tui.ledger.actor import ACTIVE, FOUNDER, Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Answer, Entity, Outcome
from smartup_tui.ledger.rows import Role, Team
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.queries.tasks import by_id
from smartup_tui.toolbox.wording import counted, few, listed, not_found


def teams(snapshot: Snapshot, _actor: Actor, _args: Arguments, _now: datetime) -> Outcome:
    """Every team with its captain and its open roles."""
    rows = sorted(snapshot.rows(tables.TEAMS), key=lambda row: by_id(row.team_id))
    if not rows:
        return Answer("There is no team yet.", data={"teams": []})
    lines, data = [], []
    for row in rows:
        open_roles = [role for role in roles_of(snapshot, row.team_id) if is_open(role)]
        looking = f", {counted(len(open_roles), 'role')} open" if open_roles else ""
        lines.append(f"{row.team_id} {row.name}: captain {row.captain or 'nobody'}{looking}")
        data.append(_data(row) | {"open_roles": [role.role_id for role in open_roles]})
    return Answer(f"{counted(len(rows), 'team')}.", few(lines), "!team <team_id> shows one.", {"teams": data})


def team(snapshot: Snapshot, _actor: Actor, args: Arguments, _now: datetime) -> Outcome:
    """One team: captain, holders of its roles, open roles, active objectives."""
    team_id = args.text("team_id")
    row = snapshot.team(team_id)
    if row is None:
        return not_found("not_found", f"There is no team {team_id}.", "!teams lists them.", "team_id")
    roles = roles_of(snapshot, team_id)
    held = [role for role in roles if role.holder]
    free = [role for role in roles if is_open(role)]
    active = [o.objective_id for o in snapshot.rows(tables.OBJECTIVES).where(team_id=team_id) if o.status == ACTIVE]
    active.sort(key=by_id)
    people = listed(f"{role.holder} ({role.role_id} {role.role_name})" for role in held[:6]) or "nobody"
    more = f" and {len(held) - 6} more" if len(held) > 6 else ""
    lines = [
        f"Captain: {row.captain or 'nobody'}.",
        f"Roles are held by {people}{more}.",
        f"Open: {listed(f'{role.role_id} {role.role_name}' for role in free[:4])}." if free else "No role is open.",
        f"Active objectives: {', '.join(active[:8])}{' …' if len(active) > 8 else ''}."
        if active
        else "No objective is active.",
    ]
    data = _data(row) | {
        "roles": [{"id": r.role_id, "name": r.role_name, "holder": r.holder, "open": is_open(r)} for r in roles],
        "objectives": active,
    }
    step = f"!apply {free[0].role_id} and why, asks for a role." if free else None
    return Answer(f"{team_id} {row.name}.", tuple(lines), step, data, Entity("team", team_id))


def roles_of(snapshot: Snapshot, team_id: str) -> list[Role]:
    """The active roles of a team, captain first."""
    found = [role for role in snapshot.rows(tables.ROLES).where(team_id=team_id) if role.status == ACTIVE]
    return sorted(found, key=lambda role: (role.type == FOUNDER, by_id(role.role_id)))


def is_open(role: Role) -> bool:
    """Whether a role looks for somebody."""
    return role.holder is None and role.recruitment == "OPEN"


def _data(row: Team) -> dict[str, Any]:
    return {
        "id": row.team_id,
        "name": row.name,
        "captain": row.captain,
        "status": row.status,
        "description": row.description,
        "room": row.room_alias,
    }
