"""Captains change tasks and give seats."""

from __future__ import annotations

from decimal import Decimal

import pytest

from smartup_tui.ledger.change import Reason
from tests.support.organisation import Organisation, company

TASK = "6_7_0_0"


@pytest.fixture
def org() -> Organisation:
    """A company with one medium task in team 3_7."""
    org = company()
    org.task()
    return org


def page(org: Organisation, task_id: str = TASK) -> str:
    row = org.snapshot.task(task_id)
    assert row is not None
    assert row.wiki_path is not None
    return (org.tree.read(row.wiki_path) or b"").decode()


def test_a_title_changes_in_the_index_and_on_the_page(org: Organisation) -> None:
    """The page stays where it is."""
    before = org.snapshot.task(TASK)
    change = org.do("set_task", "captain", task_id=TASK, field="title", value="Write the guide")
    row = org.snapshot.task(TASK)
    assert before is not None
    assert row is not None
    assert (row.title, row.wiki_path) == ("Write the guide", before.wiki_path)
    assert change.message == f"Title of {TASK}: Write the guide."
    assert f"# {TASK} Write the guide\n" in page(org)
    assert "**Size:** medium" in page(org)


def test_a_due_day_is_set_moved_and_taken_away(org: Organisation) -> None:
    """The page shows it as long as there is one."""
    untouched = page(org)
    org.do("set_task", "captain", task_id=TASK, field="due", value="2026-02-01")
    assert "**Budget:** 50.00 SC  \n**Due:** 2026-02-01\n" in page(org)
    org.do("set_task", "captain", task_id=TASK, field="due", value="2026-03-01")
    assert "**Due:** 2026-03-01\n" in page(org)
    row = org.snapshot.task(TASK)
    assert row is not None
    assert str(row.due) == "2026-03-01"
    org.do("set_task", "captain", task_id=TASK, field="due", value="none")
    assert page(org) == untouched


def test_the_size_sets_the_budget_until_work_begins(org: Organisation) -> None:
    """Whoever began, began for that budget."""
    org.do("set_task", "captain", task_id=TASK, field="size", value="large")
    row = org.snapshot.task(TASK)
    assert row is not None
    assert (row.size, row.budget_sc) == ("large", Decimal("100.00"))
    assert "**Size:** large" in page(org)
    assert "**Budget:** 100.00 SC" in page(org)
    org.seats(TASK, "maria", "jonas").session(TASK, "maria", "jonas")
    refusal = org.refused("set_task", "captain", task_id=TASK, field="size", value="small")
    assert (refusal.reason, refusal.code) == (Reason.RULE, "work_began")
    org.do("set_task", "captain", task_id=TASK, field="title", value="Still ours to name")


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("title", "Draft the guide", "no_change"),
        ("title", "two\nlines", "one_line"),
        ("due", "2025-12-31", "due_past"),
        ("due", "tomorrow", "bad_argument"),
        ("due", "none", "no_change"),
        ("size", "huge", "bad_argument"),
        ("size", "medium", "no_change"),
        ("status", "done", "bad_argument"),
    ],
)
def test_values_that_a_task_can_not_have(org: Organisation, field: str, value: str, code: str) -> None:
    """Each with the argument that is wrong."""
    refusal = org.refused("set_task", "captain", task_id=TASK, field=field, value=value)
    assert refusal.code == code
    assert refusal.field in ("value", "field")


def test_a_task_that_is_over_stays_as_it_was(org: Organisation) -> None:
    """Neither its fields nor its seats change."""
    org.do("cancel_task", "captain", task_id=TASK, reason="not needed")
    assert org.refused("set_task", "captain", task_id=TASK, field="title", value="Other").code == "task_over"
    assert org.refused("assign_task", "captain", task_id=TASK, alias="maria").code == "task_over"


def test_tasks_of_another_team_are_not_the_captains(org: Organisation) -> None:
    """The refusal says whose they are."""
    for command, values in (("set_task", {"field": "size", "value": "small"}), ("assign_task", {"alias": "maria"})):
        refusal = org.refused(command, "designer", task_id=TASK, **values)
        assert refusal.reason is Reason.FORBIDDEN
        assert "captain of 3_7 (captain)" in refusal.hint


