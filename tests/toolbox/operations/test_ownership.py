"""Registering an organisation, its teams, owners and roles."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from smartup_tui.ledger import tables
from smartup_tui.ledger.change import Reason
from smartup_tui.ledger.tree import MappingTree
from tests.support.organisation import FOUNDER, Organisation, company, edited


def _owner(org: Organisation, alias: str) -> tuple[str, ...]:
    owner = org.snapshot.owner(alias)
    assert owner is not None
    return owner.roles


def test_an_organisation_begins_with_its_founder() -> None:
    """Pages, policies, the founder's row and role, an empty treasury, and three tranches that are no liability."""
    org = Organisation().register()
    snapshot = org.snapshot
    founder = snapshot.owner(FOUNDER)
    assert founder is not None
    assert (founder.owner_id, founder.license, founder.roles) == ("001", "work", ("4_0_1",))
    assert [(r.pending_id, r.amount, r.adm_role, r.status) for r in snapshot.rows(tables.PENDING)] == [
        ("g_1", Decimal("24660.00"), "founder", "pending"),
        ("g_2", Decimal("32880.00"), "founder", "pending"),
        ("g_3", Decimal("24660.00"), "founder", "pending"),
    ]
    treasury = snapshot.rows(tables.TREASURY)
    assert [(r.event_type, r.total_eur_balance, r.ratio) for r in treasury] == [
        ("INIT", Decimal(0), Decimal("0.0")),
        ("PENDING_LOGGED", Decimal(0), Decimal("0.0")),
    ]
    assert treasury[1].notes == "82200 SC pending validation - not yet liability"
    assert snapshot.policies.credits.budgets["small"] == 25
    assert "3_1 Leadership Team" in (org.tree.read("wiki/home.md") or b"").decode()
    assert org.snapshot.problems == ()


def test_the_tranches_add_up_to_the_founding_work() -> None:
    """Also where thirty percent is no whole number of cents."""
    org = Organisation().register("100.01")
    assert sum(row.amount for row in org.snapshot.rows(tables.PENDING)) == Decimal("100.01")
    assert not list(Organisation().register(None).snapshot.rows(tables.PENDING))


def test_a_ledger_holds_one_organisation() -> None:
    """Registered once, by the founder in person."""
    org = Organisation().register()
    values = {"name": "Two", "founder": FOUNDER, "matrix_id": "@two:smartup0.org"}
    assert org.refused("register_smartup", FOUNDER, **values).code == "registered"
    fresh = Organisation()
    assert fresh.refused("register_smartup", "somebody", **values).code == "not_the_founder"
    assert fresh.refused("register_smartup", "X!", **(values | {"founder": "X!"})).code == "bad_alias"
    negative = fresh.refused("register_smartup", FOUNDER, **values, founding_sc="-5")
    assert (negative.code, negative.field) == ("bad_amount", "founding_sc")
    assert fresh.refused("bootstrap_teams", "somebody").reason is Reason.FORBIDDEN


def test_a_policy_that_is_there_already_stays() -> None:
    """A ledger may bring its own rules."""
    own = Organisation().register().tree.read("policies/credit-rates.yml") or b""
    own = own.replace(b"small: 25", b"small: 30")
    org = Organisation(tree=MappingTree({"policies/credit-rates.yml": own})).register()
    assert org.snapshot.policies.credits.budgets["small"] == 30


def test_the_teams_of_the_record_with_their_roles() -> None:
    """Seven teams; captain, senior and junior each; what is there stays."""
    org = Organisation().register().teams()
    snapshot = org.snapshot
    assert [team.team_id for team in snapshot.rows(tables.TEAMS)] == [f"3_{n}" for n in range(1, 8)]
    assert len(snapshot.rows(tables.ROLES)) == 22
    design = snapshot.role("4_1_2")
    assert design is not None
    assert (design.role_name, design.recruitment, design.commitment) == ("tc_design", "OPEN", "40+ hrs/week")
    assert design.sc_potential_weekly == 500
    team = snapshot.team("3_7")
    assert team is not None
    assert team.room_alias == "#3_7_operational_team:smartup0.org"
    paths = [row.wiki_path for row in snapshot.rows(tables.TEAMS)]
    paths += [row.wiki_path for row in snapshot.rows(tables.ROLES)]
    assert all(path is not None and org.tree.read(path) for path in paths)
    assert org.refused("bootstrap_teams").code == "teams_exist"
    assert org.refused("bootstrap_teams", FOUNDER).reason is Reason.CONFLICT


