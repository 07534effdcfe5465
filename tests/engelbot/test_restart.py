"""Engelbot ended at any point: each command takes effect once and is answered once, all the same."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from smartup_tui.engelbot.inbox import Inbox, Position, State
from smartup_tui.matrix import Store
from smartup_tui.matrix.store import FILE_NAME
from tests.engelbot import fakes
from tests.engelbot.fakes import BOT, JONAS, Stage, event

COMMANDS = ("$1", "$2", "$3")
STEPS = range(1, 40)
"""Every step of the whole play; there are fewer than this."""


class Killed(BaseException):
    """The process has ended: nothing it does after this has any effect."""


class Fate:
    """Ends everything at one of the steps that reach the disk or the network; `at` counts them."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.steps = 0

    def step(self) -> None:
        """One more step; raises when it is over."""
        self.steps += 1
        if self.steps >= self.at:
            raise Killed

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """The call with a step before and a step after it."""

        def wrapped(*args: Any, **named: Any) -> Any:
            self.step()
            result = call(*args, **named)
            self.step()
            return result

        return wrapped


def fated_inbox(stage: Stage, fate: Fate) -> Inbox:
    """An inbox whose writes may be the last."""
    inbox = Inbox(stage.folder / "inbox.db")
    for name in ("receive", "asking", "decide", "ignore", "answered"):
        setattr(inbox, name, fate.around(getattr(inbox, name)))
    return inbox


async def life(stage: Stage, fate: Fate) -> bool:
    """Let Engelbot work until its fate or until all is answered; True when it survived."""

    real_put, real_ask = stage.link.outbox.put, stage.toolbox.ask

    async def ask(*args: Any) -> dict[str, Any]:
        fate.step()
        result = await real_ask(*args)
        fate.step()
        return result

    stage.link.outbox.put = fate.around(real_put)  # type: ignore[method-assign]
    stage.toolbox.ask = ask  # type: ignore[method-assign, assignment]
    inbox = fated_inbox(stage, fate)
    stage.run(inbox)
    (task,) = stage.tasks
    try:
        async with asyncio.timeout(60):
            while not task.done() and fate.steps < fate.at:
                position = inbox.position
                seen = 0 if position is None else position.seq
                if not stage.link.store.messages_after(seen) and inbox.waiting() == 0:
                    return True
                await asyncio.sleep(0.002)
        return False
    finally:
        await stage.stop()
        stage.link.outbox.put = real_put  # type: ignore[method-assign]
        stage.toolbox.ask = real_ask  # type: ignore[method-assign]


@pytest.mark.parametrize("at", STEPS)
async def test_killed_anywhere_each_command_has_one_effect_and_one_answer(stage: Stage, at: int) -> None:
    stage.link.deliver(
        event("$1", "!claim_task 6_1_2_0"), event("$2", "!claim_task 6_1_2_1", JONAS), event("$3", "!strat_work")
    )
    await life(stage, Fate(at))
    survived = await life(stage, Fate(10_000))
    assert survived
    assert sorted(stage.toolbox.effects) == ["$1", "$2"]
    assert sorted(row.txn_id for row in stage.link.replies()) == ["re-$1", "re-$2", "re-$3"]
    states = {stage.inbox.get(event_id) for event_id in COMMANDS}
    assert all(item is not None and item.state is State.ANSWERED for item in states)


async def test_the_steps_cover_the_whole_play(stage: Stage) -> None:
    stage.link.deliver(
        event("$1", "!claim_task 6_1_2_0"), event("$2", "!claim_task 6_1_2_1", JONAS), event("$3", "!strat_work")
    )
    fate = Fate(10_000)
    assert await life(stage, fate)
    assert 10 < fate.steps < len(STEPS)


async def test_killed_again_and_again_it_still_answers_once(stage: Stage) -> None:
    stage.link.deliver(*(event(f"$c{n}", f"!claim_task 6_1_2_{n % 2}") for n in range(10)))
    for at in range(3, 60, 4):
        await life(stage, Fate(at))
    assert await life(stage, Fate(10_000))
    assert len(stage.toolbox.effects) == 10
    assert len(stage.link.replies()) == 10


