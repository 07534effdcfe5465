"""The rows of the ledger: one frozen dataclass for each table, its fields in the order of the columns.

A field `X | None` may be empty in the file. Times are aware and UTC; SC and EUR are decimals with two places, SK are
integers. Source: ledger.md §2 (headers), domain.md §4 (where each comes from).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from smartup_tui.ledger.schema import Ids, Money, Summary


@dataclass(frozen=True, slots=True)
class Owner:
    """An owner under an alias. `license`: campaign, watch, work, organizational; `status`: active, suspended, left.

    `roles` is written from the roles register, which is the truth.
    """

    owner_id: str
    alias: str
    matrix_id: str | None
    license: str
    status: str
    roles: Ids
    privacy_level: str | None
    joined_at: datetime
    wiki_path: str | None


@dataclass(frozen=True, slots=True)
class LicenseTransaction:
    """A license bought, upgraded or ended, with what was paid for it in EUR."""

    timestamp: datetime
    type: str
    alias: str
    license_from: str | None
    license_to: str
    amount_eur: Money | None
    reference: str | None
    note: Summary


@dataclass(frozen=True, slots=True)
class Team:
    """A team; `captain` is an alias written from the roles register."""

    team_id: str
    name: str
    captain: str | None
    status: str
    description: Summary
    room_alias: str | None
    wiki_path: str | None


@dataclass(frozen=True, slots=True)
class Role:
    """A role of a team.

    `type`: founder, leadership, team_captain, senior, junior; `recruitment`: OPEN, FUTURE or empty.
    """

    role_id: str
    role_name: str
    team_id: str | None
    type: str
    status: str
    recruitment: str | None
    skills_required: Summary
    commitment: str | None
    sc_potential_weekly: Money | None
    holder: str | None
    description: Summary
    wiki_path: str | None


@dataclass(frozen=True, slots=True)
class RoleApplication:
    """An owner's application for a role; `status`: open, accepted, declined, withdrawn."""

    application_id: str
    timestamp: datetime
    alias: str
    role_id: str
    status: str
    decided_by: str | None
    decided_at: datetime | None
    wiki_path: str | None


@dataclass(frozen=True, slots=True)
class Objective:
    """An objective of the organisation (5_N) or of a team (5_X_Y); `status`: active, done, cancelled."""

    objective_id: str
    parent_id: str | None
    team_id: str | None
    title: Summary
    phase: str | None
    status: str
    attacker: str | None
    defender: str | None
    mission_leader: str | None
    created_by: str
    created_at: datetime
    wiki_path: str | None


@dataclass(frozen=True, slots=True)
class TaskBudget:
    """A task with its budget in SC. `attacker` and `defender` are aliases, the holders of the two seats.

    `status` is the value of `status.task_status` at the last write (ledger.md §4).
    """

    task_id: str
    title: Summary
    objective_id: str
    team_id: str | None
    size: str
    budget_sc: Money
    status: str
    attacker: str | None
    defender: str | None
    due: date | None
    created_by: str
    created_at: datetime
    wiki_path: str | None


@dataclass(frozen=True, slots=True)
class TaskClaim:
    """A seat taken or left. `adm_role`: attacker, defender; `action`: claim, release, assign, expire."""

    timestamp: datetime
    task_id: str
    alias: str
    adm_role: str
    action: str
    note: Summary


@dataclass(frozen=True, slots=True)
class WorkClock:
    """A session as the clock sees it. `status`: running, stopped, limit; `confirmed_at`: the second seat's command."""

    session_id: str
    task_id: str
    attacker: str | None
    defender: str | None
    started_by: str
    started_at: datetime
    confirmed_at: datetime | None
    stopped_at: datetime | None
    status: str


@dataclass(frozen=True, slots=True)
class SessionLog:
    """A finished session. `status` says how it ended: stopped, limit, corrected; a later row supersedes."""

    session_id: str
    task_id: str
    attacker: str | None
    defender: str | None
    started_at: datetime
    stopped_at: datetime
    duration_minutes: int
    status: str
    summary: Summary
    wiki_path: str | None


@dataclass(frozen=True, slots=True)
class PendingSC:
    """One person's part of an award. Two rows with one `pending_id` are decided together.

    `status`: pending (to validate), consensus (validated, window open), contested, held, paid, rejected. Founder's
    tranches are rows without a session, `adm_role` founder. `percentage` and `share` are in percent.
    """

    pending_id: str
    timestamp: datetime
    session_id: str | None
    task_id: str | None
    beneficiary: str
    adm_role: str
    amount: Money
    effort: int | None
    learning: int | None
    collaboration: int | None
    percentage: Decimal | None
    share: Decimal | None
    assessed_by: str | None
    status: str
    consensus_ends_at: datetime | None
    validated_by: str | None
    validated_at: datetime | None
    note: Summary


@dataclass(frozen=True, slots=True)
class CreditTransaction:
    """A movement of SC: MINT (to), REDEEM and DESTROY (from). `reference` names the award, redemption or proposal."""

    timestamp: datetime
    type: str
    amount: Money
    from_: str | None
    to: str | None
    reference: str | None
    description: Summary
    awarded_by: str | None
    category: str | None
    evidence_link: str | None


@dataclass(frozen=True, slots=True)
class KarmaTransaction:
    """A movement of SK: KARMA (to) and DECAY (from); whole points, never transferable."""

    timestamp: datetime
    type: str
    amount: int
    from_: str | None
    to: str | None
    reference: str | None
    description: Summary
    awarded_by: str | None
    category: str | None
    evidence_link: str | None


@dataclass(frozen=True, slots=True)
class TreasuryBalance:
    """The treasury after an event, in EUR; `ratio` is outstanding SC over EUR (0.0 while there is no money)."""

    timestamp: datetime
    event_type: str
    amount_eur_delta: Decimal
    total_eur_balance: Decimal
    sc_outstanding: Decimal
    sc_liability_eur: Decimal
    ratio: Decimal
    notes: Summary
    reference: str | None


@dataclass(frozen=True, slots=True)
class Redemption:
    """A request to redeem SC for EUR; `status`: queued, paid, withdrawn."""

    redemption_id: str
    timestamp: datetime
    alias: str
    amount: Money
    status: str
    decided_by: str | None
    decided_at: datetime | None
    reference: str | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal. `kind`: general, amendment, policy, role, vesting, correction; `status`: open, voting, accepted, …"""

    proposal_id: str
    timestamp: datetime
    alias: str
    kind: str
    title: Summary
    status: str
    consensus_ends_at: datetime | None
    vote_ends_at: datetime | None
    result: str | None
    wiki_path: str | None


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection to a proposal or to a pending award, or its withdrawal (`action`: object, withdraw)."""

    timestamp: datetime
    entity_id: str
    alias: str
    action: str
    reason: Summary


@dataclass(frozen=True, slots=True)
class Vote:
    """A vote; the last one before the close counts. `choice`: yes, no, abstain."""

    timestamp: datetime
    proposal_id: str
    alias: str
    choice: str
    weight: Decimal
    reason: Summary


@dataclass(frozen=True, slots=True)
class MasterEvent:
    """One row of the audit trail: who did what to which entity, by which script, for which request."""

    timestamp: datetime
    event_id: str
    actor: str
    action: str
    entity_type: str
    entity_id: str
    details: Summary
    script: str
    result: str
    request_id: str
