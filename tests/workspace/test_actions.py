"""What each acting key composes, and why it does nothing where it does nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from smartup_tui.catalogue.grammar import Parsed, parse
from smartup_tui.ledger.rows import TaskBudget
from smartup_tui.workspace.actions import Action, compose, hindrance
from smartup_tui.workspace.view import Clock

NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)


def task(attacker: str | None = None, defender: str | None = None, status: str = "open") -> TaskBudget:
    return TaskBudget(
        task_id="6_1_2_0",
        title="Draft",
        objective_id="5_1_2",
        team_id="3_1",
        size="large",
        budget_sc=Decimal(100),
        attacker=attacker,
        defender=defender,
        status=status,
        due=None,
        wiki_path="wiki/x.md",
        created_by="aisha",
        created_at=NOW,
    )


def clock(task_id: str) -> Clock:
    return Clock("s_1", task_id, "Draft", "jonas", NOW, confirmed=True)


@pytest.mark.parametrize(
    ("action", "seen", "running", "said"),
    [
        (Action.CLAIM, None, None, "Choose a task first."),
        (Action.CLAIM, task("maria"), None, "You hold the attacker's seat of 6_1_2_0 already."),
        (Action.CLAIM, task("a", "b"), None, "Both seats of 6_1_2_0 are taken."),
        (Action.CLAIM, task(status="completed"), None, "6_1_2_0 is completed."),
        (Action.CLAIM, task("a"), None, None),
        (Action.START, task(), None, "You hold no seat of 6_1_2_0; claim one first."),
        (Action.START, task("maria"), clock("6_1_2_0"), "Your clock runs on this task."),
        (Action.START, task("maria"), clock("6_1_2_9"), "Your clock runs on 6_1_2_9; stop work first."),
        (Action.START, task("maria"), None, None),
        (Action.STOP, None, None, "Your clock is not running."),
        (Action.STOP, None, clock("6_1_2_9"), None),
        (Action.RELEASE, task("maria"), clock("6_1_2_0"), "Your clock runs on 6_1_2_0; stop work first."),
        (Action.RELEASE, task("maria"), clock("6_1_2_9"), None),
        (Action.RELEASE, task("a", "b"), None, "You hold no seat of 6_1_2_0; claim one first."),
    ],
)
def test_what_stands_in_the_way(
    action: Action, seen: TaskBudget | None, running: Clock | None, said: str | None
) -> None:
    assert hindrance(action, seen, "maria", running) == said


@pytest.mark.parametrize(
    ("action", "text", "at_once"),
    [
        (Action.CLAIM, "!claim_task 6_1_2_0 defender", True),
        (Action.START, "!start_work 6_1_2_0", False),
        (Action.RELEASE, "!release_task 6_1_2_0 ", False),
        (Action.STOP, "!stop_work ", False),
    ],
)
def test_a_key_composes_a_command_and_only_a_claim_may_go_at_once(action: Action, text: str, at_once: bool) -> None:
    composed = compose(action, task("jonas"))
    assert composed.text == text
    assert composed.may_go_at_once is at_once
    whole = text if composed.complete else f"{text}because"
    assert isinstance(parse(whole), Parsed)


def test_minutes_of_a_clock_over_midnight() -> None:
    late = Clock("s_1", "6_1_2_0", "Draft", None, NOW - timedelta(days=1), confirmed=False)
    assert late.minutes(NOW) == 24 * 60
    assert late.minutes_today(NOW) == 14 * 60  # the UTC day began 14 hours ago
