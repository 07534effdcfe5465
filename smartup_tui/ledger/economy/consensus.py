"""Who may assess work and validate awards, and when a window of silence ends (ledger.md §4, award flow).

Nobody decides on their own work, the founder included. Where a small organisation has nobody who may, the fallback
keeps work from being stuck: any working owner who took no part assesses, and a longer window replaces validation.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from smartup_tui.ledger.rows import Owner, Role

WORKING_LICENSES = frozenset({"work", "organizational"})
LEADERSHIP_TEAM = "3_1"
FALLBACK = "fallback"
"""The word in an award's note that says how it was decided."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Who holds the powers of decision, by alias; only active owners hold any."""

    founders: frozenset[str]
    leadership: frozenset[str]
    captains: Mapping[str, str]
    working: frozenset[str]

    @property
    def deciders(self) -> frozenset[str]:
        """Every captain, leadership member and founder."""
        return self.founders | self.leadership | frozenset(self.captains.values())


def standing(owners: Iterable[Owner], roles: Iterable[Role]) -> Standing:
    """Read the powers off the registers. The roles' holders are the truth; the captain of 3_1 is of the leadership."""
    active = {o.alias: o for o in owners if o.status == "active"}
    held = [r for r in roles if r.holder in active and r.status == "active"]
    captains = {r.team_id: r.holder for r in held if r.type == "team_captain" and r.team_id and r.holder}
    leadership = {r.holder for r in held if r.type == "leadership" and r.holder}
    if LEADERSHIP_TEAM in captains:
        leadership.add(captains[LEADERSHIP_TEAM])
    return Standing(
        founders=frozenset(r.holder for r in held if r.type == "founder" and r.holder),
        leadership=frozenset(leadership),
        captains=MappingProxyType(captains),
        working=frozenset(o.alias for o in active.values() if o.license in WORKING_LICENSES),
    )


def assessors(
    powers: Standing, team_id: str | None, mission_leader: str | None, took_part: Collection[str]
) -> frozenset[str]:
    """Who may assess: captain of the task's team, mission leader, leadership, founder; never one who took part."""
    able = powers.founders | powers.leadership
    if team_id is not None and team_id in powers.captains:
        able |= {powers.captains[team_id]}
    if mission_leader:
        able |= {mission_leader}
    return able - frozenset(took_part)


def fallback_assessors(powers: Standing, took_part: Collection[str]) -> frozenset[str]:
    """Who may assess when nobody else may: every owner with a working license who took no part."""
    return powers.working - frozenset(took_part)


def validators(powers: Standing, beneficiaries: Collection[str], assessor: str | None) -> frozenset[str]:
    """Who may validate an award: deciders who are neither beneficiary nor assessor."""
    return powers.deciders - frozenset(beneficiaries) - {assessor or ""}


def window_end(begun: datetime, hours: int) -> datetime:
    """When a window of silence that began then is over."""
    return begun + timedelta(hours=hours)
