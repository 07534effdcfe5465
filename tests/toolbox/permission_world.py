"""A ledger with one owner of every kind, and work of others or of their own, for the permission matrix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from smartup_tui.catalogue.model import Argument, Command, Kind
from smartup_tui.ledger import tables
from smartup_tui.ledger.rows import (
    CreditTransaction,
    KarmaTransaction,
    Objection,
    PendingSC,
    Proposal,
    Redemption,
    RoleApplication,
    SessionLog,
    TaskBudget,
    TreasuryBalance,
    WorkClock,
)
from smartup_tui.ledger.schema import Table
from smartup_tui.ledger.snapshot import Snapshot
from tests.ledger.files import AT, ledger, objective, owner, role, team

KINDS: Final[Mapping[str, str]] = {
    "stranger": "stranger",
    "campaign": "cara",
    "watch": "wanda",
    "no_role": "nora",
    "worker": "maria",
    "leader": "lea",
    "captain": "captain",
    "other_captain": "designer",
    "leadership": "chief",
    "founder": "robbert_founder",
    "suspended": "sam",
    "left": "lou",
}
"""The columns of the matrix, and the alias of the owner who is of that kind; the stranger is in no book."""

NOW: Final = AT + timedelta(hours=30)
_SOMEBODY: Final = "somebody"
_LICENSES: Final = {"cara": "campaign", "wanda": "watch"}
_STATUSES: Final = {"sam": "suspended", "lou": "left"}

VALUES: Final[Mapping[Kind, str]] = {
    Kind.TASK: "6_7_0_0",
    Kind.OBJECTIVE: "5_7_0",
    Kind.TEAM: "3_7",
    Kind.ROLE: "4_3_7",
    Kind.SESSION: "s_1",
    Kind.PENDING: "g_1",
    Kind.PROPOSAL: "p_1",
    Kind.APPLICATION: "a_1",
    Kind.REDEMPTION: "r_1",
    Kind.ENTITY: "6_7_0_0",
    Kind.AMOUNT: "5",
    Kind.MATRIX_ID: "@new:smartup0.org",
    Kind.WORD: "newcomer",
    Kind.TEXT: "some words",
}
SPECIAL: Final[Mapping[tuple[str, str], str]] = {
    ("set_owner", "field"): "status",
    ("set_owner", "value"): "suspended",
    ("set_task", "value"): "Another title",
    ("set_objective", "value"): "Another title",
    ("award_sk", "category"): "documentation",
    ("record_treasury", "event_type"): "GRANT",
    ("create_objective", "parent"): "3_7",
    ("object", "entity_id"): "p_1",
    ("withdraw", "entity_id"): "p_1",
    ("resolve", "pending_id"): "g_2",
    ("vest", "pending_id"): "g_3",
}
"""Where the value of the argument's kind would not do."""


def arguments(command: Command, alias: str, *, own: bool) -> dict[str, str]:
    """What the command needs, from its declaration; with `own`, the owner meant is the actor."""
    needed = [a for a in command.arguments if a.required]
    return {a.name: SPECIAL.get((command.name, a.name)) or _value(a, alias if own else _SOMEBODY) for a in needed}


def _value(argument: Argument, alias: str) -> str:
    if argument.kind is Kind.OWNER:
        return alias
    if argument.choices:
        return argument.choices[0]
    if argument.kind is Kind.INTEGER:
        return str(argument.minimum)
    return VALUES[argument.kind]


