"""Owners are entered by two or with a payment; licenses, status and accounts change; what they held becomes free."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from smartup_tui.ledger import tables
from smartup_tui.ledger.change import Reason, Refusal
from smartup_tui.ledger.rows import Owner
from smartup_tui.ledger.verify import verify
from tests.support.organisation import FOUNDER, Organisation, company

TASK = "6_7_0_0"
ANA = {"alias": "ana", "license": "work", "matrix_id": "@ana:smartup0.org"}


@pytest.fixture
def org() -> Organisation:
    """A company whose task 6_7_0_0 has maria and jonas on its seats."""
    org = company()
    org.task()
    return org.seats(TASK, "maria", "jonas")


def owner(org: Organisation, alias: str) -> Owner:
    found = org.snapshot.owner(alias)
    assert found is not None
    return found


def sound(org: Organisation) -> bool:
    return not [f for f in verify(org.tree).findings if f.kind != "three_x"]


def test_a_second_captain_stands_in_for_a_payment(org: Organisation) -> None:
    """The first enters, the second confirms by the same command; until then nothing can be done."""
    change = org.do("create_owner", "captain", **ANA)
    assert change.message == "ana is owner 006 with a work license, when a second captain confirms it."
    assert owner(org, "ana").status == "suspended"
    assert org.refused("comment", "ana", entity_id=TASK, text="Hello").reason is Reason.FORBIDDEN
    mine = org.refused("create_owner", "captain", **ANA)
    assert (mine.code, mine.field) == ("second_captain", "reference")
    other = org.refused("create_owner", "designer", **(ANA | {"license": "watch"}))
    assert other.code == "other_license"
    confirmed = org.do("create_owner", "designer", **ANA)
    assert confirmed.message == "ana is confirmed as owner 006 with a work license."
    assert owner(org, "ana").status == "active"
    assert [(row.type, row.amount_eur) for row in org.snapshot.rows(tables.LICENSES).where(alias="ana")] == [
        ("entered", None),
        ("confirmed", None),
    ]
    assert org.refused("create_owner", FOUNDER, **ANA).code == "alias_taken"
    assert sound(org)


def test_a_payment_that_comes_in_confirms_too(org: Organisation) -> None:
    """By the same captain."""
    org.do("create_owner", "captain", **ANA)
    org.do("create_owner", "captain", **ANA, reference="OC-2026-9")
    assert owner(org, "ana").status == "active"
    assert org.snapshot.rows(tables.LICENSES)[-1].amount_eur == Decimal("200.00")


def test_a_suspension_is_not_lifted_by_a_confirmation(org: Organisation) -> None:
    """What the leadership decided since counts."""
    org.do("create_owner", "captain", **ANA)
    org.do("set_owner", FOUNDER, alias="ana", field="status", value="active")
    org.do("set_owner", FOUNDER, alias="ana", field="status", value="suspended")
    assert org.refused("create_owner", "designer", **ANA).code == "alias_taken"


def test_who_left_can_be_entered_again(org: Organisation) -> None:
    """With the same number and account, by a captain."""
    org.do("set_owner", FOUNDER, alias="maria", field="status", value="left")
    again = {"alias": "maria", "license": "watch", "matrix_id": "@maria:smartup0.org", "reference": "OC-7"}
    change = org.do("create_owner", "captain", **again)
    assert change.message == "maria is owner 004 with a watch license."
    assert (owner(org, "maria").status, owner(org, "maria").license) == ("active", "watch")
    assert owner(org, "maria").roles == ()
    assert sound(org)


@pytest.mark.parametrize("status", ["suspended", "left"])
def test_what_they_held_becomes_free(org: Organisation, status: str) -> None:
    """Roles, seats and missions, in the index, its copies, and the audit trail."""
    org.do("set_objective", objective_id="5_7_0", field="mission_leader", value="captain")
    org.do("assign_role", alias="captain", role_id="4_2_3")
    org.do("release_task", "maria", task_id=TASK, reason="away")
    org.do("claim_task", "captain", task_id=TASK)
    change = org.do("set_owner", FOUNDER, alias="captain", field="status", value=status, reference="By the board")
    assert change.figures == (
        "Free now: 4_1_7 and 4_2_3.",
        f"1 seat free: {TASK}.",
        "Without a mission leader: 5_7_0.",
        "Earned awards go on, votes stand, and SC can be redeemed.",
    )
    snapshot = org.snapshot
    role, team, task = snapshot.role("4_1_7"), snapshot.team("3_7"), snapshot.task(TASK)
    objective = snapshot.objective("5_7_0")
    assert role is not None
    assert team is not None
    assert task is not None
    assert objective is not None
    assert (role.holder, role.recruitment, team.captain) == (None, "OPEN", None)
    assert (task.attacker, task.status, objective.mission_leader) == (None, "open", None)
    assert owner(org, "captain").roles == ()
    page = snapshot.page(objective.wiki_path or "")
    assert page is not None
    assert "**Mission leader**: nobody" in page.body
    actions = [(row.action, row.entity_id) for row in snapshot.rows(tables.EVENTS)[-5:]]
    assert actions == [
        ("set_owner", "captain"),
        ("vacate_role", "4_1_7"),
        ("vacate_role", "4_2_3"),
        ("release_task", TASK),
        ("set_objective", "5_7_0"),
    ]
    assert org.ask("history", entity_id="4_1_7").figures[-1].endswith("4_1_7 is free: captain " + (
        "is suspended." if status == "suspended" else "left."))  # fmt: skip
    assert sound(org)


def test_suspended_owners_end_their_session_and_it_is_assessed(org: Organisation) -> None:
    """Earned awards go on."""
    org.do("start_work", "maria", task_id=TASK)
    org.do("start_work", "jonas", task_id=TASK)
    org.wait(hours=1).do("set_owner", FOUNDER, alias="maria", field="status", value="suspended")
    org.do("stop_work", "maria", notes="As far as I came.")
    org.do("assess_work", "captain", session_id="s_1", effort=8, learning=8, collaboration=8)
    org.do("validate_sc", "designer", pending_id="g_4", decision="approve")
    org.wait(days=3).settle()
    assert Decimal(org.ask("wallet", "maria").data["sc"]["live"]) > 0


def test_nobody_leaves_with_a_running_clock(org: Organisation) -> None:
    """It is ended first, by its owner or by its limit."""
    org.do("start_work", "maria", task_id=TASK)
    refusal = org.refused("set_owner", FOUNDER, alias="maria", field="status", value="left")
    assert (refusal.reason, refusal.code) == (Reason.CONFLICT, "session_running")
    org.wait(hours=13).do("set_owner", FOUNDER, alias="maria", field="status", value="left")


def test_the_founders_role_survives_a_suspension_and_not_leaving(org: Organisation) -> None:
    """It is given to nobody else, so it would be lost for good."""
    org.do("assign_role", alias="maria", role_id="4_2_1")
    org.do("set_owner", "maria", alias=FOUNDER, field="status", value="suspended")
    role = org.snapshot.role("4_0_1")
    assert role is not None
    assert role.holder == FOUNDER
    assert org.refused("create_task", FOUNDER, objective_id="5_7_0", size="small", title="t", why="w").reason is (
        Reason.FORBIDDEN
    )
    org.do("set_owner", "maria", alias=FOUNDER, field="status", value="left")
    gone = org.snapshot.role("4_0_1")
    assert gone is not None
    assert (gone.holder, gone.recruitment) == (None, None)
    assert sound(org)


def test_a_license_is_upgraded_for_a_payment_and_karma(org: Organisation) -> None:
    """The log has from, to, what was paid and where."""
    org.owner("ana", license_="watch")
    unpaid = org.refused("set_owner", FOUNDER, alias="ana", field="license", value="work")
    assert (unpaid.code, unpaid.field) == ("payment_reference", "reference")
    by_leader = {"alias": "ana", "field": "license", "value": "work", "reference": "OC-8"}
    org.do("assign_role", alias="maria", role_id="4_2_1")
    poor = org.refused("set_owner", "maria", **by_leader)
    assert (poor.reason, poor.code) == (Reason.RULE, "threshold")
    change = org.do("set_owner", FOUNDER, **by_leader)
    assert change.message == "ana has a work license now, instead of watch; the founder waived the threshold."
    assert change.audit[0].result == "waived"
    row = org.snapshot.rows(tables.LICENSES)[-1]
    assert (row.type, row.license_from, row.license_to) == ("upgrade", "watch", "work")
    assert (row.amount_eur, row.reference) == (Decimal("200.00"), "OC-8")
    for entity in (TASK, "5_7_0"):
        org.do("award_sk", "captain", alias="ana", category="conflict_resolution", entity_id=entity, reason="calm")
    assert owner(org, "ana").license == "work"


def test_several_steps_at_once_cost_what_they_cost_together(org: Organisation) -> None:
    """And ask for the most SK of them."""
    org.owner("ana", license_="campaign")
    org.do("set_owner", FOUNDER, alias="ana", field="license", value="organizational", reference="OC-9")
    assert org.snapshot.rows(tables.LICENSES)[-1].amount_eur == Decimal("5200.00")


def test_without_a_work_license_seats_and_roles_are_free(org: Organisation) -> None:
    """A step down costs nothing and needs no reference."""
    change = org.do("set_owner", FOUNDER, alias="maria", field="license", value="watch")
    assert change.figures == ("Free now: 4_2_7.", f"1 seat free: {TASK}.")
    assert org.snapshot.rows(tables.LICENSES)[-1].type == "downgrade"
    assert sound(org)


def test_an_account_belongs_to_one_owner(org: Organisation) -> None:
    """The new one gives the commands."""
    taken = org.refused("set_owner", FOUNDER, alias="maria", field="matrix_id", value="@jonas:smartup0.org")
    assert (taken.code, taken.message) == ("matrix_id_taken", "That account belongs to jonas.")
    assert org.refused("set_owner", FOUNDER, alias="maria", field="matrix_id", value="maria").code == "bad_argument"
    org.do("set_owner", FOUNDER, alias="maria", field="matrix_id", value="@maria2:smartup0.org")
    found = org.snapshot.owner_by_matrix_id("@maria2:smartup0.org")
    assert found is not None
    assert found.alias == "maria"
    assert org.snapshot.owner_by_matrix_id("@maria:smartup0.org") is None


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"alias": "nobody", "field": "status", "value": "left"}, "not_found"),
        ({"alias": "maria", "field": "status", "value": "away"}, "bad_argument"),
        ({"alias": "maria", "field": "status", "value": "active"}, "no_change"),
        ({"alias": "maria", "field": "license", "value": "gold"}, "bad_argument"),
        ({"alias": "maria", "field": "license", "value": "work"}, "no_change"),
        ({"alias": FOUNDER, "field": "license", "value": "watch"}, "own_license"),
        ({"alias": "maria", "field": "matrix_id", "value": "@maria:smartup0.org"}, "no_change"),
        ({"alias": "maria", "field": "roles", "value": "4_1_7"}, "bad_argument"),
    ],
)
def test_changes_that_can_not_be(org: Organisation, values: dict[str, Any], code: str) -> None:
    """Each for its reason."""
    assert org.refused("set_owner", FOUNDER, **values).code == code


def test_captains_do_not_change_owners(org: Organisation) -> None:
    """Leadership and founder do."""
    outcome = org.attempt("set_owner", "captain", alias="maria", field="status", value="left")
    assert isinstance(outcome, Refusal)
    assert outcome.hint == "The leadership or the founder can."


def test_who_has_left_may_take_back_a_redemption() -> None:
    org = company()
    task = org.task()
    org.seats(task, "maria", "jonas")
    award = org.do(
        "assess_work",
        "captain",
        session_id=org.session(task, "maria", "jonas"),
        effort=10,
        learning=10,
        collaboration=10,
        note="Done",
    )
    org.do("validate_sc", "designer", pending_id=award.entity.id, decision="approve")
    org.wait(days=3)
    asked = org.do("redeem", "maria", amount="10")
    org.do("set_owner", alias="maria", field="status", value="left", reference="OC-9")
    org.do("withdraw", "maria", entity_id=asked.entity.id)
    assert org.refused("kudos", "maria", alias="jonas", points=1, reason="Bye").code
