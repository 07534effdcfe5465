"""How long does a command take from the HTTP request to its commit on the embedded forge, and how long do many at once?

Prints milliseconds: one command after another (median and 95th percentile), a query, and a burst of 100 from 20 owners.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from smartup_tui.toolbox.ids import new_request_id
from smartup_tui.toolbox.main import ApiServer
from smartup_tui.toolbox.service import Toolbox, standard_rules
from smartup_tui.toolbox.settings import ServerSettings
from tests.toolbox.scenario import NOW, Place, running

FOUNDER = "robbert_founder"
OWNERS = tuple(f"owner_{number}" for number in range(20))
TASKS_EACH = 5
SINGLE = 100


def build(toolbox: Toolbox) -> list[str]:
    """An organisation with twenty owners and a hundred open tasks; the ids of the tasks."""

    def host(command: str, **arguments: Any) -> str:
        result = toolbox.execute(command, FOUNDER, arguments=arguments, origin="cli", now=NOW - timedelta(days=2))
        if result.entity is None:
            raise RuntimeError(str(result.error))
        return result.entity.id

    host("register_smartup", name="Smartup Zero", founder=FOUNDER, matrix_id="@robbert:example.org")
    host("bootstrap_teams")
    # Captains first, while the organisation is small enough for the founder to name them.
    roles = [
        *(f"4_1_{team}" for team in range(1, 8)),
        "4_3_1",
        *(f"4_{r}_{team}" for r in (2, 3) for team in range(2, 8)),
    ]
    for alias, role in zip(OWNERS, roles, strict=True):
        host("create_owner", alias=alias, license="work", matrix_id=f"@{alias}:example.org", reference="OC-1")
        host("assign_role", alias=alias, role_id=role)
    host("create_objective", parent="organisation", title="Ready", abstract="All of it.")
    objective = host("create_objective", parent="5_0", team="3_7", title="Tasks", abstract="Work.")
    fields = {"objective_id": objective, "size": "small", "why": "It helps."}
    return [host("create_task", **fields, title=f"Task {number}") for number in range(len(OWNERS) * TASKS_EACH)]


def timed(work: Callable[[], object]) -> float:
    """Milliseconds that something takes."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def measure(place: Place, toolbox: Toolbox, client: httpx.Client) -> None:
    """Measure and print."""
    tasks = build(toolbox)

    def say(actor: str, command: str, **arguments: str) -> None:
        body = {"actor": actor, "request_id": new_request_id(), "age_ms": 0, **arguments}
        client.post(f"/api/{command}", json=body).raise_for_status()

    def one(number: int) -> None:
        if number % 2:
            say(OWNERS[0], "release_task", task_id=tasks[0], reason="For the next one.")
        else:
            say(OWNERS[0], "claim_task", task_id=tasks[0])

    times = sorted(timed(partial(one, number)) for number in range(SINGLE))
    print(f"one command: median {statistics.median(times):.1f} ms, p95 {times[SINGLE * 95 // 100]:.1f} ms")
    reads = [timed(lambda: say(OWNERS[0], "open_tasks")) for _ in range(SINGLE)]
    print(f"a query:     median {statistics.median(reads):.1f} ms")
    before = len(place.commits())
    pairs = [(OWNERS[number % len(OWNERS)], task) for number, task in enumerate(tasks)]
    with ThreadPoolExecutor(len(tasks)) as pool:
        took = timed(lambda: list(pool.map(lambda pair: say(pair[0], "claim_task", task_id=pair[1]), pairs)))
    print(f"burst of {len(tasks)}: {took:.0f} ms in {len(place.commits()) - before} commits")


def main() -> None:
    """Run it on a forge of its own."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), {}) as place:
        toolbox = place.toolbox(standard_rules())
        settings = ServerSettings(token_file="unused", port=0, burst=10_000)
        with ApiServer(toolbox, settings, "token") as server:
            limits = httpx.Limits(max_connections=len(OWNERS) * TASKS_EACH)
            with httpx.Client(
                base_url=f"http://127.0.0.1:{server.port}",
                headers={"Authorization": "Bearer token"},
                timeout=60,
                limits=limits,
            ) as client:
                measure(place, toolbox, client)


if __name__ == "__main__":
    main()
