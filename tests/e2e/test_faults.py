"""The link against a real Synapse on a bad network: nothing twice, nothing lost, no storm of requests."""

from __future__ import annotations

import asyncio
import json
import random
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from smartup_tui.lab.synapse import Synapse
from smartup_tui.matrix import Account, Kind, Link, LinkState, Outbox, State
from smartup_tui.matrix.session import Session
from tests.support.bot import EchoBot
from tests.support.fault_proxy import Answer, DropAfter, DropBefore, Fault, FaultProxy, Truncate
from tests.support.users import LinkMaker, bodies, call, free_port, new_user, shared_room, through, until

pytestmark = pytest.mark.e2e


def in_state(link: Link, *states: State) -> int:
    return len(link.outbox.rows(states=states))


def await_some(link: Link) -> None:
    until(lambda: in_state(link, State.SENT, State.ANSWERED) > 5)


@pytest.mark.parametrize("fault", [DropAfter(), Truncate()])
async def test_a_lost_answer_to_a_send_makes_one_copy(
    owner: Account, proxy: FaultProxy, make_link: LinkMaker, fault: Fault
) -> None:
    room_id = await shared_room(owner)
    lost = 0

    def rule(_method: str, path: str) -> Fault | None:
        nonlocal lost
        if "/send/" in path and lost < 3:
            lost += 1
            return fault
        return fault if "/sync" in path and lost < 3 else None

    proxy.rule = rule
    link = make_link(through(owner, proxy.url))
    row = link.outbox.put(room_id, "!start_work 6_1_2_0")
    until(lambda: in_state(link, State.SENT) == 1)
    assert lost == 3
    assert await bodies(owner, room_id) == ["!start_work 6_1_2_0"]
    sent = link.outbox.get(row.id)
    assert sent is not None
    assert sent.tries >= 2


async def test_our_own_event_settles_a_send_that_is_never_acknowledged(
    owner: Account, proxy: FaultProxy, make_link: LinkMaker
) -> None:
    room_id = await shared_room(owner)
    proxy.rule = lambda _method, path: DropAfter() if "/send/" in path else None
    link = make_link(through(owner, proxy.url))
    link.outbox.put(room_id, "!wallet")
    until(lambda: in_state(link, State.SENT) == 1)
    assert await bodies(owner, room_id) == ["!wallet"]


async def test_a_failing_server_is_not_stormed(owner: Account, proxy: FaultProxy, make_link: LinkMaker) -> None:
    room_id = await shared_room(owner)
    proxy.rule = lambda _method, _path: Answer(502)
    link = make_link(through(owner, proxy.url))
    row = link.outbox.put(room_id, "!wallet")
    until(lambda: link.status.state is LinkState.OFFLINE and link.status.error)
    began, before = time.monotonic(), len(proxy.seen)
    await asyncio.sleep(2)
    # Two askers whose pauses double from a quarter of a second; a storm is thousands.
    assert len(proxy.seen) - before <= 10 + 2 * (time.monotonic() - began)
    waiting = link.outbox.get(row.id)
    assert waiting is not None
    assert waiting.state is State.QUEUED
    assert waiting.error
    proxy.rule = lambda _method, _path: None
    until(lambda: link.status.state is LinkState.ONLINE and in_state(link, State.SENT) == 1)
    assert await bodies(owner, room_id) == ["!wallet"]


async def test_an_invalid_position_is_given_up_and_nothing_is_read_twice(owner: Account, make_link: LinkMaker) -> None:
    room_id = await shared_room(owner)
    link = make_link(owner)
    link.outbox.put(room_id, "before", kind=Kind.TALK)
    until(lambda: len(link.store.messages_after(0)) == 1)
    assert link.stop(timeout=60)
    await call(owner, lambda s: s.send(room_id, "t1", {"msgtype": "m.text", "body": "meanwhile"}))
    broken = make_link(owner, start=False)
    with broken.store._database.transaction() as connection:
        connection.execute("UPDATE notes SET value = 'nonsense' WHERE key = 'position'")
    broken.start()
    until(lambda: [m.body for m in broken.store.messages_after(0)] == ["before", "meanwhile"])


