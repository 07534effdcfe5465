"""What owners are told when they ask."""

from __future__ import annotations

from typing import Any

import pytest

from smartup_tui.ledger.change import Reason
from smartup_tui.toolbox.result import plain
from tests.support.organisation import FOUNDER, Organisation, company

TASK = "6_7_0_0"


@pytest.fixture
def org() -> Organisation:
    """A company whose task 6_7_0_0 has maria and jonas on its seats; two more are open."""
    org = company()
    org.task()
    org.task("small", "Answer the newcomers")
    org.task("complex", "Rebuild the index")
    return org.seats(TASK, "maria", "jonas")


def _ids(data: Any) -> list[str]:
    return [task["id"] for task in data["tasks"]]


def test_my_tasks_has_the_running_one_first(org: Organisation) -> None:
    """With my seat, the status and the budget."""
    org.do("claim_task", "maria", task_id="6_7_0_1", seat="defender")
    org.do("claim_task", "designer", task_id="6_7_0_1")
    org.do("start_work", "maria", task_id="6_7_0_1")
    answer = org.ask("my_tasks", "maria")
    assert answer.message == "You hold 2 seats."
    assert answer.figures == (
        "6_7_0_1 Answer the newcomers, defender, clock running, 25.00 SC",
        "6_7_0_0 Draft the guide, attacker, claimed, 50.00 SC",
    )
    assert answer.next_step == "Your clock runs on 6_7_0_1; !stop_work ends it."
    first = answer.data["tasks"][0]
    assert (first["id"], first["seat"], first["status"], first["budget"], first["running"]) == (
        "6_7_0_1",
        "defender",
        "in_progress",
        "25.00",
        True,
    )


def test_an_owner_without_seats_is_shown_the_way(org: Organisation) -> None:
    """To the open tasks."""
    answer = org.ask("my_tasks", "designer")
    assert (answer.message, answer.data["tasks"]) == ("You hold no seat now.", [])
    assert "!open_tasks" in (answer.next_step or "")


def test_open_tasks_are_those_with_a_seat_for_me(org: Organisation) -> None:
    """Filtered by team, objective and size."""
    org.do("claim_task", "maria", task_id="6_7_0_1")
    assert _ids(org.ask("open_tasks", "maria").data) == ["6_7_0_2"]
    answer = org.ask("open_tasks", "jonas", within="5_7_0")
    assert _ids(answer.data) == ["6_7_0_1", "6_7_0_2"]
    assert answer.data["tasks"][0]["free"] == ["defender"]
    assert answer.figures[0] == "6_7_0_1 Answer the newcomers, 25.00 SC, free: defender"
    assert answer.next_step == "!claim_task 6_7_0_1 defender takes a seat."
    assert _ids(org.ask("open_tasks", "jonas", within="3_7", size="complex").data) == ["6_7_0_2"]
    assert org.ask("open_tasks", "jonas", within="3_2").message == "No task has a free seat in 3_2 now."


def test_a_long_list_says_how_much_is_left_out(org: Organisation) -> None:
    """Four lines of text, and data that says more."""
    for number in range(60):
        org.do("create_task", objective_id="5_7_0", size="small", title=f"Task {number}", why="It helps.")
    answer = org.ask("open_tasks", "maria")
    assert len(answer.figures) == 4
    assert answer.figures[-1] == "and 59 more"
    assert len(answer.data["tasks"]) == 40
    assert answer.data["more"] is True


def test_a_task_tells_where_it_stands(org: Organisation) -> None:
    """Seats, budget left, sessions, the last hand-over whole."""
    org.session(TASK, "maria", "jonas", minutes=125)
    org.do("assess_work", "captain", session_id="s_1", effort=8, learning=8, collaboration=8, share=40)
    org.do("start_work", "jonas", task_id=TASK)
    answer = org.ask("task", "designer", task_id=TASK)
    assert answer.message == "6_7_0_0 Draft the guide: in progress."
    assert answer.figures == (
        "Attacker maria, defender jonas.",
        "50.00 SC (medium); 60 % not assessed yet.",
        "jonas at work since 11:05 UTC.",
        "Last hand-over: Done and noted.",
    )
    assert answer.data["notes"] == "Done and noted."
    assert answer.data["sessions"][0]["minutes"] == 125
    assert org.ask("task", "designer", task_id="Draft the").data["id"] == TASK


def test_open_roles_are_those_without_a_holder(org: Organisation) -> None:
    """Of all teams or one; a role that was given is gone from the list."""
    answer = org.ask("open_roles", "maria", team="3_3")
    assert answer.message == "3 roles are open in 3_3."
    assert answer.data["roles"][0]["id"] == "4_1_3"
    assert answer.data["roles"][0]["sc_weekly"] == "500.00"
    assert answer.figures[0].startswith("4_1_3 tc_developer, 40+ hrs/week, 500.00 SC weekly, Mobile development")
    assert org.ask("open_roles", "maria", team="3_7").message == "No role is open in 3_7 now."
    assert len(org.ask("open_roles", "maria").figures) == 4


