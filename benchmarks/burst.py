"""What does a burst of 200 commands from 50 owners cost: by the design of the seeds, and by ours?

The seeds: a process for each command, three separate writes, a SHA lock for each file (`_seeds_script`). Ours: the
Toolbox on HTTP with its queue and group commit. Both on the same embedded forge and the same ledger. Prints median and
95th percentile to the reply, total time, commits, and bytes of files sent. `python -m benchmarks.burst 40` gives fewer.
"""

from __future__ import annotations

import json
import logging
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx

from benchmarks.segments import Counting
from smartup_tui.ledger import tables
from smartup_tui.toolbox.ids import new_request_id
from smartup_tui.toolbox.main import ApiServer
from smartup_tui.toolbox.service import Toolbox, standard_rules
from smartup_tui.toolbox.settings import ServerSettings
from tests.support.organisation import Organisation
from tests.toolbox.crowd import OWNERS, crowd, member, ready
from tests.toolbox.scenario import Place, running

COMMANDS = 200
AT_ONCE = 64
"""Commands that each of the two APIs works on at the same time: the Toolbox's own default."""

Claim = Callable[[str, str], None]


class Measured:
    """Times from the beginning of the burst to each reply."""

    def __init__(self, name: str, place: Place, commands: int, claim: Claim) -> None:
        before = len(place.commits())
        began = time.perf_counter()

        def one(number: int) -> float:
            claim(member(number), ready(number))
            return time.perf_counter() - began

        with ThreadPoolExecutor(AT_ONCE) as pool:
            replies = sorted(pool.map(one, range(commands)))
        self.total = time.perf_counter() - began
        commits = len(place.commits()) - before
        p95 = replies[len(replies) * 95 // 100]
        print(
            f"{name}: reply median {statistics.median(replies):.2f} s, p95 {p95:.2f} s; all in {self.total:.2f} s;"
            f" {commits} commits",
            end="",
        )


def check(place: Place, commands: int) -> None:
    """Every command is in the ledger, once."""
    claims = place.ledger().rows(tables.CLAIMS)
    assert len(claims) == commands + 1, len(claims)
    assert len({row.task_id for row in claims}) == commands + 1


@contextmanager
def prepared(commands: int) -> Iterator[tuple[Organisation, Place]]:
    """The ledger on a forge of its own."""
    org, files = crowd(commands)
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), files) as place:
        place.clock.now = org.now + timedelta(minutes=1)
        yield org, place


def seeds(commands: int) -> float:
    """The burst by the design of the seeds; seconds."""
    sent: list[dict[str, int]] = []
    script = Path(__file__).with_name("_seeds_script.py")

    with prepared(commands) as (_, place):

        def claim(actor: str, task: str) -> None:
            command = [sys.executable, str(script), place.server.address, actor, task]
            done = subprocess.run(command, input=place.token + "\n", capture_output=True, text=True, check=True)
            sent.append(json.loads(done.stdout))

        measured = Measured("seeds", place, commands, claim)
        check(place, commands)
    print(f", {sum(s['sent'] for s in sent):,} bytes, {sum(s['conflicts'] for s in sent):,} conflicts")
    return measured.total


def ours(commands: int) -> float:
    """The same burst by the Toolbox; seconds."""
    with prepared(commands) as (_, place):
        store = place.store()
        store.__class__ = Counting
        assert isinstance(store, Counting)
        store.sent = []
        toolbox = Toolbox(store, standard_rules(), clock=place.clock).start()
        settings = ServerSettings(token_file="unused", port=0, burst=10_000, threads=AT_ONCE)
        with (
            ApiServer(toolbox, settings, "token") as server,
            httpx.Client(
                base_url=f"http://127.0.0.1:{server.port}",
                headers={"Authorization": "Bearer token"},
                timeout=120,
                limits=httpx.Limits(max_connections=AT_ONCE),
            ) as client,
        ):

            def claim(actor: str, task: str) -> None:
                body = {"actor": actor, "request_id": new_request_id(), "task_id": task, "seat": "attacker"}
                client.post("/api/claim_task", json=body).raise_for_status()

            measured = Measured("ours ", place, commands, claim)
        check(place, commands)
    print(f", {sum(store.sent):,} bytes")
    return measured.total


def main() -> None:
    """Both, one after the other."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a queue is what a burst is
    commands = int(sys.argv[1]) if len(sys.argv) > 1 else COMMANDS
    fast = ours(commands)
    slow = seeds(commands)
    print(f"{commands} commands of {OWNERS} owners: ours is {slow / fast:.0f} times as fast")


if __name__ == "__main__":
    main()
