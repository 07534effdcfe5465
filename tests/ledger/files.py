"""Small ledgers for the tests of the ledger's parts, made by its own codec."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from smartup_tui.ledger import tables
from smartup_tui.ledger.cells import encode
from smartup_tui.ledger.csvfile import CsvFile
from smartup_tui.ledger.policies import default_policies
from smartup_tui.ledger.rows import Objective, Owner, PendingSC, Role, SessionLog, TaskBudget, Team, WorkClock
from smartup_tui.ledger.schema import Table
from smartup_tui.ledger.tree import MappingTree

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
POLICIES = {path: text.encode() for path, text in default_policies()}


def csv(table: Table[Any], rows: Iterable[Any]) -> bytes:
    """A table's file with these rows."""
    file = CsvFile.create(table.header, table.path)
    for row in rows:
        file.append({c.name: encode(c, getattr(row, c.field)) for c in table.columns})
    return file.to_bytes()


def ledger(rows: Mapping[Table[Any], Iterable[Any]] | None = None, **files: bytes) -> MappingTree:
    """A ledger with the default policies and these tables."""
    made = {table.path: csv(table, found) for table, found in (rows or {}).items()}
    return MappingTree({**POLICIES, **made, **files})


def owner(alias: str, license_name: str = "work", status: str = "active", number: int = 0) -> Owner:
    """An owner whose Matrix id is the alias."""
    owner_id = f"{number or sum(map(ord, alias))}"
    return Owner(owner_id, alias, f"@{alias}:smartup0.org", license_name, status, (), "alias_only", AT, None)


def role(role_id: str, kind: str, holder: str | None, team: str = "3_7") -> Role:
    """An active role."""
    return Role(role_id, f"{kind} of {team}", team, kind, "active", None, "", None, None, holder, "", None)


def team(team_id: str, name: str, captain: str | None = None) -> Team:
    """An active team."""
    return Team(team_id, name, captain, "active", "", None, None)


def objective(
    objective_id: str, title: str, team_id: str | None = "3_7", mission_leader: str | None = None
) -> Objective:
    """An active objective."""
    return Objective(objective_id, None, team_id, title, None, "active", None, None, mission_leader, "maria", AT, None)


def task(task_id: str, title: str = "A task", attacker: str | None = None, defender: str | None = None) -> TaskBudget:
    """An open task of team 3_7 under 5_1_2, of 25 SC."""
    return TaskBudget(
        task_id, title, "5_1_2", "3_7", "small", Decimal("25.00"), "open", attacker, defender, None, "maria", AT, None
    )


def clock(session_id: str, status: str = "stopped", confirmed: bool = True, task_id: str = "6_1_2_0") -> WorkClock:
    """A session of maria and jonas, begun by maria."""
    return WorkClock(session_id, task_id, "maria", "jonas", "maria", AT, AT if confirmed else None, None, status)


def log(session_id: str, summary: str = "Done") -> SessionLog:
    """A row of the session log of an hour."""
    return SessionLog(session_id, "6_1_2_0", "maria", "jonas", AT, AT.replace(hour=10), 60, "stopped", summary, None)


def award(
    pending_id: str, session_id: str, share: str, status: str = "pending", beneficiary: str = "maria"
) -> PendingSC:
    """The attacker's row of an award."""
    return PendingSC(
        pending_id, AT, session_id, "6_1_2_0", beneficiary, "attacker", Decimal("9.00"), 8, 7, 9, Decimal("80"),
        Decimal(share), "tc", status, None, None, None, "",
    )  # fmt: skip


ORGANISATION: Mapping[Table[Any], Iterable[Any]] = {
    tables.OWNERS: [
        owner("robbert_founder", number=1),
        owner("maria", number=2),
        owner("jonas", number=3),
        owner("captain", number=4),
        owner("other_captain", number=5),
        owner("leader", number=6),
        owner("walter", "watch", number=7),
        owner("gone", status="left", number=8),
        owner("paused", status="suspended", number=9),
        owner("chief", number=10),
        owner("newcomer", number=11),
    ],
    tables.TEAMS: [team("3_1", "leadership_team"), team("3_7", "operational_team"), team("3_2", "design_team")],
    tables.ROLES: [
        role("4_0_1", "founder", "robbert_founder", "3_1"),
        role("4_2_1", "leadership", "chief", "3_1"),
        role("4_1_7", "team_captain", "captain"),
        role("4_1_2", "team_captain", "other_captain", "3_2"),
        role("4_2_7", "senior", "maria"),
        role("4_3_7", "junior", "jonas"),
        role("4_3_2", "junior", "walter", "3_2"),
    ],
    tables.OBJECTIVES: [
        objective("5_0", "SmartupOS MVP ready", None),
        objective("5_1_2", "Onboarding flow", mission_leader="leader"),
        objective("5_2_0", "One source of truth"),
    ],
    tables.TASKS: [
        task("6_1_2_0", "Draft the guide", "maria", "jonas"),
        task("6_1_2_1", "Draft the letter"),
        task("6_1_2_2", "Überblick der Räume"),
    ],
    tables.CLOCK: [clock("s_1")],
    tables.SESSIONS: [log("s_1", "First"), log("s_1", "Corrected")],
    tables.PENDING: [award("g_1", "s_1", "50")],
}