def test_a_seat_is_given_to_somebody(org: Organisation) -> None:
    """The first free one, or the one named; the log says by whom."""
    change = org.do("assign_task", "captain", task_id=TASK, alias="maria")
    assert change.message == f"maria has the attacker's seat of {TASK} now."
    org.do("assign_task", "captain", task_id=TASK, alias="jonas", seat="defender")
    row = org.snapshot.task(TASK)
    assert row is not None
    assert (row.attacker, row.defender, row.status) == ("maria", "jonas", "claimed")
    claims = (org.tree.read("work/task_claimed.csv") or b"").decode().splitlines()[1:]
    assert [line.split(",")[2:] for line in claims] == [
        ["maria", "attacker", "assign", "by captain"],
        ["jonas", "defender", "assign", "by captain"],
    ]


def test_a_mission_leader_assigns_too(org: Organisation) -> None:
    """On the tasks of their objective."""
    org.do("set_objective", objective_id="5_7_0", field="mission_leader", value="maria")
    org.do("assign_task", "maria", task_id=TASK, alias="jonas")
    assert org.refused("set_task", "maria", task_id=TASK, field="size", value="small").reason is Reason.FORBIDDEN


def test_a_taken_seat_changes_hands_while_no_session_runs(org: Organisation) -> None:
    """Sessions keep their pair."""
    org.owner("ana", "4_2_3")
    org.seats(TASK, "maria", "jonas")
    both = org.refused("assign_task", "captain", task_id=TASK, alias="ana")
    assert (both.code, both.field) == ("seat_taken", "seat")
    org.do("start_work", "maria", task_id=TASK)
    running = org.refused("assign_task", "captain", task_id=TASK, alias="ana", seat="defender")
    assert running.code == "session_running"
    org.do("start_work", "jonas", task_id=TASK)
    org.do("stop_work", "maria", notes="Half of it.", at=org.wait(minutes=30).now)
    change = org.do("assign_task", "captain", task_id=TASK, alias="ana", seat="defender")
    assert change.data["replaced"] == "jonas"
    row, clock = org.snapshot.task(TASK), org.snapshot.session("s_1")
    assert row is not None
    assert clock is not None
    assert (row.defender, clock.defender) == ("ana", "jonas")
    assert org.ask("my_tasks", "jonas").data["tasks"] == []


def test_a_free_seat_can_be_given_beside_a_running_session(org: Organisation) -> None:
    """As it can be claimed; who has it confirms."""
    org.do("claim_task", "maria", task_id=TASK)
    org.do("start_work", "maria", task_id=TASK)
    org.do("assign_task", "captain", task_id=TASK, alias="jonas")
    org.do("start_work", "jonas", task_id=TASK)


def test_a_seat_that_was_given_and_not_used_becomes_free(org: Organisation) -> None:
    """Fourteen days after it was given, not after the task was made."""
    org.wait(days=10).do("assign_task", "captain", task_id=TASK, alias="maria")
    org.wait(days=10).settle()
    assert len(org.ask("my_tasks", "maria").data["tasks"]) == 1
    org.wait(days=5).settle()
    assert org.ask("my_tasks", "maria").data["tasks"] == []


def test_who_could_not_claim_can_not_be_assigned(org: Organisation) -> None:
    """License, role, seats held, both seats, unknown."""
    org.owner("watcher", license_="watch").owner("ana")
    assert org.refused("assign_task", "captain", task_id=TASK, alias="watcher").code == "license"
    assert org.refused("assign_task", "captain", task_id=TASK, alias="ana").code == "no_role"
    assert org.refused("assign_task", "captain", task_id=TASK, alias="nobody").code == "not_found"
    org.do("claim_task", "maria", task_id=TASK)
    twice = org.refused("assign_task", "captain", task_id=TASK, alias="maria", seat="defender")
    assert (twice.code, twice.hint) == ("already_claimed", "Nobody holds both.")
    for _ in range(5):
        org.do("assign_task", "captain", task_id=org.task(), alias="jonas")
    full = org.refused("assign_task", "captain", task_id=TASK, alias="jonas")
    assert (full.reason, full.code) == (Reason.RULE, "too_many_seats")