def world(worker: str) -> Snapshot:
    """The ledger. `worker` took part in the work, applied, proposed and asked for money."""
    people = [
        *(alias for kind, alias in KINDS.items() if kind != "stranger"),
        _SOMEBODY,
        "partner",
        "examiner",
        "reviewer",
    ]
    rows: dict[Table[Any], Iterable[Any]] = {
        tables.OWNERS: [
            owner(alias, _LICENSES.get(alias, "work"), _STATUSES.get(alias, "active"), number)
            for number, alias in enumerate(people, start=1)
        ],
        tables.TEAMS: [
            team("3_1", "leadership_team"),
            team("3_2", "design_team", "designer"),
            team("3_3", "developer_team", "examiner"),
            team("3_7", "operational_team", "captain"),
        ],
        tables.ROLES: [
            role("4_0_1", "founder", "robbert_founder", "3_1"),
            role("4_2_1", "leadership", "chief", "3_1"),
            role("4_1_7", "team_captain", "captain"),
            role("4_1_2", "team_captain", "designer", "3_2"),
            role("4_1_3", "team_captain", "examiner", "3_3"),
            role("4_2_7", "senior", "maria"),
            role("4_2_3", "senior", "lea", "3_3"),
            role("4_2_2", "senior", _SOMEBODY, "3_2"),
            role("4_3_2", "junior", "partner", "3_2"),
            replace(role("4_3_7", "junior", None), recruitment="OPEN"),
        ],
        tables.OBJECTIVES: [
            objective("5_0", "All of it", None),
            objective("5_7_0", "Tasks work", mission_leader="lea"),
        ],
        tables.TASKS: [_task(worker)],
        tables.CLOCK: [_clock("s_1", worker), _clock("s_2", worker), _clock("s_3", worker)],
        tables.SESSIONS: [_log(session_id, worker) for session_id in ("s_1", "s_2", "s_3")],
        tables.PENDING: [
            _award("g_1", "s_2", worker, "pending"),
            _award("g_2", "s_3", worker, "contested"),
            replace(_award("g_3", "s_3", "robbert_founder", "pending"), session_id=None, task_id=None,
                    adm_role="founder", effort=None, learning=None, collaboration=None, share=None, assessed_by=None),
        ],
        tables.CREDITS: [
            CreditTransaction(AT, "MINT", Decimal(50), None, alias, "g_9", "", None, "gift", None) for alias in people
        ],
        tables.KARMA: [
            KarmaTransaction(AT, "KARMA", 600, None, alias, "5_0", "", None, "gift", None) for alias in people
        ],
        tables.TREASURY: [
            TreasuryBalance(AT, "DEPOSIT", Decimal(5000), Decimal(5000), Decimal(0), Decimal(0), Decimal(0), "", None)
        ],
        tables.REDEMPTIONS: [Redemption("r_1", AT, worker, Decimal(10), "queued", None, None, None)],
        tables.APPLICATIONS: [RoleApplication("a_1", AT, worker, "4_3_7", "open", None, None, None)],
        tables.PROPOSALS: [
            Proposal("p_1", AT, worker, "general", "Meet on Mondays", "voting", AT, AT + timedelta(days=7), None, None)
        ],
        tables.OBJECTIONS: [Objection(AT, "g_2", "partner", "object", "It was less"),
                            Objection(AT, "p_1", "partner", "object", "Not on Mondays")],
    }  # fmt: skip
    return Snapshot(ledger(rows))


def _task(worker: str) -> TaskBudget:
    return TaskBudget("6_7_0_0", "A task", "5_7_0", "3_7", "small", Decimal(25), "in_review", worker, "partner", None,
                      "captain", AT, None)  # fmt: skip


def _clock(session_id: str, worker: str) -> WorkClock:
    end = AT + timedelta(hours=1)
    return WorkClock(session_id, "6_7_0_0", worker, "partner", worker, AT, AT, end, "stopped")


def _log(session_id: str, worker: str) -> SessionLog:
    end = AT + timedelta(hours=1)
    return SessionLog(session_id, "6_7_0_0", worker, "partner", AT, end, 60, "stopped", "Done", None)


def _award(pending_id: str, session_id: str, worker: str, status: str) -> PendingSC:
    ends = AT + timedelta(hours=48) if status != "pending" else None
    validated = ("reviewer", AT) if status != "pending" else (None, None)
    return PendingSC(pending_id, AT, session_id, "6_7_0_0", worker, "attacker", Decimal(9), 8, 7, 9, Decimal(80),
                     Decimal(30), "examiner", status, ends, validated[0], validated[1], "")  # fmt: skip
