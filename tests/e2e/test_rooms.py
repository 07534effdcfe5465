"""An owner reads and speaks in rooms on a real Synapse: invited, read back, answered, in a thread, offline and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from smartup_tui.config import Home, Profile, Settings, write_private, write_profile
from smartup_tui.lab.synapse import Synapse
from smartup_tui.matrix import Account, rooms
from smartup_tui.matrix.session import Session
from smartup_tui.secrets import FileStore
from smartup_tui.workspace.delivery import Delivery, Standing
from smartup_tui.workspace.places import MATRIX_TOKEN
from smartup_tui.workspace.talk import Verdict
from smartup_tui.workspace.timeline import Entry
from smartup_tui.workspace.workspace import Workspace
from tests.support.fault_proxy import DropBefore, FaultProxy
from tests.support.users import bodies, call, new_user, shared_room, until

pytestmark = pytest.mark.e2e

HISTORY = 30
"""More than a first response brings."""


def patiently(condition: Callable[[], object], what: str) -> None:
    until(lambda: bool(condition()), seconds=30, what=what)


@pytest.fixture
def workspace(tmp_path: Path, owner: Account, bot: Account, proxy: FaultProxy) -> Iterator[Workspace]:
    """The owner's workspace without a forge; its way to the homeserver, once started, is in the test's hands."""
    home = Home.find(tmp_path)
    profile = Profile(
        organisation="Smartup Zero",
        homeserver=proxy.url,
        user_id=owner.user_id,
        device_id=owner.device_id,
        alias="maria",
        forge_url="http://127.0.0.1:9",
        forge_owner="Smartup_Zero",
        engelbot=(bot.user_id,),
    )
    write_private(home.config_file, b'secrets = "file"\n')
    write_profile(home, "smartup", profile, default=True)
    FileStore(home.config / "secrets").set("smartup", MATRIX_TOKEN, owner.access_token)
    opened = Workspace(home, "smartup", profile, Settings())
    yield opened
    opened.stop()


async def long_talk(bot: Account, *others: Account) -> str:
    """A room with a long talk, which the others have joined."""
    room_id = await shared_room(bot, *others)

    async def fill(session: Session) -> None:
        for number in range(HISTORY):
            await session.send(room_id, f"t{number}", {"msgtype": "m.text", "body": f"message {number}"})

    await call(bot, fill)
    return room_id


async def test_what_is_older_is_read_back_until_the_room_begins(
    workspace: Workspace, owner: Account, bot: Account
) -> None:
    room_id = await long_talk(bot, owner)
    talk = workspace.talk
    workspace.connection.start()
    patiently(lambda: talk.room(room_id), "the room")
    view = talk.view(room_id)
    assert view.entries[-1].text == f"message {HISTORY - 1}"
    assert not view.is_whole
    assert not any(entry.text == "message 0" for entry in view.entries)
    talk.read_older(room_id)
    patiently(lambda: not talk.reading(room_id).busy, "older messages")
    assert talk.reading(room_id).failure == ""
    while view.extend():
        pass
    texts = [entry.text for entry in view.entries if entry.text.startswith("message ")]
    assert texts == [f"message {number}" for number in range(HISTORY)]
    assert view.is_whole


async def test_an_invitation_waits_until_it_is_accepted(workspace: Workspace, owner: Account, bot: Account) -> None:
    talk = workspace.talk
    workspace.connection.start()
    room_id = await call(bot, lambda s: rooms.create_room(s, "Long talk", invite=[owner.user_id]))
    patiently(lambda: talk.invite(room_id), "the invitation")
    invite = talk.invite(room_id)
    assert invite is not None
    assert invite.inviter == bot.user_id
    assert workspace.connection.store.rooms() == []
    talk.decide(invite, Verdict.ACCEPT)
    patiently(lambda: talk.room(room_id), "the room")
    patiently(lambda: talk.decision is not None and talk.decision.done, "the decision's end")
    assert [row.name for row in talk.tree().rows] == ["Other rooms", "Long talk"]


async def test_read_answered_in_a_thread_offline_and_back(
    synapse: Synapse, workspace: Workspace, owner: Account, bot: Account, proxy: FaultProxy
) -> None:
    jonas, talk = new_user(synapse, "jonas"), workspace.talk
    room_id = await shared_room(bot, owner, jonas)
    workspace.connection.start()
    patiently(lambda: talk.room(room_id), "the room")
    view = talk.view(room_id)

    def newest() -> tuple[Entry, ...]:
        view.renew()
        return view.entries

    asked = await call(jonas, lambda session: session.send(room_id, "q", {"msgtype": "m.text", "body": "Who helps?"}))
    patiently(lambda: any(entry.event_id == asked for entry in newest()), "the question")
    answer = talk.say("I do", room_id, answers=asked)
    patiently(lambda: _standing(workspace, answer) is Standing.SAID, "the answer sent")
    patiently(lambda: any(e.answers is not None and e.answers.event_id == asked for e in newest()), "the answer back")
    thread = talk.view(room_id, asked)
    more = talk.say("More here", room_id, thread=asked, last=thread.last_event)
    patiently(lambda: _standing(workspace, more) is Standing.SAID, "the thread's message sent")
    patiently(lambda: any(e.id == asked and e.thread is not None and e.thread.count == 1 for e in newest()), "a thread")

    # The network goes away; what is said waits, and goes once when it is back.
    proxy.rule = lambda _method, _path: DropBefore()
    offline = talk.say("Said while offline", room_id)
    view.reread()
    assert view.entries[-1].on_its_way
    outbox = workspace.connection.outbox
    patiently(lambda: (row := outbox.get(offline.command_id)) is not None and row.error, "a try that failed")
    assert _standing(workspace, offline) is Standing.WAITING
    proxy.rule = lambda _method, _path: None
    patiently(lambda: _standing(workspace, offline) is Standing.SAID, "sent after all")
    patiently(lambda: any(e.text == "Said while offline" and e.id == e.event_id for e in newest()), "seen in the room")
    assert (await bodies(jonas, room_id)).count("Said while offline") == 1


def _standing(workspace: Workspace, given: Delivery) -> Standing | None:
    found = workspace.delivery(given.command_id)
    return found.standing if found is not None else None
