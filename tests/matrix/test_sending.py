"""What the sender does with each outcome, by a clock of our own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from smartup_tui.matrix.errors import (
    Forbidden,
    LoginNeeded,
    MatrixError,
    RateLimited,
    Refused,
    ServerTrouble,
    Unreachable,
)
from smartup_tui.matrix.outbox import Kind, Outbox, OutboxRow, State
from smartup_tui.matrix.sending import Sender
from smartup_tui.matrix.store import Store
from tests.support.fake_session import FakeSession, message

ROOM = "!desk"
HOUR = 3600.0


@dataclass
class Bench:
    """An outbox, a store and a sender on a homeserver in memory."""

    outbox: Outbox
    store: Store
    session: FakeSession
    sender: Sender
    now: list[float] = field(default_factory=lambda: [1_000_000.0])

    def put(self, body: str = "!wallet", *, room: str = ROOM, kind: Kind = Kind.COMMAND) -> OutboxRow:
        return self.outbox.put(room, body, kind=kind)

    def row(self, row: OutboxRow) -> OutboxRow:
        found = self.outbox.get(row.id)
        assert found is not None
        return found

    async def send(self, condition: Callable[[], bool] | None = None) -> None:
        """Run the sender until `condition`, or until it has nothing more to do now."""
        running = asyncio.ensure_future(self.sender.run())
        quiet = 0
        try:
            while quiet < 5 and not (condition is not None and condition()):
                before = len(self.session.requests)
                await asyncio.sleep(0)
                quiet = 0 if len(self.session.requests) != before else quiet + 1
                if running.done():
                    running.result()
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    def later(self, seconds: float) -> None:
        self.now[0] += seconds


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    """A fresh bench; commands are held after 600 s."""
    now = [1_000_000.0]
    outbox, store = Outbox(tmp_path / "outbox.db", clock=lambda: now[0]), Store(tmp_path / "m.db", FakeSession.user_id)
    session = FakeSession()
    sender = Sender(session, outbox, store, command_max_age=timedelta(seconds=600), clock=lambda: now[0])
    yield Bench(outbox, store, session, sender, now)
    outbox.close()
    store.close()


async def test_a_row_is_sent_with_its_own_id_as_transaction_and_in_the_content(bench: Bench) -> None:
    row = bench.put()
    await bench.send()
    assert bench.row(row).state is State.SENT
    assert list(bench.session.sent) == [row.id]
    assert bench.session.contents[0]["org.smartup.command"] == row.id


async def test_that_a_request_goes_out_is_on_disk_before_it_does(bench: Bench, tmp_path: Path) -> None:
    """Who is killed in between finds a row of which it is not known whether it was sent."""
    row, seen = bench.put(), list[bool]()
    send = bench.session.send

    async def look_and_send(room_id: str, txn_id: str, content: Mapping[str, object]) -> str:
        other = Outbox(tmp_path / "outbox.db")
        found = other.get(row.id)
        other.close()
        seen.append(found is not None and found.in_doubt)
        return await send(room_id, txn_id, content)

    bench.session.send = look_and_send  # type: ignore[method-assign]
    await bench.send()
    assert seen == [True]


async def test_rows_of_a_room_are_sent_in_order(bench: Bench) -> None:
    rows = [bench.put(f"!task {n}") for n in range(5)]
    bench.session.faults = [ServerTrouble("502", status=502)]
    await bench.send()
    bench.later(60)
    await bench.send()
    assert list(bench.session.sent) == [row.id for row in rows]


async def test_trouble_in_one_room_does_not_stop_another(bench: Bench) -> None:
    bench.session.faults = [ServerTrouble("502", status=502)]
    stuck, free = bench.put(), bench.put(room="!other")
    await bench.send()
    assert bench.row(stuck).state is State.QUEUED
    assert bench.row(free).state is State.SENT


@pytest.mark.parametrize(
    ("fault", "doubt"),
    [
        (Unreachable("down", reached=False), False),
        (Unreachable("cut", reached=True), True),
        (ServerTrouble("502", status=502), True),
        (RateLimited(timedelta(seconds=5)), False),
    ],
)
async def test_only_what_may_have_arrived_is_in_doubt(bench: Bench, fault: MatrixError, doubt: bool) -> None:
    row = bench.put()
    bench.session.faults = [fault]
    await bench.send()
    waiting = bench.row(row)
    assert (waiting.state, waiting.in_doubt) == (State.QUEUED, doubt)
    assert waiting.error == fault.message
    assert waiting.hint == fault.hint
    assert waiting.retry_at is not None
    bench.later(40)
    await bench.send()
    assert bench.row(row).state is State.SENT
    assert bench.row(row).error is None


async def test_a_rate_limit_closes_the_way_for_all_rooms(bench: Bench) -> None:
    bench.session.faults = [RateLimited(timedelta(seconds=5))]
    bench.put()
    bench.put(room="!other")
    await bench.send()
    bench.later(4.9)
    await bench.send()
    assert len([r for r in bench.session.requests if r.startswith("send")]) == 1
    bench.later(0.2)
    await bench.send()
    assert len(bench.session.sent) == 2


async def test_a_room_that_can_not_be_asked_about_is_asked_less_and_less_often(bench: Bench) -> None:
    bench.put()
    bench.session.state_fault = ServerTrouble("502", status=502)
    for _ in range(60):
        await bench.send()
        bench.later(1)
    assert bench.session.requests.count(f"state {ROOM}") <= 10
    bench.session.state_fault = None
    bench.later(60)
    await bench.send()
    assert len(bench.session.sent) == 1


async def test_the_network_coming_back_ends_the_wait(bench: Bench) -> None:
    row = bench.put()
    bench.session.faults = [Unreachable("down", reached=False)]
    await bench.send()
    assert bench.row(row).state is State.QUEUED
    bench.sender.reachable()
    await bench.send()
    assert bench.row(row).state is State.SENT


async def test_a_refusal_is_final_and_says_why(bench: Bench) -> None:
    row = bench.put()
    bench.session.faults = [Forbidden("The homeserver refused: not in room", code="M_FORBIDDEN")]
    await bench.send()
    failed = bench.row(row)
    assert failed.state is State.FAILED
    assert "not in room" in (failed.error or "")
    bench.later(60)
    await bench.send()
    assert bench.session.sent == {}


async def test_a_lost_login_ends_the_sender_and_keeps_the_row(bench: Bench) -> None:
    row = bench.put()
    bench.session.faults = [LoginNeeded("gone")]
    with pytest.raises(LoginNeeded):
        await bench.send()
    assert bench.row(row).state is State.QUEUED
    assert not bench.row(row).in_doubt


async def test_a_command_surely_unsent_is_held_when_old(bench: Bench) -> None:
    old, talk, reply = bench.put(), bench.put("hello", kind=Kind.TALK), bench.put("done", kind=Kind.REPLY)
    bench.later(601)
    fresh = bench.put("!clock")
    await bench.send()
    assert bench.row(old).state is State.HELD
    assert {bench.row(row).state for row in (talk, reply, fresh)} == {State.SENT}


async def test_released_commands_go_out_in_their_order_and_may_grow_old_again(bench: Bench) -> None:
    first, second, third = bench.put("!a"), bench.put("!b"), bench.put("!c")
    bench.later(601)
    await bench.send()
    bench.outbox.release(second.id)
    bench.outbox.release(first.id)
    bench.outbox.drop(third.id)
    await bench.send()
    assert list(bench.session.sent) == [first.id, second.id]
    assert bench.row(third).state is State.DROPPED
    assert bench.outbox.release(third.id) == bench.row(third)


async def test_a_doubtful_old_command_is_looked_up_and_found(bench: Bench) -> None:
    row = bench.put()
    bench.session.faults, bench.session.lost = [Unreachable("cut", reached=True)], True
    await bench.send()
    bench.later(3 * HOUR)
    found = message("$there", "!wallet", sender=bench.session.user_id, ts=1, content={"org.smartup.command": row.id})
    bench.session.in_room = [message("$x", "talk"), found]
    await bench.send()
    assert (bench.row(row).state, bench.row(row).event_id) == (State.SENT, "$there")
    assert len([r for r in bench.session.requests if r.startswith("send")]) == 1


async def test_a_doubtful_old_command_that_is_not_there_is_held(bench: Bench) -> None:
    row = bench.put()
    bench.session.faults = [Unreachable("cut", reached=True)]
    await bench.send()
    bench.later(700)
    forged = message("$f", "!wallet", sender="@mallory:smartup.test", content={"org.smartup.command": row.id})
    bench.session.in_room = [forged]
    await bench.send()
    assert bench.row(row).state is State.HELD
    bench.outbox.release(row.id)
    await bench.send()
    assert list(bench.session.sent) == [row.id]


async def test_after_a_day_of_doubt_the_owner_is_asked_and_nothing_is_resent(bench: Bench) -> None:
    row = bench.put()
    bench.session.faults = [Unreachable("cut", reached=True)]
    await bench.send()
    bench.later(23.1 * HOUR)
    await bench.send()
    assert bench.row(row).state is State.UNKNOWN
    assert bench.row(row).hint
    assert bench.session.sent == {}


async def test_a_room_too_long_to_search_leaves_it_unknown(bench: Bench) -> None:
    row = bench.put()
    bench.session.faults = [Unreachable("cut", reached=True)]
    await bench.send()
    bench.later(700)
    bench.session.room_pages = 1000
    bench.session.in_room = [message("$x", "talk", ts=int(bench.now[0] * 1000))]
    await bench.send(lambda: bench.row(row).state is State.UNKNOWN)
    assert bench.row(row).state is State.UNKNOWN


async def test_a_room_that_can_not_be_read_leaves_it_unknown(bench: Bench) -> None:
    row = bench.put()
    bench.session.faults = [Unreachable("cut", reached=True)]
    await bench.send()
    bench.later(700)
    bench.session.pages[None] = Forbidden("no", code="M_FORBIDDEN")
    await bench.send()
    assert bench.row(row).state is State.UNKNOWN


async def test_an_old_doubtful_reply_is_looked_up_and_sent_once(bench: Bench) -> None:
    row = bench.outbox.put(ROOM, "Done.", kind=Kind.REPLY, txn_id="re-$1", in_reply_to="$1")
    bench.session.faults = [Unreachable("cut", reached=True)]
    await bench.send()
    bench.later(24 * HOUR)
    await bench.send()
    assert bench.row(row).state is State.SENT
    assert list(bench.session.sent) == ["re-$1"]


async def test_a_result_the_server_refuses_is_left_out(bench: Bench) -> None:
    row = bench.outbox.put(ROOM, "Done.", {"org.smartup.result": {"x": 1.5}}, kind=Kind.REPLY, txn_id="re-$1")
    bench.session.faults = [Refused("no floats", code="M_BAD_JSON")]
    await bench.send()
    assert bench.row(row).state is State.SENT
    assert bench.session.contents == [{"msgtype": "m.text", "body": "Done."}]


async def test_the_encryption_of_a_room_is_asked_once_and_never_forgotten(bench: Bench) -> None:
    bench.put("!a")
    bench.put("!b")
    await bench.send()
    assert bench.session.requests.count(f"state {ROOM}") == 1
    bench.session.states["!secret", "m.room.encryption"] = {"algorithm": "x"}
    row = bench.put("!c", room="!secret")
    await bench.send()
    assert bench.row(row).state is State.FAILED
    assert bench.store.encrypted("!secret")
    bench.session.states.clear()
    again = bench.put("!d", room="!secret")
    await bench.send()
    assert bench.row(again).state is State.FAILED


async def test_an_unreachable_server_before_the_send_leaves_no_doubt(bench: Bench) -> None:
    row = bench.put()
    bench.session.state_fault = Unreachable("cut", reached=True)
    await bench.send()
    assert not bench.row(row).in_doubt
    assert bench.row(row).tries == 0
    bench.later(601)
    await bench.send()
    assert bench.row(row).state is State.HELD


@pytest.mark.parametrize("turns", range(5))
async def test_an_end_is_not_overheard_when_something_to_send_arrives_with_it(bench: Bench, turns: int) -> None:
    running = asyncio.ensure_future(bench.sender.run())
    for _ in range(5):
        await asyncio.sleep(0)
    bench.sender.kick()
    for _ in range(turns):
        await asyncio.sleep(0)
    running.cancel()
    for _ in range(10):
        await asyncio.sleep(0)
    ended = running.cancelled()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert ended
