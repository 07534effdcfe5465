"""Small and young organisations: whoever is missing, the rules leave a lawful way on (ledger.md §4)."""

from __future__ import annotations

from datetime import timedelta

from smartup_tui.ledger import tables
from smartup_tui.ledger.economy.wallet import karma_of
from smartup_tui.ledger.verify import Severity, verify
from tests.support.organisation import FOUNDER, Organisation
from tests.toolbox.operations.governing import SCORES, proposal, status


def three_owners() -> Organisation:
    """The founder, a captain of 3_7 and a senior: nobody has SK, nobody is of the leadership."""
    return Organisation().register().teams().owner("captain", "4_1_7").owner("maria", "4_2_7")


def sound(org: Organisation) -> bool:
    """Whether verify finds nothing wrong in the ledger."""
    return not [finding for finding in verify(org.tree).findings if finding.severity is not Severity.NOTE]


def holder(org: Organisation, role_id: str) -> str | None:
    role = org.snapshot.role(role_id)
    assert role is not None
    return role.holder


def test_three_owners_with_one_captain_get_paid() -> None:
    """The captain and maria work; the founder assesses; nobody is left to validate, so seven days of silence do."""
    org = three_owners()
    task = org.task()
    org.seats(task, "maria", "captain")
    session = org.session(task, "maria", "captain")
    change = org.do("assess_work", FOUNDER, session_id=session, **SCORES)
    assert change.entity.id == "g_4"
    row = org.snapshot.award("g_4")[0]
    assert (row.status, row.consensus_ends_at) == ("consensus", org.now + timedelta(days=7))
    assert row.note.startswith("fallback validation")
    assert org.refused("validate_sc", "captain", pending_id="g_4", decision="approve").code == "own_award"
    org.wait(days=7).settle()
    assert status(org, "g_4") == "paid"
    assert sound(org)


def test_three_owners_settle_an_objection() -> None:
    """Nobody is free to decide it; the two who are not paid by it vote, and two are a quorum of two."""
    org = three_owners()
    org.owner("jonas", "4_3_7")
    task = org.task()
    org.seats(task, "maria", "jonas")
    session = org.session(task, "maria", "jonas")
    org.do("assess_work", "captain", session_id=session, **SCORES)
    org.do("validate_sc", FOUNDER, pending_id="g_4", decision="approve")
    assert org.do("object", "maria", entity_id="g_4", reason="Jonas did more.").data["resolvers"] == []
    org.wait(days=7).settle()
    for alias in (FOUNDER, "captain"):
        org.do("vote", alias, proposal_id="p_1", choice="yes")
    org.wait(days=7).settle()
    assert (proposal(org).result, status(org, "g_4")) == ("yes 2, no 0, abstain 0 of 2", "paid")


def test_the_founder_and_one_worker() -> None:
    """Two owners: both work, and a third license holder with no part assesses by the fallback."""
    org = Organisation().register().teams().owner("maria", "4_2_7")
    org.do("assign_role", alias=FOUNDER, role_id="4_3_7")
    task = org.task()
    org.seats(task, "maria", FOUNDER)
    session = org.session(task, "maria", FOUNDER)
    for alias in ("maria", FOUNDER):
        assert org.refused("assess_work", alias, session_id=session, **SCORES).message
    org.owner("ana")
    org.do("assess_work", "ana", session_id=session, **SCORES)
    assert org.snapshot.award("g_4")[0].note.startswith("fallback assessment and validation")
    org.wait(days=7).settle()
    assert status(org, "g_4") == "paid"
    assert sound(org)


def test_nobody_with_karma() -> None:
    """The founder waives the threshold; and thanks lead to it within weeks."""
    org = three_owners()
    org.owner("jonas", "4_3_7")
    assert org.refused("propose", "maria", title="Fridays", text="Let us meet.").code == "threshold"
    assert org.do("propose", FOUNDER, title="Fridays", text="Let us meet.").data["waived"] is True
    for _ in range(2):
        for giver in (FOUNDER, "captain", "jonas"):
            for _ in range(2):
                org.do("kudos", giver, alias="maria", amount=5, reason="Thank you.")
        org.wait(days=31)
    org.settle()
    assert karma_of(org.snapshot, "maria") >= 50
    assert org.do("propose", "maria", title="Mondays", text="Rather then.").data["waived"] is False


