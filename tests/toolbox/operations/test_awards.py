"""From a finished session to an award: assessment, validation, and who may not."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

import pytest

from smartup_tui.ledger import tables
from smartup_tui.ledger.change import Reason
from tests.support.organisation import FOUNDER, Organisation, company, edited

TASK = "6_7_0_0"
SCORES: Final[dict[str, Any]] = {"effort": 8, "learning": 7, "collaboration": 9}


@pytest.fixture
def org() -> Organisation:
    """A company with one finished session, s_1, of maria and jonas on a task of 50 SC."""
    org = company()
    org.task()
    org.seats(TASK, "maria", "jonas")
    org.session(TASK, "maria", "jonas")
    return org


def _status(org: Organisation) -> str:
    task = org.snapshot.task(TASK)
    assert task is not None
    return task.status


def test_an_assessment_is_an_award_of_two_rows(org: Organisation) -> None:
    """Ninety to ten, pending until somebody else validates it."""
    change = org.do("assess_work", "captain", session_id="s_1", **SCORES, note="Well explained.\nMore of it.")
    rows = org.snapshot.award("g_4")
    assert [(r.beneficiary, r.adm_role, r.amount, r.status) for r in rows] == [
        ("maria", "attacker", Decimal("36.00"), "pending"),
        ("jonas", "defender", Decimal("4.00"), "pending"),
    ]
    assert {(r.percentage, r.share, r.assessed_by, r.session_id) for r in rows} == {
        (Decimal("80.00"), Decimal(100), "captain", "s_1")
    }
    assert rows[0].note == "Well explained."
    assert change.data["task_status"] == "assessed"
    assert _status(org) == "assessed"
    task = org.snapshot.task(TASK)
    page = org.snapshot.page((task.wiki_path if task else None) or "")
    assert page is not None
    assert "More of it." in page.body


def test_nobody_assesses_their_own_work(org: Organisation) -> None:
    """The captain included; the refusal names who can."""
    org.do("release_task", "maria", task_id=TASK, reason="swap")
    org.do("claim_task", "captain", task_id=TASK, seat="attacker")
    session = org.session(TASK, "captain", "jonas")
    refusal = org.refused("assess_work", "captain", session_id=session, **SCORES)
    assert (refusal.reason, refusal.code) == (Reason.FORBIDDEN, "took_part")
    assert refusal.message == "You can't assess s_2: you took part in it."
    assert refusal.hint == "robbert_founder can."
    org.do("assess_work", FOUNDER, session_id=session, **SCORES)


@pytest.mark.parametrize("alias", ["jonas", "maria", "designer"])
def test_others_may_not_assess(org: Organisation, alias: str) -> None:
    """Workers, and the captain of another team."""
    refusal = org.refused("assess_work", alias, session_id="s_1", **SCORES)
    assert refusal.reason is Reason.FORBIDDEN
    assert "captain" in refusal.hint


def test_the_mission_leader_assesses_the_work_of_the_objective(org: Organisation) -> None:
    """And of no other one."""
    org.do("set_objective", objective_id="5_7_0", field="mission_leader", value="designer")
    org.do("assess_work", "designer", session_id="s_1", **SCORES)
    assert org.snapshot.award("g_4")[0].assessed_by == "designer"


@pytest.mark.parametrize("score", ["0", "11", "-3", "7.5", "many"])
def test_a_score_is_a_whole_number_from_one_to_ten(org: Organisation, score: str) -> None:
    """Said with the argument's name."""
    refusal = org.refused("assess_work", "captain", session_id="s_1", effort=score, learning=5, collaboration=5)
    assert (refusal.reason, refusal.field) == (Reason.MALFORMED, "effort")


def test_a_session_is_assessed_once_and_when_it_is_over(org: Organisation) -> None:
    """Running sessions wait; an assessed one has its award."""
    org.do("start_work", "maria", task_id=TASK)
    assert org.refused("assess_work", "captain", session_id="s_2", **SCORES).code == "session_running"
    org.do("assess_work", "captain", session_id="s_1", **SCORES, share=10)
    again = org.refused("assess_work", "captain", session_id="s_1", **SCORES)
    assert (again.reason, again.code, again.hint) == (Reason.CONFLICT, "assessed", "g_4 is its award.")
    assert org.refused("assess_work", "captain", session_id="s_99", **SCORES).reason is Reason.NOT_FOUND


def test_the_shares_of_a_task_never_exceed_the_whole(org: Organisation) -> None:
    """What a share does not pay lapses; what is left is the default."""
    org.session(TASK, "maria", "jonas")
    org.session(TASK, "maria", "jonas")
    org.do("assess_work", "captain", session_id="s_1", effort=10, learning=10, collaboration=10, share=60)
    assert _status(org) == "in_review"
    refusal = org.refused("assess_work", "captain", session_id="s_2", **SCORES, share=41)
    assert (refusal.reason, refusal.code) == (Reason.RULE, "share_used")
    assert refusal.message == "Only 40 % of the budget of 6_7_0_0 is left."
    org.do("assess_work", "captain", session_id="s_2", effort=10, learning=10, collaboration=10)
    assert sum(r.amount for r in org.snapshot.award("g_5")) == Decimal("20.00")
    assert _status(org) == "assessed"
    beyond = org.do("assess_work", "captain", session_id="s_3", **SCORES)
    assert beyond.data["share"] == "0"
    assert sum(r.amount for r in org.snapshot.award("g_6")) == 0


