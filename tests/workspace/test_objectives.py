"""What the workspace counts of objectives is what `!objective` answers; nothing is lost where places are broken."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from smartup_tui.ledger import tables
from smartup_tui.ledger.index import objectives as index_objectives
from smartup_tui.ledger.index.store import Index
from smartup_tui.workspace import objective_acts as acts
from smartup_tui.workspace.describe_objectives import describe_objective
from smartup_tui.workspace.objective_acts import Act
from smartup_tui.workspace.objective_tree import ELSEWHERE, Folds, ObjectiveTree, is_task
from smartup_tui.workspace.objectives import Forest
from smartup_tui.workspace.places import Places
from smartup_tui.workspace.reader import Reader
from tests.support.organisation import FOUNDER, Organisation
from tests.support.owner_home import PROFILE, make_home, organisation


@pytest.fixture(scope="module")
def org() -> Organisation:
    made = organisation()
    made.do("set_objective", FOUNDER, objective_id="5_0", field="tick", value="5_1_0")
    made.do("set_task", "aisha", task_id="6_7_0_1", field="due", value="2026-05-01")
    made.do("cancel_task", "aisha", task_id="6_7_0_3", reason="Not any more.")
    return made


@pytest.fixture
def reader(tmp_path: Path, org: Organisation) -> Iterator[Reader]:
    home = make_home(tmp_path, org)
    with Index(Places.of(home, "smartup").index) as index:
        yield Reader(index, PROFILE)


def names(tree: ObjectiveTree, folds: Folds) -> list[str | None]:
    return [tree.name(node) for node in tree.lines(folds).nodes]


def test_progress_is_what_the_toolbox_answers(reader: Reader, org: Organisation) -> None:
    forest = Forest(reader)
    for objective_id in forest.branches:
        detail = forest.detail(objective_id)
        assert detail is not None
        answer = org.ask("objective", objective_id=objective_id).data
        found = detail.progress
        assert {
            "ticked": found.ticked,
            "boxes": found.boxes,
            "completed": found.completed,
            "tasks": found.tasks,
        } == answer["progress"]
        assert [(c.entity, c.title, c.reached) for c in detail.success] == [
            (box["id"], box["title"], box["done"]) for box in answer["success"]
        ]


def test_money_and_counts_are_those_of_all_that_stands_below(reader: Reader, org: Organisation) -> None:
    forest = Forest(reader)
    tasks = [task for task in org.snapshot.rows(tables.TASKS) if task.status != "cancelled"]
    paid = [row.amount for row in org.snapshot.rows(tables.PENDING) if row.task_id and row.status == "paid"]
    money = forest.money("5_0")
    assert money.budget == sum(task.budget_sc for task in tasks)
    assert money.paid == sum(paid) > 0
    assert money.left == money.budget - money.paid - money.pending
    assert forest.counts("5_0").tasks == len(tasks)
    assert forest.counts("5_0").by_status["cancelled"] == 1
    assert forest.money("5_1_0").paid == 0
    assert sum(forest.paid_by_month("5_0").values()) == money.paid
    text = describe_objective(detail) if (detail := forest.detail("5_0")) else ""
    assert "1 of 2 reached" in text
    assert "maria" in text
    assert "next due: 6_7_0_1 Index the wiki, 1 May" in text
    assert f"{money.paid:.2f} SC paid" in text


def test_tasks_are_read_when_they_are_unfolded_only(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    read = index_objectives.tasks_under

    def asking(index: Index, objective_id: str) -> object:
        asked.append(objective_id)
        return read(index, objective_id)

    monkeypatch.setattr(index_objectives, "tasks_under", asking)
    tree = ObjectiveTree(reader, Forest(reader))
    assert names(tree, Folds({"5_0"})) == ["5_0", "5_1_0", "5_7_0"]
    assert asked == []
    assert names(tree, Folds({"5_0", "5_1_0"})) == ["5_0", "5_1_0", "6_1_0_0", "6_1_0_1", "5_7_0"]
    assert asked == ["5_1_0"]
    tree.read_all_tasks()
    whole = names(tree, Folds({"5_0", "5_1_0", "5_7_0"}))
    assert (len(whole), asked) == (9, ["5_1_0"])


def test_what_is_looked_for_stands_under_what_it_belongs_to(reader: Reader) -> None:
    tree = ObjectiveTree(reader, Forest(reader))
    lines, hit = tree.narrowed("backup", "", Folds(set()))
    assert [tree.name(node) for node in lines.nodes] == ["5_0", "5_7_0", "6_7_0_0"]
    assert hit is not None
    assert tree.name(hit) == "6_7_0_0"
    kept, _ = tree.narrowed("backup", "6_1_0_1", Folds(set()))
    assert "6_1_0_1" in [tree.name(node) for node in kept.nodes]
    nothing, hit = tree.narrowed("no such words", "", Folds(set()))
    assert (len(nothing), hit) == (0, None)
    assert [tree.name(node) for node in tree.alone("onboarding").nodes] == ["5_0", "5_1_0"]


def test_broken_places_hide_nothing(tmp_path: Path, org: Organisation) -> None:
    home = make_home(tmp_path, org)
    with Index(Places.of(home, "smartup").index, writable=True) as index:
        index.connection.execute("UPDATE objectives SET parent_id = '5_7_0' WHERE objective_id = '5_0'")
        index.connection.execute("UPDATE \"task-budgets\" SET objective_id = '5_9_9' WHERE task_id = '6_1_0_0'")
        reader = Reader(index, PROFILE)
        forest = Forest(reader)
        tree = ObjectiveTree(reader, forest)
        assert forest.roots == ("5_0",)
        everything = {*forest.branches, ""}
        seen = tree.lines(Folds(everything)).nodes
        assert {tree.name(node) for node in seen if node != ELSEWHERE} >= {"5_0", "5_1_0", "5_7_0", "6_1_0_0"}
        assert len(seen) == len(set(seen))
        assert tree.find("6_1_0_0")[1] == ("",)
        assert sum(map(is_task, seen)) == len(org.snapshot.rows(tables.TASKS))
        assert forest.above("5_1_0") == ("5_0",)
        assert forest.counts("5_0").budget > Decimal(0)


def test_keys_say_who_may(reader: Reader) -> None:
    forest = Forest(reader)
    assert "Choose an objective" in (acts.hindrance(reader, forest, Act.CHANGE, "6_7_0_0") or "")
    assert "no tasks of its own" in (acts.hindrance(reader, forest, Act.TASK, "5_0") or "")
    assert "aisha" in (acts.hindrance(reader, forest, Act.TASK, "5_7_0") or "")
    assert "stands below nothing" in (acts.hindrance(reader, forest, Act.TICK, "5_0") or "")
    assert acts.compose(forest, Act.TICK, "5_1_0").text == "!set_objective 5_0 untick 5_1_0"
    assert acts.compose(forest, Act.TICK, "5_7_0").text == "!set_objective 5_0 tick 5_7_0"
