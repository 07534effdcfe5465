"""The commands of `teamcaptain/`: captains for their team, leadership and the founder; mission leaders where said."""

from __future__ import annotations

from typing import Final

from smartup_tui.catalogue.model import Argument, Command, Kind, Tier
from smartup_tui.catalogue.queries import SIZES
from smartup_tui.catalogue.workers import SEATS

LICENSES: Final = ("campaign", "watch", "work", "organizational")
OWNER_FIELDS: Final = ("license", "status", "alias", "matrix_id")
ROLE_FIELDS: Final = ("name", "recruitment", "skills", "commitment", "weekly", "description", "status", "holder")
TASK_FIELDS: Final = ("title", "due", "size")
OBJECTIVE_FIELDS: Final = ("title", "status", "phase", "tick", "untick", "mission_leader", "attacker", "defender")

_OWNER = Argument("alias", Kind.OWNER, "the owner")


def _score(name: str, what: str) -> Argument:
    return Argument(name, Kind.INTEGER, f"{what}, 1 to 10", minimum=1, maximum=10)


TEAMCAPTAIN: Final[tuple[Command, ...]] = (
    Command(
        name="create_owner",
        tier=Tier.TEAMCAPTAIN,
        summary="enter an owner, with a payment reference or confirmed by a second captain",
        notes=(
            "Names and e-mail addresses are never given in a room. An owner who had left is entered again by the same"
            " command."
        ),
        example="!create_owner maria work @maria:smartup0.org OC-2025-0117",
        arguments=(
            Argument("alias", Kind.WORD, "the alias, lower case", max_length=40),
            Argument("license", Kind.CHOICE, "the license", choices=LICENSES),
            Argument("matrix_id", Kind.MATRIX_ID, "the account in Matrix", max_length=255),
            Argument(
                "reference",
                Kind.TEXT,
                "what was paid, and where it is recorded; without it a second captain confirms by the same command",
                required=False,
                label="payment reference",
            ),
        ),
        reads=("book-of-owners", "license-transactions"),
        writes=("book-of-owners", "license-transactions", "master-events"),
    ),
    Command(
        name="assign_role",
        tier=Tier.TEAMCAPTAIN,
        summary="give a role to an owner",
        notes=(
            "Captains and the leadership are elected: !propose kind=role. While the organisation is young the founder"
            " gives these roles."
        ),
        example="!assign_role maria 4_3_1",
        arguments=(_OWNER, Argument("role_id", Kind.ROLE, "the role")),
        reads=("book-of-owners", "roles", "teams", "karma"),
        writes=("roles", "teams", "book-of-owners", "master-events"),
        subject="role_id",
    ),
    Command(
        name="set_role",
        tier=Tier.TEAMCAPTAIN,
        summary="change what a role asks for, whether it looks for somebody, or take it back",
        notes=(
            "`recruitment` is OPEN, FUTURE or none; `status` is active or closed; `holder` none takes the role back; "
            "`weekly` is SC."
        ),
        example="!set_role 4_2_7 recruitment OPEN",
        arguments=(
            Argument("role_id", Kind.ROLE, "the role"),
            Argument("field", Kind.CHOICE, "what to change", choices=ROLE_FIELDS, label="field"),
            Argument("value", Kind.TEXT, "the new value; holder none takes the role back", max_length=2000),
        ),
        reads=("roles", "teams", "book-of-owners"),
        writes=("roles", "teams", "book-of-owners", "master-events"),
        subject="role_id",
    ),
    Command(
        name="set_owner",
        tier=Tier.TEAMCAPTAIN,
        summary="change an owner's license, status, alias or account in Matrix",
        notes=(
            "`status` is active, suspended or left. A license that costs more needs the payment reference. An alias "
            "that somebody has had is never given to anybody else."
        ),
        leadership=True,
        example="!set_owner maria license organizational OC-2026-0117",
        arguments=(
            _OWNER,
            Argument("field", Kind.CHOICE, "what to change", choices=OWNER_FIELDS),
            Argument("value", Kind.WORD, "the new value", max_length=255),
            Argument("reference", Kind.TEXT, "the payment, or why", required=False, max_length=200),
        ),
        reads=("book-of-owners", "license-transactions", "roles", "task-budgets", "karma"),
        writes=(
            "book-of-owners",
            "license-transactions",
            "teams",
            "roles",
            "role-applications",
            "objectives",
            "task-budgets",
            "task_claimed",
            "work_clock",
            "pending-sc",
            "redemptions",
            "proposals",
            "master-events",
        ),
    ),
    Command(
        name="create_objective",
        tier=Tier.TEAMCAPTAIN,
        summary="open an objective below another one, of a team, or of the organisation",
        example="!create_objective 3_7 The onboarding flow is ready :: From payment to first task without a question.",
        arguments=(
            Argument(
                "parent",
                Kind.ENTITY,
                "the objective above it, the team it belongs to, or `organisation`",
                accepts=(Kind.OBJECTIVE, Kind.TEAM),
                choices=("organisation",),
                label="parent_id|team_id|organisation",
            ),
            Argument("team", Kind.TEAM, "the team that owns it, below an objective", required=False, option=True),
            Argument("title", Kind.TEXT, "the title", max_length=160, until="::"),
            Argument("abstract", Kind.TEXT, "what it is for", max_length=8000),
        ),
        reads=("objectives", "teams"),
        writes=("objectives", "master-events"),
        subject="parent",
    ),
    Command(
        name="set_objective",
        tier=Tier.TEAMCAPTAIN,
        summary="change a field of an objective, or tick what is reached",
        notes=(
            "`status` is active, done or cancelled; `mission_leader` none leaves it without one; `tick` and `untick` "
            "take the id of a child of its definition of success."
        ),
        example="!set_objective 5_0 tick 5_5_0",
        arguments=(
            Argument("objective_id", Kind.OBJECTIVE, "the objective"),
            Argument("field", Kind.CHOICE, "what to change", choices=OBJECTIVE_FIELDS, label="field"),
            Argument("value", Kind.TEXT, "the new value; for a tick the id of the child", max_length=200),
        ),
        reads=("objectives", "book-of-owners", "karma"),
        writes=("objectives", "master-events"),
        mission_leader=True,
        subject="objective_id",
    ),
    Command(
        name="create_task",
        tier=Tier.TEAMCAPTAIN,
        summary="open a task under an objective",
        notes="The size sets the budget: by default small is 25 SC, medium 50, large 100, complex 200.",
        example="!create_task 5_1_2 medium due=2026-12-01 Draft the guide :: A newcomer finds the way alone.",
        arguments=(
            Argument("objective_id", Kind.OBJECTIVE, "the objective it serves"),
            Argument("size", Kind.CHOICE, "its size, which sets the budget", choices=SIZES),
            Argument("due", Kind.DATE, "the day it should be done", required=False, option=True),
            Argument("title", Kind.TEXT, "the title", max_length=160, until="::"),
            Argument("why", Kind.TEXT, "why it matters and when it is done", max_length=8000),
        ),
        reads=("objectives", "task-budgets"),
        writes=("task-budgets", "master-events"),
        subject="objective_id",
    ),
    Command(
        name="set_task",
        tier=Tier.TEAMCAPTAIN,
        summary="change a task's title or due day, or its size before work began",
        example="!set_task 6_1_2_0 due 2026-12-15",
        arguments=(
            Argument("task_id", Kind.TASK, "the task"),
            Argument("field", Kind.CHOICE, "what to change", choices=TASK_FIELDS),
            Argument("value", Kind.TEXT, "the new value; none takes the due day away", max_length=160),
        ),
        reads=("task-budgets", "work_clock"),
        writes=("task-budgets", "master-events"),
        subject="task_id",
    ),
    Command(
        name="assign_task",
        tier=Tier.TEAMCAPTAIN,
        summary="give a seat to somebody; one that is taken changes hands while no session runs",
        example="!assign_task 6_1_2_0 jonas defender",
        arguments=(
            Argument("task_id", Kind.TASK, "the task"),
            _OWNER,
            Argument("seat", Kind.CHOICE, "the seat; the first free one if left out", required=False, choices=SEATS),
        ),
        reads=("task-budgets", "work_clock", "book-of-owners", "roles"),
        writes=("task-budgets", "task_claimed", "master-events"),
        mission_leader=True,
        subject="task_id",
    ),
    Command(
        name="cancel_task",
        tier=Tier.TEAMCAPTAIN,
        summary="close a task that will not be done; not while a session runs",
        notes="Sessions that were done are assessed all the same.",
        example="!cancel_task 6_1_2_0 The guide is part of the passport now",
        arguments=(
            Argument("task_id", Kind.TASK, "the task"),
            Argument("reason", Kind.TEXT, "why it will not be done", max_length=1000),
        ),
        reads=("task-budgets", "work_clock", "pending-sc"),
        writes=("task-budgets", "master-events"),
        subject="task_id",
    ),
    Command(
        name="assess_work",
        tier=Tier.TEAMCAPTAIN,
        summary="score a finished session, which makes a pending award",
        notes=(
            "Never by one of the pair. The three scores together say how much of the share is paid, by default: 30 "
            "points all of it, 24 points 80 %, 18 points 60 %, 6 points 20 %. share=0 closes a session unpaid; a "
            "share that is not given is all that is left of the budget. Where nobody is entitled, any owner with a "
            "work license who took no part may assess."
        ),
        example="!assess_work s_42 8 7 9 share=50 Honest notes, clear next step",
        arguments=(
            Argument("session_id", Kind.SESSION, "the session"),
            _score("effort", "the attacker's effort"),
            _score("learning", "the defender's learning"),
            _score("collaboration", "how the two worked together"),
            Argument(
                "share",
                Kind.INTEGER,
                "percent of the task's budget; what is left if not given",
                required=False,
                option=True,
                minimum=0,
                maximum=100,
            ),
            Argument("note", Kind.TEXT, "a word to the two", required=False, max_length=1000),
        ),
        reads=("session_logs", "task-budgets", "pending-sc", "objectives", "roles"),
        writes=("pending-sc", "task-budgets", "master-events"),
        mission_leader=True,
        subject="session_id",
    ),
    Command(
        name="validate_sc",
        tier=Tier.TEAMCAPTAIN,
        summary="approve a pending award, which opens its 48 hours, or reject it",
        notes=(
            "Any captain, the leadership or the founder, but nobody who is paid by it or assessed it. Where nobody is"
            " left, a longer window, seven days by default, takes the place of the validation."
        ),
        example="!validate_sc g_3 approve",
        arguments=(
            Argument("pending_id", Kind.PENDING, "the pending award"),
            Argument("decision", Kind.CHOICE, "your decision", choices=("approve", "reject")),
            Argument("reason", Kind.TEXT, "why; needed to reject", required=False, max_length=1000),
        ),
        reads=("pending-sc", "roles", "task-budgets"),
        writes=("pending-sc", "task-budgets", "master-events"),
        subject="pending_id",
        aliases=("validate_pending_sc",),
    ),
    Command(
        name="award_sk",
        tier=Tier.TEAMCAPTAIN,
        summary="give social karma for something the ledger can show",
        notes=(
            "Never to yourself, and once for the same category and thing. A category that does not exist is answered "
            "with all that do."
        ),
        example="!award_sk maria documentation 6_1_2_0 The guide reads well",
        arguments=(
            _OWNER,
            Argument("category", Kind.WORD, "the category of the karma rules", max_length=60),
            Argument("entity_id", Kind.ENTITY, "what it was for"),
            Argument("evidence", Kind.URL, "where it can be seen", required=False, option=True, max_length=500),
            Argument("reason", Kind.TEXT, "what was good about it", max_length=1000),
        ),
        reads=("book-of-owners", "karma"),
        writes=("karma", "master-events"),
    ),
    Command(
        name="record_treasury",
        tier=Tier.TEAMCAPTAIN,
        summary="record money that came into or left the treasury",
        leadership=True,
        example="!record_treasury DEPOSIT 200.00 Work license, Open Collective 0117",
        arguments=(
            Argument("event_type", Kind.WORD, "the kind of event, such as DEPOSIT or EXPENSE", max_length=40),
            Argument("amount_eur", Kind.AMOUNT, "EUR, with a minus for money that left"),
            Argument("note", Kind.TEXT, "what it was", max_length=500),
        ),
        reads=("treasury", "credits"),
        writes=("treasury", "master-events"),
    ),
    Command(
        name="pay_redemption",
        tier=Tier.TEAMCAPTAIN,
        summary="record that the first redemption of the queue was paid",
        notes=(
            "First in, first out; what is paid out leaves the reserve in the treasury and never breaks the 3x rule. "
            "Never your own."
        ),
        leadership=True,
        example="!pay_redemption r_2 Bank transfer 2026-11-21/3",
        arguments=(
            Argument("redemption_id", Kind.REDEMPTION, "the redemption"),
            Argument("reference", Kind.TEXT, "where the payment is recorded", max_length=200),
        ),
        reads=("redemptions", "treasury", "credits"),
        writes=("redemptions", "credits", "treasury", "master-events"),
    ),
)
