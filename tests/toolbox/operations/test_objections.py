"""Objections to awards: who decides them, what a decision does, and the vote when nobody does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from smartup_tui.ledger import tables
from smartup_tui.ledger.change import Reason
from tests.support.organisation import FOUNDER, Organisation
from tests.toolbox.operations.governing import SCORES, TASK, actions, assembly, page, proposal, status, validated_award


@pytest.fixture
def org() -> Organisation:
    """An assembly with the award g_4 of maria and jonas, in its 48 hours."""
    org = assembly()
    assert validated_award(org) == "g_4"
    return org


def task_status(org: Organisation) -> str:
    task = org.snapshot.task(TASK)
    assert task is not None
    return task.status


def test_an_objection_stops_the_mint(org: Organisation) -> None:
    """It names who can decide it; the task's page keeps the reason."""
    org.owner("ana")
    change = org.do("object", "ana", entity_id="g_4", reason="The guide lacks a chapter.")
    assert change.data["resolvers"] == [FOUNDER]
    assert status(org, "g_4") == "contested"
    org.wait(days=6).settle()
    assert status(org, "g_4") == "contested"
    assert not org.snapshot.rows(tables.CREDITS)
    task = org.snapshot.task(TASK)
    assert "The guide lacks a chapter." in (org.tree.read((task.wiki_path if task else None) or "") or b"").decode()
    assert org.refused("object", "ana", entity_id="g_4", reason="again").code == "objected"


def test_a_dismissed_objection_lets_the_award_go_on(org: Organisation) -> None:
    """Its window ends as before, or now where it would have ended already."""
    org.do("object", "jonas", entity_id="g_4", reason="Too little for maria.")
    ends = org.snapshot.award("g_4")[0].consensus_ends_at
    org.wait(hours=2)
    org.do("resolve", FOUNDER, pending_id="g_4", decision="dismiss", reason="The scores are fair.")
    assert (status(org, "g_4"), org.snapshot.award("g_4")[0].consensus_ends_at) == ("consensus", ends)
    assert org.refused("object", "jonas", entity_id="g_4", reason="again").code == "objected"
    org.do("object", "maria", entity_id="g_4", reason="Too much for me.")
    org.wait(days=3)
    org.do("resolve", FOUNDER, pending_id="g_4", decision="dismiss", reason="No.")
    assert org.snapshot.award("g_4")[0].consensus_ends_at == org.now
    org.settle()
    assert status(org, "g_4") == "paid"
    assert task_status(org) == "completed"


def test_an_upheld_objection_rejects_and_frees_the_share(org: Organisation) -> None:
    """The session can be assessed anew."""
    org.do("object", "jonas", entity_id="g_4", reason="The note was not mine.")
    org.do("resolve", FOUNDER, pending_id="g_4", decision="uphold", reason="Jonas is right.")
    assert status(org, "g_4") == "rejected"
    assert task_status(org) == "in_review"
    assert org.do("assess_work", "captain", session_id="s_1", **SCORES).entity.id == "g_5"
    assert org.refused("object", "jonas", entity_id="g_4", reason="x").code == "decided"


@pytest.mark.parametrize(
    ("alias", "code"),
    [("designer", "own_objection"), ("captain", "own_assessment"), ("maria", "not_permitted")],
)
def test_who_may_not_decide(org: Organisation, alias: str, code: str) -> None:
    """Who objected, who assessed, who is no validator; the hint names who can."""
    org.do("object", "designer", entity_id="g_4", reason="Hm.")
    refusal = org.refused("resolve", alias, pending_id="g_4", decision="dismiss", reason="x")
    assert (refusal.reason, refusal.code) == (Reason.FORBIDDEN, code)
    assert refusal.hint


def test_who_validated_it_does_not_judge_the_objection(org: Organisation) -> None:
    """A further validator does."""
    org.do("object", "jonas", entity_id="g_4", reason="Hm.")
    refusal = org.refused("resolve", "designer", pending_id="g_4", decision="dismiss", reason="x")
    assert (refusal.code, refusal.hint) == ("own_validation", f"{FOUNDER} can.")


