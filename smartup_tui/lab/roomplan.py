"""Which rooms an organisation has, from its ledger: spaces for the six groups of productivity, rooms for what is alive.

Pure. Each room has the alias `#<id>_<slug>` and says by its state event what it is for (commands.md, Where a command
goes). Finished tasks and objectives need no room.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from smartup_tui.ledger import tables
from smartup_tui.ledger.actor import TEAM_CAPTAIN
from smartup_tui.ledger.paths import slug
from smartup_tui.ledger.rows import Objective, Owner, Role, TaskBudget, Team
from smartup_tui.ledger.snapshot import Snapshot

ROOT: Final = "smartup"
_SPACE: Final = "_space"
_OVER: Final = frozenset({"completed", "cancelled"})

GROUPS: Final = (
    ("1_general_forum", "1 General Forum", "What concerns every owner, and what is decided together."),
    ("2_workplace", "2 Workplace", "Daily work across the teams; commands that have no room of their own go here."),
    ("3_teams", "3 Teams", "The seven teams."),
    ("4_roles", "4 Roles", "Roles and who holds them."),
    ("5_objectives", "5 Objectives", "What we want to reach."),
    ("6_tasks", "6 Tasks", "What is being done."),
)
"""The groups in their order; the first two have a room of the same name beside their space."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A room that should be. `alias` is the local part, `parent` that of the space it hangs in, `members` are owners'
    aliases; whoever is in the space may join besides."""

    alias: str
    name: str
    topic: str
    kind: str
    entity: str | None = None
    parent: str | None = None
    space: bool = False
    members: frozenset[str] = frozenset()


def frame(name: str, owners: frozenset[str]) -> list[Planned]:
    """The spaces and the rooms that everybody is in; parents come before what hangs in them."""
    planned = [Planned(f"{ROOT}{_SPACE}", name, "All spaces of the organisation.", "space", space=True, members=owners)]
    for group, title, topic in GROUPS:
        planned.append(
            Planned(f"{group}{_SPACE}", title, topic, "space", group, f"{ROOT}{_SPACE}", space=True, members=owners)
        )
    for group, title, topic in GROUPS[:2]:
        planned.append(Planned(group, title, topic, "group", group, f"{group}{_SPACE}", members=owners))
    return planned


def entities(snapshot: Snapshot) -> list[Planned]:
    """Rooms of teams, captains' roles, active objectives and unfinished tasks."""
    owners = {owner.alias: owner for owner in snapshot.rows(tables.OWNERS) if owner.status == "active"}
    teams = {team.team_id: _team_members(snapshot, team, owners) for team in snapshot.rows(tables.TEAMS)}
    return [
        *(_team(team, teams[team.team_id]) for team in snapshot.rows(tables.TEAMS)),
        *_roles(snapshot),
        *(
            _objective(row, teams, frozenset(owners))
            for row in snapshot.rows(tables.OBJECTIVES)
            if row.status == "active"
        ),
        *(_task(row, snapshot) for row in snapshot.rows(tables.TASKS) if row.status not in _OVER),
    ]


def _team_members(snapshot: Snapshot, team: Team, owners: dict[str, Owner]) -> frozenset[str]:
    holders = {role.holder for role in snapshot.rows(tables.ROLES).where(team_id=team.team_id)}
    founders = {role.holder for role in snapshot.rows(tables.ROLES) if role.type == "founder"}
    return frozenset(alias for alias in holders | founders if alias in owners)


def _team(team: Team, members: frozenset[str]) -> Planned:
    named = team.room_alias.partition(":")[0].removeprefix("#") if team.room_alias else ""
    alias = named or f"{team.team_id}_{slug(team.name)}"
    return Planned(
        alias,
        f"{team.team_id} {team.name}",
        team.description,
        "team",
        team.team_id,
        f"3_teams{_SPACE}",
        members=members,
    )


def _roles(snapshot: Snapshot) -> Iterator[Planned]:
    """Captains have a room each: who needs one of them finds the role and not the person."""
    for role in snapshot.rows(tables.ROLES):
        if role.type == TEAM_CAPTAIN and role.holder is not None:
            yield _role(role, role.holder)


def _role(role: Role, holder: str) -> Planned:
    alias = f"{role.role_id}_{slug(role.role_name)}"
    name = f"{role.role_id} {role.role_name}"
    members = frozenset({holder})
    return Planned(alias, name, role.description, "role", role.role_id, f"4_roles{_SPACE}", members=members)


def _objective(row: Objective, teams: dict[str, frozenset[str]], everybody: frozenset[str]) -> Planned:
    members = teams.get(row.team_id or "", everybody) | ({row.mission_leader} if row.mission_leader else set())
    return Planned(
        f"{row.objective_id}_{slug(row.title)}",
        f"{row.objective_id} {row.title}",
        row.title,
        "objective",
        row.objective_id,
        f"5_objectives{_SPACE}",
        members=members,
    )


def _task(row: TaskBudget, snapshot: Snapshot) -> Planned:
    team = snapshot.team(row.team_id) if row.team_id else None
    wanted = (row.attacker, row.defender, team.captain if team is not None else None)
    return Planned(
        f"{row.task_id}_{slug(row.title)}",
        f"{row.task_id} {row.title}",
        f"{row.title} ({row.size}, {row.budget_sc:.2f} SC)",
        "task",
        row.task_id,
        f"6_tasks{_SPACE}",
        members=frozenset(alias for alias in wanted if alias),
    )
