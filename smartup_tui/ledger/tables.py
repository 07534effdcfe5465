"""The table catalogue: every table of the ledger, its path and kind, in the order in which a commit writes them.

The audit trail is last, always (ledger.md §3). Paths are spelled as in the sources (ledger.md §1). The identity
mapping is no table of this repository and is not named here.
"""

from __future__ import annotations

from typing import Any, Final

from smartup_tui.ledger import rows
from smartup_tui.ledger.schema import Table, TableKind

_LOG: Final = TableKind.LOG
_REGISTER: Final = TableKind.REGISTER

OWNERS = Table("book-of-owners", "ownership/book-of-owners.csv", _REGISTER, rows.Owner, ("owner_id",))
LICENSES = Table("license-transactions", "ownership/license-transactions.csv", _LOG, rows.LicenseTransaction)
TEAMS = Table("teams", "ownership/teams.csv", _REGISTER, rows.Team, ("team_id",))
ROLES = Table("roles", "ownership/roles.csv", _REGISTER, rows.Role, ("role_id",))
APPLICATIONS = Table(
    "role-applications", "ownership/role-applications.csv", _REGISTER, rows.RoleApplication, ("application_id",)
)
OBJECTIVES = Table("objectives", "work/objectives.csv", _REGISTER, rows.Objective, ("objective_id",))
TASKS = Table("task-budgets", "work/task-budgets.csv", _REGISTER, rows.TaskBudget, ("task_id",))
CLAIMS = Table("task_claimed", "work/task_claimed.csv", _LOG, rows.TaskClaim)
CLOCK = Table("work_clock", "work/work_clock.csv", _REGISTER, rows.WorkClock, ("session_id",))
SESSIONS = Table("session_logs", "work/session_logs.csv", _LOG, rows.SessionLog)
# One award is two rows with the same pending_id, so the entity's key is the id and the seat together.
PENDING = Table("pending-sc", "credits/pending-sc.csv", _REGISTER, rows.PendingSC, ("pending_id", "adm_role"))
CREDITS = Table("credits", "credits/transactions.csv", _LOG, rows.CreditTransaction)
KARMA = Table("karma", "karma/transactions.csv", _LOG, rows.KarmaTransaction)
TREASURY = Table("treasury", "treasury/balance.csv", _LOG, rows.TreasuryBalance)
REDEMPTIONS = Table("redemptions", "treasury/redemptions.csv", _REGISTER, rows.Redemption, ("redemption_id",))
PROPOSALS = Table("proposals", "governance/proposals.csv", _REGISTER, rows.Proposal, ("proposal_id",))
OBJECTIONS = Table("objections", "governance/objections.csv", _LOG, rows.Objection)
VOTES = Table("votes", "governance/votes.csv", _LOG, rows.Vote)
EVENTS = Table("master-events", "master-events.csv", _LOG, rows.MasterEvent)

TABLES: Final[tuple[Table[Any], ...]] = (
    OWNERS,
    LICENSES,
    TEAMS,
    ROLES,
    APPLICATIONS,
    OBJECTIVES,
    TASKS,
    CLAIMS,
    CLOCK,
    SESSIONS,
    PENDING,
    CREDITS,
    KARMA,
    TREASURY,
    REDEMPTIONS,
    PROPOSALS,
    OBJECTIONS,
    VOTES,
    EVENTS,
)
BY_NAME: Final = {t.name: t for t in TABLES}
