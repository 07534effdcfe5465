"""What owners are told about objectives, teams, roles, each other, the treasury and the past."""

from __future__ import annotations

import pytest

from tests.support.organisation import FOUNDER, Organisation, company, edited

TASK = "6_7_0_0"


@pytest.fixture
def org() -> Organisation:
    """A company whose task 6_7_0_0 has maria and jonas on its seats."""
    org = company()
    org.task()
    return org.seats(TASK, "maria", "jonas")


def test_objectives_show_how_far_they_are(org: Organisation) -> None:
    """Ticks of the page for what lies below, tasks for what is worked on."""
    org.do("create_objective", FOUNDER, parent="5_0", team="3_2", title="It looks well", abstract="Design.")
    org.do("set_objective", FOUNDER, objective_id="5_0", field="tick", value="5_2_0")
    answer = org.ask("objectives", "maria")
    assert answer.message == "3 objectives."
    assert answer.figures == (
        "5_0 SmartupOS MVP ready: 1 of 2 reached",
        "5_2_0 It looks well: nothing below it yet",
        "5_7_0 Tasks work: 0 of 1 task completed",
    )
    of_team = org.ask("objectives", "maria", team="3_7")
    assert [row["id"] for row in of_team.data["objectives"]] == ["5_7_0"]
    assert org.ask("objectives", "maria", team="3_6").message == "No objective of 3_6 is active now."


def test_an_objective_lists_its_definition_of_success(org: Organisation) -> None:
    """With what is not reached yet, and who leads."""
    answer = org.ask("objective", "maria", objective_id="SmartupOS MVP")
    assert answer.message == "5_0 SmartupOS MVP ready: active."
    assert answer.figures[:3] == (
        "0 of 1 reached.",
        "Not reached yet: 5_7_0.",
        "Of the organisation; mission leader nobody.",
    )
    assert answer.data["success"] == [{"id": "5_7_0", "title": "Tasks work", "done": False}]
    below = org.ask("objective", "maria", objective_id="5_7_0")
    assert below.figures[0] == "0 of 1 task completed."
    assert [task["id"] for task in below.data["tasks"]] == [TASK]


def test_a_cancelled_task_does_not_count_as_something_to_do(org: Organisation) -> None:
    """Neither as reached nor as missing."""
    org.do("cancel_task", "captain", task_id=TASK, reason="not needed")
    assert org.ask("objective", "maria", objective_id="5_7_0").figures[0] == "Nothing below it yet."


def test_teams_and_their_people(org: Organisation) -> None:
    """Captain, holders, open roles, and where to apply."""
    everything = org.ask("teams", "maria")
    assert everything.message == "7 teams."
    assert len(everything.data["teams"]) == 7
    assert everything.figures[1] == "3_2 Design Team: captain designer, 2 roles open"
    answer = org.ask("team", "maria", team_id="operational team")
    assert answer.message == "3_7 Operational Team."
    assert answer.figures == (
        "Captain: captain.",
        (
            "Roles are held by captain (4_1_7 tc_operational_team), maria (4_2_7 senior_operations) and "
            "jonas (4_3_7 junior_operations)."
        ),
        "No role is open.",
        "Active objectives: 5_7_0.",
    )
    assert org.ask("team", "maria", team_id="3_5").next_step == "!apply 4_2_5 and why, asks for a role."


def test_a_role_says_whether_it_looks_for_somebody(org: Organisation) -> None:
    """And what it asks for."""
    free = org.ask("role", "maria", role_id="4_2_3")
    assert free.message == "4_2_3 senior_developer: senior of 3_3."
    assert free.figures[0] == "Nobody holds it. It looks for somebody."
    assert free.next_step == "!apply 4_2_3 and why, asks for it."
    taken = org.ask("role", "maria", role_id="tc_design")
    assert taken.figures[0] == "Held by designer."
    assert taken.next_step is None
    assert taken.data["sc_weekly"] == "500.00"


def test_who_somebody_is(org: Organisation) -> None:
    """Alias, license, roles, karma; no account and no name."""
    answer = org.ask("who", "jonas", alias="maria")
    assert answer.message == "maria: work license, owner 004."
    assert answer.figures == ("Roles: 4_2_7 senior_operations.", "0 SK.", f"1 seat: {TASK}.")
    assert "@" not in str(answer.data)
    assert org.ask("who", "jonas").data["alias"] == "jonas"
    org.do("award_sk", "captain", alias="maria", category="conflict_resolution", entity_id=TASK, reason="calm")
    org.do("award_sk", "captain", alias="maria", category="conflict_resolution", entity_id="5_7_0", reason="calm")
    assert org.ask("who", "jonas", alias="maria").figures[1] == "50 SK: enough to propose."


def test_the_treasury_before_and_after_there_is_money(org: Organisation) -> None:
    """PENDING first; then the room under the rule, and what can be paid out."""
    empty = org.ask("treasury", "maria")
    assert empty.message == "The treasury holds 0.00 EUR."
    assert empty.figures[0] == "0.00 SC outstanding; PENDING: the treasury holds no money."
    assert empty.data["room"] is None
    org.do("record_treasury", event_type="DEPOSIT", amount_eur="1500", note="licenses")
    filled = org.ask("treasury", "maria")
    assert filled.figures == (
        "0.00 SC outstanding; 0.00 for one EUR.",
        "4500.00 SC can be minted before the 3x rule says no.",
        "No redemption waits.",
        "At most 500.00 EUR can be paid out now; the reserve is 1000.00 EUR.",
    )


def test_the_history_of_a_thing_is_its_audit_rows(org: Organisation) -> None:
    """The newest last, four of them in the text."""
    answer = org.ask("history", "jonas", entity_id=TASK)
    assert answer.message == f"{TASK}: 3 events in the audit trail."
    assert [event["action"] for event in answer.data["events"]] == ["create_task", "claim_task", "claim_task"]
    assert answer.figures[-1] == f"2026-01-05 09:00 UTC, jonas: jonas took the defender's seat of {TASK}."
    for _ in range(3):
        org.do("release_task", "maria", task_id=TASK, reason="away")
        org.do("claim_task", "maria", task_id=TASK)
    many = org.ask("history", "jonas", entity_id=TASK)
    assert many.figures[0] == "6 earlier events"
    assert len(many.figures) == 4
    assert len(many.data["events"]) == 9
    assert org.ask("history", "jonas", entity_id="4_2_3").message == "The audit trail does not name 4_2_3 yet."


def test_an_objective_whose_page_is_lost_is_still_known(org: Organisation) -> None:
    """By its children in the index."""
    row = org.snapshot.objective("5_0")
    assert row is not None
    assert row.wiki_path is not None
    without = edited(org, "work/objectives.csv", row.wiki_path.encode(), b"")
    answer = without.ask("objective", "maria", objective_id="5_0")
    assert answer.data["success"] == [{"id": "5_7_0", "title": "Tasks work", "done": False}]
