"""`apply`: asking for a role (ledger.md §4, Roles)."""

from __future__ import annotations

from datetime import datetime

from smartup_tui.ledger import pages, paths, tables
from smartup_tui.ledger.actor import ACTIVE, Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Append, Audit, Change, Entity, Outcome, PageWrite, Refusal
from smartup_tui.ledger.economy.work import next_id
from smartup_tui.ledger.permission import works
from smartup_tui.ledger.rows import Role, RoleApplication
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.wording import conflict, not_found, rule

OPEN = "open"


def apply(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
    """Write an application: its page, and its row. The team's captain decides on it."""
    role = snapshot.role(args.text("role_id"))
    if role is None or role.status != ACTIVE:
        return not_found("not_found", "There is no such active role.", "!open_roles lists the open ones.", "role_id")
    refusal = _refused(snapshot, actor, role)
    if refusal is not None:
        return refusal
    application_id = next_id("a", snapshot.rows(tables.APPLICATIONS))
    path = paths.application_page_path(application_id)
    text = pages.application_page(
        application_id,
        alias=actor.alias,
        at=now,
        role_id=role.role_id,
        role_name=role.role_name,
        motivation=args.text("motivation"),
    )
    row = RoleApplication(application_id, now, actor.alias, role.role_id, OPEN, None, None, path)
    message = f"{application_id}: {actor.alias} applies for {role.role_id} {role.role_name}."
    return Change(
        markdown=(PageWrite(path, text),),
        index=(Append(tables.APPLICATIONS, row),),
        audit=(Audit("apply", Entity("application", application_id), message),),
        message=message,
        figures=(_who_decides(snapshot, role),),
        next_step=f"!accept_application {application_id} gives the role.",
        data={"application_id": application_id, "role_id": role.role_id, "team": role.team_id},
    )


def _refused(snapshot: Snapshot, actor: Actor, role: Role) -> Refusal | None:
    if role.holder is not None:
        whose = "You hold" if role.holder == actor.alias else f"{role.holder} holds"
        return conflict("role_taken", f"{whose} {role.role_id}.", "!open_roles lists the open ones.", "role_id")
    if role.recruitment != "OPEN":
        message = f"{role.role_id} {role.role_name} does not look for anybody now."
        return rule("not_recruiting", message, "!open_roles lists the roles that do.", "role_id")
    if not works(snapshot, actor.license):
        hint = "A captain can change your license once it is paid."
        return rule("license", f"Roles need a work license; yours is {actor.license}.", hint)
    mine = snapshot.rows(tables.APPLICATIONS).where(alias=actor.alias, role_id=role.role_id)
    known = [row for row in mine if row.status == OPEN]
    if known:
        hint = f"!comment {known[0].application_id} adds to it; !withdraw {known[0].application_id} takes it back."
        message = f"Your application {known[0].application_id} for {role.role_id} is open."
        return conflict("applied", message, hint, "role_id")
    return None


def _who_decides(snapshot: Snapshot, role: Role) -> str:
    team = snapshot.team(role.team_id) if role.team_id is not None else None
    if team is not None and team.captain is not None:
        return f"{team.captain}, captain of {team.team_id}, the leadership or the founder decides."
    return "The leadership or the founder decides."
