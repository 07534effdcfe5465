"""Starting, confirming and stopping sessions."""

from __future__ import annotations

from datetime import timedelta

import pytest

from smartup_tui.ledger import pages, tables
from smartup_tui.ledger.change import Reason
from smartup_tui.ledger.markdown import blocks
from smartup_tui.ledger.tree import MappingTree
from tests.support.organisation import Organisation, company

TASK = "6_7_0_0"


@pytest.fixture
def org() -> Organisation:
    """A company whose task 6_7_0_0 has maria and jonas on its seats; a second task is open."""
    org = company()
    org.task()
    org.task(title="Another one")
    return org.seats(TASK, "maria", "jonas")


def _page(org: Organisation) -> str:
    task = org.snapshot.task(TASK)
    assert task is not None
    page = org.snapshot.page(task.wiki_path or "")
    assert page is not None
    return page.body


def test_the_clock_starts_for_who_typed_it_and_the_partner_confirms(org: Organisation) -> None:
    """An unconfirmed partner has no clock."""
    change = org.do("start_work", "maria", task_id=TASK)
    assert change.message == "Clock started on 6_7_0_0 with jonas."
    assert (change.next_step or "").startswith("jonas confirms with !start_work 6_7_0_0.")
    assert org.snapshot.running_session("maria") is not None
    assert org.snapshot.running_session("jonas") is None
    org.wait(minutes=5)
    confirmed = org.do("start_work", "jonas", task_id=TASK)
    assert confirmed.message == "jonas confirmed s_1 on 6_7_0_0 with maria."
    clock = org.snapshot.running_session("jonas")
    assert clock is not None
    assert (clock.session_id, clock.attacker, clock.defender, clock.started_by) == ("s_1", "maria", "jonas", "maria")
    assert clock.confirmed_at == clock.started_at + timedelta(minutes=5)
    task = org.snapshot.task(TASK)
    assert task is not None
    assert task.status == "in_progress"


def test_the_defender_may_begin_too(org: Organisation) -> None:
    """Rank does not bind seats, and either may start."""
    org.do("start_work", "jonas", task_id=TASK)
    org.do("start_work", "maria", task_id=TASK)
    clock = org.snapshot.session("s_1")
    assert clock is not None
    assert (clock.attacker, clock.defender, clock.started_by) == ("maria", "jonas", "jonas")


def test_either_of_the_pair_stops_it_for_both(org: Organisation) -> None:
    """Page, log, clock and task say the same."""
    org.do("start_work", "maria", task_id=TASK)
    org.do("start_work", "jonas", task_id=TASK)
    org.wait(minutes=95, seconds=30)
    notes = "Outline agreed.\n\n# Next\n- examples are missing\n---\n" + "word " * 900
    change = org.do("stop_work", "jonas", notes=notes.strip(), evidence="https://example.org/draft")
    assert change.message == "Clock stopped on 6_7_0_0 after 1 h 35 min."
    assert change.next_step == "captain or robbert_founder can assess it: !assess_work s_1."
    assert change.data["minutes"] == 95
    log = org.snapshot.session_log("s_1")
    assert log is not None
    assert (log.duration_minutes, log.status, log.summary) == (95, "stopped", "Outline agreed.")
    block = blocks(_page(org), pages.SESSIONS)[0]
    assert block.heading == "s_1"
    assert block.text == notes.strip()
    assert block.fields["Time"] == "2026-01-05T09:00:00Z to 2026-01-05T10:35:30Z"
    assert block.fields["Evidence"] == "<https://example.org/draft>"
    task = org.snapshot.task(TASK)
    assert task is not None
    assert task.status == "in_review"
    for alias in ("maria", "jonas"):
        assert org.snapshot.running_session(alias) is None


def test_a_second_clock_is_refused(org: Organisation) -> None:
    """One running session per owner; the confirmed partner counts."""
    org.do("claim_task", "jonas", task_id="6_7_0_1")
    org.do("start_work", "jonas", task_id="6_7_0_1")
    org.do("start_work", "maria", task_id=TASK)
    refusal = org.refused("start_work", "jonas", task_id=TASK)
    assert (refusal.reason, refusal.code) == (Reason.CONFLICT, "second_clock")
    assert refusal.message == "Your clock already runs on 6_7_0_1, since 09:00 UTC."
    assert org.refused("start_work", "maria", task_id=TASK).code == "already_running"


