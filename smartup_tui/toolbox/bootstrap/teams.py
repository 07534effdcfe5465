"""`bootstrap_teams`: the teams of the record with their captain, senior and junior roles."""

from __future__ import annotations

from datetime import datetime

from smartup_tui.ledger import pages, paths, tables
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Append, Audit, Change, Entity, Outcome, PageWrite, RowWrite
from smartup_tui.ledger.rows import Role, Team
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.bootstrap.home import with_links
from smartup_tui.toolbox.bootstrap.record import TEAMS, RoleRecord, TeamRecord
from smartup_tui.toolbox.wording import conflict, sc


def bootstrap_teams(snapshot: Snapshot, actor: Actor, _args: Arguments, now: datetime) -> Outcome:
    """Enter what is missing of the record's teams and roles; what is there stays as it is."""
    server = matrix_server(actor)
    markdown: list[PageWrite] = []
    index: list[RowWrite] = []
    audit: list[Audit] = []
    links: list[tuple[str, str]] = []
    for team in TEAMS:
        missing = snapshot.team(team.team_id) is None
        if missing:
            page, row = new_team(team, actor.alias, server, now)
            markdown.append(page)
            index.append(Append(tables.TEAMS, row))
            links.append((f"{team.team_id} {team.name}", page.path))
        roles = [role for role in team.roles if snapshot.role(team.role_id(role)) is None]
        for role in roles:
            page, entry = new_role(team, role, actor.alias, now)
            markdown.append(page)
            index.append(Append(tables.ROLES, entry))
        if missing or roles:
            details = f"{team.name} with {len(roles)} roles."
            audit.append(Audit("bootstrap_teams", Entity("team", team.team_id), details))
    if not audit:
        return conflict("teams_exist", "All teams and roles of the record are there already.", "Nothing was changed.")
    if links:
        markdown.append(with_links(snapshot, "3_teams", links))
    roles_added = sum(1 for write in index if write.table is tables.ROLES)
    return Change(
        markdown=tuple(markdown),
        index=tuple(index),
        audit=tuple(audit),
        message=f"{len(audit)} teams with {roles_added} roles are ready.",
        next_step="!assign_role gives a role to an owner.",
        data={"teams": [team.team_id for team in TEAMS], "roles_added": roles_added},
    )


def matrix_server(actor: Actor) -> str | None:
    """The homeserver of the one who acts, which is the organisation's."""
    matrix_id = actor.owner.matrix_id if actor.owner is not None else None
    return matrix_id.partition(":")[2] if matrix_id else None


def new_team(team: TeamRecord, author: str, server: str | None, now: datetime) -> tuple[PageWrite, Team]:
    """A team's page and row."""
    room = f"#{team.team_id}_{team.slug}:{server}" if server else None
    path = paths.team_page_path(team.team_id, team.slug)
    text = pages.team_page(team.team_id, team.name, author=author, at=now, description=team.description, room=room)
    row = Team(team.team_id, team.name, None, "active", team.description, room, path)
    return PageWrite(path, text), row


def new_role(team: TeamRecord, role: RoleRecord, author: str, now: datetime) -> tuple[PageWrite, Role]:
    """A role's page and row."""
    role_id = team.role_id(role)
    path = paths.role_page_path(role_id, role.name)
    row = Role(
        role_id=role_id,
        role_name=role.name,
        team_id=team.team_id,
        type=role.type,
        status="active",
        recruitment=role.recruitment,
        skills_required=role.skills,
        commitment=role.commitment,
        sc_potential_weekly=role.sc_weekly,
        holder=None,
        description=role.description,
        wiki_path=path,
    )
    facts = [
        ("Type", role.type),
        ("Status", "active"),
        ("Recruitment", role.recruitment),
        ("Skills required", role.skills),
        ("Commitment", role.commitment),
        ("SC potential (weekly)", sc(role.sc_weekly) if role.sc_weekly is not None else None),
    ]
    text = pages.role_page(
        role_id, role.name, author=author, at=now, team_id=team.team_id, facts=facts, text=role.description
    )
    return PageWrite(path, text), row
