"""Rooms of the lab on a real Synapse: made once, whoever belongs there is in, and made again only where missing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from smartup_tui.lab.roomplan import Planned
from smartup_tui.lab.rooms import room_maker
from smartup_tui.lab.synapse import Synapse
from smartup_tui.matrix import rooms
from tests.support.users import call, new_user

pytestmark = pytest.mark.e2e


async def test_rooms_are_made_once_and_completed_later(synapse: Synapse) -> None:
    engelbot, maria, jonas = (new_user(synapse, name) for name in ("engelbot", "maria", "jonas"))
    people = {"maria": maria, "jonas": jonas}
    everybody = frozenset(people)
    number = engelbot.user_id.partition(":")[0].rpartition("-")[2]  # aliases of this test alone
    space = Planned(f"tasks_{number}", "6 Tasks", "What is done", "space", "6_tasks", space=True, members=everybody)
    maria_only = frozenset({"maria"})
    guide = Planned(f"6_1_2_0_{number}", "6_1_2_0 Guide", "Guide", "task", "6_1_2_0", space.alias, members=maria_only)
    drill = Planned(f"6_7_0_1_{number}", "6_7_0_1 Drill", "Drill", "task", "6_7_0_1", parent=space.alias)

    async with room_maker(engelbot, people) as maker:
        first = await maker.make([guide, space])
    async with room_maker(engelbot, people) as maker:
        second = await maker.make([space, replace(guide, members=everybody), drill])

    assert second[guide.alias] == first[guide.alias]
    assert second.keys() - first.keys() == {drill.alias}
    members = await call(engelbot, lambda s: s.joined_members(first[guide.alias]))
    assert set(members) == {engelbot.user_id, maria.user_id, jonas.user_id}
    listed = await call(maria, lambda s: rooms.hierarchy(s, first[space.alias]))
    assert {room.name for room in listed[1:]} == {"6_1_2_0 Guide", "6_7_0_1 Drill"}
    mark = await call(maria, lambda s: s.state(first[guide.alias], "org.smartup.room"))
    assert mark == {"kind": "task", "id": "6_1_2_0"}
