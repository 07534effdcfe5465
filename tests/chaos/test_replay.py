"""What the replay of the simulation would notice: a commit that is more, less or other than its commands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from smartup_tui.ledger.compose import apply
from smartup_tui.ledger.rows import MasterEvent
from smartup_tui.ledger.seal import Sealed
from smartup_tui.ledger.tree import Overlay, Tree, as_base
from smartup_tui.ledger.verify.history import CommitInfo
from tests.chaos.replay import Replay, Told
from tests.support.organisation import Organisation, company

CLAIM, START = ({"task_id": "6_7_0_0", "seat": "attacker"}, {"task_id": "6_7_0_0"})
GIVEN = (("claim_task", "maria", CLAIM), ("start_work", "maria", START))


@pytest.fixture(scope="module")
def before() -> Organisation:
    org = company()
    org.task()
    return org


def commands(before: Organisation) -> tuple[Organisation, list[Sealed], dict[str, Told]]:
    """The commands given one after another, and what was asked."""
    org = Organisation(before.now, before.tree)
    for command, actor, arguments in GIVEN:
        org.do(command, actor, **arguments)
    told = {
        sealed.request_id: Told(command, actor, arguments)
        for sealed, (command, actor, arguments) in zip(org.sealed, GIVEN, strict=True)
    }
    return org, [replace(sealed, script=f"api:{sealed.command}") for sealed in org.sealed], told


def after(before: Tree, batch: list[Sealed], by_hand: Mapping[str, bytes] | None = None) -> Tree:
    tree: Tree = Overlay(before, {})
    for sealed in batch:
        tree = apply(tree, sealed)
    assert isinstance(tree, Overlay)
    return as_base(Overlay(before, {**tree.files, **(by_hand or {})}))


def findings(replay: Replay, trees: tuple[Tree, Tree], batch: list[Sealed]) -> list[str]:
    message = "\n".join(sealed.trailer for sealed in batch)
    moment = datetime(2026, 1, 5, tzinfo=UTC)
    commit = CommitInfo("c0ffee", "toolbox", "t@owners.invalid", "toolbox", message, moment, ())
    rows: list[MasterEvent] = [event for sealed in batch for event in sealed.events]
    return list(replay.step(commit, *trees, rows))


def scripted(batch: list[Sealed]) -> list[Sealed]:
    """With audit rows that name the script, as those of the Toolbox do."""
    return [replace(s, events=tuple(replace(e, script=s.script) for e in s.events)) for s in batch]


def test_a_commit_is_all_of_its_commands_and_nothing_else(before: Organisation) -> None:
    _, batch, told = commands(before)
    batch = scripted(batch)
    whole = after(before.tree, batch)
    assert findings(Replay(told), (before.tree, whole), batch) == []
    page = next(path for path in whole.paths("wiki/6_7/"))
    more = after(before.tree, batch, {page: b"# Another\n"})
    assert page in findings(Replay(told), (before.tree, more), batch)[0]
    less = after(before.tree, batch[:1])
    assert "work_clock.csv" in findings(Replay(told), (before.tree, less), batch)[0]


def test_a_command_is_in_one_commit_and_somebody_asked_for_it(before: Organisation) -> None:
    _, batch, told = commands(before)
    batch = scripted(batch)
    replay, first = Replay(told), after(before.tree, batch[:1])
    assert findings(replay, (before.tree, first), batch[:1]) == []
    assert "a second time" in findings(replay, (first, after(first, batch[1:])), batch[:1])[0]
    assert "nobody asked" in findings(Replay({}), (before.tree, first), batch[:1])[0]
    other = {name: replace(one, actor="jonas") for name, one in told.items()}
    assert findings(Replay(other), (before.tree, first), batch[:1]) != []


def test_what_was_due_comes_first(before: Organisation) -> None:
    org, _, _ = commands(before)
    started, org.sealed = org.tree, []
    org.wait(hours=30)
    org.do("claim_task", "jonas", task_id="6_7_0_0", seat="defender")
    assert len(org.sealed) > 1  # the forgotten clock is closed before
    claim = scripted([replace(org.sealed[-1], script="api:claim_task")])
    told = {claim[0].request_id: Told("claim_task", "jonas", {"task_id": "6_7_0_0", "seat": "defender"})}
    overtaking = (started, after(started, claim))
    assert "which was due" in findings(Replay(told), overtaking, claim)[0]
