"""Owners, roles, teams and applications, each as one page of Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from smartup_tui.ledger import markdown
from smartup_tui.ledger.rows import Role, RoleApplication
from smartup_tui.workspace import words
from smartup_tui.workspace.actions import seat_of
from smartup_tui.workspace.describe import page_body
from smartup_tui.workspace.people import ApplicationDetail, OwnerDetail, RoleDetail, TeamDetail, is_open

STATUSES: Final = ("open", "claimed", "in_progress", "in_review", "assessed", "completed", "cancelled")
"""The statuses of a task in the order of its life (ledger.md §4)."""

_MOST: Final = 20


def describe_owner(detail: OwnerDetail) -> str:
    """An owner: license, roles, seats, SK, last work, and their page."""
    owner, roles = detail.person.owner, detail.person.roles
    state = "" if owner.status == "active" else f", {owner.status}"
    parts = [
        f"# {owner.alias}",
        f"**{owner.license} license**{state}, owner {owner.owner_id}, since {words.day(owner.joined_at)}",
        "\n".join(
            (
                f"- social karma: {detail.person.sk:,} SK",
                f"- last work: {_last(detail)}",
                *((f"- account: {owner.matrix_id}",) if owner.matrix_id else ()),
            )
        ),
    ]
    if roles:
        lines = [f"- {role.role_id} {role.role_name}, {kind(role)}{_of(role.team_id)}" for role in roles]
        parts.append("## Roles\n\n" + "\n".join(lines))
    else:
        parts.append("Holds no role.")
    if detail.leads:
        lines = [f"- {row.objective_id} {row.title}" for row in detail.leads]
        parts.append("## Leads\n\n" + "\n".join(lines))
    if detail.seats:
        lines = [
            f"- {task.task_id} {task.title}: {seat_of(task, owner.alias)}, {words.status(task.status)}"
            for task in detail.seats[:_MOST]
        ]
        parts.append("## Seats\n\n" + "\n".join([*lines, *_more(len(detail.seats))]))
    if detail.applications:
        parts.append("## Applications\n\n" + "\n".join(f"- {_applied_for(row)}" for row in detail.applications[:_MOST]))
    return _with_page(parts, detail.page)


def describe_role(detail: RoleDetail) -> str:
    """A role: its published fields, who holds it, whether it looks for somebody, and who applies."""
    role, team = detail.role, detail.team
    weekly = role.sc_potential_weekly
    where = f"{team.team_id} {team.name}" if team is not None else role.team_id or "the organisation"
    fields = [
        ("Team", where),
        ("Type", kind(role)),
        ("Status", role.status),
        ("Recruitment", (role.recruitment or "none").lower()),
        ("Skills required", role.skills_required or "none named"),
        ("Commitment", role.commitment or "not said"),
        ("SC potential (weekly)", f"{words.sc_short(weekly)} SC" if weekly is not None else "not said"),
    ]
    parts = [
        f"# {role.role_id} {role.role_name}",
        f"**{standing(role)}**",
        "\n".join(f"- {name}: {value}" for name, value in fields),
    ]
    if role.description:
        parts.append(role.description)
    if detail.applications:
        lines = [f"- {_application(row)}" for row in detail.applications[:_MOST]]
        parts.append("## Applications\n\n" + "\n".join([*lines, *_more(len(detail.applications))]))
    comments = _section(detail.page, "Comments")
    return "\n\n".join([*parts, *((f"## Comments\n\n{comments}",) if comments else ())])


def describe_team(detail: TeamDetail) -> str:
    """A team: its captain, who holds which role, its objectives, its tasks by status, and its page."""
    team = detail.team
    held = [role for role in detail.roles if role.holder]
    free = [role for role in detail.roles if is_open(role)]
    facts = [f"- captain: {team.captain or 'nobody'}", f"- tasks: {by_status(detail.tasks)}"]
    if team.status != "active":
        facts.insert(0, f"- status: {team.status}")
    if team.room_alias:
        facts.append(f"- room: {team.room_alias}")
    parts = [f"# {team.team_id} {team.name}", *((team.description,) if team.description else ()), "\n".join(facts)]
    lines = [f"- {role.holder}: {role.role_id} {role.role_name}, {kind(role)}" for role in held[: 2 * _MOST]]
    parts.append("## Members\n\n" + ("\n".join([*lines, *_more(len(held), 2 * _MOST)]) or "Nobody holds a role."))
    if free:
        lines = [f"- {role.role_id} {role.role_name}{_terms(role)}" for role in free[:_MOST]]
        parts.append("## Open roles\n\n" + "\n".join([*lines, *_more(len(free))]))
    if detail.objectives:
        lines = [f"- {row.objective_id} {row.title}" for row in detail.objectives[:_MOST]]
        parts.append("## Objectives\n\n" + "\n".join([*lines, *_more(len(detail.objectives))]))
    page = detail.page or ""
    if markdown.as_typed(_section(page, "Purpose")) == team.description:
        page = markdown.replace_section(page, "Purpose", "")
    if team.room_alias and markdown.section(page, "Discussion"):
        page = markdown.replace_section(page, "Discussion", "")
    return _with_page(parts, page)


def describe_application(detail: ApplicationDetail) -> str:
    """An application: who, for what, where it stands, and the motivation."""
    row, role = detail.application, detail.role
    name = f"{row.role_id} {role.role_name}" if role is not None else row.role_id
    parts = [
        f"# {row.application_id} {row.alias} applies for {name}",
        f"**{_decided(row)}**",
        "\n".join(
            (
                f"- since {words.day_and_time(row.timestamp)}",
                f"- role: {name}" + (f", {standing(role).lower()}" if role is not None else ""),
            )
        ),
    ]
    body = page_body(detail.page) if detail.page else ""
    lines = [line for line in body.split("\n") if not line.startswith(("**Role:**", "**Applicant:**"))]
    text = "\n".join(lines).strip("\n")
    return "\n\n".join([*parts, *((text,) if text else ())])


def kind(role: Role) -> str:
    """What kind of role it is, as people say it."""
    return role.type.replace("_", " ")


def standing(role: Role) -> str:
    """Who holds a role, or whether it looks for somebody."""
    if role.status != "active":
        return role.status.capitalize()
    if role.holder:
        return f"Held by {role.holder}"
    return "Open: it looks for somebody" if is_open(role) else "Nobody holds it"


def by_status(tasks: Mapping[str, int]) -> str:
    """Tasks counted by status in the order of a task's life: `3 open, 1 in review, 12 completed`."""
    ordered = [*STATUSES, *(name for name in tasks if name not in STATUSES)]
    return ", ".join(f"{tasks[name]:,} {words.status(name)}" for name in ordered if tasks.get(name)) or "none yet"


