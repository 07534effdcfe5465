"""Start-up: exec to the first useful picture, kept and live, beside bare Textual and other programs in the same rounds.

`python -m benchmarks.startup [--rounds N] [--tasks 100000 …]`. Everything runs in a pseudo-terminal of 120×40, in turn,
so that a busy moment of the machine falls on all alike; where it is shared, compare processor time. The workspace opens
on a small organisation and on the large one; `benchmarks/_peers.py` says where the other programs come from
(`--without-peers` leaves them out). The plain commands are measured beside `python -c pass`.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks._large import size_from
from benchmarks._peers import Peer, bare, peers
from benchmarks._place import large_home
from benchmarks._terminal import Program
from tests.support.owner_home import make_home, organisation

ROUNDS = 10
PAUSE = 0.3
"""Seconds in which what the program before has left behind comes to its end."""
LATER = 3.0
"""Seconds after which memory is looked at: by then the link and whatever else starts late are there."""
SMARTUP = (sys.executable, "-m", "smartup_tui.cli")
LIVE = b"\x1b[?2004h"
"""What Textual writes once it has the terminal; a kept picture comes before it."""


@dataclass(slots=True)
class Taken:
    """What was measured of one program: ms until its picture, ms of processor time until then, MB later."""

    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)


def first(peer: Peer, taken: Taken, after: bytes = b"", *, memory: bool = True) -> None:
    """From exec until a picture is there (behind `after`, where that is given)."""
    time.sleep(PAUSE)
    with Program(peer.argv, env=peer.env) as program:
        taken.wall.append(program.until(peer.marker, after=after))
        taken.processor.append(program.processor() * 1000)
        if memory:
            program.settle(0.5, LATER)
            time.sleep(max(0.0, LATER - (time.perf_counter() - program.started)))
            taken.memory.append(program.memory())


def wall(argv: Sequence[str], taken: Taken) -> None:
    """What a command takes as a whole."""
    started = time.perf_counter()
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    taken.wall.append((time.perf_counter() - started) * 1000)
    taken.processor.append((used.ru_utime + used.ru_stime) * 1000)
    assert not process.returncode, f"{argv} failed"


def measure(rounds: int, small: Path, large: Path, others: Sequence[Peer]) -> dict[str, Taken]:
    """Every program once in each round."""
    taken: dict[str, Taken] = {}
    for _ in range(rounds):
        first(bare(), taken.setdefault("bare Textual", Taken()))
        for name, home in (("small", small), ("large", large)):
            workspace = Peer(name, (*SMARTUP, "--home", str(home)), b"My tasks")
            first(workspace, taken.setdefault(f"kept picture, {name}", Taken()), memory=False)
            first(workspace, taken.setdefault(f"live, {name}", Taken()), LIVE)
        for peer in others:
            first(peer, taken.setdefault(peer.name, Taken()))
        wall([sys.executable, "-c", "pass"], taken.setdefault("python -c pass", Taken()))
        wall([*SMARTUP, "--help"], taken.setdefault("smartup --help", Taken()))
        wall([*SMARTUP, "--home", str(large), "wallet"], taken.setdefault("smartup wallet, large", Taken()))
    return taken


def _starts(peer: Peer) -> bool:
    try:
        first(peer, Taken(), memory=False)
    except TimeoutError:
        print(f"left out: {peer.name} does not start here")
        return False
    return True


def show(taken: Mapping[str, Taken]) -> None:
    """A line for each: how it stands to bare Textual, or to Python itself."""
    print(f"{'':26}{'median':>8}{'min':>8}{'p95':>8}{'beyond':>8}{'cpu':>8}{'beyond':>8}{'MB':>8}")
    for name, one in taken.items():
        base = taken["python -c pass" if name.startswith(("python", "smartup")) else "bare Textual"]
        median, cpu = statistics.median(one.wall), statistics.median(one.processor)
        p95 = statistics.quantiles(one.wall, n=20)[-1] if len(one.wall) > 1 else median
        beyond, cpu_beyond = median - statistics.median(base.wall), cpu - statistics.median(base.processor)
        memory = f"{statistics.median(one.memory):8.0f}" if one.memory else ""
        print(f"{name:26}{median:8.0f}{min(one.wall):8.0f}{p95:8.0f}{beyond:8.0f}{cpu:8.0f}{cpu_beyond:8.0f}{memory}")


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Exec to the first useful picture.")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--without-peers", action="store_true")
    size, found = size_from(parser)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # compiling at each start would be measured
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        small, large, data = (folder / name for name in ("small", "large", "peers"))
        make_home(small, organisation())
        large_home(large, size)
        data.mkdir()
        others = [] if found.without_peers else [*peers(data)]
        others = [peer for peer in others if _starts(peer)]
        measure(1, small, large, [])  # byte code is compiled, and pictures are kept
        print(f"start-up over {found.rounds} rounds, ms; MB after {LATER:.0f} s")
        show(measure(found.rounds, small, large, others))
    return 0


if __name__ == "__main__":
    sys.exit(main())
