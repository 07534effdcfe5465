"""Applying for a role, and deciding on it."""

from __future__ import annotations

import pytest

from smartup_tui.ledger import tables
from smartup_tui.ledger.change import Reason
from tests.support.organisation import FOUNDER, Organisation, company
from tests.toolbox.operations.governing import actions


@pytest.fixture
def org() -> Organisation:
    """The company with ana, who has no role yet, and the junior's role of 3_2 open."""
    return company().owner("ana")


def test_an_application_is_a_page_and_a_row(org: Organisation) -> None:
    """The captain of the team decides."""
    change = org.do("apply", "ana", role_id="4_3_2", motivation="I draw.\nEvery day.")
    assert change.figures == ("designer, captain of 3_2, the leadership or the founder decides.",)
    row = org.snapshot.rows(tables.APPLICATIONS)[0]
    assert (row.application_id, row.alias, row.role_id, row.status) == ("a_1", "ana", "4_3_2", "open")
    assert "Every day." in (org.tree.read("wiki/applications/a_1.md") or b"").decode()
    again = org.refused("apply", "ana", role_id="4_3_2", motivation="Please.")
    assert (again.reason, again.code) == (Reason.CONFLICT, "applied")
    assert org.do("apply", "ana", role_id="4_2_2", motivation="Or this one.").entity.id == "a_2"


@pytest.mark.parametrize(
    ("role_id", "code"), [("4_2_7", "role_taken"), ("4_1_4", "not_recruiting"), ("4_9_9", "not_found")]
)
def test_roles_that_look_for_nobody(org: Organisation, role_id: str, code: str) -> None:
    """Each with a way on."""
    refusal = org.refused("apply", "ana", role_id=role_id, motivation="Me.")
    assert refusal.code == code
    assert refusal.hint


def test_roles_need_a_work_license(org: Organisation) -> None:
    """Said before anybody spends time on it."""
    org.owner("guest", license_="watch")
    assert org.refused("apply", "guest", role_id="4_3_2", motivation="Me.").code == "license"


def test_accepting_gives_the_role(org: Organisation) -> None:
    """By the captain of that team; the other applications are named."""
    org.owner("ben")
    org.do("apply", "ana", role_id="4_3_2", motivation="I draw.")
    org.do("apply", "ben", role_id="4_3_2", motivation="I draw too.")
    refusal = org.refused("accept_application", "captain", application_id="a_1")
    assert (refusal.reason, "designer" in refusal.hint) == (Reason.FORBIDDEN, True)
    change = org.do("accept_application", "designer", application_id="a_1", reason="Welcome.")
    assert change.figures == ("a_2 for the same role is still open.",)
    role, owner = org.snapshot.role("4_3_2"), org.snapshot.owner("ana")
    assert role is not None
    assert owner is not None
    assert (role.holder, owner.roles) == ("ana", ("4_3_2",))
    row = org.snapshot.rows(tables.APPLICATIONS)[0]
    assert (row.status, row.decided_by, row.decided_at) == ("accepted", "designer", org.now)
    assert "Accepted: Welcome." in (org.tree.read("wiki/applications/a_1.md") or b"").decode()
    assert (actions(org, "a_1"), actions(org, "4_3_2")) == (["apply", "accept_application"], ["assign_role"])
    taken = org.refused("accept_application", "designer", application_id="a_2")
    assert (taken.code, taken.field) == ("role_taken", "application_id")
    org.do("decline_application", "designer", application_id="a_2", reason="Ana was first.")
    assert org.refused("accept_application", "designer", application_id="a_2").code == "closed"


def test_captains_are_not_made_by_accepting(org: Organisation) -> None:
    """Only the founder may, while the organisation is young, with the threshold waived."""
    org.do("apply", "ana", role_id="4_1_3", motivation="I lead.")
    org.do("assign_role", alias="maria", role_id="4_1_1")
    assert org.refused("accept_application", "maria", application_id="a_1").code == "needs_proposal"
    assert org.do("accept_application", FOUNDER, application_id="a_1").data["waived"] is True


def test_an_application_can_be_withdrawn(org: Organisation) -> None:
    """By the applicant alone, and then made again."""
    org.do("apply", "ana", role_id="4_3_2", motivation="I draw.")
    assert org.refused("withdraw", "designer", entity_id="a_1").code == "not_yours"
    org.do("withdraw", "ana", entity_id="a_1")
    assert org.refused("decline_application", "designer", application_id="a_1").code == "closed"
    assert org.do("apply", "ana", role_id="4_3_2", motivation="Again.").entity.id == "a_2"
