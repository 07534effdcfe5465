"""Taking and leaving seats."""

from __future__ import annotations

import pytest

from smartup_tui.ledger import tables
from smartup_tui.ledger.change import Reason
from tests.support.organisation import Organisation, company


@pytest.fixture
def org() -> Organisation:
    """A company with one open task, 6_7_0_0."""
    org = company()
    org.task()
    return org


def test_without_a_wish_the_first_free_seat_is_taken(org: Organisation) -> None:
    """Attacker, then defender; with both taken the task is claimed."""
    first = org.do("claim_task", "maria", task_id="6_7_0_0")
    assert first.data == {"task_id": "6_7_0_0", "seat": "attacker", "status": "open", "partner": None}
    second = org.do("claim_task", "jonas", task_id="6_7_0_0")
    assert second.data["seat"] == "defender"
    assert second.data["partner"] == "maria"
    task = org.snapshot.task("6_7_0_0")
    assert task is not None
    assert (task.attacker, task.defender, task.status) == ("maria", "jonas", "claimed")
    assert [(c.alias, c.adm_role, c.action) for c in org.snapshot.rows(tables.CLAIMS)] == [
        ("maria", "attacker", "claim"),
        ("jonas", "defender", "claim"),
    ]


def test_a_seat_that_is_taken_is_named_with_its_holder(org: Organisation) -> None:
    """And the free one is offered."""
    org.do("claim_task", "maria", task_id="6_7_0_0", seat="attacker")
    refusal = org.refused("claim_task", "jonas", task_id="6_7_0_0", seat="attacker")
    assert (refusal.reason, refusal.code) == (Reason.CONFLICT, "seat_taken")
    assert refusal.message == "maria holds the attacker's seat of 6_7_0_0."
    assert refusal.hint == "The defender's seat is free."


def test_nobody_holds_both_seats(org: Organisation) -> None:
    """Never work alone."""
    org.do("claim_task", "maria", task_id="6_7_0_0")
    refusal = org.refused("claim_task", "maria", task_id="6_7_0_0", seat="defender")
    assert refusal.code == "already_claimed"
    assert refusal.hint == "Nobody holds both."
    assert org.refused("claim_task", "maria", task_id="6_7_0_0").code == "already_claimed"


def test_a_full_task_says_who_is_on_it(org: Organisation) -> None:
    """A third one is refused."""
    org.seats("6_7_0_0", "maria", "jonas")
    refusal = org.refused("claim_task", "designer", task_id="6_7_0_0")
    assert refusal.message == "Both seats of 6_7_0_0 are taken, by maria and jonas."
    assert org.refused("claim_task", "designer", task_id="6_7_0_0", seat="defender").hint == (
        "!open_tasks lists tasks with a free seat."
    )


def test_an_owner_holds_five_seats_at_most(org: Organisation) -> None:
    """Seats of work that is over do not count."""
    for number in range(1, 6):
        org.task()
        org.do("claim_task", "maria", task_id=f"6_7_0_{number}")
    refusal = org.refused("claim_task", "maria", task_id="6_7_0_0")
    assert (refusal.reason, refusal.code) == (Reason.RULE, "too_many_seats")
    org.do("release_task", "maria", task_id="6_7_0_3", reason="too much")
    org.do("claim_task", "maria", task_id="6_7_0_0")


def test_a_finished_task_is_closed(org: Organisation) -> None:
    """Nothing begins on what is assessed."""
    org.seats("6_7_0_0", "maria", "jonas")
    session = org.session("6_7_0_0", "maria", "jonas")
    org.do("assess_work", "captain", session_id=session, effort=8, learning=8, collaboration=8)
    org.do("release_task", "jonas", task_id="6_7_0_0", reason="done")
    refusal = org.refused("claim_task", "designer", task_id="6_7_0_0")
    assert refusal.code == "task_over"
    assert "assessed" in refusal.message
    assert org.refused("start_work", "maria", task_id="6_7_0_0").code == "task_over"


def test_a_seat_is_left_with_a_reason_that_the_page_keeps(org: Organisation) -> None:
    """The whole reason on the page, its first line in the log."""
    org.do("claim_task", "maria", task_id="6_7_0_0")
    reason = "I am away until May.\n\nAsk jonas; he has read the outline. " + "x" * 300
    change = org.do("release_task", "maria", task_id="6_7_0_0", reason=reason)
    task = org.snapshot.task("6_7_0_0")
    assert task is not None
    assert (task.attacker, task.status) == (None, "open")
    assert change.data["status"] == "open"
    page = org.snapshot.page(task.wiki_path or "")
    assert page is not None
    assert reason in page.body
    assert org.snapshot.rows(tables.CLAIMS)[-1].note == "I am away until May."


def test_only_a_seat_that_is_held_can_be_left(org: Organisation) -> None:
    """Whoever has none is told where theirs are."""
    refusal = org.refused("release_task", "maria", task_id="6_7_0_0", reason="why not")
    assert refusal.code == "not_claimed"


def test_no_seat_is_left_while_a_session_runs(org: Organisation) -> None:
    """Neither by the one at work nor by the other."""
    org.seats("6_7_0_0", "maria", "jonas")
    org.do("start_work", "maria", task_id="6_7_0_0")
    for alias in ("maria", "jonas"):
        refusal = org.refused("release_task", alias, task_id="6_7_0_0", reason="why not")
        assert refusal.code == "session_running"
        assert "maria" in refusal.message


@pytest.mark.parametrize("task_id", ["6_9_9_9", "6_7_0", "nothing of that name"])
def test_a_task_that_is_not_there(org: Organisation, task_id: str) -> None:
    """Not found, with the way to the list."""
    refusal = org.refused("claim_task", "maria", task_id=task_id)
    assert refusal.reason is Reason.NOT_FOUND
    assert refusal.field == "task_id"
    assert "!open_tasks" in refusal.hint


def test_a_worker_needs_a_license_and_a_role(org: Organisation) -> None:
    """Each is said by name."""
    org.owner("watcher", license_="watch").owner("newcomer")
    assert "watch" in org.refused("claim_task", "watcher", task_id="6_7_0_0").message
    assert "!open_roles" in org.refused("claim_task", "newcomer", task_id="6_7_0_0").hint
