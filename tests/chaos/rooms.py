"""The rooms of the community: owners who type commands, a homeserver that fails, and Engelbot, who is killed."""

from __future__ import annotations

import json
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import ExitStack, closing
from random import Random
from types import TracebackType
from typing import Any, Final, Self

from smartup_tui.catalogue.commands import CATALOGUE
from smartup_tui.catalogue.grammar import FormatError, write
from smartup_tui.engelbot.inbox import State
from smartup_tui.ledger.snapshot import Snapshot
from tests.chaos.children import PATIENCE, EngelbotProcess
from tests.chaos.engelbot import AFTER, BEFORE, INSTEAD
from tests.chaos.homeserver import Homeserver, Said
from tests.chaos.players import Given
from tests.chaos.record import DONE, SAID_NO, SILENCE, Asked
from tests.chaos.replay import Told
from tests.chaos.weather import Weather
from tests.support.fault_proxy import FaultProxy
from tests.toolbox.scenario import Place

STRANGER: Final = "@stranger:chaos.test"
_FILES: Final = ("inbox.db", "outbox.db", "matrix.db")


class Rooms:
    """Rooms, their homeserver behind bad weather, and an Engelbot process; `toolbox` gives the address it reaches."""

    def __init__(self, place: Place, toolbox: Callable[[], str]) -> None:
        self._place, self._toolbox = place, toolbox
        self._stack = ExitStack()
        self.weather = Weather()
        self.toolbox_weather = Weather(("/api/",))
        self.ended_by_itself = 0
        self.told: dict[str, Told] = {}
        """What Engelbot has asked of the Toolboxes, by request id."""
        self._altered: list[str] = []
        self._disk_faults = 0
        self._answers: dict[str, list[Said]] = {}
        self._looked_at = 0

    def __enter__(self) -> Self:
        self.homeserver = self._stack.enter_context(Homeserver())
        between = self._stack.enter_context(FaultProxy(self.homeserver.url))
        between.rule = self.weather.rule
        beyond = self._stack.enter_context(FaultProxy(self._toolbox))
        beyond.rule = self.toolbox_weather.rule
        beyond.passed = self._hear
        marks: list[dict[str, Any]] = [{"kind": "team", "id": "3_7"}, {"kind": "group", "id": "2_workplace"}, {}]
        self._rooms = [self.homeserver.open_room(f"Room {n}", mark) for n, mark in enumerate(marks)]
        self.engelbot = EngelbotProcess(self._place, homeserver=between.url, toolbox=beyond.url)
        self._stack.callback(self.engelbot.kill)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _hear(self, path: str, body: bytes) -> None:
        """Engelbot asks a Toolbox: under one id always the same."""
        if not body:
            return
        values = json.loads(body)
        name, actor, _ = values.pop("request_id"), values.pop("actor"), values.pop("age_ms", None)
        told = Told(path.rpartition("/")[2], actor, values)
        if self.told.setdefault(name, told) != told:
            self._altered.append(f"{name} was asked in two ways: {self.told[name]}, {told}")

    def say(self, given: Given, ledger: Snapshot, random: Random) -> Asked:
        """An owner types a command in some room, in a workspace or in a chat client."""
        owner = ledger.owner(given.actor)
        sender = STRANGER if owner is None or owner.matrix_id is None else owner.matrix_id
        if random.random() < 0.3:
            self.homeserver.enter(sender)
        content: dict[str, Any] = {"msgtype": "m.text", "body": text_of(given)}
        if random.random() < 0.5:
            content["org.smartup.command"] = f"workspace-{random.getrandbits(40)}"
        event_id = self.homeserver.say(random.choice(self._rooms), sender, content)
        return Asked(event_id, given, patient=True, room=True, known=sender != STRANGER)

    def plan_disk_fault(self, random: Random) -> None:
        """One of the next transactions of Engelbot fails."""
        self._disk_faults += 1
        line = f"{self._disk_faults} {random.choice(_FILES)} {random.choice((BEFORE, INSTEAD, AFTER))}"
        with self.engelbot.disk_plan.open("a") as plan:
            plan.write(f"{line} {random.randint(0, 12)}\n")

    def clear(self) -> None:
        """No further faults."""
        self.weather.clear()
        self.toolbox_weather.clear()
        self.engelbot.disk_plan.write_text("")

    def restart(self) -> None:
        """Kill Engelbot, and start it again."""
        self.engelbot.kill()
        self.engelbot.start()

    def keep(self) -> None:
        """Start it again if it has ended, as its supervisor does."""
        if not self.engelbot.runs:
            self.ended_by_itself += 1
            self.engelbot.start()

    def wait(self, asked: Iterable[Asked]) -> None:
        """Wait until each of these has its answer, or is met with silence."""
        waiting = {one.request_id: one for one in asked}
        deadline = time.monotonic() + PATIENCE
        while waiting:
            self._read_answers()
            for event_id in [e for e in waiting if e in self._answers]:
                note(waiting.pop(event_id), self._answers[event_id][0])
            for event_id in self._ignored(waiting):
                waiting.pop(event_id).status = SILENCE
            self.keep()
            assert time.monotonic() < deadline, f"no answer to {list(waiting.values())}"
            time.sleep(0.01)

    def check(self, asked: Iterable[Asked]) -> list[str]:
        """What is wrong with the answers; `asked` are all commands that were ever said in a room."""
        self._wait_for(lambda: not self._count("outbox.db", "SELECT count(*) FROM outbox WHERE state = 'queued'"))
        self._wait_for(lambda: self.engelbot.healthy)
        self._read_answers()
        findings = list(self._altered)
        commands = {one.request_id: one for one in asked}
        for event_id, one in commands.items():
            told = self._answers.get(event_id, [])
            if len(told) != (0 if one.status == SILENCE else 1):
                findings.append(f"{len(told)} answers to {one.given}")
            if one.status == SILENCE and one.known:
                findings.append(f"an owner was met with silence: {one.given}")
            if one.answer.get("error", {}).get("code") == "toolbox_fault":
                findings.append(f"no definite answer to {one.given}: {one.answer}")
        findings += [f"an answer to nothing: {event_id}" for event_id in self._answers if event_id not in commands]
        return findings

    @property
    def faults(self) -> Counter[str]:
        """What came to pass, by kind."""
        found: Counter[str] = Counter()
        for where, weather in (("homeserver", self.weather), ("way to the Toolbox", self.toolbox_weather)):
            found.update({f"{where}: {kind}": count for kind, count in weather.happened.items()})
        done = self.engelbot.disk_plan.with_suffix(".done")
        for line in done.read_text().splitlines() if done.exists() else []:
            _, file, when, _ = line.split()
            found[f"disk: {file} {when} the commit"] += 1
        return found

    def _read_answers(self) -> None:
        said = self.homeserver.said()
        for one in said[self._looked_at :]:
            kind, _, event_id = one.txn_id.partition("-")
            assert kind in {"re", "wait"}, one
            if kind == "re":
                related = one.content.get("m.relates_to", {}).get("m.in_reply_to", {}).get("event_id")
                assert related in (None, event_id), one
                self._answers.setdefault(event_id, []).append(one)
        self._looked_at = len(said)

    def _ignored(self, waiting: Iterable[str]) -> list[str]:
        ignored = {
            row[0] for row in self._rows("inbox.db", f"SELECT event_id FROM inbox WHERE state = '{State.IGNORED}'")
        }
        return [event_id for event_id in waiting if event_id in ignored]

    def _count(self, file: str, query: str) -> int:
        return int(next(iter(self._rows(file, query)), (0,))[0])

    def _rows(self, file: str, query: str) -> list[tuple[Any, ...]]:
        path = self.engelbot.state / file
        if not path.exists():
            return []
        with closing(sqlite3.connect(path, timeout=30)) as connection:
            try:
                return connection.execute(query).fetchall()
            except sqlite3.OperationalError:  # it is being made
                return []

    def _wait_for(self, condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            self.keep()
            assert time.monotonic() < deadline, f"Engelbot is not at rest; see {self.engelbot.folder}"
            time.sleep(0.02)


def note(asked: Asked, said: Said) -> None:
    """Write down the answer to a command."""
    asked.answer = dict(said.content["org.smartup.result"])
    asked.status = DONE if asked.answer["ok"] else SAID_NO


def text_of(given: Given) -> str:
    """A command as it is typed; what the grammar has no words for is typed all the same."""
    values = {name: str(value) for name, value in given.arguments.items()}
    try:
        return write(CATALOGUE[given.command], values)
    except FormatError:
        return " ".join([f"!{given.command}", *values.values()])
