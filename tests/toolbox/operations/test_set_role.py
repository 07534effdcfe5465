"""What a role is, whether it looks for somebody, and taking it back."""

from __future__ import annotations

import pytest

from smartup_tui.ledger.change import Reason
from smartup_tui.ledger.rows import Role
from smartup_tui.ledger.verify import verify
from tests.support.organisation import FOUNDER, Organisation, company


@pytest.fixture
def org() -> Organisation:
    """A company in which maria and jonas hold the roles 4_2_7 and 4_3_7."""
    return company()


def role(org: Organisation, role_id: str = "4_2_7") -> Role:
    found = org.snapshot.role(role_id)
    assert found is not None
    return found


def page(org: Organisation, role_id: str = "4_2_7") -> str:
    return (org.tree.read(role(org, role_id).wiki_path or "") or b"").decode()


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("name", "keeper_of_the_lamp", "# keeper_of_the_lamp (3_7)\n"),
        ("recruitment", "future", "**Recruitment:** FUTURE"),
        ("skills", "Linux, patience", "**Skills required:** Linux, patience"),
        ("commitment", "8 hrs/week", "**Commitment:** 8 hrs/week"),
        ("weekly", "120", "**SC potential (weekly):** 120.00 SC"),
        ("description", "Keeps the\nservers up.", "## Description\n\nKeeps the\nservers up."),
    ],
)
def test_a_field_changes_on_the_page_and_in_the_index(org: Organisation, field: str, value: str, shown: str) -> None:
    """Once; the second time nothing would change."""
    org.do("set_role", "captain", role_id="4_2_7", field=field, value=value)
    assert shown in page(org)
    assert "**Type:** senior" in page(org)
    if field != "description":
        assert org.refused("set_role", "captain", role_id="4_2_7", field=field, value=value).code == "no_change"
    assert verify(org.tree).ok


def test_a_role_is_taken_back_and_looks_for_somebody(org: Organisation) -> None:
    """The copies follow; seats stay, as when somebody resigns."""
    task = org.task()
    org.seats(task, "maria", "jonas")
    change = org.do("set_role", "captain", role_id="4_2_7", field="holder", value="none")
    assert change.message == "maria does not hold 4_2_7 senior_operations any more."
    assert (role(org).holder, role(org).recruitment) == (None, "OPEN")
    maria = org.snapshot.owner("maria")
    assert maria is not None
    assert maria.roles == ()
    assert "4_2_7" in [found["id"] for found in org.ask("open_roles", team="3_7").data["roles"]]
    assert len(org.ask("my_tasks", "maria").data["tasks"]) == 1
    assert verify(org.tree).ok


def test_the_page_says_whether_a_role_looks_for_somebody(org: Organisation) -> None:
    """However it is given and freed."""
    assert "Recruitment" not in page(org)
    org.do("resign", "maria", role_id="4_2_7")
    assert "**Recruitment:** OPEN" in page(org)
    org.do("assign_role", "captain", alias="maria", role_id="4_2_7")
    assert "Recruitment" not in page(org)
    org.do("set_owner", FOUNDER, alias="maria", field="status", value="suspended")
    assert "**Recruitment:** OPEN" in page(org)


def test_a_role_is_closed_when_nobody_holds_it(org: Organisation) -> None:
    """And can be opened again."""
    held = org.refused("set_role", "captain", role_id="4_2_7", field="status", value="closed")
    assert (held.code, held.hint) == ("role_taken", "!set_role 4_2_7 holder none takes it back first.")
    org.do("set_role", "captain", role_id="4_2_7", field="holder", value="nobody")
    org.do("set_role", "captain", role_id="4_2_7", field="status", value="closed")
    assert "**Status:** closed" in page(org)
    assert "Recruitment" not in page(org)
    assert org.refused("assign_role", "captain", alias="maria", role_id="4_2_7").code == "not_found"
    assert org.refused("set_role", "captain", role_id="4_2_7", field="recruitment", value="OPEN").code == "role_taken"
    org.do("set_role", "captain", role_id="4_2_7", field="status", value="active")
    org.do("set_role", "captain", role_id="4_2_7", field="recruitment", value="OPEN")


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("holder", "ana", "bad_argument"),
        ("status", "away", "bad_argument"),
        ("recruitment", "perhaps", "bad_argument"),
        ("recruitment", "OPEN", "role_taken"),
        ("weekly", "a lot", "bad_argument"),
        ("weekly", "-5", "bad_argument"),
        ("name", "x" * 81, "too_long"),
        ("skills", "two\nlines", "one_line"),
        ("type", "leadership", "bad_argument"),
    ],
)
def test_values_that_a_role_can_not_have(org: Organisation, field: str, value: str, code: str) -> None:
    """Each with the argument that is wrong."""
    assert org.refused("set_role", "captain", role_id="4_2_7", field=field, value=value).code == code


def test_captain_and_leadership_roles_are_not_the_captains_to_change(org: Organisation) -> None:
    """Leadership and founder describe them; proposals take them, the founder while bootstrapping."""
    own = org.refused("set_role", "captain", role_id="4_1_7", field="weekly", value="900")
    assert (own.reason, own.hint) == (Reason.FORBIDDEN, "The leadership or the founder can.")
    org.do("set_role", FOUNDER, role_id="4_1_7", field="weekly", value="500")
    org.do("assign_role", FOUNDER, alias="maria", role_id="4_2_1")
    by_leader = org.refused("set_role", "maria", role_id="4_1_7", field="holder", value="none")
    assert (by_leader.reason, by_leader.code) == (Reason.RULE, "needs_proposal")
    org.do("set_role", FOUNDER, role_id="4_1_7", field="holder", value="none")
    for number in range(6):
        org.owner(f"owner{number}")
    late = org.refused("set_role", FOUNDER, role_id="4_1_2", field="holder", value="none")
    assert late.hint == "Open a proposal of kind role."
    team = org.snapshot.team("3_7")
    assert team is not None
    assert team.captain is None


def test_the_founders_role_is_not_taken(org: Organisation) -> None:
    """Not even by the founder; resigning is another thing."""
    assert org.refused("set_role", FOUNDER, role_id="4_0_1", field="holder", value="none").code == "founder_role"
