"""A Toolbox that dies without a word: every command is in the ledger whole, or not at all, and once."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.support.users import until
from tests.toolbox.process import TOKEN
from tests.toolbox.scenario import OWNERS, TASKS, Place, new_ledger, running, task_id


@contextmanager
def process(place: Place, folder: Path, number: int) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """A Toolbox process on the place's forge; all of them share one state folder, as restarts do."""
    file = folder / f"port-{number}"
    command = [sys.executable, "-m", "tests.toolbox.process", place.server.address, str(folder / "state"), str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdin is not None
            child.stdin.write(place.token + "\n")
            child.stdin.close()
            deadline = time.monotonic() + 60
            while not file.exists():
                assert child.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.02)
            address = f"http://127.0.0.1:{file.read_text()}"
            headers = {"Authorization": f"Bearer {TOKEN}"}
            with httpx.Client(base_url=address, headers=headers, timeout=100) as client:
                yield child, client
        finally:
            child.kill()
            child.wait()


def claim_until_confirmed(client: httpx.Client, number: int) -> None:
    """As Engelbot does: ask again until there is a definite word."""
    until(lambda: claim(client, number), what=f"claim {number}")


def claim(client: httpx.Client, number: int) -> bool:
    """Claim a task under an id that a repeat has too; whether the Toolbox confirmed it."""
    fields = {"actor": OWNERS[number % 3], "request_id": f"$claim-{number}", "task_id": task_id(number), "age_ms": 0}
    try:
        return client.post("/api/claim_task", json=fields).status_code == 200
    except httpx.HTTPError:
        return False


@pytest.mark.parametrize("after", [0.05, 0.4])
def test_a_killed_toolbox_leaves_nothing_by_halves(tmp_path: Path, after: float) -> None:
    with running(tmp_path, new_ledger()) as place, ThreadPoolExecutor(24) as pool:
        with process(place, tmp_path, 1) as (child, client):
            answers = [pool.submit(claim, client, number) for number in range(TASKS)]
            time.sleep(after)
            child.kill()
            confirmed = {number for number, answer in enumerate(answers) if answer.result()}
        place.whole()
        written = {int(event.entity_id.rpartition("_")[2]) for event in place.audit()}
        assert confirmed <= written
        with process(place, tmp_path, 2) as (_, client):
            list(pool.map(lambda number: claim_until_confirmed(client, number), range(TASKS)))
        place.whole()
        assert len(place.audit()) == TASKS
