"""`open_roles`: roles that look for somebody."""

from __future__ import annotations

from datetime import datetime

from smartup_tui.ledger import tables
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Answer, Outcome
from smartup_tui.ledger.economy.amounts import money
from smartup_tui.ledger.rows import Role
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.queries.tasks import by_id
from smartup_tui.toolbox.wording import sc


def open_roles(snapshot: Snapshot, _actor: Actor, args: Arguments, _now: datetime) -> Outcome:
    """Active roles without a holder whose recruitment is OPEN, of one team or of all."""
    team = args.optional("team")
    found = [
        role
        for role in snapshot.rows(tables.ROLES).where(recruitment="OPEN")
        if role.holder is None and role.status == "active" and team in (None, role.team_id)
    ]
    found.sort(key=lambda role: (by_id(role.team_id or ""), by_id(role.role_id)))
    where = f" in {team}" if team else ""
    if not found:
        return Answer(f"No role is open{where} now.", data={"roles": []})
    lines = [_line(role) for role in found]
    if len(lines) > 4:
        lines[3:] = [f"and {len(lines) - 3} more"]
    count = "1 role is" if len(found) == 1 else f"{len(found)} roles are"
    return Answer(f"{count} open{where}.", tuple(lines), data={"roles": [_data(role) for role in found]})


def _line(role: Role) -> str:
    weekly = f"{sc(role.sc_potential_weekly)} weekly" if role.sc_potential_weekly is not None else None
    skills = role.skills_required if len(role.skills_required) <= 60 else role.skills_required[:59].rstrip() + "…"
    return ", ".join(part for part in (f"{role.role_id} {role.role_name}", role.commitment, weekly, skills) if part)


def _data(role: Role) -> dict[str, object]:
    return {
        "id": role.role_id,
        "name": role.role_name,
        "team": role.team_id,
        "type": role.type,
        "skills": role.skills_required,
        "commitment": role.commitment,
        "sc_weekly": money(role.sc_potential_weekly) if role.sc_potential_weekly is not None else None,
        "description": role.description,
    }
