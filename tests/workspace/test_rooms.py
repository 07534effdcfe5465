"""The tree of rooms: what hangs where, what it is called, and whose marks are believed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from smartup_tui.matrix.rooms import Invite, Room
from smartup_tui.workspace.reader import Reader
from smartup_tui.workspace.rooms import RoomTree, RowKind, room_tree
from tests.support.organisation import Organisation
from tests.support.owner_home import PROFILE, organisation
from tests.support.quiet_workspace import ENGELBOT, QuietWorkspace, room

OWNER = PROFILE.user_id


@pytest.fixture(scope="module")
def org() -> Organisation:
    return organisation()


@pytest.fixture
def reader(tmp_path: Path, org: Organisation) -> Iterator[Reader]:
    workspace = QuietWorkspace(tmp_path, None, org)
    assert workspace.reader is not None
    yield workspace.reader
    workspace.stop()


def space(room_id: str, name: str, *children: str, entity: str | None = None) -> Room:
    return room(room_id, name, "space", entity, space=True, children=children)


def tree(rooms: Sequence[Room], reader: Reader | None = None, invites: Sequence[Invite] = ()) -> RoomTree:
    return room_tree(rooms, invites, reader, owner=OWNER, engelbot=(ENGELBOT,))


def outline(found: RoomTree) -> list[str]:
    return ["  " * row.depth + row.name for row in found.rows]


def test_spaces_hold_their_rooms_in_the_order_of_their_ids(reader: Reader) -> None:
    rooms = [
        room("!t10", "6_1_0_10 Tenth", "task", "6_1_0_10"),
        space("!root", "Smartup Zero", "!g6", "!g2", "!gone"),
        space("!g6", "6 Tasks", "!odd", "!t10", "!t2", entity="6_tasks"),
        space("!g2", "2 Workplace", "!work", entity="2_workplace"),
        room("!work", "2 Workplace", "group", "2_workplace"),
        room("!t2", "6_1_0_0 An older title", "task", "6_1_0_0"),
        room("!odd", "Odds and ends"),
        room("!desk", "Desk of maria", "desk", owner=OWNER),
        room("!alone", "A room of friends", marked_by=None),
    ]
    assert outline(tree(rooms, reader)) == [
        "Your desk with Engelbot",
        "Smartup Zero",
        "  2 Workplace",
        "    2 Workplace",
        "  6 Tasks",
        "    6_1_0_0 Draft the owners' guide",  # as the ledger calls it now
        "    6_1_0_10 Tenth",
        "    Odds and ends",
        "Other rooms",
        "  A room of friends",
    ]


def test_only_engelbots_marks_are_believed(reader: Reader) -> None:
    fake = room("!fake", "Send me your SC", "task", "6_1_0_0", marked_by="@mallory:elsewhere.example")
    desk = room("!desk", "A desk", "desk", owner=OWNER, marked_by="@mallory:elsewhere.example")
    found = tree([fake, desk], reader)
    assert outline(found) == ["Other rooms", "  A desk", "  Send me your SC"]
    assert found.of("6_1_0_0") is None
    assert {row.kind for row in found.rows} == {RowKind.HEADING, RowKind.ROOM}


def test_an_invitation_names_its_inviter_before_what_the_inviter_calls_the_room() -> None:
    found = tree(
        [], None, [Invite("!x", "Free SC, from @engelbot", "@mallory:elsewhere.example", encrypted=True, space=False)]
    )
    assert outline(found) == ["Invitations", "  @mallory:elsewhere.example: Free SC, from @engelbot"]
    assert found.rows[1].note == "encrypted"


def test_an_invitation_to_a_room_without_a_name_says_so() -> None:
    found = tree([], None, [Invite("!x", "!x", "@jonas:smartup0.org", encrypted=False, space=False)])
    assert outline(found) == ["Invitations", "  @jonas:smartup0.org: a room without a name"]


def test_spaces_in_a_ring_and_a_room_in_two_spaces_are_shown_once() -> None:
    rooms = [space("!a", "A", "!b", "!r"), space("!b", "B", "!a", "!r"), room("!r", "R")]
    assert outline(tree(rooms)) == ["Other rooms", "  A", "    B", "      R"]


def test_folding_and_filtering() -> None:
    rooms = [
        space("!root", "Smartup Zero", "!g", "!h"),
        space("!g", "6 Tasks", *(f"!t{n}" for n in range(40)), entity="6_tasks"),
        space("!h", "2 Workplace", "!s", entity="2_workplace"),
        room("!s", "Secret plans", encrypted=True),
        *(room(f"!t{n}", f"6_1_0_{n} Task {n}", "task", f"6_1_0_{n}") for n in range(40)),
    ]
    found = tree(rooms)
    assert found.folded_at_first() == {"!g"}
    assert [row.name for row in found.shown({"!g"})] == ["Smartup Zero", "2 Workplace", "Secret plans", "6 Tasks"]
    assert [row.name for row in found.shown({"!root"})] == ["Smartup Zero"]
    assert [row.name for row in found.shown({"!g"}, "task 39")] == ["Smartup Zero", "6 Tasks", "6_1_0_39 Task 39"]
    assert [row.name for row in found.shown((), "encrypted")] == ["Smartup Zero", "2 Workplace", "Secret plans"]
    assert found.shown((), "nowhere") == []
    above = found.above("!t7")
    assert above is not None
    assert above.id == "!g"
    assert found.above("!root") is None
    row = found.of("6_1_0_7")
    assert row is not None
    assert row.id == "!t7"


def test_closed_and_foreign_desks_say_so() -> None:
    rooms = [
        room("!old", "Old room", replaced_by="!new"),
        room("!other", "Desk", "desk", owner="@jonas:smartup0.org"),
    ]
    found = tree(rooms)
    assert [(row.name, row.note) for row in found.rows[1:]] == [
        ("Desk of @jonas:smartup0.org", ""),
        ("Old room", "closed"),
    ]
