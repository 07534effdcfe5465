"""Plays a community in rooms, on a killed Engelbot, two killed Toolboxes and servers that fail.

`python -m tests.chaos.simulation 3000 --seed 7` (six commands a second, about; `--keep FOLDER` leaves all that was
written there). Most commands are typed in rooms and reach the Toolboxes through a real Engelbot process; the others are
asked directly, some of them twice at once, some by askers who do not wait. Halfway the forge goes away and comes back
as its next version, which tells of lost races in other words.

Commands, owners, days, faults and kills come from a seed. Which command of a round comes first is the machine's own, so
two runs of one seed are alike and not the same; what must hold at the end must hold for all of them:

- a command that was confirmed has its audit rows once, the same that its answer named, and a repeat says so;
- a command that was refused has none; one that nobody heard about again has all of its effect or none;
- a command that was given in a room has exactly one answer, and a definite one; a stranger has none;
- every commit is the whole effect of the commands that it names and of nothing else, byte for byte, as it comes out
  when these are decided once more on the commit before, after all that was due (`replay`);
- every commit keeps the write law and every sum agrees (`verify` over the files and all commits).
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Final

import httpx

from smartup_tui.forge.embedded.problems import Mode
from smartup_tui.ledger import tables
from smartup_tui.ledger.policies import VALIDATION_RULES
from smartup_tui.ledger.rowset import RowCache
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.tree import MappingTree
from tests.chaos.children import Child, ToolboxProcess
from tests.chaos.judge import judge
from tests.chaos.players import Given, community, steps
from tests.chaos.process import TOKEN
from tests.chaos.record import DONE, REFUSED, Asked, Outcome
from tests.chaos.replay import Told
from tests.chaos.rooms import Rooms
from tests.chaos.weather import ForgeWeather
from tests.toolbox.scenario import Place, running

TRIES: Final = 60
SEGMENT_ROWS: Final = 100
"""A log begins a new file sooner than in life, so that a run has many."""


@dataclass(frozen=True)
class Chances:
    """How likely it is, in each round, that somebody is killed, that a transaction fails, that a disk is full.

    `power_fails`: all are killed at once; `forge_away`: the forge stops for a moment.
    """

    toolbox_killed: float = 0.12
    engelbot_killed: float = 0.2
    power_fails: float = 0.02
    forge_away: float = 0.02
    transaction_fails: float = 0.08
    disk_full: float = 0.04


class Simulation:
    """One run."""

    def __init__(self, place: Place, weather: ForgeWeather, clock: Path, seed: int, chances: Chances) -> None:
        """Start two Toolboxes beside each other, and Engelbot, who meets now the one and now the other."""
        self._place, self._weather, self._clock, self._seed, self._chances = place, weather, clock, seed, chances
        self._mode: Mode = "v15"
        self._random = Random(seed)
        self._boxes = [ToolboxProcess(place, number, clock) for number in range(2)]
        turns = Random(seed + 1)
        self._rooms = Rooms(place, lambda: self._boxes[turns.randrange(2)].address)
        self._rooms.__enter__()
        self._http = httpx.Client(headers={"Authorization": f"Bearer {TOKEN}"}, timeout=25)
        self._cache = RowCache()
        self._asked: list[Asked] = []
        self._faults: Counter[str] = Counter()
        self._kills: Counter[str] = Counter()
        self._tip = ""
        self._snapshot: Snapshot | None = None

    def close(self) -> None:
        """End the processes."""
        self._http.close()
        self._rooms.__exit__(None, None, None)
        for box in self._boxes:
            box.kill()

    def run(self, commands: int, progress: Callable[[str], object] = len) -> Outcome:
        """Rounds of commands that are given at the same time, until there are enough; then the check."""
        began = time.monotonic()
        start = self._place.clock.now
        with ThreadPoolExecutor(16) as pool:
            while len(self._asked) < commands:
                self._round(pool, min(self._random.randint(2, 14), commands - len(self._asked)))
                progress(f"{len(self._asked)} commands, {time.monotonic() - began:.0f} s")
                if self._mode == "v15" and len(self._asked) >= commands / 2:
                    self._mode = "v16"
                    self._forge_away()
        self._pass(hours=24 * 45)
        for number in range(2):  # one of them catches up with all that time has decided, the other agrees
            settled = self._ask_once(Asked(f"$settled-{number}", Given("engelbot", "settle", {}), patient=True), number)
            assert settled.status == DONE, settled.answer
        progress("all answered; the check")
        told = {one.request_id: Told(one.given.command, one.given.actor, one.given.arguments) for one in self._asked}
        findings = self._rooms.check(one for one in self._asked if one.room)
        findings += judge(self._place, self._asked, told | self._rooms.told)
        days = (self._place.clock.now - start).days
        events = len(self._ledger().rows(tables.EVENTS))
        commits = len(self._place.commits())
        took = time.monotonic() - began
        faults = self._faults + self._rooms.faults
        faults.update({f"forge: {kind}": count for kind, count in self._weather.happened.items()})
        asked = tuple(self._asked)
        return Outcome(self._seed, asked, commits, events, self._kills, days, faults, tuple(findings), took)

    def _round(self, pool: ThreadPoolExecutor, count: int) -> None:
        """Some commands at once, with faults and kills among them."""
        random, rooms = self._random, self._rooms
        self._pass(hours=random.choice((0, 0.2, 1, 5, 20, 60)))
        ledger = self._ledger()
        given = steps(ledger, random, count)
        self._plan_faults()
        in_rooms = [random.random() < 0.85 for _ in given]
        typed = [rooms.say(one, ledger, random) for one, typed in zip(given, in_rooms, strict=True) if typed]
        plain = [one for one, typed in zip(given, in_rooms, strict=True) if not typed]
        asked = [Asked(f"${len(self._asked) + n}:chaos", one, random.random() > 0.1) for n, one in enumerate(plain)]
        twice = [one for one in asked if random.random() < 0.15]
        heard = [pool.submit(self._ask, one, random.randrange(2)) for one in (*asked, *twice)]
        self._strike()
        for one in heard:
            one.result()
        rooms.wait(typed)
        self._asked += (*typed, *asked)
        self._place.faults.clear()
        rooms.clear()

    def _strike(self) -> None:
        """While all are at work, somebody is killed, or finds the disk full."""
        random, rooms = self._random, self._rooms
        if random.random() < self._chances.toolbox_killed:
            self._pause(0.2)
            box = random.choice(self._boxes)
            box.kill()
            box.start()
            self._kills["Toolbox"] += 1
        while random.random() < self._chances.engelbot_killed:
            self._pause(1.0)
            rooms.restart()
            self._kills["Engelbot"] += 1
        if random.random() < self._chances.power_fails:
            self._pause(0.5)
            everybody = (rooms.engelbot, *self._boxes)
            for child in everybody:
                child.kill()
            for child in everybody:
                child.start()
            self._kills["all at once"] += 1
        if random.random() < self._chances.forge_away:
            self._pause(0.2)
            self._forge_away()
        if random.random() < self._chances.disk_full:
            self._pause(0.3)
            whose: Child = random.choice((rooms.engelbot, *self._boxes))
            whose.fill_disk(full=True)
            self._pause(0.5)
            whose.fill_disk(full=False)
            self._faults["disk: full for a moment"] += 1

    def _forge_away(self) -> None:
        """The forge stops, and comes back after a moment."""
        port = self._place.server.port
        self._place.server.close()
        self._pause(1.0)
        self._place.restart(port, self._mode)
        self._faults[f"forge: away, and back as {self._mode}"] += 1

    def _pause(self, most: float) -> None:
        time.sleep(self._random.uniform(0, most))

    def _pass(self, hours: float) -> None:
        """Let time pass, for both Toolboxes at once."""
        self._place.clock.now = (self._place.clock.now + timedelta(hours=hours)).replace(microsecond=0)
        fresh = self._clock.with_suffix(".new")
        fresh.write_text(self._place.clock.now.isoformat())
        fresh.rename(self._clock)

    def _plan_faults(self) -> None:
        random, rooms = self._random, self._rooms
        for _ in range(random.choice((0, 0, 1, 2, 4))):
            rooms.weather.plan(random)
        for _ in range(random.choice((0, 0, 0, 1, 2))):
            rooms.toolbox_weather.plan(random)
        if random.random() < self._chances.transaction_fails:
            rooms.plan_disk_fault(random)
        for _ in range(random.choice((0, 0, 1, 2, 3, 4))):
            self._weather.plan_one(random)

    def _ask(self, asked: Asked, number: int) -> Asked:
        """Ask until there is a definite answer, as Engelbot's inbox does; who is not patient asks once."""
        heard = Asked(asked.request_id, asked.given, asked.patient)
        for attempt in range(TRIES if asked.patient else 1):
            heard = self._ask_once(heard, (number + attempt) % 2)
            if heard.status == DONE or heard.status in REFUSED:
                if not asked.status:
                    asked.status, asked.answer = heard.status, heard.answer
                elif DONE in (asked.status, heard.status):
                    _agree(asked, heard)
                return asked
            time.sleep(min(0.05 * 2**attempt, 1.0))
        assert not asked.patient, f"no answer to {asked.given} within {TRIES} tries: {heard.answer}"
        return asked

    def _ask_once(self, asked: Asked, number: int) -> Asked:
        given = asked.given
        body = {"actor": given.actor, "request_id": asked.request_id, "age_ms": 0, **given.arguments}
        try:
            answer = self._http.post(f"{self._boxes[number].address}/api/{given.command}", json=body)
        except httpx.HTTPError:
            return asked
        asked.status, asked.answer = answer.status_code, answer.json()
        assert asked.status in REFUSED | {DONE, 503}, (given, asked.answer)
        return asked

    def _ledger(self) -> Snapshot:
        """The ledger at the tip of the branch, as git has it."""
        tip = self._place.git("rev-parse", "main").strip()
        if self._snapshot is None or tip != self._tip:
            self._tip = tip
            self._snapshot = Snapshot(MappingTree(self._place.files(tip), tip), self._cache)
        return self._snapshot