def test_whoever_holds_no_seat_is_told_who_does(org: Organisation) -> None:
    """And how to get one where one is free."""
    refusal = org.refused("start_work", "designer", task_id=TASK)
    assert refusal.code == "not_claimed"
    assert "maria as attacker and jonas as defender" in refusal.message
    free = org.refused("start_work", "designer", task_id="6_7_0_1")
    assert free.hint == "Take the attacker's seat with !claim_task 6_7_0_1 attacker."


def test_a_session_that_runs_with_both_is_not_joined(org: Organisation) -> None:
    """A seat given anew during a session waits for the next one."""
    org.do("start_work", "maria", task_id=TASK)
    org.do("start_work", "jonas", task_id=TASK)
    assert org.refused("start_work", "jonas", task_id=TASK).code == "already_running"
    assert org.refused("start_work", "maria", task_id=TASK).code == "already_running"


def test_work_may_begin_with_a_free_seat_and_be_confirmed_later(org: Organisation) -> None:
    """Who takes the seat meanwhile confirms."""
    org.do("claim_task", "maria", task_id="6_7_0_1")
    change = org.do("start_work", "maria", task_id="6_7_0_1")
    assert change.message == "Clock started on 6_7_0_1."
    assert "The defender's seat is free" in (change.next_step or "")
    org.do("claim_task", "designer", task_id="6_7_0_1")
    org.do("start_work", "designer", task_id="6_7_0_1")
    clock = org.snapshot.session("s_1")
    assert clock is not None
    assert clock.defender == "designer"


def test_an_unconfirmed_session_can_not_be_assessed(org: Organisation) -> None:
    """The partner has no share, the task waits for nothing, and the notes are kept."""
    org.do("start_work", "maria", task_id=TASK)
    org.wait(minutes=30)
    change = org.do("stop_work", "maria", notes="Alone today.")
    assert (change.next_step or "").startswith("Nobody confirmed it")
    assert change.data["status"] == "claimed"
    log = org.snapshot.session_log("s_1")
    assert log is not None
    assert (log.attacker, log.defender) == ("maria", None)
    assert "Alone today." in _page(org)
    refusal = org.refused("assess_work", "captain", session_id="s_1", effort=5, learning=5, collaboration=5)
    assert (refusal.reason, refusal.code) == (Reason.RULE, "unconfirmed")


def test_stopping_without_a_clock(org: Organisation) -> None:
    """Nothing runs, nothing is written."""
    refusal = org.refused("stop_work", "maria", notes="Done.")
    assert (refusal.reason, refusal.code) == (Reason.CONFLICT, "no_clock")


def test_hand_over_notes_are_needed(org: Organisation) -> None:
    """If it is not logged, it did not happen."""
    org.do("start_work", "maria", task_id=TASK)
    for notes in (None, "", "  \n "):
        refusal = org.refused("stop_work", "maria", notes=notes)
        assert (refusal.reason, refusal.field) == (Reason.MALFORMED, "notes")


def test_control_characters_are_refused(org: Organisation) -> None:
    """Named, and nothing is half-written."""
    org.do("start_work", "maria", task_id=TASK)
    refusal = org.refused("stop_work", "maria", notes="Done \x1b[2J")
    assert refusal.code == "bad_character"
    assert org.snapshot.running_session("maria") is not None


def test_an_earlier_end_can_be_stated(org: Organisation) -> None:
    """Marked as stated, for whoever assesses it."""
    org.do("start_work", "maria", task_id=TASK)
    org.do("start_work", "jonas", task_id=TASK)
    org.wait(hours=3)
    change = org.do("stop_work", "maria", at="10:15", notes="We forgot.")
    assert change.message == "Clock stopped on 6_7_0_0 after 1 h 15 min (end stated: 2026-01-05 10:15 UTC)."
    assert blocks(_page(org), pages.SESSIONS)[0].fields["Remark"] == "end stated by maria"
    assert org.snapshot.rows(tables.SESSIONS)[-1].duration_minutes == 75


