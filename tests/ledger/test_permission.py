"""Who may give which command, and that a refusal names who may."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from smartup_tui.catalogue.commands import CATALOGUE
from smartup_tui.catalogue.model import Argument, Command, Kind, Tier
from smartup_tui.ledger import tables
from smartup_tui.ledger.actor import Actor, identify
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Refusal
from smartup_tui.ledger.permission import entitled_assessors, entitled_validators, permitted, place_of
from smartup_tui.ledger.snapshot import Snapshot
from tests.ledger.files import ORGANISATION, clock, ledger, objective, owner, role, task

ORG = Snapshot(ledger(ORGANISATION))
COMMENT = Command("comment", Tier.OWNERS, "s", "e", writes=("master-events",))
REDEEM = Command("redeem", Tier.OWNERS, "s", "e", writes=("redemptions",))
ASSIGN_TASK = Command(
    "assign_task", Tier.TEAMCAPTAIN, "s", "e", (Argument("task_id", Kind.TASK, "t"),), writes=("task-budgets",),
    mission_leader=True, subject="task_id",
)  # fmt: skip
COMMANDS: Mapping[str, Command] = {
    **CATALOGUE, "comment": COMMENT, "redeem": REDEEM, "assign_task": ASSIGN_TASK,
}  # fmt: skip


def actor(alias: str, snapshot: Snapshot = ORG) -> Actor:
    found = identify(snapshot, alias)
    assert isinstance(found, Actor)
    return found


def ask(alias: str, name: str, snapshot: Snapshot = ORG, **values: Any) -> Refusal | None:
    command = COMMANDS[name]
    return permitted(command, actor(alias, snapshot), snapshot, Arguments(command, values))


CASES: list[tuple[str, str, dict[str, Any], bool]] = [
    ("walter", "wallet", {}, True),
    ("newcomer", "open_roles", {}, True),
    ("walter", "comment", {}, True),
    ("maria", "claim_task", {"task_id": "6_1_2_0"}, True),
    ("captain", "claim_task", {"task_id": "6_1_2_0"}, True),
    ("robbert_founder", "claim_task", {"task_id": "6_1_2_0"}, True),
    ("newcomer", "claim_task", {"task_id": "6_1_2_0"}, False),
    ("walter", "claim_task", {"task_id": "6_1_2_0"}, False),
    ("newcomer", "stop_work", {"notes": "x"}, True),
    ("newcomer", "release_task", {"task_id": "6_1_2_0", "reason": "x"}, True),
    ("captain", "create_task", {"objective_id": "5_1_2"}, True),
    ("other_captain", "create_task", {"objective_id": "5_1_2"}, False),
    ("chief", "create_task", {"objective_id": "5_1_2"}, True),
    ("robbert_founder", "create_task", {"objective_id": "5_0"}, True),
    ("captain", "create_task", {"objective_id": "5_0"}, False),
    ("leader", "create_task", {"objective_id": "5_1_2"}, False),
    ("leader", "set_objective", {"objective_id": "5_1_2"}, True),
    ("leader", "set_objective", {"objective_id": "5_2_0"}, False),
    ("leader", "assign_task", {"task_id": "6_1_2_0"}, True),
    ("leader", "assess_work", {"session_id": "s_1"}, True),
    ("captain", "assess_work", {"session_id": "s_1"}, True),
    ("other_captain", "assess_work", {"session_id": "s_1"}, False),
    ("newcomer", "assess_work", {"session_id": "s_1"}, False),
    ("other_captain", "validate_sc", {"pending_id": "g_1"}, True),
    ("leader", "validate_sc", {"pending_id": "g_1"}, False),
    ("captain", "create_owner", {}, True),
    ("maria", "create_owner", {}, False),
    ("captain", "create_objective", {"parent": "3_7"}, True),
    ("captain", "create_objective", {"parent": "organisation"}, False),
    ("other_captain", "create_objective", {"parent": "3_7"}, False),
    ("captain", "assign_role", {"role_id": "4_2_7"}, True),
    ("captain", "assign_role", {"role_id": "4_3_2"}, False),
    ("captain", "award_sk", {"entity_id": "6_1_2_0"}, True),
    ("captain", "record_treasury", {}, False),
    ("chief", "record_treasury", {}, True),
    ("chief", "bootstrap_teams", {}, False),
    ("robbert_founder", "bootstrap_teams", {}, True),
    ("engelbot", "settle", {}, True),
    ("engelbot", "wallet", {}, True),
    ("engelbot", "claim_task", {"task_id": "6_1_2_0"}, False),
    ("paused", "wallet", {}, True),
    ("paused", "stop_work", {"notes": "x"}, True),
    ("paused", "redeem", {}, True),
    ("paused", "comment", {}, False),
    ("paused", "claim_task", {"task_id": "6_1_2_0"}, False),
    ("gone", "wallet", {}, True),
    ("gone", "redeem", {}, True),
    ("gone", "open_tasks", {}, False),
    ("gone", "stop_work", {"notes": "x"}, False),
]


@pytest.mark.parametrize(("alias", "name", "values", "allowed"), CASES)
def test_who_may(alias: str, name: str, values: dict[str, Any], allowed: bool) -> None:
    refusal = ask(alias, name, **values)
    assert (refusal is None) is allowed
    if refusal is not None:
        assert refusal.message.endswith(".")


def test_a_refusal_names_who_may_do_it() -> None:
    refusal = ask("newcomer", "assess_work", session_id="s_1")
    assert refusal is not None
    assert refusal.message == "You can't use !assess_work on s_1."
    assert (
        refusal.hint == "The captain of 3_7 (captain), the mission leader (leader), the leadership or the founder can."
    )
    assert refusal.reason.value == "forbidden"
    watch = ask("walter", "claim_task", task_id="6_1_2_0")
    assert watch is not None
    assert "work license" in watch.message
    no_role = ask("newcomer", "claim_task", task_id="6_1_2_0")
    assert no_role is not None
    assert "!open_roles" in no_role.hint


def test_somebody_who_is_not_in_the_book_of_owners() -> None:
    found = identify(ORG, "stranger")
    assert isinstance(found, Refusal)
    assert found.code == "unknown_owner"


def test_an_empty_ledger_can_be_registered_and_nothing_else() -> None:
    empty = Snapshot(ledger())
    assert actor("robbert_founder", empty).is_bootstrap
    assert ask("robbert_founder", "register_smartup", empty) is None
    assert ask("robbert_founder", "wallet", empty) is not None


def test_the_captain_of_the_leadership_team_has_leadership_powers() -> None:
    snapshot = Snapshot(
        ledger({tables.OWNERS: [owner("first")], tables.ROLES: [role("4_1_1", "team_captain", "first", "3_1")]})
    )
    assert actor("first", snapshot).is_leadership


def test_an_inactive_role_gives_nothing() -> None:
    from dataclasses import replace

    roles = [replace(role("4_1_7", "team_captain", "captain"), status="closed")]
    snapshot = Snapshot(ledger({tables.OWNERS: [owner("captain")], tables.ROLES: roles}))
    assert not actor("captain", snapshot).is_captain


def test_who_is_left_to_assess_and_validate() -> None:
    found = ORG.task("6_1_2_0")
    assert found is not None
    assert entitled_assessors(ORG, found) == {"captain", "leader", "chief", "robbert_founder"}
    assert entitled_assessors(ORG, found, without=["captain", None]) == {"leader", "chief", "robbert_founder"}
    assert entitled_validators(ORG, without=["chief"]) == {"captain", "other_captain", "robbert_founder"}


def test_in_a_small_organisation_any_working_owner_who_took_no_part_assesses() -> None:
    snapshot = Snapshot(
        ledger(
            {
                tables.OWNERS: [owner("maria"), owner("jonas"), owner("tess"), owner("walter", "watch")],
                tables.ROLES: [role("4_1_7", "team_captain", "maria")],
                tables.OBJECTIVES: [objective("5_1_2", "T")],
                tables.TASKS: [task("6_1_2_0", "T", "maria", "jonas")],
                tables.CLOCK: [clock("s_1")],
            }
        )
    )
    assert ask("tess", "assess_work", snapshot, session_id="s_1") is None
    assert ask("jonas", "assess_work", snapshot, session_id="s_1") is not None
    assert ask("walter", "assess_work", snapshot, session_id="s_1") is not None


@pytest.mark.parametrize(
    ("entity_id", "place"),
    [
        ("6_1_2_0", ("3_7", "5_1_2")),
        ("5_0", (None, "5_0")),
        ("3_7", ("3_7", None)),
        ("4_3_2", ("3_2", None)),
        ("s_1", ("3_7", "5_1_2")),
        ("g_1", ("3_7", "5_1_2")),
        ("g_99", (None, None)),
        ("a_1", (None, None)),
        ("maria", (None, None)),
    ],
)
def test_where_a_thing_belongs(entity_id: str, place: tuple[str | None, str | None]) -> None:
    assert place_of(ORG, entity_id) == place
