"""Which room a command goes to (commands.md, Where a command goes)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from smartup_tui.catalogue.commands import CATALOGUE
from smartup_tui.catalogue.model import Kind
from smartup_tui.matrix.rooms import Room
from smartup_tui.workspace.room_names import room_label
from smartup_tui.workspace.routing import choose_room
from tests.support.owner_home import PROFILE
from tests.support.quiet_workspace import ENGELBOT, ROOMS, room

OWNER = PROFILE.user_id
BOTS = (ENGELBOT,)


def chosen(
    command: str, subject: tuple[Kind, str] | None, team: str | None, rooms: tuple[Room, ...] = ROOMS
) -> str | None:
    found = choose_room(CATALOGUE[command], subject, team, rooms, owner=OWNER, engelbot=BOTS)
    return found.room.room_id if found else None


@pytest.mark.parametrize(
    ("command", "subject", "team", "wanted"),
    [
        ("claim_task", (Kind.TASK, "6_1_0_0"), "3_1", "!guide:x"),  # its own room
        ("claim_task", (Kind.TASK, "6_7_0_1"), "3_7", "!team7:x"),  # else its team's
        ("claim_task", (Kind.TASK, "6_2_0_1"), "3_2", "!work:x"),  # else everyone's
        ("claim_task", None, None, "!work:x"),
        ("wallet", None, None, "!desk:x"),  # asking is nobody else's concern
        ("task", (Kind.TASK, "6_1_0_0"), "3_1", "!desk:x"),
    ],
)
def test_the_room_is_where_it_belongs(
    command: str, subject: tuple[Kind, str] | None, team: str | None, wanted: str
) -> None:
    assert chosen(command, subject, team) == wanted


def test_the_others_can_be_chosen_each_once() -> None:
    found = choose_room(CATALOGUE["claim_task"], (Kind.TASK, "6_1_0_0"), "3_1", ROOMS, owner=OWNER, engelbot=BOTS)
    assert found is not None
    ids = [found.room.room_id, *(r.room_id for r in found.others)]
    assert ids[:4] == ["!guide:x", "!team1:x", "!work:x", "!desk:x"]
    assert sorted(ids) == sorted(r.room_id for r in ROOMS)


@pytest.mark.parametrize("change", [{"encrypted": True}, {"space": True}, {"replaced_by": "!new:x"}])
def test_an_encrypted_or_closed_room_is_never_chosen(change: dict[str, object]) -> None:
    rooms = tuple(replace(r, **change) if r.room_id == "!guide:x" else r for r in ROOMS)  # type: ignore[arg-type]
    assert chosen("claim_task", (Kind.TASK, "6_1_0_0"), "3_1", rooms) == "!team1:x"


def test_a_desk_that_somebody_else_made_is_no_desk() -> None:
    false_desk = room("!false:x", "Desk", "desk", owner=OWNER, marked_by="@mallory:smartup0.org", marked_at=0)
    assert chosen("wallet", None, None, (false_desk,)) is None
    assert chosen("wallet", None, None, (false_desk, *ROOMS)) == "!desk:x"


def test_engelbots_room_is_preferred_to_one_that_only_says_so() -> None:
    false_room = room("!false:x", "6_1_0_0", "task", "6_1_0_0", marked_by="@mallory:smartup0.org", marked_at=0)
    assert chosen("claim_task", (Kind.TASK, "6_1_0_0"), "3_1", (false_room, *ROOMS)) == "!guide:x"


def test_no_room_is_an_answer() -> None:
    assert chosen("claim_task", (Kind.TASK, "6_1_0_0"), "3_1", ()) is None


def test_rooms_are_called_briefly() -> None:
    names = {r.room_id: room_label(r) for r in ROOMS}
    assert names["!guide:x"] == "6_1_0_0"
    assert names["!team1:x"] == "3_1 Leadership Team"
    assert names["!desk:x"] == "your desk"