def test_a_beneficiary_may_not_decide() -> None:
    """Also a captain."""
    org = assembly()
    task = org.task()
    org.seats(task, "designer", "jonas")
    session = org.session(task, "designer", "jonas")
    org.do("assess_work", "captain", session_id=session, **SCORES)
    org.do("validate_sc", FOUNDER, pending_id="g_4", decision="approve")
    org.do("object", "maria", entity_id="g_4", reason="Hm.")
    assert org.refused("resolve", "designer", pending_id="g_4", decision="dismiss", reason="x").code == "own_award"


def test_an_objection_has_its_time(org: Organisation) -> None:
    """Not before the validation, not after the window, not to a tranche."""
    org.do("create_task", objective_id="5_7_0", size="small", title="Second", why="It helps.")
    org.seats("6_7_0_1", "maria", "jonas")
    session = org.session("6_7_0_1", "maria", "jonas")
    org.do("assess_work", "captain", session_id=session, **SCORES)
    assert org.refused("object", "jonas", entity_id="g_5", reason="x").code == "not_validated"
    assert org.refused("object", "jonas", entity_id="g_1", reason="x").code == "founding_tranche"
    assert org.refused("resolve", FOUNDER, pending_id="g_5", decision="dismiss", reason="x").code == "not_contested"
    org.wait(days=3).settle()
    late = org.refused("object", "jonas", entity_id="g_4", reason="x")
    assert (late.code, late.hint) == ("decided", "A proposal of kind correction puts a wrong award right.")


def test_an_objection_can_be_withdrawn(org: Organisation) -> None:
    """The award goes on when the last one is gone."""
    org.do("object", "jonas", entity_id="g_4", reason="Hm.")
    org.do("object", "designer", entity_id="g_4", reason="Hm.")
    assert org.refused("withdraw", "maria", entity_id="g_4").code == "no_objection"
    org.do("withdraw", "jonas", entity_id="g_4")
    assert status(org, "g_4") == "contested"
    org.do("withdraw", "designer", entity_id="g_4")
    assert status(org, "g_4") == "consensus"
    org.wait(days=2).settle()
    assert status(org, "g_4") == "paid"


@pytest.mark.parametrize(("votes", "outcome"), [("yes yes no", "paid"), ("yes no no", "rejected"), ("", "rejected")])
def test_what_nobody_decides_goes_to_a_vote(org: Organisation, votes: str, outcome: str) -> None:
    """After seven days, for seven days; who would be paid has no vote."""
    begun = org.now
    org.do("object", "designer", entity_id="g_4", reason="Hm.")
    org.owner("ana").owner("ben")
    org.wait(days=7).settle()
    row = proposal(org)
    assert (row.kind, row.alias, row.status) == ("award", "engelbot", "voting")
    assert row.vote_ends_at == begun + timedelta(days=14)
    assert "designer: Hm." in page(org)
    assert org.refused("resolve", FOUNDER, pending_id="g_4", decision="dismiss", reason="x").code == "voting"
    assert org.refused("withdraw", "designer", entity_id="g_4").code == "voting"
    assert org.refused("vote", "maria", proposal_id="p_1", choice="yes").code == "own_award"
    for alias, choice in zip(("captain", FOUNDER, "designer"), votes.split(), strict=False):
        org.do("vote", alias, proposal_id="p_1", choice=choice)
    org.wait(days=30).settle()
    assert status(org, "g_4") == outcome
    paid = {event.action for event in org.snapshot.rows(tables.EVENTS).where(entity_id="g_4")}
    assert ("mint" in paid) == (outcome == "paid")
    assert actions(org, "p_1")[-1] == "close_vote"
    assert task_status(org) == ("completed" if outcome == "paid" else "in_review")


def test_a_vote_on_an_award_is_dated_whoever_looks(org: Organisation) -> None:
    """Weeks of silence give the same rows as a look each hour."""
    org.do("object", "designer", entity_id="g_4", reason="Hm.")
    late = Organisation(org.now, org.tree)
    for _ in range(20):
        org.wait(days=1).settle()
    late.wait(days=20).settle()
    for path in (tables.PROPOSALS.path, tables.PENDING.path, tables.CREDITS.path, tables.TASKS.path):
        assert org.tree.read(path) == late.tree.read(path)
