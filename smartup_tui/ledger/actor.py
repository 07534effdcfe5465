"""Who gives a command: an owner with roles, Engelbot for what time decides, or the one who registers the organisation.

`roles.holder` is the truth about roles (ledger.md §4), so nothing here reads the copies in other tables.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from smartup_tui.ledger import tables
from smartup_tui.ledger.change import Reason, Refusal
from smartup_tui.ledger.rows import Owner, Role
from smartup_tui.ledger.snapshot import Snapshot

ENGELBOT: Final = "engelbot"
LEADERSHIP_TEAM: Final = "3_1"

FOUNDER: Final = "founder"
LEADERSHIP: Final = "leadership"
TEAM_CAPTAIN: Final = "team_captain"

ACTIVE: Final = "active"
SUSPENDED: Final = "suspended"
LEFT: Final = "left"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, with everything that permission asks about.

    `owner` is None for Engelbot and for the one who registers an organisation that has no owners yet. `captain_of`
    holds team ids, `leads` the ids of active objectives whose mission leader this is.
    """

    alias: str
    owner: Owner | None
    license: str
    status: str
    roles: frozenset[Role]
    is_founder: bool
    is_leadership: bool
    captain_of: frozenset[str]
    leads: frozenset[str]
    is_bootstrap: bool = False

    @property
    def is_engelbot(self) -> bool:
        """Whether this is the service account that applies what time decides."""
        return self.owner is None and self.alias == ENGELBOT

    @property
    def is_captain(self) -> bool:
        """Whether this is the captain of any team."""
        return bool(self.captain_of)


def engelbot() -> Actor:
    """Engelbot, who may settle and ask, and nothing else."""
    return _nobody(ENGELBOT, is_bootstrap=False)


def identify(snapshot: Snapshot, alias: str) -> Actor | Refusal:
    """The actor of that alias. While the book of owners is empty anybody is the one who registers the organisation."""
    if alias == ENGELBOT:
        return engelbot()
    owner = snapshot.owner(alias)
    if owner is not None:
        return of_owner(snapshot, owner)
    if not snapshot.rows(tables.OWNERS):
        return _nobody(alias, is_bootstrap=True)
    return Refusal(
        Reason.FORBIDDEN,
        "unknown_owner",
        "You are not in the book of owners.",
        "A team captain can enter you, once your license is recorded.",
    )


def of_owner(snapshot: Snapshot, owner: Owner) -> Actor:
    """The actor that an owner is."""
    led = snapshot.rows(tables.OBJECTIVES).where(mission_leader=owner.alias)
    return replace(by_roles(snapshot, owner), leads=frozenset(o.objective_id for o in led if o.status == ACTIVE))


def by_roles(snapshot: Snapshot, owner: Owner) -> Actor:
    """The actor that an owner is by their roles alone; what they lead is not looked up."""
    roles = held_roles(snapshot, owner.alias)
    captain_of = frozenset(r.team_id for r in roles if r.type == TEAM_CAPTAIN and r.team_id is not None)
    return Actor(
        alias=owner.alias,
        owner=owner,
        license=owner.license,
        status=owner.status,
        roles=roles,
        is_founder=any(r.type == FOUNDER for r in roles),
        is_leadership=any(r.type == LEADERSHIP for r in roles) or LEADERSHIP_TEAM in captain_of,
        captain_of=captain_of,
        leads=frozenset(),
    )


def held_roles(snapshot: Snapshot, alias: str) -> frozenset[Role]:
    """The active roles that an owner holds."""
    return frozenset(r for r in snapshot.rows(tables.ROLES).where(holder=alias) if r.status == ACTIVE)


def _nobody(alias: str, *, is_bootstrap: bool) -> Actor:
    none: frozenset[str] = frozenset()
    return Actor(
        alias=alias,
        owner=None,
        license="",
        status=ACTIVE,
        roles=frozenset(),
        is_founder=False,
        is_leadership=False,
        captain_of=none,
        leads=none,
        is_bootstrap=is_bootstrap,
    )