def test_validation_opens_the_window_of_both_rows(org: Organisation) -> None:
    """48 hours from the moment of validation."""
    org.do("assess_work", "captain", session_id="s_1", **SCORES)
    org.wait(hours=5)
    change = org.do("validate_sc", "designer", pending_id="g_4", decision="approve")
    for row in org.snapshot.award("g_4"):
        assert (row.status, row.validated_by) == ("consensus", "designer")
        assert row.consensus_ends_at == org.now + timedelta(hours=48)
    assert change.next_step == "It is minted on 2026-01-07 15:30 UTC, unless somebody objects."
    again = org.refused("validate_sc", FOUNDER, pending_id="g_4", decision="approve")
    assert (again.reason, again.code) == (Reason.CONFLICT, "decided")


def test_a_rejection_needs_a_reason_and_frees_the_share(org: Organisation) -> None:
    """The session can be assessed again."""
    org.do("assess_work", "captain", session_id="s_1", **SCORES)
    assert org.refused("validate_sc", "designer", pending_id="g_4", decision="reject").field == "reason"
    org.do("validate_sc", "designer", pending_id="g_4", decision="reject", reason="The scores do not fit the notes.")
    assert {row.status for row in org.snapshot.award("g_4")} == {"rejected"}
    assert _status(org) == "in_review"
    org.do("assess_work", "captain", session_id="s_1", effort=5, learning=5, collaboration=5)
    assert org.snapshot.award("g_5")[0].share == 100


def test_nobody_validates_their_own(org: Organisation) -> None:
    """Neither beneficiary nor assessor, the founder included."""
    org.do("release_task", "maria", task_id=TASK, reason="swap")
    org.do("claim_task", FOUNDER, task_id=TASK, seat="attacker")
    org.session(TASK, FOUNDER, "jonas")
    org.do("assess_work", "captain", session_id="s_2", **SCORES, share=50)
    own = org.refused("validate_sc", FOUNDER, pending_id="g_4", decision="approve")
    assert (own.reason, own.code, own.hint) == (Reason.FORBIDDEN, "own_award", "designer can.")
    assessed = org.refused("validate_sc", "captain", pending_id="g_4", decision="approve")
    assert (assessed.code, assessed.hint) == ("own_assessment", "designer can.")
    assert org.refused("validate_sc", "maria", pending_id="g_4", decision="approve").reason is Reason.FORBIDDEN


def test_founding_tranches_are_not_validated(org: Organisation) -> None:
    """A vote decides on them."""
    refusal = org.refused("validate_sc", "designer", pending_id="g_1", decision="approve")
    assert (refusal.reason, refusal.code) == (Reason.RULE, "founding_tranche")
    assert org.refused("validate_sc", "designer", pending_id="g_99", decision="approve").reason is Reason.NOT_FOUND


def test_a_small_organisation_falls_back_and_says_so() -> None:
    """With nobody to validate, a window of seven days; with nobody to assess, who took no part."""
    org = Organisation().register().teams().owner("maria", "4_2_7").owner("jonas", "4_3_7")
    task = org.task()
    org.seats(task, "maria", "jonas")
    org.session(task, "maria", "jonas")
    change = org.do("assess_work", FOUNDER, session_id="s_1", **SCORES, share=50)
    row = org.snapshot.award("g_4")[0]
    assert (row.status, row.note) == ("consensus", "fallback validation")
    assert row.consensus_ends_at == org.now + timedelta(days=7)
    assert (change.next_step or "").startswith("Nobody else may validate it")
    org.do("release_task", "maria", task_id=task, reason="swap")
    org.do("claim_task", FOUNDER, task_id=task, seat="attacker")
    org.session(task, FOUNDER, "jonas")
    org.do("assess_work", "maria", session_id="s_2", **SCORES, note="fair")
    row = org.snapshot.award("g_5")[0]
    assert (row.assessed_by, row.note) == ("maria", "fallback assessment and validation: fair")
    org.wait(days=8).settle()
    assert {r.status for r in org.snapshot.rows(tables.PENDING).where(task_id=task)} == {"paid"}


def test_encouraged_pairing_pays_the_part_of_who_worked(org: Organisation) -> None:
    """Without a defender the ten percent are not minted."""
    again = edited(org, "policies/validation-rules.yml", b"pairing: required", b"pairing: encouraged")
    again.do("start_work", "maria", task_id=TASK)
    again.wait(hours=1)
    again.do("stop_work", "maria", notes="Alone.")
    again.do("assess_work", "captain", session_id="s_2", effort=10, learning=10, collaboration=10)
    assert [(r.beneficiary, r.amount) for r in again.snapshot.award("g_4")] == [("maria", Decimal("45.00"))]