async def test_a_command_that_was_asked_is_asked_again_however_old_it_has_become(stage: Stage) -> None:
    stuck = asyncio.Event()

    async def hangs(command: str, actor: str, request_id: str) -> None:
        await stuck.wait()

    stage.toolbox.script = hangs
    stage.run()
    stage.link.deliver(event("$1", "!claim_task 6_1_2_0"))
    await stage.until(lambda: stage.toolbox.asked)
    await stage.stop()
    stage.toolbox.script = None
    stage.now += timedelta(hours=2)
    stage.source.tree = fakes.ledger(maria_has_role=False)
    stage.run()
    await stage.quiet()
    assert list(stage.toolbox.effects) == ["$1"]
    assert stage.toolbox.ages[-1] == timedelta(hours=2)


async def test_what_came_while_it_was_away_is_judged_by_its_age(stage: Stage) -> None:
    stage.link.deliver(event("$1", "!claim_task 6_1_2_0"))
    stage.now += timedelta(minutes=30)
    stage.run()
    await stage.quiet()
    (answer,) = stage.link.replies()
    assert "30 minutes after you sent it" in answer.body
    assert not stage.toolbox.effects


async def test_a_new_store_is_read_from_the_beginning_without_a_second_answer(stage: Stage) -> None:
    stage.run()
    stage.link.deliver(event("$0", "hello"), event("$1", "!claim_task 6_1_2_0"))
    await stage.quiet()
    await stage.stop()
    stage.link.store.close()
    for file in stage.folder.glob(f"{FILE_NAME}*"):
        file.unlink()
    stage.link.store = Store(stage.folder / FILE_NAME, BOT)
    stage.run()
    await stage.until(lambda: stage.link.callbacks)
    stage.link.deliver(event("$1", "!claim_task 6_1_2_0"), event("$2", "!claim_task 6_1_2_1"), catch_up=True)
    await stage.quiet()
    assert sorted(stage.toolbox.effects) == ["$1", "$2"]
    assert [asked[2] for asked in stage.toolbox.asked] == ["$1", "$2"]
    assert [row.txn_id for row in stage.link.replies()] == ["re-$1", "re-$2"]


async def test_an_empty_inbox_passes_over_what_its_predecessor_answered(stage: Stage) -> None:
    answer = {"msgtype": "m.notice", "m.relates_to": {"m.in_reply_to": {"event_id": "$1"}}}
    stage.link.deliver(
        event("$1", "!claim_task 6_1_2_0", age=60_000),
        event("$r", "done", BOT, content=answer),
        event("$2", "!claim_task 6_1_2_1", age=60_000),
        catch_up=True,
    )
    stage.run()
    await stage.quiet()
    assert list(stage.toolbox.effects) == ["$2"]


@pytest.mark.parametrize("file", ["outbox", "inbox"])
async def test_an_answer_that_a_full_disk_did_not_take_is_said_when_there_is_room(stage: Stage, file: str) -> None:
    bot = stage.run()
    bot._serving._rest = 0.01
    full = [stage.link.outbox, "put"] if file == "outbox" else [stage.inbox, "answered"]
    owner, name = full
    real, tries = getattr(owner, str(name)), []

    def put(*args: Any, **named: Any) -> Any:
        tries.append(args)
        if len(tries) < 6:
            raise sqlite3.OperationalError("database or disk is full")
        return real(*args, **named)

    setattr(owner, str(name), put)
    stage.link.deliver(event("$1", "!claim_task 6_1_2_0"), event("$2", "!claim_task 6_1_2_1"))
    await stage.quiet()
    assert sorted(stage.toolbox.effects) == ["$1", "$2"]
    assert [row.txn_id for row in stage.link.replies()] == ["re-$1", "re-$2"]


def test_commands_and_position_are_kept_together(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path / "inbox.db")
    assert inbox.position is None
    inbox.receive([], Position(7, "$7"))
    inbox.close()
    again = Inbox(tmp_path / "inbox.db")
    assert again.position == Position(7, "$7")
    assert again.waiting() == 0
    again.close()
