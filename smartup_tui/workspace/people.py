"""Owners, teams, roles and applications as values, for the screen and for plain output."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from smartup_tui.ledger import rows
from smartup_tui.ledger.aliases import names_in
from smartup_tui.ledger.index import people, queries
from smartup_tui.ledger.rows import Objective, Owner, Role, RoleApplication, SessionLog, TaskBudget, Team
from smartup_tui.workspace.reader import Reader


@dataclass(frozen=True, slots=True)
class Person:
    """An owner as a list shows them: the row of the book of owners, the roles by the roles register, and SK."""

    owner: Owner
    roles: tuple[Role, ...]
    sk: int


@dataclass(frozen=True, slots=True)
class TeamLine:
    """A team as a list shows it: how many hold a role in it, how many roles look for somebody, active objectives."""

    team: Team
    members: int
    open_roles: int
    objectives: int


@dataclass(frozen=True, slots=True)
class OwnerDetail:
    """All there is to say of an owner.

    `seats` are those of tasks that are not over; `last` is the newest session, with `partner`, on `last_title`.
    """

    person: Person
    leads: tuple[Objective, ...]
    seats: tuple[TaskBudget, ...]
    last: SessionLog | None
    partner: str | None
    last_title: str
    applications: tuple[RoleApplication, ...]
    page: str | None


@dataclass(frozen=True, slots=True)
class RoleDetail:
    """All there is to say of a role; the applications for it that are open come first."""

    role: Role
    team: Team | None
    applications: tuple[RoleApplication, ...]
    page: str | None

    @property
    def is_open(self) -> bool:
        """Whether it looks for somebody."""
        return is_open(self.role)


@dataclass(frozen=True, slots=True)
class TeamDetail:
    """All there is to say of a team: active roles by rank, active objectives, and its tasks counted by status."""

    team: Team
    roles: tuple[Role, ...]
    objectives: tuple[Objective, ...]
    tasks: Mapping[str, int]
    page: str | None


@dataclass(frozen=True, slots=True)
class ApplicationDetail:
    """An application, the role it is for, and its page with the motivation."""

    application: RoleApplication
    role: Role | None
    page: str | None


def is_open(role: Role) -> bool:
    """Whether a role looks for somebody (ledger.md §4, Roles)."""
    return role.recruitment == "OPEN" and role.holder is None and role.status == "active"


def persons(reader: Reader, owners: Iterable[Owner]) -> tuple[Person, ...]:
    """These owners with their roles and SK."""
    changes = people.alias_changes(reader.index)
    return tuple(_person(reader, owner, changes) for owner in owners)


def _person(reader: Reader, owner: Owner, changes: Sequence[rows.LicenseTransaction]) -> Person:
    held = tuple(queries.roles_of(reader.index, owner.alias))
    return Person(owner, held, people.karma(reader.index, owner.alias, changes))


def team_lines(reader: Reader, teams: Iterable[Team]) -> tuple[TeamLine, ...]:
    """These teams with what is counted of them."""
    held, active = people.holders_by_team(reader.index), people.active_objectives_by_team(reader.index)
    lines = []
    for team in teams:
        members, free = held.get(team.team_id, (0, 0))
        lines.append(TeamLine(team, members, free, active.get(team.team_id, 0)))
    return tuple(lines)


def owner_detail(reader: Reader, alias: str) -> OwnerDetail | None:
    """An owner by alias; None when there is none of that alias."""
    index = reader.index
    owner = queries.owner(index, alias)
    if owner is None:
        return None
    names = names_in(people.alias_changes(index), alias)
    last = people.last_session(index, names)
    task = queries.task(index, last.task_id) if last is not None else None
    return OwnerDetail(
        person=persons(reader, [owner])[0],
        leads=tuple(queries.led_by(index, alias)),
        seats=tuple(queries.tasks_of(index, alias)),
        last=last,
        partner=_partner(last, names),
        last_title=task.title if task is not None else "",
        applications=tuple(people.applications_of(index, alias)),
        page=_page(reader, owner.wiki_path),
    )


def role_detail(reader: Reader, role_id: str) -> RoleDetail | None:
    """A role by id; None when there is none of that id."""
    role = queries.role(reader.index, role_id)
    if role is None:
        return None
    team = people.team(reader.index, role.team_id) if role.team_id else None
    found = tuple(people.applications_for(reader.index, role_id))
    return RoleDetail(role, team, found, _page(reader, role.wiki_path))


def team_detail(reader: Reader, team_id: str) -> TeamDetail | None:
    """A team by id; None when there is none of that id."""
    index = reader.index
    team = people.team(index, team_id)
    if team is None:
        return None
    return TeamDetail(
        team=team,
        roles=tuple(people.team_roles(index, team_id)),
        objectives=tuple(people.team_objectives(index, team_id)),
        tasks=people.team_tasks(index, team_id),
        page=_page(reader, team.wiki_path),
    )


def application_detail(reader: Reader, application_id: str) -> ApplicationDetail | None:
    """An application by id; None when there is none of that id."""
    application = people.application(reader.index, application_id)
    if application is None:
        return None
    role = queries.role(reader.index, application.role_id)
    return ApplicationDetail(application, role, _page(reader, application.wiki_path))


def _partner(session: SessionLog | None, names: Sequence[str]) -> str | None:
    pair = (session.attacker, session.defender) if session is not None else ()
    return next((alias for alias in pair if alias is not None and alias not in names), None)


def _page(reader: Reader, path: str | None) -> str | None:
    return queries.page(reader.index, path) if path else None
