"""What waits for a decision, and whose it is."""

from __future__ import annotations

from tests.support.organisation import FOUNDER, company
from tests.toolbox.operations.governing import SCORES


def test_the_queue_of_a_team() -> None:
    """Sessions, then awards, then objections; each says whether it is the asker's to decide."""
    org = company()
    assert org.ask("review_queue").message == "Nothing waits for review."
    task = org.task()
    org.seats(task, "maria", "jonas")
    first = org.session(task, "maria", "jonas")
    second = org.session(task, "maria", "jonas")
    org.do("assess_work", "captain", session_id=first, **SCORES, share=50)
    answer = org.ask("review_queue", "captain", team="3_7")
    assert answer.message == "2 things wait for review in 3_7."
    assert answer.figures == (f"1 to assess: {second} on {task}.", f"1 to validate: g_4 20.00 SC for {task}.")
    assert answer.next_step == f"!assess_work {second} <effort> <learning> <collaboration>."
    assert [row["yours"] for row in answer.data["sessions"]] == [True]
    assert [row["yours"] for row in answer.data["awards"]] == [False]  # the captain assessed it
    assert org.ask("review_queue", team="3_2").message == "Nothing waits for review in 3_2."
    assert org.ask("review_queue", "designer").next_step == "!validate_sc g_4 approve or reject."
    assert org.ask("review_queue", "maria").next_step is None
    org.do("validate_sc", "designer", pending_id="g_4", decision="approve")
    org.do("object", "jonas", entity_id="g_4", reason="Hm.")
    contested = org.ask("review_queue", FOUNDER)
    assert contested.next_step == "!resolve g_4 uphold or dismiss, with a reason."
    assert contested.data["objections"][0]["objections"] == [{"alias": "jonas", "reason": "Hm."}]
    assert [row["yours"] for row in org.ask("review_queue", "designer").data["objections"]] == [False]


def test_founding_tranches_wait_for_votes_and_not_for_validators() -> None:
    """They are pending for years."""
    org = company()
    assert org.ask("review_queue").data == {"sessions": [], "awards": [], "objections": []}