def test_an_owner_is_entered_with_a_license_and_no_name() -> None:
    """Register, license log with the policy's price, page."""
    org = Organisation().register().teams()
    reference = "OC-2026-0117"
    change = org.do("create_owner", alias="maria", license="work", matrix_id="@maria:smartup0.org", reference=reference)
    assert change.message == "maria is owner 002 with a work license."
    bought = org.snapshot.rows(tables.LICENSES)[-1]
    assert (bought.type, bought.license_to, bought.amount_eur) == ("purchase", "work", Decimal("200.00"))
    assert (bought.reference, bought.note) == (reference, "Price of a work license in the validation phase: 200.00 EUR")
    owner = org.snapshot.owner_by_matrix_id("@maria:smartup0.org")
    assert owner is not None
    assert (owner.alias, owner.status) == ("maria", "active")


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"alias": "maria"}, "alias_taken", "alias"),
        ({"alias": "Maria Lopez"}, "bad_alias", "alias"),
        ({"alias": "engelbot"}, "bad_alias", "alias"),
        ({"matrix_id": "@maria:smartup0.org"}, "matrix_id_taken", "matrix_id"),
        ({"matrix_id": "maria"}, "bad_argument", "matrix_id"),
        ({"license": "gold"}, "bad_argument", "license"),
    ],
)
def test_owners_that_can_not_be_entered(changed: dict[str, str | None], code: str, field: str) -> None:
    """Each with the argument that is wrong."""
    org = company()
    values: dict[str, Any] = {"alias": "ana", "license": "work", "matrix_id": "@ana:smartup0.org", "reference": "OC-1"}
    refusal = org.refused("create_owner", **(values | changed))
    assert (refusal.code, refusal.field) == (code, field)


def test_a_role_is_written_into_every_copy() -> None:
    """The role is the truth; team and owner are written from it, and it is no longer open."""
    org = company()
    role, team = org.snapshot.role("4_1_7"), org.snapshot.team("3_7")
    assert role is not None
    assert team is not None
    assert (role.holder, role.recruitment, team.captain) == ("captain", None, "captain")
    assert _owner(org, "captain") == ("4_1_7",)
    org.do("assign_role", alias="captain", role_id="4_2_3")
    assert _owner(org, "captain") == ("4_1_7", "4_2_3")


def test_captains_fill_the_roles_of_their_team() -> None:
    """And of no other one."""
    org = company()
    org.owner("ana")
    assert org.refused("assign_role", "captain", alias="ana", role_id="4_2_3").reason is Reason.FORBIDDEN
    assert org.refused("assign_role", "maria", alias="ana", role_id="4_2_7").reason is Reason.FORBIDDEN
    org.do("assign_role", "designer", alias="ana", role_id="4_2_2")


def test_captain_and_leadership_roles_are_the_founders_to_give_while_bootstrapping() -> None:
    """The audit trail says that a threshold was waived; with ten owners proposals give them."""
    org = company()
    change = org.do("assign_role", alias="maria", role_id="4_2_1")
    assert change.audit[0].result == "waived"
    assert change.message == "maria holds 4_2_1 leadership_member now; the founder waived the threshold."
    by_leadership = org.refused("assign_role", "maria", alias="jonas", role_id="4_1_3")
    assert (by_leadership.reason, by_leadership.code) == (Reason.RULE, "needs_proposal")
    for number in range(5):
        org.owner(f"owner{number}")
    refusal = org.refused("assign_role", alias="jonas", role_id="4_1_3")
    assert (refusal.code, refusal.hint) == ("needs_proposal", "Open a proposal of kind role.")


def test_a_threshold_that_is_reached_is_not_waived() -> None:
    """The plain result."""
    org = company()
    for number in range(10):
        task = org.task()
        org.do("award_sk", alias="maria", category="conflict_resolution", entity_id=task, reason="calm")
        org.wait(days=1 if number % 3 == 2 else 0)
    assert org.do("assign_role", alias="maria", role_id="4_1_3").audit[0].result == "ok"


@pytest.mark.parametrize(
    ("alias", "role_id", "code"),
    [
        ("maria", "4_0_1", "founder_role"),
        ("maria", "4_2_7", "holds_role"),
        ("jonas", "4_2_7", "role_taken"),
        ("watcher", "4_2_3", "license"),
        ("nobody", "4_2_3", "not_found"),
        ("maria", "4_9_9", "not_found"),
    ],
)
def test_roles_that_can_not_be_given(alias: str, role_id: str, code: str) -> None:
    """Each for its reason."""
    org = company()
    org.owner("watcher", license_="watch")
    assert org.refused("assign_role", alias=alias, role_id=role_id).code == code


def test_who_is_not_active_is_given_nothing() -> None:
    """No role, no karma; the refusal says why."""
    org = company()
    org.task()
    row = (org.tree.read("ownership/book-of-owners.csv") or b"").splitlines()[-1]
    left = edited(org, "ownership/book-of-owners.csv", row, row.replace(b",active,", b",left,"))
    role = left.refused("assign_role", alias="jonas", role_id="4_2_3")
    karma = left.refused("award_sk", alias="jonas", category="bug_find", entity_id="6_7_0_0", reason="found")
    assert role.code == karma.code == "owner_not_active"
    assert role.message == "jonas has left."