async def test_a_restarted_server_gets_what_was_said_meanwhile(
    synapse: Synapse, owner: Account, bot: Account, make_link: LinkMaker
) -> None:
    room_id = await shared_room(owner, bot)
    mine, theirs = make_link(owner, bots={bot.user_id}), make_link(bot)
    EchoBot(theirs)
    until(lambda: mine.status.state is LinkState.ONLINE and theirs.status.state is LinkState.ONLINE)
    synapse.stop(signal.SIGKILL)
    row = mine.outbox.put(room_id, "!clock")
    until(lambda: mine.status.state is LinkState.OFFLINE)
    synapse.start()
    assert mine.wait_answer(row.id, 60) is not None
    assert await bodies(owner, room_id) == ["!clock", "Done: !clock"]


async def test_a_command_too_old_waits_for_the_owner(owner: Account, proxy: FaultProxy, make_link: LinkMaker) -> None:
    room_id = await shared_room(owner)
    proxy.rule = lambda _method, path: DropBefore() if "/send/" in path else None
    hasty = make_link(through(owner, proxy.url), command_max_age=timedelta(seconds=0.5))
    keep = hasty.outbox.put(room_id, "!start_work 6_1_2_0")
    drop = hasty.outbox.put(room_id, "!claim_task 6_1_2_0")
    hasty.outbox.put(room_id, "Good morning", kind=Kind.TALK)
    until(lambda: in_state(hasty, State.HELD) == 2)
    proxy.rule = lambda _method, _path: None
    until(lambda: in_state(hasty, State.SENT) == 1)
    assert await bodies(owner, room_id) == ["Good morning"]
    assert hasty.stop(timeout=60)
    # What is released may not grow old again before it is sent, however slow this machine is.
    link = make_link(owner)
    link.outbox.drop(drop.id)
    link.outbox.release(keep.id)
    until(lambda: in_state(link, State.SENT) == 2)
    assert in_state(link, State.DROPPED) == 1
    assert await bodies(owner, room_id) == ["Good morning", "!start_work 6_1_2_0"]


async def test_a_gap_is_filled_in_order_even_when_history_fails_at_first(
    owner: Account, bot: Account, proxy: FaultProxy, make_link: LinkMaker
) -> None:
    room_id = await shared_room(bot, owner)
    link = make_link(owner)
    until(lambda: link.store.room(room_id))
    assert link.stop(timeout=60)

    async def send(session: Session) -> None:
        for n in range(140):
            await session.send(room_id, f"t{n}", {"msgtype": "m.text", "body": str(n)})

    await call(bot, send)
    failing = True
    proxy.rule = lambda _method, path: Answer(502) if failing and "/messages" in path else None
    again = make_link(through(owner, proxy.url))
    until(lambda: proxy.count("/messages") >= 2)
    await call(bot, lambda s: s.send(room_id, "t140", {"msgtype": "m.text", "body": "140"}))
    until(lambda: proxy.count("/sync") >= 3)
    assert again.store.messages_after(0, 500) == []
    assert again.stop(timeout=60)
    failing = False
    last = make_link(through(owner, proxy.url))
    until(lambda: len(last.store.messages_after(0, 500)) == 141)
    messages = last.store.messages_after(0, 500)
    assert [m.body for m in messages] == [str(n) for n in range(141)]
    assert all(m.catch_up for m in messages)
    assert last.store.gaps() == []


