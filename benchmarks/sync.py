"""What reading the ledger costs: the first time beside `git clone`, with nothing new, and after one command.

Each figure of ours has its floor in the same run: git with the same repository on this machine's disk. "After one
command" is measured in a young ledger (1,000 audit rows) and in the old one, since it must not grow.

    python -m benchmarks.sync [--tasks 100000 …]
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import httpx

from benchmarks._large import Size, size_from
from benchmarks._place import Served, large_repository, new_home, run, served, smartup
from smartup_tui.config import Home
from smartup_tui.ledger.tables import EVENTS, TASKS
from smartup_tui.workspace.sync_job import Synchroniser

YOUNG = Size(owners=20, tasks=100, pages=60, years=1)
ROUNDS = 15


@dataclass(slots=True)
class Traffic:
    """What went over the wire since `clear`."""

    requests: int = 0
    received: int = 0

    def clear(self) -> None:
        """Begin to count."""
        self.requests = self.received = 0

    async def count(self, response: httpx.Response) -> None:
        """A response begins; its body is counted as it comes."""
        self.requests += 1
        assert isinstance(response.stream, httpx.AsyncByteStream)
        response.stream = Counted(response.stream, self)


class Counted(httpx.AsyncByteStream):
    """A response's body, counted as it passes."""

    def __init__(self, inner: httpx.AsyncByteStream, traffic: Traffic) -> None:
        """Nothing has passed yet."""
        self._inner, self._traffic = inner, traffic

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The pieces as they come."""
        async for piece in self._inner:
            self._traffic.received += len(piece)
            yield piece

    async def aclose(self) -> None:
        """Close the inner one."""
        await self._inner.aclose()


@dataclass(frozen=True, slots=True)
class Step:
    """Medians of one kind of synchronisation."""

    milliseconds: float
    requests: float
    received: float

    def __str__(self) -> str:
        return f"{self.milliseconds:8.1f} ms  {self.requests:4.0f} requests  {self.received:9,.0f} bytes"


def first(place: Served, folder: Path) -> None:
    """The first synchronisation, beside what git does."""
    floors = {
        "git clone (history too)": ["git", "clone", "--quiet", "--bare", "--no-local"],
        "git clone --depth 1": ["git", "clone", "--quiet", "--depth", "1", "--no-local"],
    }
    calls = {
        name: partial(run, [*command, f"file://{place.repository}", str(folder / name.replace(" ", "-"))])
        for name, command in floors.items()
    }
    calls["smartup sync, read model"] = partial(smartup, folder / "home", "sync")
    for name, call in calls.items():
        before = _processor()
        cost = call()
        used = _processor() - before
        print(f"  {name:<26} {cost.seconds:6.1f} s   {used:5.1f} s of processor   at most {cost.memory:.0f} MB")


def _processor() -> float:
    """Seconds of processor that children took which have ended; the serving forge is not among them."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


async def again(home: Home, place: Served) -> tuple[Step, Step]:
    """Nothing new, and one command later, on a synchronised home."""
    traffic = Traffic()
    synchroniser = Synchroniser(home)
    synchroniser._client._http.event_hooks["response"].append(traffic.count)  # noqa: SLF001 - only a measurement looks there
    nothing, command = [], []
    try:
        for number in range(ROUNDS):
            nothing.append(await _measured(synchroniser, traffic))
            commit(place.repository, number)
            command.append(await _measured(synchroniser, traffic))
    finally:
        await synchroniser.close()
    return _medians(nothing[1:]), _medians(command[1:])


async def _measured(synchroniser: Synchroniser, traffic: Traffic) -> Step:
    traffic.clear()
    began = time.perf_counter()
    await synchroniser.run(lambda _step, _done, _total: None)
    return Step((time.perf_counter() - began) * 1000, traffic.requests, traffic.received)


def _medians(steps: list[Step]) -> Step:
    return Step(
        statistics.median(s.milliseconds for s in steps),
        statistics.median(s.requests for s in steps),
        statistics.median(s.received for s in steps),
    )


def commit(repository: Path, number: int) -> None:
    """What a claim writes: a cell of the tasks' register, a row of the audit trail, in one commit."""
    git = ["git", "-C", str(repository)]

    def show(path: str) -> bytes:
        return subprocess.run([*git, "show", f"main:{path}"], check=True, capture_output=True).stdout

    header, first_task, *rest = show(TASKS.path).split(b"\n", 2)
    # The same length each time, so that the rounds are alike.
    cells = first_task.split(b",")
    cells[1] = b"Claimed %06d" % number
    claim = "maria,claim_task,task,6_1_0_0,claimed,api:claim_task,ok"
    event = f"2026-11-02T00:00:{number % 60:02}Z,02{number:024},{claim},$n{number}\n"
    files = {
        TASKS.path: b"\n".join([header, b",".join(cells), *rest]),
        EVENTS.path: show(EVENTS.path) + event.encode(),
    }
    parts = [f"commit refs/heads/main\ncommitter t <t@owners.invalid> {1_800_000_000 + number} +0000\n".encode()]
    parts.append(b"data 5\nclaim\nfrom refs/heads/main^0\n")
    parts += [b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data) for path, data in files.items()]
    subprocess.run([*git, "fast-import", "--quiet"], input=b"".join(parts), check=True)


def measure(size: Size) -> tuple[Step, Step]:
    """One organisation from its first synchronisation on."""
    repository = large_repository(size)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with served(repository, folder / "forge") as place:
            home = new_home(folder / "home", place)
            print(f"{size.tasks:,} tasks, about {size.tasks * 10:,} audit rows, {size.pages:,} pages:")
            first(place, folder)
            nothing, command = asyncio.run(again(home, place))
    print(f"  nothing new                {nothing}")
    print(f"  after one command          {command}")
    return nothing, command


def main() -> None:
    """Measure a young organisation and an old one."""
    size, _ = size_from(argparse.ArgumentParser(description="What reading the ledger costs."))
    _, young = measure(replace(YOUNG, seed=size.seed))
    _, old = measure(size)
    print(f"after one command, old to young: time {old.milliseconds / young.milliseconds:.2f}, ", end="")
    print(f"requests {old.requests / young.requests:.2f}, bytes {old.received / young.received:.2f}")


if __name__ == "__main__":
    main()
