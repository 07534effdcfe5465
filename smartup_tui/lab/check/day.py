"""The day itself: two owners work on a task, and what may go wrong goes wrong."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import AsyncExitStack, closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from smartup_tui.engelbot.inbox import FILE_NAME as INBOX
from smartup_tui.engelbot.inbox import Heard, Inbox, Position
from smartup_tui.lab import accounts
from smartup_tui.lab.check.ledger import Ledger
from smartup_tui.lab.check.person import Answered, Given, Person
from smartup_tui.lab.check.steps import CheckFailedError, Step, Steps, require
from smartup_tui.lab.errors import LabError
from smartup_tui.lab.layout import Layout
from smartup_tui.lab.running import Lab, Show, running
from smartup_tui.matrix import MatrixError

ATTACKER: Final = "jonas"
DEFENDER: Final = "aisha"
WATCHER: Final = "nils"
"""An owner with a watch license, who may not work."""

_SILENCE: Final = 1.5
"""Seconds in which a command must not be answered while the Toolbox is down."""
_NOTES: Final = "The first three steps are written; the fourth needs somebody who was there. The page says whom to ask."


async def check(told: Callable[[Step], None], show: Show) -> Steps:
    """Play the day on a throw-away lab. The steps say whether all went well; nothing is left behind."""
    steps = Steps(told)
    with tempfile.TemporaryDirectory(prefix="smartup-check-") as folder:
        async with AsyncExitStack() as stack:
            with suppress(CheckFailedError):  # the steps hold it
                await _play(steps, Path(folder), stack, show)
    return steps


async def _play(steps: Steps, folder: Path, stack: AsyncExitStack, show: Show) -> None:
    labs: list[Lab] = []

    async def start() -> str:
        try:
            labs.append(await stack.enter_async_context(running(Layout(folder / "lab"), show)))
        except (LabError, MatrixError) as error:
            raise CheckFailedError(f"{error.message} {error.hint}".strip()) from error
        return "Synapse, forge, Toolbox and Engelbot work; the sample organisation is there"

    await steps.take("lab", start)
    day = Day(steps, labs[0], folder)
    stack.push_async_callback(day.close)
    await day.play()


class Day:
    """One day. Every step is a method that says what it saw."""

    def __init__(self, steps: Steps, lab: Lab, folder: Path) -> None:
        self._steps = steps
        self._lab = lab
        self._folder = folder
        self._people = {alias: self._person(alias) for alias in (ATTACKER, DEFENDER, WATCHER)}
        self._attacker, self._defender = self._people[ATTACKER], self._people[DEFENDER]
        self._ledger = Ledger(lab.system, ATTACKER, folder / "reader")
        self._since = ""
        self._task = ""
        self._effective: list[Answered] = []
        self._without: list[Answered] = []

    async def play(self) -> None:
        """Take all steps; the first that fails raises CheckFailedError."""
        take = self._steps.take
        await take("rooms", self._enter)
        await take("open tasks", self._open_tasks)
        await take("claim", self._claim)
        await take("start", self._start)
        await take("confirm", self._confirm)
        await take("typo", self._typo)
        await take("no permission", self._refusal)
        await take("delivered twice", self._twice)
        await take("Toolbox down", self._down)
        await take("wallet", self._wallet)
        await take("ledger", lambda: self._ledger.check(self._since, self._effective, self._without))

    async def close(self) -> None:
        """Close what the day has opened."""
        await asyncio.gather(*(person.stop() for person in self._people.values()), self._ledger.close())

    def _person(self, alias: str) -> Person:
        system = self._lab.system
        account = accounts.account(system.synapse, system.keys, self._lab.file.devices, alias)
        return Person(alias, account, self._folder / alias, {system.engelbot_id})

    async def _enter(self) -> str:
        """Everybody is in the workplace and at their desk; the state of Engelbot in the morning is kept for later."""
        await asyncio.gather(*(person.start() for person in self._people.values()))
        await self._lab.supervisor.hold("engelbot")
        await asyncio.to_thread(shutil.copytree, self._engelbot_state, self._morning)
        await self._lab.supervisor.release("engelbot")
        self._since = (await self._ledger.snapshot()).commit
        self._task = (await self._ledger.free_task()).task_id
        return f"{', '.join(self._people)} are in 2_workplace and at their desks"

    async def _open_tasks(self) -> str:
        for person in (self._attacker, self._defender):
            answered = await person.ask("!open_tasks")
            listed = [str(task["id"]) for task in answered.result.get("data", {}).get("tasks", [])]
            require(self._task in listed, f"{self._task} is not among the open tasks that {person.alias} is told")
            self._without.append(answered)
        return f"both are told {len(listed)} tasks, {self._task} among them"

    async def _claim(self) -> str:
        for person, seat in ((self._attacker, "attacker"), (self._defender, "defender")):
            await self._effect(person, f"!claim_task {self._task} {seat}")
        return f"{ATTACKER} attacks and {DEFENDER} defends {self._task}"

    async def _start(self) -> str:
        return (await self._effect(self._attacker, f"!start_work {self._task}")).text

    async def _confirm(self) -> str:
        return (await self._effect(self._defender, f"!start_work {self._task}")).text

    async def _typo(self) -> str:
        answered = await self._attacker.act("!stop_wrok Done for today")
        require(answered.error == "misread", f"a typo was answered with: {answered.text}")
        require("stop_work" in answered.reply.text, f"the nearest command is not named: {answered.reply.text}")
        self._without.append(answered)
        return answered.text

    async def _refusal(self) -> str:
        answered = await self._people[WATCHER].act(f"!claim_task {self._task}")
        require(answered.error == "not_permitted", f"{WATCHER} was answered with: {answered.text}")
        self._without.append(answered)
        return answered.text

    async def _twice(self) -> str:
        """Engelbot goes on as if it had been killed this morning, with the day's events heard and none decided."""
        day = [*self._effective, *self._without]
        before = (await self._ledger.snapshot()).commit
        await self._lab.supervisor.hold("engelbot")
        await asyncio.to_thread(self._back_to_the_morning, day)
        await self._lab.supervisor.release("engelbot")
        # One owner's commands are handled in their order: with these answers all earlier ones are done.
        for person in self._people.values():
            self._without.append(await person.ask("!wallet"))
        undecided = await asyncio.to_thread(self._undecided)
        require(not undecided, f"Engelbot has not handled again: {', '.join(undecided)}")
        require((await self._ledger.snapshot()).commit == before, "a command that came twice was written twice")
        for answered in day:
            count = self._people[answered.given.alias].answers(answered.given)
            require(count == 1, f"`{answered.given.text}` of {answered.given.alias} was answered {count} times")
        return f"{len(day)} commands handled again: nothing written, no second answer"

    async def _down(self) -> str:
        await self._lab.supervisor.hold("toolbox")
        began = time.monotonic()
        given: Given = self._attacker.give(f"!stop_work {_NOTES}")
        await self._attacker.event_of(given)
        await asyncio.sleep(_SILENCE)
        require(not self._attacker.answers(given), "a command was answered while the Toolbox was down")
        await self._lab.supervisor.release("toolbox")
        down = time.monotonic() - began
        answered = await self._attacker.answer_to(given)
        require(answered.error is None, f"after the Toolbox came back: {answered.reply.text}")
        self._effective.append(answered)
        return f"{answered.text} (given {down:.1f} s before the Toolbox was back)"

    async def _wallet(self) -> str:
        seen = []
        for person in (self._attacker, self._defender):
            answered = await person.ask("!wallet")
            data = answered.result.get("data", {})
            require(data.get("alias") == person.alias, f"the wallet of {person.alias} is not told: {answered.text}")
            self._without.append(answered)
            seen.append(f"{person.alias} {data['sc']['live']} SC")
        return ", ".join(seen)

    async def _effect(self, person: Person, text: str) -> Answered:
        """Give a command that must take effect."""
        answered = await person.act(text)
        require(answered.error is None and answered.result.get("ok"), f"`{text}` of {person.alias}: {answered.text}")
        self._effective.append(answered)
        return answered

    @property
    def _engelbot_state(self) -> Path:
        return self._lab.layout.engelbot / "state"

    @property
    def _morning(self) -> Path:
        return self._folder / "morning"

    def _back_to_the_morning(self, day: list[Answered]) -> None:
        shutil.rmtree(self._engelbot_state)
        shutil.copytree(self._morning, self._engelbot_state)
        inbox = Inbox(self._engelbot_state / INBOX)
        now = datetime.now(UTC)
        try:
            heard = [
                Heard(
                    each.event_id,
                    each.given.room_id,
                    self._people[each.given.alias].user_id,
                    each.given.text,
                    now,
                    dated=False,
                    awaited=True,
                )
                for each in day
            ]
            require(inbox.receive(heard, inbox.position or Position(0, "")) == len(day), "the morning knows the day")
        finally:
            inbox.close()

    def _undecided(self) -> list[str]:
        """The commands in Engelbot's inbox that it has not answered."""
        inbox = self._engelbot_state / INBOX
        with closing(sqlite3.connect(f"file:{inbox}?mode=ro", uri=True)) as database:
            rows = database.execute("SELECT text FROM inbox WHERE state IN ('received', 'decided')")
            return [str(row[0]) for row in rows]