async def test_one_process_leads_and_another_takes_over(owner: Account, bot: Account, make_link: LinkMaker) -> None:
    room_id = await shared_room(owner, bot)
    EchoBot(make_link(bot))
    directory = make_link.directory(owner)
    program = (
        "import json,sys,time;from pathlib import Path;from smartup_tui.matrix import *\n"
        "account=Account(**json.loads(sys.stdin.readline()))\n"
        "link=Link(account,Path(sys.argv[1]),bots={sys.argv[2]});link.start()\n"
        "while link.status.state!='online': time.sleep(.01)\n"
        "print('leads',flush=True);time.sleep(60)"
    )
    leader = subprocess.Popen(  # noqa: ASYNC220 (it is to be killed, from here)
        [sys.executable, "-c", program, str(directory), bot.user_id],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert leader.stdin is not None
        assert leader.stdout is not None
        fields = ("homeserver", "user_id", "device_id", "access_token")
        leader.stdin.write(json.dumps({name: getattr(owner, name) for name in fields}) + "\n")
        leader.stdin.flush()
        assert leader.stdout.readline() == "leads\n"
        follower = make_link(owner, bots={bot.user_id})
        until(lambda: follower.status.state is LinkState.FOLLOWER)
        first = follower.outbox.put(room_id, "!wallet")
        assert follower.wait_answer(first.id, 60) is not None
        assert follower.status.state is LinkState.FOLLOWER
        assert follower.run(lambda session: session.joined_members(room_id)).result(60)
        leader.kill()
        leader.wait()
        second = follower.outbox.put(room_id, "!clock")
        assert follower.wait_answer(second.id, 60) is not None
        until(lambda: follower.status.state is LinkState.ONLINE)
    finally:
        leader.kill()
        leader.communicate()


async def test_a_row_added_without_a_link_is_sent_by_the_leader(owner: Account, make_link: LinkMaker) -> None:
    room_id = await shared_room(owner)
    link = make_link(owner)
    until(lambda: link.status.state is LinkState.ONLINE)
    other = Outbox(make_link.directory(owner) / "outbox.db")
    row = other.put(room_id, "!my_tasks")
    until(lambda: (sent := other.get(row.id)) and sent.state is State.SENT)
    other.close()


@pytest.mark.timeout(300)
async def test_sixty_commands_through_bad_weather(
    synapse: Synapse, owner: Account, bot: Account, proxy: FaultProxy, make_link: LinkMaker
) -> None:
    """Faults on a third of all requests of both sides, a killed server, and two crashes of the owner's program."""
    synapse.set_rate_limit_override(owner.user_id)
    room_id = await shared_room(owner, bot)
    weather = random.Random(4)

    def rule(_method: str, _path: str) -> Fault | None:
        draw = weather.random()
        limits = Answer(429, '{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":200}', "application/json")
        for share, fault in (
            (0.12, DropAfter()),
            (0.20, DropBefore()),
            (0.26, Answer(502)),
            (0.30, Truncate()),
            (0.34, limits),
        ):
            if draw < share:
                return fault
        return None

    proxy.rule = rule
    theirs = make_link(through(bot, proxy.url), catch_up=timedelta(minutes=10))
    answering = EchoBot(theirs)
    mine = make_link(through(owner, proxy.url), bots={bot.user_id})
    said: list[str] = []
    for part in range(3):
        for n in range(20):
            said.append(f"!task {part}-{n}")
            mine.outbox.put(room_id, said[-1])
        if part == 1:
            synapse.stop(signal.SIGKILL)
            synapse.start()
        await_some(mine)
        if part < 2:
            assert mine.stop(timeout=60)
            mine = make_link(through(owner, proxy.url), bots={bot.user_id})
    until(lambda: in_state(mine, State.ANSWERED) == 60, seconds=180)
    answering.close()
    in_room = await bodies(owner, room_id)
    assert [body for body in in_room if body.startswith("!")] == said
    assert sorted(body for body in in_room if body.startswith("Done")) == sorted(f"Done: {body}" for body in said)
    assert answering.seen == said


def test_a_killed_predecessor_is_ended(synapse: Synapse, tmp_path: Path) -> None:
    port = free_port()
    first = Synapse(tmp_path / "other", port)
    first.write_config()
    first.start()
    forgotten = first._process
    assert forgotten is not None
    second = Synapse(tmp_path / "other", port)
    second.write_config()
    second.start()
    try:
        forgotten.wait(60)  # a slow one is killed in the end
        assert second.healthy()
        assert new_user(second, "maria").user_id.startswith("@maria-")
    finally:
        second.stop()
    assert not second.healthy()
