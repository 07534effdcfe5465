"""Back and forward: as in a browser, whatever the stops are."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from smartup_tui.workspace.trail import Trail


def test_back_and_forward_are_the_way_that_was_gone() -> None:
    trail = Trail[str]()
    for here in ("today", "tasks", "people"):
        trail.leave(here)
        assert trail.leads_back
    assert [trail.back("learn"), trail.back("people"), trail.back("tasks")] == ["people", "tasks", "today"]
    assert trail.back("today") is None
    assert not trail.leads_back
    assert [trail.forward("today"), trail.forward("tasks"), trail.forward("people")] == ["tasks", "people", "learn"]
    assert trail.forward("learn") is None


def test_who_goes_elsewhere_leaves_what_was_ahead() -> None:
    trail = Trail[str]()
    trail.leave("a")
    assert trail.back("b") == "a"
    trail.leave("a")
    assert trail.forward("c") is None
    assert trail.back("c") == "a"


def test_where_one_stands_already_is_passed_over() -> None:
    trail = Trail[str]()
    for here in ("a", "b", "b"):
        trail.leave(here)
    assert trail.back("b") == "a"  # a jump that led nowhere else
    assert trail.back("a") is None
    assert trail.forward("a") == "b"


@settings(max_examples=50)
@given(st.lists(st.integers(), min_size=2, max_size=150, unique=True))
def test_the_last_hundred_are_kept(way: list[int]) -> None:
    trail = Trail[int]()
    for here in way[:-1]:
        trail.leave(here)
    back, here = [], way[-1]
    while (stop := trail.back(here)) is not None:
        here = stop
        back.append(stop)
    assert back == way[-2::-1][:100]
    ahead = []
    while (stop := trail.forward(here)) is not None:
        here = stop
        ahead.append(stop)
    assert ahead == way[1:][-len(back) :]
