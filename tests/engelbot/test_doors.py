"""Desks are made once, whatever was forgotten, and encrypted rooms are left with a reason."""

from __future__ import annotations

import pytest

from smartup_tui.engelbot.doors import Doors
from smartup_tui.engelbot.threads import Threads
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.matrix import Refused
from smartup_tui.matrix.session import NewRoom
from tests.engelbot import fakes
from tests.engelbot.fakes import BOT, DESK, MARIA, Rooms, Stage, state


class Taken(Rooms):
    """A homeserver on which every alias is taken."""

    def __init__(self, owner: str | None) -> None:
        super().__init__()
        self._owner = owner

    async def create_room(self, room: NewRoom) -> str:
        if room.alias is not None:
            raise Refused("taken", code="M_ROOM_IN_USE")
        return await super().create_room(room)

    async def resolve_alias(self, alias: str) -> str:
        return "!existing"

    async def state(self, room_id: str, event_type: str, state_key: str = "") -> dict[str, object] | None:
        return None if self._owner is None else {"kind": "desk", "owner": self._owner}


@pytest.mark.parametrize(("owner", "desk"), [(MARIA, "!existing"), (BOT, "!made-1"), (None, "!made-1")])
async def test_a_desk_that_was_made_before_is_found_by_its_alias(stage: Stage, owner: str | None, desk: str) -> None:
    stage.link.session = Taken(owner)
    threads = Threads()
    doors = Doors(stage.link, threads, BOT)
    await doors.make_desks(Snapshot(fakes.ledger(owners=["maria"])))
    assert doors.desk_of(MARIA) == desk
    threads.close()


async def test_a_desk_marked_by_somebody_else_is_none(stage: Stage) -> None:
    threads = Threads()
    doors = Doors(stage.link, threads, BOT)
    forged = state("org.smartup.room", {"kind": "desk", "owner": MARIA}, fakes.STRANGER)
    stage.link.deliver(room="!forged", states=[forged])
    await doors.look()
    assert doors.desk_of(MARIA) is None
    stage.link.mark(DESK, {"kind": "desk", "owner": MARIA})
    await doors.look()
    assert doors.desk_of(MARIA) == DESK
    threads.close()


async def test_a_room_that_became_encrypted_is_left_with_a_reason(stage: Stage) -> None:
    crypto = state("m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"}, MARIA)
    stage.link.deliver(room="!secret", states=[crypto])
    stage.run()
    await stage.until(lambda: stage.link.session.left)
    assert "encrypted" in str(stage.link.session.left["!secret"])