@pytest.mark.parametrize("stated", ["08:59", "09:00", "12:01", "2026-01-04T10:00Z", "2027-01-01T10:00Z"])
def test_an_end_before_the_start_or_after_now_is_refused(org: Organisation, stated: str) -> None:
    """The message says which times are possible."""
    org.do("start_work", "maria", task_id=TASK)
    org.wait(hours=3)
    refusal = org.refused("stop_work", "maria", at=stated, notes="We forgot.")
    assert (refusal.reason, refusal.code, refusal.field) == (Reason.MALFORMED, "bad_end", "at")
    assert "2026-01-05 09:00 UTC" in refusal.message
    assert "2026-01-05 12:00 UTC" in refusal.message


def test_a_forgotten_clock_is_closed_at_its_limit_and_put_right_by_either(org: Organisation) -> None:
    """Until somebody states when it ended it can not be assessed."""
    org.do("start_work", "maria", task_id=TASK)
    org.do("start_work", "jonas", task_id=TASK)
    org.wait(hours=20)
    refusal = org.refused("stop_work", "jonas", notes="Done.")
    assert refusal.code == "closed_at_limit"
    assert refusal.message == "s_1 on 6_7_0_0 was closed at its limit, 2026-01-05 21:00 UTC."
    assert "!stop_work at=" in refusal.hint
    unassessable = org.refused("assess_work", "captain", session_id="s_1", effort=5, learning=5, collaboration=5)
    assert unassessable.code == "closed_at_limit"
    assert org.refused("stop_work", "jonas", at="21:01", notes="Done.").code == "bad_end"
    change = org.do("stop_work", "jonas", at="11:00", notes="Two hours, really.")
    assert change.message == "s_1 on 6_7_0_0 ended after 2 h, at 2026-01-05 11:00 UTC."
    log = org.snapshot.session_log("s_1")
    assert log is not None
    assert (log.status, log.duration_minutes) == ("corrected", 120)
    assert [b.heading for b in blocks(_page(org), pages.SESSIONS)] == ["s_1", "s_1"]
    assert pages.session_notes(_page(org), "s_1") == "Two hours, really."
    assert org.refused("stop_work", "maria", at="10:00", notes="Again.").code == "no_clock"
    org.do("assess_work", "captain", session_id="s_1", effort=5, learning=5, collaboration=5)


def test_a_session_at_its_limit_can_be_closed_unpaid(org: Organisation) -> None:
    """With a share of nothing; after that there is nothing to put right."""
    org.do("start_work", "maria", task_id=TASK)
    org.do("start_work", "jonas", task_id=TASK)
    org.wait(hours=20)
    change = org.do("assess_work", "captain", session_id="s_1", effort=1, learning=1, collaboration=1, share=0)
    assert [part["amount"] for part in change.data["parts"]] == ["0.00", "0.00"]
    assert org.refused("stop_work", "maria", at="10:00", notes="Late.").code == "no_clock"


def test_a_missing_page_does_not_lose_the_notes(org: Organisation) -> None:
    """It is begun anew."""
    task = org.snapshot.task(TASK)
    assert task is not None
    files = {path: org.tree.read(path) or b"" for path in org.tree.paths() if path != task.wiki_path}
    again = Organisation(org.now, MappingTree(files))
    again.do("start_work", "maria", task_id=TASK)
    again.do("stop_work", "maria", notes="Kept.")
    assert "Kept." in _page(again)
    assert "# 6_7_0_0 Draft the guide" in _page(again)


def test_sessions_of_one_owner_do_not_overlap(org: Organisation) -> None:
    """A start that was typed before the partner's stop, and arrives after it, begins where that ended."""
    org.do("start_work", "maria", task_id=TASK)
    org.do("start_work", "jonas", task_id=TASK)
    org.wait(minutes=60)
    org.do("stop_work", "jonas", notes="Done.")
    stopped = org.now
    org.do("start_work", "maria", at=stopped - timedelta(seconds=8), task_id=TASK)
    org.do("start_work", "jonas", at=stopped - timedelta(seconds=5), task_id=TASK)
    clock = org.snapshot.session("s_2")
    assert clock is not None
    assert (clock.started_at, clock.confirmed_at) == (stopped, stopped)
    org.do("stop_work", "maria", at=stopped - timedelta(seconds=2), notes="Nothing.")
    log = org.snapshot.session_log("s_2")
    assert log is not None
    assert log.duration_minutes == 0
