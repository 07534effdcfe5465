"""Objectives and tasks: ids, places, pages and ticks."""

from __future__ import annotations

from decimal import Decimal

import pytest

from smartup_tui.ledger import pages
from smartup_tui.ledger.change import Reason
from smartup_tui.ledger.rows import Objective
from tests.support.organisation import FOUNDER, Organisation, company, edited


@pytest.fixture
def org() -> Organisation:
    """A company with objective 5_0 and its child 5_7_0 of team 3_7."""
    org = company()
    org.do("create_objective", parent="organisation", title="SmartupOS MVP ready", abstract="All of it.")
    org.do("create_objective", parent="5_0", team="3_7", title="Tasks work", abstract="Create, assign, pay.")
    return org


def _objective(org: Organisation, objective_id: str) -> Objective:
    row = org.snapshot.objective(objective_id)
    assert row is not None
    return row


def _page(org: Organisation, objective_id: str) -> str:
    return (org.tree.read(_objective(org, objective_id).wiki_path or "") or b"").decode()


@pytest.mark.parametrize(
    ("parent", "team", "objective_id", "place"),
    [
        ("organisation", None, "5_1", (None, None)),
        ("5_0", "3_1", "5_1_0", ("5_0", "3_1")),
        ("5_0", "3_7", "5_7_1", ("5_0", "3_7")),
        ("5_0", None, "5_0_0", ("5_0", None)),
        ("5_7_0", None, "5_7_1", ("5_7_0", "3_7")),
        ("5_7_0", "3_2", "5_2_0", ("5_7_0", "3_2")),
        ("3_7", None, "5_7_1", (None, "3_7")),
        ("3_7", "3_7", "5_7_1", (None, "3_7")),
    ],
)
def test_an_objective_gets_the_next_free_id_of_its_place(
    org: Organisation, parent: str, team: str | None, objective_id: str, place: tuple[str | None, str | None]
) -> None:
    """5_N for the organisation, 5_X_Y with the owning team's number."""
    change = org.do("create_objective", parent=parent, team=team, title="A new one", abstract="Why.")
    row = _objective(org, objective_id)
    assert change.entity.id == objective_id
    assert (row.parent_id, row.team_id) == place
    assert row.status == "active"
    assert "Why." in _page(org, objective_id)


def test_a_child_has_a_box_on_the_page_above(org: Organisation) -> None:
    """And an objective without a parent a link on the home page."""
    assert pages.ticks(_page(org, "5_0")) == {"5_7_0": False}
    assert "(<5_0/5_0_smartupos_mvp_ready.md>)" in (org.tree.read("wiki/home.md") or b"").decode()


def test_who_attacks_and_who_defends_follows_the_level(org: Organisation) -> None:
    """As the record's table of levels has it."""
    assert (_objective(org, "5_0").attacker, _objective(org, "5_0").defender) == ("2_workplace", "1_general_forum")
    assert _objective(org, "5_7_0").attacker == "3_1_leadership_team"


@pytest.mark.parametrize(
    ("actor", "parent", "team", "code"),
    [
        (FOUNDER, "organisation", "3_7", "team_and_organisation"),
        (FOUNDER, "3_7", "3_2", "two_teams"),
        (FOUNDER, "5_99", None, "not_found"),
        ("captain", "organisation", None, "not_permitted"),
        ("captain", "3_2", None, "not_permitted"),
        ("maria", "3_7", None, "not_permitted"),
    ],
)
def test_objectives_that_can_not_be_opened(
    org: Organisation, actor: str, parent: str, team: str | None, code: str
) -> None:
    """Wrong places and wrong people."""
    refusal = org.refused("create_objective", actor, parent=parent, team=team, title="A new one", abstract="Why.")
    assert refusal.code == code


def test_nothing_opens_below_what_is_over(org: Organisation) -> None:
    """Neither objectives nor tasks."""
    org.do("set_objective", objective_id="5_7_0", field="status", value="done")
    below = org.refused("create_objective", parent="5_7_0", title="A new one", abstract="Why.")
    task = org.refused("create_task", objective_id="5_7_0", size="small", title="A task", why="It helps.")
    assert below.code == task.code == "objective_over"
    assert "**Status:** done" in _page(org, "5_7_0")


def test_what_is_reached_is_ticked_on_the_page(org: Organisation) -> None:
    """With the progress said, and taken back if need be."""
    org.do("create_objective", parent="5_0", team="3_5", title="Pages", abstract="Public.")
    change = org.do("set_objective", objective_id="5_0", field="tick", value="5_5_0")
    assert change.message == "5_5_0 is reached on 5_0; 1 of 2 reached."
    assert pages.ticks(_page(org, "5_0")) == {"5_7_0": False, "5_5_0": True}
    assert org.refused("set_objective", objective_id="5_0", field="tick", value="5_5_0").code == "no_change"
    org.do("set_objective", objective_id="5_0", field="untick", value="`5_5_0`")
    assert pages.ticks(_page(org, "5_0")) == {"5_7_0": False, "5_5_0": False}
    assert org.refused("set_objective", objective_id="5_0", field="untick", value="5_5_0").code == "no_change"
    stranger = org.refused("set_objective", objective_id="5_7_0", field="tick", value="5_5_0")
    assert (stranger.reason, stranger.code) == (Reason.NOT_FOUND, "not_a_child")


