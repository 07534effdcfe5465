"""Plays a community on two Toolboxes that are killed, and a forge that fails: `python -m tests.chaos.simulation 3000`.

Commands, owners, days and faults come from a seed. Which command of a round comes first is the machine's own, so two
runs of one seed are alike and not the same; what must hold at the end must hold for all of them:

- a command that was confirmed has its audit rows once, the same that its answer named, and a repeat says so;
- a command that was refused has none; one that nobody heard about again has all of its effect or none;
- every commit keeps the write law and every sum agrees (`verify` over the files and all commits).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

import httpx

from smartup_tui.forge.embedded.faults import Fault, FaultKind
from smartup_tui.ledger import tables
from smartup_tui.ledger.rowset import RowCache
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.tree import MappingTree
from smartup_tui.ledger.verify import verify
from tests.chaos.players import Given, community, steps
from tests.chaos.process import TOKEN
from tests.toolbox.scenario import Place, running
from tests.toolbox.test_day import GitHistory

TRIES: Final = 60
REFUSED: Final = frozenset({400, 403, 404, 409, 422})
_WRITE: Final = "/contents"


class ToolboxProcess:
    """A Toolbox that can be killed and started again; its state folder stays, as after a crash."""

    def __init__(self, place: Place, number: int, clock: Path) -> None:
        """Start it."""
        self._place, self._number, self._clock = place, number, clock
        self._starts = 0
        self.start()

    def start(self) -> None:
        """Start the process and wait until it serves."""
        self._starts += 1
        folder = self._place.folder
        file = folder / f"port-{self._number}-{self._starts}"
        state = folder / f"toolbox-{self._number}"
        command = [sys.executable, "-m", "tests.chaos.process", self._place.server.address, str(state)]
        self._child = subprocess.Popen([*command, str(self._clock), str(file)], stdin=subprocess.PIPE, text=True)
        assert self._child.stdin is not None
        self._child.stdin.write(self._place.token + "\n")
        self._child.stdin.close()
        deadline = time.monotonic() + 60
        while not file.exists():
            assert self._child.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        self.address = f"http://127.0.0.1:{file.read_text()}"

    def kill(self) -> None:
        """End it at once, without a word."""
        self._child.kill()
        self._child.wait()


@dataclass
class Asked:
    """One command with all that was heard of it."""

    request_id: str
    given: Given
    patient: bool
    answer: dict[str, Any] = field(default_factory=dict)
    status: int = 0


@dataclass(frozen=True)
class Outcome:
    """What a run has seen, for a report."""

    seed: int
    asked: tuple[Asked, ...]
    commits: int
    events: int
    kills: int
    days: int
    faults: Counter[str]
    findings: tuple[str, ...]
    seconds: float

    def __str__(self) -> str:
        """A few lines for people."""
        status = Counter(one.status for one in self.asked)
        told = ", ".join(f"{count} × {code or 'not heard'}" for code, count in sorted(status.items()))
        faults = ", ".join(f"{count} {kind}" for kind, count in sorted(self.faults.items()))
        codes = Counter(one.answer["error"]["code"] for one in self.asked if one.status in REFUSED)
        return (
            f"seed {self.seed}: {len(self.asked)} commands in {self.days} simulated days, {self.seconds:.0f} s\n"
            f"answers: {told}\nfaults planned: {faults}; {self.kills} kills\n"
            f"{self.commits} commits, {self.events} audit rows; findings: {', '.join(self.findings) or 'none'}\n"
            f"refusals: {', '.join(f'{code} {count}' for code, count in codes.most_common(12))}"
        )


class Simulation:
    """One run."""

    def __init__(self, place: Place, clock: Path, seed: int, *, owners: int) -> None:
        """Start two Toolboxes beside each other."""
        self._place, self._clock, self._seed, self._owners = place, clock, seed, owners
        self._random = Random(seed)
        self._boxes = [ToolboxProcess(place, number, clock) for number in range(2)]
        self._http = httpx.Client(headers={"Authorization": f"Bearer {TOKEN}"}, timeout=25)
        self._cache = RowCache()
        self._asked: list[Asked] = []
        self._faults: Counter[str] = Counter()
        self._kills = 0
        self._tip = ""
        self._snapshot: Snapshot | None = None

    def close(self) -> None:
        """End the processes."""
        self._http.close()
        for box in self._boxes:
            box.kill()

    def run(self, commands: int) -> Outcome:
        """Rounds of commands that are given at the same time, until there are enough; then the check."""
        began = time.monotonic()
        start = self._place.clock.now
        with ThreadPoolExecutor(16) as pool:
            while len(self._asked) < commands:
                self._round(pool, min(self._random.randint(2, 14), commands - len(self._asked)))
        self._place.faults.clear()
        self._pass(hours=24 * 45)
        for number in range(2):  # one of them catches up with all that time has decided, the other agrees
            settled = self._ask_once(Asked(f"$settled-{number}", Given("engelbot", "settle", {}), patient=True), number)
            assert settled.status == 200, settled.answer
        findings = self.check()
        days = (self._place.clock.now - start).days
        events = len(self._ledger().rows(tables.EVENTS))
        commits = len(self._place.commits())
        took = time.monotonic() - began
        return Outcome(self._seed, tuple(self._asked), commits, events, self._kills, days, self._faults, findings, took)

    def _round(self, pool: ThreadPoolExecutor, count: int) -> None:
        """Some commands at once, with faults and kills among them."""
        random = self._random
        self._pass(hours=random.choice((0, 0.2, 1, 5, 20, 60)))
        given = steps(self._ledger(), random, count)
        asked = [Asked(f"${len(self._asked) + n}:chaos", one, random.random() > 0.1) for n, one in enumerate(given)]
        if random.random() < 0.6:
            self._plan_faults()
        # Engelbot dies too: what it had asked is asked again by the next one, with the same id.
        twice = [one for one in asked if random.random() < 0.15]
        heard = [pool.submit(self._ask, one, random.randrange(2)) for one in (*asked, *twice)]
        if random.random() < 0.12:
            time.sleep(random.uniform(0, 0.2))
            self._kill(random.randrange(2))
        for one in heard:
            one.result()
        self._asked += asked
        self._place.faults.clear()

    def _pass(self, hours: float) -> None:
        """Let time pass, for both Toolboxes at once."""
        self._place.clock.now = (self._place.clock.now + timedelta(hours=hours)).replace(microsecond=0)
        fresh = self._clock.with_suffix(".new")
        fresh.write_text(self._place.clock.now.isoformat())
        fresh.rename(self._clock)

    def _plan_faults(self) -> None:
        random = self._random
        for _ in range(random.randint(1, 4)):
            kind = random.choice(list(FaultKind))
            path, method = (_WRITE, "POST") if random.random() < 0.7 else ("", "")
            status = random.choice((403, 409, 429, 500, 502, 503))
            delay = 2.0 if kind is FaultKind.SILENT else 0.3
            again = "1" if status == 429 else ""
            self._place.faults.plan(
                Fault(kind, method, path, skip=random.randint(0, 3), status=status, retry_after=again, delay=delay)
            )
            self._faults[kind.value] += 1

    def _kill(self, number: int) -> None:
        self._boxes[number].kill()
        self._kills += 1
        self._boxes[number].start()

    def _ask(self, asked: Asked, number: int) -> Asked:
        """Ask until there is a definite answer, as Engelbot's inbox does; who is not patient asks once."""
        heard = Asked(asked.request_id, asked.given, asked.patient)
        for attempt in range(TRIES if asked.patient else 1):
            heard = self._ask_once(heard, (number + attempt) % 2)
            if heard.status == 200 or heard.status in REFUSED:
                if not asked.status:
                    asked.status, asked.answer = heard.status, heard.answer
                elif 200 in (asked.status, heard.status):
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
        assert asked.status in REFUSED | {200, 503}, (given, asked.answer)
        return asked

    def _ledger(self) -> Snapshot:
        """The ledger at the tip of the branch, as git has it."""
        tip = self._place.git("rev-parse", "main").strip()
        if self._snapshot is None or tip != self._tip:
            self._tip = tip
            self._snapshot = Snapshot(MappingTree(self._place.files(tip), tip), self._cache)
        return self._snapshot

    def check(self) -> tuple[str, ...]:
        """What must hold at the end; the errors that `verify` finds, of which there must be none."""
        ledger = self._ledger()
        events = ledger.rows(tables.EVENTS)
        assert len({event.event_id for event in events}) == len(events)
        by_request: dict[str, list[str]] = {}
        for event in events:
            by_request.setdefault(event.request_id, []).append(event.event_id)
        for one in self._asked:
            written = by_request.get(one.request_id, [])
            if one.status == 200:
                assert written == one.answer["events"], (one, written)
            elif one.status in REFUSED:
                assert written == [], (one, written)
        named = Counter(line for commit in self._place.commits() for line in self._place.trailers(commit))
        assert all(count == 1 for count in named.values())
        trailed = {line.split()[3] for line in named}
        assert {one.request_id for one in self._asked if by_request.get(one.request_id)} <= trailed
        self._place.git("fsck", "--strict")
        report = verify(ledger.tree, GitHistory(self._place))
        return tuple(str(finding) for finding in report.errors)


def _agree(first: Asked, second: Asked) -> None:
    """Two answers to one request: the same effect, or one of them came before it and said no."""
    if first.status == second.status == 200:
        assert first.answer["events"] == second.answer["events"], (first, second)
    elif second.status == 200:
        first.status, first.answer = second.status, second.answer


@contextmanager
def simulation(folder: Path, seed: int, owners: int = 50) -> Iterator[Simulation]:
    """A community on a forge of its own, with two Toolboxes."""
    org = community(owners)
    files = {path: org.tree.read(path) or b"" for path in org.tree.paths()}
    with running(folder, files) as place:
        place.clock.now = org.now
        clock = folder / "clock"
        clock.write_text(org.now.isoformat())
        run = Simulation(place, clock, seed, owners=owners)
        try:
            yield run
        finally:
            run.close()


def main() -> int:
    """A long run by hand; exit code 1 for findings."""
    parser = argparse.ArgumentParser(description="A community under faults.")
    parser.add_argument("commands", type=int, nargs="?", default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, simulation(Path(folder), given.seed) as run:
        outcome = run.run(given.commands)
    print(outcome)
    return bool(outcome.findings)


if __name__ == "__main__":
    sys.exit(main())
