"""The link against a real Synapse: from a row in the outbox to Engelbot's answer."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from smartup_tui.lab.synapse import Synapse
from smartup_tui.matrix import Account, Kind, Link, LinkState, State, Wake, rooms
from smartup_tui.matrix.session import Session
from tests.support.bot import EchoBot
from tests.support.users import LinkMaker, bodies, call, new_user, shared_room, until

pytestmark = pytest.mark.e2e


def state_of(link: Link, command_id: str) -> State | None:
    row = link.outbox.get(command_id)
    return None if row is None else row.state


async def test_a_command_is_sent_and_its_answer_found(owner: Account, bot: Account, make_link: LinkMaker) -> None:
    room_id = await shared_room(owner, bot)
    mine = make_link(owner, bots={bot.user_id})
    EchoBot(make_link(bot))
    row = mine.outbox.put(room_id, "!wallet")
    answer = mine.wait_answer(row.id, 60)
    assert answer is not None
    assert answer.text == "Done: !wallet"
    assert answer.result == {"ok": True, "command": "!wallet"}
    until(lambda: state_of(mine, row.id) is State.ANSWERED)
    assert mine.status.state is LinkState.ONLINE
    assert mine.status.last_success is not None


async def test_only_the_configured_bot_in_the_same_room_answers(
    synapse: Synapse, owner: Account, bot: Account, make_link: LinkMaker
) -> None:
    mallory = new_user(synapse, "mallory")
    room_id = await shared_room(owner, bot, mallory)
    elsewhere = await shared_room(owner, bot)
    mine = make_link(owner, bots={bot.user_id})
    row = mine.outbox.put(room_id, "!wallet")
    event_id = until(lambda: (sent := mine.outbox.get(row.id)) and sent.event_id)

    def answer(text: str, relation: dict[str, object]) -> dict[str, object]:
        return {"msgtype": "m.notice", "body": text, "m.relates_to": relation}

    reply: dict[str, object] = {"m.in_reply_to": {"event_id": event_id}}
    edit = reply | {"rel_type": "m.replace", "event_id": event_id}
    await call(mallory, lambda s: s.send(room_id, "f1", answer("forged", reply)))
    await call(bot, lambda s: s.send(elsewhere, "f2", answer("elsewhere", reply)))
    await call(bot, lambda s: s.send(room_id, "f3", answer("an edit", edit)))
    await call(bot, lambda s: s.send(room_id, "t1", answer("first", reply)))
    await call(bot, lambda s: s.send(room_id, "t2", answer("second, late", reply)))
    until(lambda: len(mine.replies.answers(row.id)) == 2)
    assert [a.text for a in mine.replies.answers(row.id)] == ["first", "second, late"]
    assert len(mine.store.messages_after(0)) == 6


async def test_an_answer_with_a_refused_result_comes_as_its_text(
    owner: Account, bot: Account, make_link: LinkMaker
) -> None:
    room_id = await shared_room(owner, bot)
    link = make_link(bot)
    row = link.outbox.put(
        room_id, "You hold 4.2 SC.", {"org.smartup.result": {"live": 4.2}}, kind=Kind.REPLY, txn_id="re-$x"
    )
    until(lambda: state_of(link, row.id) is State.SENT)
    assert await bodies(owner, room_id) == ["You hold 4.2 SC."]


async def test_nothing_goes_in_clear_into_an_encrypted_room(owner: Account, bot: Account, make_link: LinkMaker) -> None:
    encrypted = await shared_room(owner, bot, encrypted=True)
    later = await shared_room(owner, bot)
    link = make_link(owner)
    first = link.outbox.put(encrypted, "!wallet")
    clear = link.outbox.put(later, "!clock")
    until(lambda: state_of(link, clear.id) is State.SENT)
    await call(bot, lambda s: s.leave(encrypted))
    await call(owner, lambda s: s.put_state(later, "m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"}))
    until(lambda: link.store.encrypted(later))
    second = link.outbox.put(later, "!wallet")
    until(lambda: {state_of(link, row.id) for row in (first, second)} == {State.FAILED})
    for row in link.outbox.rows(states=[State.FAILED]):
        assert "encrypted" in (row.error or "")
        assert row.hint
    assert await bodies(owner, encrypted) == []
    assert await bodies(owner, later) == ["!clock"]


async def test_rooms_are_read_from_their_state(owner: Account, bot: Account, make_link: LinkMaker) -> None:
    async def make(session: Session) -> tuple[str, str, str]:
        space = await rooms.create_room(session, "Operations", space=True, invite=[owner.user_id])
        task = await rooms.create_room(
            session,
            "6_1_2_0 \x1b]0;x\x07 Fix the oven",
            topic="Bread",
            parents=[space],
            invite=[owner.user_id],
            state=[rooms.mark("task", entity="6_1_2_0")],
        )
        desk = await rooms.create_room(
            session, "Desk", invite=[owner.user_id], state=[rooms.mark("desk", owner=owner.user_id)]
        )
        return space, task, desk

    space, task, desk = await call(bot, make)
    link = make_link(owner)
    until(lambda: len(link.store.invites()) == 3)
    invites = link.store.invites()
    assert {invite.room_id for invite in invites} == {space, task, desk}
    assert {invite.inviter for invite in invites} == {bot.user_id}
    assert link.store.rooms() == []

    async def join_all(session: Session) -> None:
        for room_id in (space, task, desk):
            await session.join(room_id)

    link.run(join_all).result(60)
    until(lambda: len(link.store.rooms()) == 3)
    found = link.store.rooms()
    by_id = {room.room_id: room for room in found}
    assert by_id[space].space
    assert by_id[space].children == (task,)
    assert by_id[task].parents == (space,)
    assert "\x1b" not in by_id[task].name
    assert rooms.find_entity(found, "task", "6_1_2_0") == by_id[task]
    assert rooms.find_desk(found, owner.user_id, makers={bot.user_id}) == by_id[desk]
    assert rooms.find_desk(found, owner.user_id, makers={owner.user_id}) is None
    listed = link.run(lambda session: rooms.hierarchy(session, space)).result(60)
    assert [room.room_id for room in listed] == [space, task]
    link.run(lambda session: session.leave(task)).result(60)
    until(lambda: link.store.room(task) is None)


async def test_a_full_burst_obeys_the_servers_limit_and_says_so(owner: Account, make_link: LinkMaker) -> None:
    room_id = await shared_room(owner)
    link = make_link(owner)
    # Ten may be sent at once, and one more every five seconds: on a slow machine the limit is met later.
    rows = [link.outbox.put(room_id, f"!task {n}") for n in range(30)]
    waiting = until(
        lambda: next((row for row in link.outbox.rows(states=[State.QUEUED]) if row.retry_at is not None), None)
    )
    assert "wait" in (waiting.error or "")
    assert not waiting.in_doubt
    place = [row.id for row in rows].index(waiting.id)
    for row in rows[place + 1 :]:
        link.outbox.drop(row.id)
    until(lambda: state_of(link, waiting.id) is State.SENT)
    assert await bodies(owner, room_id) == [f"!task {n}" for n in range(place + 1)]


async def test_a_lost_login_stops_the_link_and_says_so(owner: Account, make_link: LinkMaker) -> None:
    room_id = await shared_room(owner)
    link = make_link(owner)
    until(lambda: link.status.state is LinkState.ONLINE)
    await call(owner, lambda s: s.logout())
    row = link.outbox.put(room_id, "!wallet")
    until(lambda: link.status.state is LinkState.LOGIN_NEEDED)
    assert link.status.error is not None
    assert "smartup setup" in link.status.error.hint
    assert state_of(link, row.id) is State.QUEUED
    assert owner.access_token not in repr(link.status) + repr(link.outbox.get(row.id)) + repr(owner)


async def test_subscribers_are_woken_and_ends_are_clean(owner: Account, make_link: LinkMaker) -> None:
    room_id = await shared_room(owner)
    woken: list[Wake] = []
    link = make_link(owner, start=False)
    link.subscribe(woken.append)
    link.start()
    until(lambda: link.status.state is LinkState.ONLINE)
    row = link.outbox.put(room_id, "Good morning", kind=Kind.TALK)
    until(lambda: state_of(link, row.id) is State.SENT)
    until(lambda: {Wake.EVENTS, Wake.OUTBOX, Wake.ROOMS, Wake.STATUS} <= set(woken))
    assert link.stop(timeout=25)  # less than a long poll takes
    assert not any(thread.name == "matrix-link" for thread in threading.enumerate())


async def test_a_new_bot_reads_back_what_it_missed(owner: Account, bot: Account, make_link: LinkMaker) -> None:
    room_id = await shared_room(bot, owner)
    wanted = [f"!task {n}" for n in range(150)]

    async def send(session: Session) -> None:
        for n, body in enumerate(wanted):
            await session.send(room_id, f"t{n}", {"msgtype": "m.text", "body": body})

    await call(bot, send)
    link = make_link(bot, catch_up=timedelta(minutes=10))
    until(lambda: len(link.store.messages_after(0, 200)) == 150)
    messages = link.store.messages_after(0, 200)
    assert [m.body for m in messages] == wanted
    assert all(m.catch_up and m.age_ms is not None for m in messages)
    link.outbox.put(room_id, "live", kind=Kind.TALK)
    until(lambda: any(m.body == "live" and not m.catch_up for m in link.store.messages_after(messages[-1].seq)))
