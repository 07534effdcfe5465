"""The commands of `queries/`: every owner may use them, and they only read."""

from __future__ import annotations

from typing import Final

from smartup_tui.catalogue.model import Argument, Command, Kind, Tier

SIZES: Final = ("small", "medium", "large", "complex")

_WORK = ("task-budgets", "work_clock", "session_logs", "pending-sc")

QUERIES: Final[tuple[Command, ...]] = (
    Command(
        name="help",
        tier=Tier.QUERIES,
        summary="what you may use now, or how one command is used",
        example="!help start_work",
        arguments=(Argument("command", Kind.COMMAND, "the command to explain", required=False),),
        reads=("book-of-owners", "roles"),
    ),
    Command(
        name="my_tasks",
        tier=Tier.QUERIES,
        summary="your tasks: your seat, status and budget",
        example="!my_tasks",
        reads=_WORK,
        documented=True,
    ),
    Command(
        name="open_tasks",
        tier=Tier.QUERIES,
        summary="tasks with a free seat",
        example="!open_tasks 3_7 medium",
        arguments=(
            Argument(
                "within",
                Kind.ENTITY,
                "only the tasks of this team or objective",
                required=False,
                accepts=(Kind.TEAM, Kind.OBJECTIVE),
                label="team|objective",
            ),
            Argument("size", Kind.CHOICE, "only tasks of this size", required=False, choices=SIZES),
        ),
        reads=("task-budgets", "objectives", "teams"),
    ),
    Command(
        name="task",
        tier=Tier.QUERIES,
        summary="one task: seats, status, budget left, sessions, last hand-over",
        example="!task 6_1_2_0",
        arguments=(Argument("task_id", Kind.TASK, "the task"),),
        reads=_WORK,
        subject="task_id",
    ),
    Command(
        name="open_roles",
        tier=Tier.QUERIES,
        summary="roles that look for somebody: skills, commitment, weekly SC",
        example="!open_roles 3_5",
        arguments=(Argument("team", Kind.TEAM, "only the roles of this team", required=False),),
        reads=("roles", "teams"),
        documented=True,
    ),
    Command(
        name="wallet",
        tier=Tier.QUERIES,
        summary="SC live and pending, SK and its next decay, room left today",
        example="!wallet",
        arguments=(Argument("alias", Kind.OWNER, "whose wallet; yours if left out", required=False),),
        reads=("credits", "karma", "pending-sc", "redemptions", "book-of-owners"),
        documented=True,
    ),
    Command(
        name="clock",
        tier=Tier.QUERIES,
        summary="the running session and today's total",
        example="!clock",
        arguments=(Argument("alias", Kind.OWNER, "whose clock; yours if left out", required=False),),
        reads=("work_clock", "session_logs", "task-budgets"),
    ),
    Command(
        name="objectives",
        tier=Tier.QUERIES,
        summary="the objectives and how far each is",
        example="!objectives 3_7",
        arguments=(Argument("team", Kind.TEAM, "only the objectives of this team", required=False),),
        reads=("objectives", "task-budgets"),
    ),
    Command(
        name="objective",
        tier=Tier.QUERIES,
        summary="one objective: its definition of success and what is reached",
        example="!objective 5_1_2",
        arguments=(Argument("objective_id", Kind.OBJECTIVE, "the objective"),),
        reads=("objectives", "task-budgets"),
        subject="objective_id",
    ),
    Command(
        name="teams",
        tier=Tier.QUERIES,
        summary="the teams, their captains and open roles",
        example="!teams",
        reads=("teams", "roles"),
    ),
    Command(
        name="team",
        tier=Tier.QUERIES,
        summary="one team: captain, who holds which role, what is open",
        example="!team 3_7",
        arguments=(Argument("team_id", Kind.TEAM, "the team"),),
        reads=("teams", "roles", "objectives"),
        subject="team_id",
    ),
    Command(
        name="role",
        tier=Tier.QUERIES,
        summary="one role: holder, skills, commitment, weekly SC",
        example="!role 4_1_2",
        arguments=(Argument("role_id", Kind.ROLE, "the role"),),
        reads=("roles",),
        subject="role_id",
    ),
    Command(
        name="who",
        tier=Tier.QUERIES,
        summary="an owner: roles, license, standing in SK",
        example="!who maria",
        arguments=(Argument("alias", Kind.OWNER, "whom; you if left out", required=False),),
        reads=("book-of-owners", "roles", "objectives", "karma"),
    ),
    Command(
        name="treasury",
        tier=Tier.QUERIES,
        summary="EUR held, SC outstanding, room under the 3x rule, the redemption queue",
        example="!treasury",
        reads=("treasury", "credits", "redemptions"),
    ),
    Command(
        name="history",
        tier=Tier.QUERIES,
        summary="what the audit trail says of one thing",
        example="!history 6_1_2_0",
        arguments=(Argument("entity_id", Kind.ENTITY, "a task, session, award, role, owner, …", label="any id"),),
        reads=("master-events",),
        subject="entity_id",
    ),
)
