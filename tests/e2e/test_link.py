"""The link against a real Synapse: from a row in the outbox to Engelbot's answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from smartup_tui.lab.synapse import Synapse
from smartup_tui.matrix import Account, Kind, Link, LinkState, State, rooms
from smartup_tui.matrix.session import Session
from tests.support.users import call, new_user, until

pytestmark = pytest.mark.e2e

MakeLink = Callable[..., Link]


@pytest.fixture
def make_link(tmp_path: Path) -> Iterator[MakeLink]:
    """Links that are ended with the test."""
    made: list[Link] = []

    def make(account: Account, *, name: str = "", **options: Any) -> Link:
        link = Link(account, tmp_path / (name or account.user_id.strip("@").partition(":")[0]), **options)
        made.append(link)
        link.start()
        return link

    yield make
    for link in made:
        assert link.stop()


async def _room(owner: Account, bot: Account) -> str:
    async def make(session: Session) -> str:
        return await rooms.create_room(session, "Desk", invite=[bot.user_id], state=[rooms.mark("desk", owner="x")])

    room_id = await call(owner, make)
    await call(bot, lambda session: session.join(room_id))
    return room_id


async def test_a_command_is_sent_and_its_answer_found(synapse: Synapse, make_link: MakeLink) -> None:
    owner, bot = new_user(synapse, "maria"), new_user(synapse, "bot")
    room_id = await _room(owner, bot)
    mine, theirs = make_link(owner, bots={bot.user_id}), make_link(bot)
    row = mine.outbox.put(room_id, "!wallet")
    message = until(lambda: next((m for m in theirs.store.messages_after(0) if m.body == "!wallet"), None))
    theirs.outbox.put(
        room_id,
        "You hold 42.00 SC.",
        {"org.smartup.result": {"ok": True, "data": {"live": "42.00"}}},
        kind=Kind.REPLY,
        msgtype="m.notice",
        txn_id=f"re-{message.event_id}",
        in_reply_to=message.event_id,
    )
    answer = mine.wait_answer(row.id, 10)
    assert answer is not None
    assert answer.text == "You hold 42.00 SC."
    assert answer.result == {"ok": True, "data": {"live": "42.00"}}
    until(lambda: (found := mine.outbox.get(row.id)) and found.state is State.ANSWERED)
    assert mine.status.state is LinkState.ONLINE