def _last(detail: OwnerDetail) -> str:
    last = detail.last
    if last is None:
        return "none yet"
    pair = f" with {detail.partner}" if detail.partner else ""
    return (
        f"{last.task_id} {detail.last_title}{pair}, {words.day(last.stopped_at)},"
        f" {words.minutes(last.duration_minutes)}"
    )


def _applied_for(row: RoleApplication) -> str:
    return f"{row.application_id} for {row.role_id}: {_decided(row).lower()}"


def _application(row: RoleApplication) -> str:
    return f"{row.application_id} {row.alias}, {words.day(row.timestamp)}: {_decided(row).lower()}"


def _decided(row: RoleApplication) -> str:
    if row.status == "open":
        return "Open: waits for a captain"
    by = f" by {row.decided_by}" if row.decided_by else ""
    on = f" on {words.day(row.decided_at)}" if row.decided_at else ""
    return f"{row.status.capitalize()}{by}{on}"


def _of(team_id: str | None) -> str:
    return f" of {team_id}" if team_id else ""


def _terms(role: Role) -> str:
    weekly = role.sc_potential_weekly
    terms = (role.commitment, f"{words.sc_short(weekly)} SC a week" if weekly is not None else None)
    return "".join(f", {term}" for term in terms if term)


def _more(count: int, shown: int = _MOST) -> list[str]:
    return [f"- and {count - shown:,} more"] if count > shown else []


def _section(page: str | None, name: str) -> str:
    return (markdown.section(page, name) or "").strip("\n") if page else ""


def _with_page(parts: list[str], page: str | None) -> str:
    body = page_body(page) if page else ""
    # The facts that the page begins with stand above already.
    lines = body.split("\n")
    while lines and (not lines[0].strip() or lines[0].startswith("**")):
        lines.pop(0)
    body = "\n".join(lines).strip("\n")
    return "\n\n".join([*parts, body] if body else parts)