def test_no_leadership_and_a_vacant_captain() -> None:
    """The founder has the captain's powers, and a proposal elects another captain."""
    org = three_owners()
    task = org.task()
    org.do("resign", "captain", role_id="4_1_7")
    org.do("create_task", FOUNDER, objective_id="5_7_0", size="small", title="Another", why="It goes on.")
    org.do("propose", FOUNDER, kind="role", title="Maria leads 3_7", text="give 4_1_7 to maria")
    org.wait(days=2).settle()
    assert holder(org, "4_1_7") == "maria"
    org.do("cancel_task", "maria", task_id=task, reason="We do the other one.")
    assert sound(org)


def test_the_founder_is_gone() -> None:
    """No founder, leadership, captain or SK: an owner proposes, silence or a vote decides, settle carries it out."""
    org = three_owners()
    org.owner("jonas", "4_3_7")
    task = org.task()
    org.seats(task, "maria", "jonas")
    session = org.session(task, "maria", "jonas")
    org.do("resign", FOUNDER, role_id="4_0_1")
    org.do("resign", "captain", role_id="4_1_7")
    assert org.refused("create_task", FOUNDER, objective_id="5_7_0", size="small", title="x", why="y").hint
    change = org.do("propose", "jonas", kind="role", title="Maria leads 3_7", text="give 4_1_7 to maria")
    assert change.data["waived"] is True
    assert org.snapshot.rows(tables.EVENTS).where(entity_id="p_1")[0].result == "waived"
    # Work is assessed meanwhile, by whoever took no part; nobody is there to validate it.
    org.do("assess_work", FOUNDER, session_id=session, **SCORES)
    org.wait(days=2).settle()
    assert holder(org, "4_1_7") == "maria"
    org.do("create_task", "maria", objective_id="5_7_0", size="small", title="On we go", why="It helps.")
    org.wait(days=5).settle()
    assert status(org, "g_4") == "paid"
    # And the new captain can be recalled in the same way.
    org.do("propose", "captain", kind="role", title="A recall", text="vacate 4_1_7")
    org.do("object", "maria", entity_id="p_2", reason="I have only begun.")
    for alias, choice in (("captain", "yes"), ("jonas", "yes"), ("maria", "no")):
        org.do("vote", alias, proposal_id="p_2", choice=choice)
    org.wait(days=7).settle()
    assert holder(org, "4_1_7") is None
    assert sound(org)


def test_leadership_by_proposal() -> None:
    """In an organisation without leadership, a proposal gives its roles; then they have the captains' powers."""
    org = three_owners()
    org.do("resign", FOUNDER, role_id="4_0_1")
    org.do("propose", "maria", kind="role", title="The captain joins the leadership", text="give 4_2_1 to captain")
    org.wait(days=2).settle()
    assert holder(org, "4_2_1") == "captain"
    org.do("record_treasury", "captain", event_type="DEPOSIT", amount_eur="200", note="a license")


def test_a_vote_of_one() -> None:
    """Where one owner alone has a vote, that vote decides; where nobody has, nothing is accepted."""
    org = Organisation().register()
    org.do("vest", pending_id="g_1", text="Nobody is here yet.")
    org.wait(days=7).settle()
    assert (proposal(org).status, proposal(org).result) == (
        "rejected",
        "yes 0, no 0, abstain 0 of 0",
    )
    org.teams().owner("maria", "4_2_7")
    org.do("vest", pending_id="g_1", text="Maria is.")
    org.do("vote", "maria", proposal_id="p_2", choice="no")
    org.wait(days=7).settle()
    assert proposal(org, "p_2").result == "yes 0, no 1, abstain 0 of 1"
    assert sound(org)
