"""Sessions are mended by who was in them, until somebody assesses them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from smartup_tui.ledger import pages
from smartup_tui.ledger.change import Reason
from smartup_tui.ledger.verify import verify
from tests.support.organisation import START, Organisation, company

TASK = "6_7_0_0"


@pytest.fixture
def org() -> Organisation:
    """A company with a session of ninety minutes of maria and jonas, from 09:00 to 10:30."""
    org = company()
    org.task()
    org.seats(TASK, "maria", "jonas").session(TASK, "maria", "jonas")
    return org


def test_an_earlier_end_is_stated_with_notes(org: Organisation) -> None:
    """A further row and block supersede the earlier ones; nothing is removed."""
    change = org.do("correct_session", "jonas", session_id="s_1", stopped="10:00", notes="We left at ten.")
    assert change.message == "s_1 on 6_7_0_0 is corrected by jonas; it ended 2026-01-05 10:00 UTC, after 1 h."
    snapshot = org.snapshot
    log, clock = snapshot.session_log("s_1"), snapshot.session("s_1")
    assert log is not None
    assert clock is not None
    assert (log.status, log.duration_minutes, log.summary) == ("corrected", 60, "We left at ten.")
    assert (clock.status, clock.stopped_at) == ("stopped", START + timedelta(hours=1))
    row = snapshot.task(TASK)
    assert row is not None
    page = snapshot.page(row.wiki_path or "")
    assert page is not None
    assert pages.session_notes(page.body, "s_1") == "We left at ten."
    assert "Done and noted." in page.body
    remark = "corrected by jonas; end stated, it was 2026-01-05T10:30:00Z"
    assert pages.blocks(page.body, "Sessions")[-1].fields["Remark"] == remark
    assert verify(org.tree).findings == ()


def test_notes_alone_keep_the_end(org: Organisation) -> None:
    """And may be mended again."""
    org.do("correct_session", "maria", session_id="s_1", notes="The outline is agreed.")
    log = org.snapshot.session_log("s_1")
    assert log is not None
    assert (log.duration_minutes, log.summary) == (90, "The outline is agreed.")
    org.do("correct_session", "maria", session_id="s_1", notes="The outline is agreed, two examples are missing.")
    org.do("assess_work", "captain", session_id="s_1", effort=8, learning=8, collaboration=8)


@pytest.mark.parametrize("stopped", ["09:00", "10:31", "2026-01-04T10:00Z"])
def test_an_end_that_can_not_be(org: Organisation, stopped: str) -> None:
    """Not before the start, and never later than it was."""
    refusal = org.refused("correct_session", "maria", session_id="s_1", stopped=stopped, notes="n")
    assert (refusal.code, refusal.field) == ("bad_end", "stopped")


def test_a_session_closed_at_its_limit_needs_its_end(org: Organisation) -> None:
    """Then it can be assessed."""
    org.do("start_work", "maria", task_id=TASK)
    org.do("start_work", "jonas", task_id=TASK)
    org.wait(hours=20).settle()
    assert org.refused("correct_session", "maria", session_id="s_2", notes="n").code == "closed_at_limit"
    score: dict[str, Any] = {"session_id": "s_2", "effort": 8, "learning": 8, "collaboration": 8}
    assert org.refused("assess_work", "captain", **score).code == "closed_at_limit"
    org.do("correct_session", "jonas", session_id="s_2", stopped="12:30", notes="Two hours it was.")
    org.do("assess_work", "captain", **score)


def test_who_took_no_part_mends_nothing(org: Organisation) -> None:
    """Not even the captain."""
    refusal = org.refused("correct_session", "captain", session_id="s_1", notes="n")
    assert (refusal.reason, refusal.hint) == (Reason.FORBIDDEN, "maria or jonas can.")


def test_what_runs_or_is_assessed_is_not_corrected(org: Organisation) -> None:
    """The first is stopped; of the second the award is what counts."""
    org.do("start_work", "maria", task_id=TASK)
    assert org.refused("correct_session", "maria", session_id="s_2", notes="n").code == "session_running"
    org.do("assess_work", "captain", session_id="s_1", effort=8, learning=8, collaboration=8)
    assert org.refused("correct_session", "maria", session_id="s_1", notes="n").code == "assessed"
    org.do("validate_sc", "designer", pending_id="g_4", decision="reject", reason="the notes are thin")
    org.do("correct_session", "maria", session_id="s_1", notes="Everything that was missing.")


def test_a_role_that_was_taken_away_locks_nobody_out(org: Organisation) -> None:
    """Whoever was there can still say how it was, on a cancelled task too."""
    org.do("cancel_task", "captain", task_id=TASK, reason="not needed")
    org.do("correct_session", "maria", session_id="s_1", notes="What there is lies in the folder.")