@pytest.mark.parametrize(
    ("field", "value", "on_page"),
    [
        ("title", "A better title: [x]", "# 5_0 A better title: [x]"),
        ("phase", "validation", "**Phase:** validation"),
        ("attacker", "1_general_forum", "- **Attacker**: 1_general_forum"),
        ("defender", "3_1_leadership_team", "- **Defender**: 3_1_leadership_team"),
        ("status", "cancelled", "**Status:** cancelled"),
    ],
)
def test_a_field_is_changed_in_the_index_and_on_the_page(
    org: Organisation, field: str, value: str, on_page: str
) -> None:
    """Both say the same; the page stays whole."""
    org.do("set_objective", objective_id="5_0", field=field, value=value)
    assert getattr(_objective(org, "5_0"), field) == value
    page = _page(org, "5_0")
    assert on_page in page.splitlines() or f"{on_page}  " in page.splitlines()
    assert pages.section(page, "Abstract") == "All of it."
    assert org.refused("set_objective", objective_id="5_0", field=field, value=value).code == "no_change"


def test_a_mission_leader_is_set_by_the_captain_once_they_have_the_karma(org: Organisation) -> None:
    """The founder may waive the threshold while bootstrapping; the leader can not choose a successor."""
    low = org.refused("set_objective", "captain", objective_id="5_7_0", field="mission_leader", value="maria")
    assert (low.reason, low.code) == (Reason.RULE, "threshold")
    assert low.message == "Leading 5_7_0 asks for 200 SK; maria has 0."
    change = org.do("set_objective", objective_id="5_7_0", field="mission_leader", value="@Maria")
    assert change.audit[0].result == "waived"
    assert _objective(org, "5_7_0").mission_leader == "maria"
    assert "- **Mission leader**: maria" in _page(org, "5_7_0")
    own = org.refused("set_objective", "maria", objective_id="5_7_0", field="mission_leader", value="jonas")
    assert own.reason is Reason.FORBIDDEN
    org.do("set_objective", "maria", objective_id="5_7_0", field="phase", value="validation")
    org.do("set_objective", "captain", objective_id="5_7_0", field="mission_leader", value="none")
    assert _objective(org, "5_7_0").mission_leader is None


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("status", "finished", "bad_status"),
        ("mission_leader", "nobody", "no_change"),
        ("mission_leader", "ghost", "not_found"),
        ("mission_leader", "watcher", "license"),
        ("attacker", "x" * 81, "too_long"),
        ("title", "two\nlines", "one_line"),
        ("colour", "blue", "bad_argument"),
        ("tick", "6_9_9_9", "not_a_child"),
    ],
)
def test_fields_that_can_not_be_set(org: Organisation, field: str, value: str, code: str) -> None:
    """Each for its reason."""
    org.owner("watcher", license_="watch")
    assert org.refused("set_objective", objective_id="5_0", field=field, value=value).code == code


def test_a_task_has_the_budget_of_its_size(org: Organisation) -> None:
    """Page, row, and ids that count up under the objective."""
    sizes = {"small": "25.00", "medium": "50.00", "large": "100.00", "complex": "200.00"}
    for number, (size, budget) in enumerate(sizes.items()):
        change = org.do(
            "create_task", "captain", objective_id="5_7_0", size=size, title="Draft", why="It helps.", due="2026-02-01"
        )
        task = org.snapshot.task(f"6_7_0_{number}")
        assert task is not None
        assert (task.budget_sc, task.status, task.team_id) == (Decimal(budget), "open", "3_7")
        assert change.data["budget"] == budget
        page = (org.tree.read(task.wiki_path or "") or b"").decode()
        assert pages.section(page, "Why") == "It helps."
        assert "**Due:** 2026-02-01" in page


@pytest.mark.parametrize(
    ("actor", "changed", "code"),
    [
        (FOUNDER, {"objective_id": "5_0"}, "no_tasks_here"),
        (FOUNDER, {"objective_id": "5_8_0"}, "not_found"),
        (FOUNDER, {"due": "2025-12-31"}, "due_past"),
        (FOUNDER, {"due": "tomorrow"}, "bad_argument"),
        (FOUNDER, {"size": "huge"}, "bad_argument"),
        (FOUNDER, {"title": None}, "missing_argument"),
        ("designer", {}, "not_permitted"),
        ("maria", {}, "not_permitted"),
    ],
)
def test_tasks_that_can_not_be_opened(org: Organisation, actor: str, changed: dict[str, str | None], code: str) -> None:
    """Wrong places, wrong days, wrong people."""
    values: dict[str, str | None] = {"objective_id": "5_7_0", "size": "small", "title": "Draft", "why": "It helps."}
    assert org.refused("create_task", actor, **(values | changed)).code == code


def test_a_size_without_a_budget_in_the_policy(org: Organisation) -> None:
    """Named, and nothing is opened."""
    again = edited(org, "policies/credit-rates.yml", b"  complex: 200\n", b"")
    refusal = again.refused("create_task", objective_id="5_7_0", size="complex", title="Draft", why="It helps.")
    assert (refusal.reason, refusal.code) == (Reason.RULE, "no_budget")