def _agree(first: Asked, second: Asked) -> None:
    """Two answers to one request: the same effect, or one of them came before it and said no."""
    if first.status == second.status == DONE:
        assert first.answer["events"] == second.answer["events"], (first, second)
    elif second.status == DONE:
        first.status, first.answer = second.status, second.answer


@contextmanager
def simulation(folder: Path, seed: int, owners: int = 50, chances: Chances | None = None) -> Iterator[Simulation]:
    """A community on servers of its own."""
    org = community(owners)
    files = {path: org.tree.read(path) or b"" for path in org.tree.paths()}
    files[VALIDATION_RULES] = re.sub(rb"segment_rows: \d+", b"segment_rows: %d" % SEGMENT_ROWS, files[VALIDATION_RULES])
    weather = ForgeWeather()
    with running(folder, files, faults=weather) as place:
        place.clock.now = org.now
        clock = folder / "clock"
        clock.write_text(org.now.isoformat())
        run = Simulation(place, weather, clock, seed, chances or Chances())
        try:
            yield run
        finally:
            run.close()


def main() -> int:
    """A long run by hand; exit code 1 for findings."""
    parser = argparse.ArgumentParser(description="A community under faults.")
    parser.add_argument("commands", type=int, nargs="?", default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a new folder for the repository and what the processes wrote")
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = given.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        run = stack.enter_context(simulation(folder, given.seed))
        outcome = run.run(given.commands, partial(print, end="\r", file=sys.stderr, flush=True))
    print(outcome)
    return bool(outcome.findings)


if __name__ == "__main__":
    sys.exit(main())
