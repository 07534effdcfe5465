"""Who may decide about whose work."""

from __future__ import annotations

from datetime import UTC, datetime

from smartup_tui.ledger.economy import consensus
from smartup_tui.ledger.rows import Owner, Role

AT = datetime(2026, 1, 1, tzinfo=UTC)


def _owner(alias: str, license_: str = "work", status: str = "active") -> Owner:
    return Owner(alias, alias, None, license_, status, (), None, AT, None)


def _role(role_id: str, kind: str, holder: str | None, team: str = "3_7", status: str = "active") -> Role:
    return Role(role_id, role_id, team, kind, status, None, "", None, None, holder, "", None)


OWNERS = [_owner("founder"), _owner("captain"), _owner("lead"), _owner("maria"), _owner("watcher", "watch")]
ROLES = [
    _role("4_0_1", "founder", "founder", "3_1"),
    _role("4_1_7", "team_captain", "captain"),
    _role("4_2_1", "leadership", "lead", "3_1"),
    _role("4_3_7", "junior", "maria"),
]
POWERS = consensus.standing(OWNERS, ROLES)


def test_powers_come_from_the_roles() -> None:
    """Holders of active roles; the captain of the leadership team is of the leadership."""
    assert POWERS.deciders == {"founder", "captain", "lead"}
    assert POWERS.working == {"founder", "captain", "lead", "maria"}
    first = consensus.standing(OWNERS, [_role("4_1_1", "team_captain", "maria", "3_1")])
    assert first.leadership == {"maria"}


def test_who_is_not_active_holds_no_power() -> None:
    """A suspended captain decides nothing, nor does a role that is not active give power."""
    owners = [_owner("captain", status="suspended"), _owner("lead")]
    roles = [_role("4_1_7", "team_captain", "captain"), _role("4_2_1", "leadership", "lead", status="closed")]
    assert not consensus.standing(owners, roles).deciders


def test_nobody_assesses_work_they_took_part_in() -> None:
    """The founder included; the mission leader counts, the captain of another team does not."""
    assert consensus.assessors(POWERS, "3_7", "maria", ()) == {"founder", "lead", "captain", "maria"}
    assert consensus.assessors(POWERS, "3_2", None, ()) == {"founder", "lead"}
    assert consensus.assessors(POWERS, None, None, ("founder", "maria")) == {"lead"}


def test_nobody_validates_their_own() -> None:
    """Neither beneficiary nor assessor."""
    assert consensus.validators(POWERS, ("founder", "maria"), "lead") == {"captain"}


def test_a_small_organisation_falls_back_to_who_took_no_part() -> None:
    """Working licenses only."""
    assert consensus.fallback_assessors(POWERS, ("founder", "lead")) == {"captain", "maria"}
