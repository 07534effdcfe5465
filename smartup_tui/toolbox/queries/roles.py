"""`open_roles` and `role`: roles that look for somebody, and one role whole."""

from __future__ import annotations

from datetime import datetime

from smartup_tui.ledger import tables
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Answer, Entity, Outcome
from smartup_tui.ledger.economy.amounts import money
from smartup_tui.ledger.rows import Role
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.queries.tasks import by_id
from smartup_tui.toolbox.wording import not_found, sc


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


def role(snapshot: Snapshot, _actor: Actor, args: Arguments, _now: datetime) -> Outcome:
    """One role: holder, skills, commitment, weekly SC, what it is for."""
    role_id = args.text("role_id")
    row = snapshot.role(role_id)
    if row is None:
        return not_found("not_found", f"There is no role {role_id}.", "!open_roles lists the open ones.", "role_id")
    held = f"Held by {row.holder}." if row.holder else "Nobody holds it."
    looking = "It looks for somebody." if row.holder is None and row.recruitment == "OPEN" else ""
    weekly = f"{sc(row.sc_potential_weekly)} weekly" if row.sc_potential_weekly is not None else None
    terms = ", ".join(part for part in (row.commitment, weekly) if part)
    lines = [f"{held} {looking}".strip()]
    lines += [f"Skills: {row.skills_required}."] if row.skills_required else []
    lines += [f"{terms}."] if terms else []
    lines += [row.description] if row.description else []
    status = "" if row.status == "active" else f" ({row.status})"
    kind = row.type.replace("_", " ")
    return Answer(
        message=f"{role_id} {row.role_name}: {kind} of {row.team_id or 'the organisation'}{status}.",
        figures=tuple(lines),
        next_step=f"!apply {role_id} and why, asks for it." if looking else None,
        data=_data(row) | {"holder": row.holder, "status": row.status, "recruitment": row.recruitment},
        entity=Entity("role", role_id),
    )


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