def test_the_wallet_of_the_founder_has_the_tranches_pending(org: Organisation) -> None:
    """Anybody may look; nothing of it is live."""
    answer = org.ask("wallet", "maria", alias=FOUNDER)
    assert answer.message == "The wallet of robbert_founder: 0.00 SC and 0 SK."
    assert answer.figures[1] == "82200.00 SC pending in 3 parts."
    assert [part["amount"] for part in answer.data["sc"]["pending"]] == ["24660.00", "32880.00", "24660.00"]
    assert org.refused("wallet", "maria", alias="ghost").reason is Reason.NOT_FOUND


def test_the_wallet_says_which_window_ends_next(org: Organisation) -> None:
    """And what waits in the queue although its window is over."""
    org.do("record_treasury", event_type="DEPOSIT", amount_eur="1", note="a coin")
    for share in (50, 50):
        session = org.session(TASK, "maria", "jonas")
        award = org.do("assess_work", "captain", session_id=session, effort=9, learning=9, collaboration=9, share=share)
        org.do("validate_sc", "designer", pending_id=award.entity.id, decision="approve")
        org.wait(hours=47)
    answer = org.ask("wallet", "maria")
    assert answer.figures[1] == (
        "42.76 SC pending in 2 parts; the next window ends 2026-01-09 11:00 UTC; 1 past the window, next in the queue."
    )


def test_the_clock_counts_the_utc_day(org: Organisation) -> None:
    """Finished sessions of today and the running one."""
    org.session(TASK, "maria", "jonas", minutes=30)
    assert org.ask("clock", "maria").figures == ("30 min on this UTC day.",)
    org.do("start_work", "maria", task_id=TASK)
    org.wait(minutes=20)
    answer = org.ask("clock", "jonas", alias="maria")
    assert answer.message == "The clock of maria runs on 6_7_0_0 since 09:30 UTC, 20 min."
    assert answer.figures == ("s_2 with nobody yet.", "50 min on this UTC day.")
    assert answer.next_step == "jonas confirms with !start_work 6_7_0_0."
    assert answer.data["running"]["confirmed"] is False
    org.do("start_work", "jonas", task_id=TASK)
    assert org.ask("clock", "maria").figures[0] == "s_2 with jonas."
    org.wait(hours=10)
    org.do("stop_work", "jonas", notes="Late.")
    org.wait(hours=10)
    assert org.ask("clock", "maria").data["today_minutes"] == 0


def test_a_session_over_midnight_counts_on_both_days(org: Organisation) -> None:
    """Its minutes after midnight are today's."""
    org.wait(hours=14, minutes=30)
    org.session(TASK, "maria", "jonas", minutes=60)
    assert org.ask("clock", "maria").data["today_minutes"] == 30


def test_help_lists_what_this_owner_may_use(org: Organisation) -> None:
    """By what they may do; one command in full."""
    org.owner("watcher", license_="watch")
    watcher = org.ask("help", "watcher")
    assert watcher.figures[0].startswith("Ask: !help !my_tasks !open_tasks !task !open_roles !wallet !clock")
    assert not any(line.startswith(("Work:", "Captains:")) for line in watcher.figures)
    worker = org.ask("help", "maria")
    assert any(line.startswith("Work: !claim_task !release_task !start_work !stop_work") for line in worker.figures)
    captain = org.ask("help", "captain")
    assert any(line.startswith("Captains: ") and "!assess_work" in line for line in captain.figures)
    assert not any("!settle" in line for line in org.ask("help").figures)
    one = org.ask("help", "maria", command="stop-work")
    assert one.message == "!stop_work: clock out and hand over; the session goes to review."
    assert "!stop_work" in one.figures[0]
    assert len(one.figures) <= 4
    assert org.refused("help", "maria", command="strat_work").hint == "Did you mean !start_work?"


def test_answers_are_plain_json_without_floats(org: Organisation) -> None:
    """Money as text; what a Matrix event can hold."""
    org.session(TASK, "maria", "jonas")
    for command, values in [
        ("wallet", {}),
        ("my_tasks", {}),
        ("clock", {}),
        ("open_roles", {}),
        ("task", {"task_id": TASK}),
        ("objectives", {}),
        ("objective", {"objective_id": "5_0"}),
        ("teams", {}),
        ("team", {"team_id": "3_7"}),
        ("role", {"role_id": "4_1_2"}),
        ("who", {}),
        ("treasury", {}),
        ("history", {"entity_id": TASK}),
    ]:
        data = org.ask(command, "maria", **values).data
        assert plain(data) == data


def test_a_settled_ledger_has_nothing_due(org: Organisation) -> None:
    """The operation only reports."""
    assert org.ask("settle").message == "Nothing is due."
