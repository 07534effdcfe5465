"""`smartup lab` as an operator uses it: the check, and a lab that comes up, is killed, and comes up again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from smartup_tui.lab.processes import Process
from smartup_tui.lab.synapse import find_python
from tests.support.pty_app import PtyApp

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

STEPS = [
    "lab", "rooms", "open tasks", "claim", "start", "confirm", "typo", "no permission", "delivered twice",
    "Toolbox down", "wallet", "ledger",
]  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
def homeserver() -> None:
    """Without a Synapse these are skipped on a developer's machine and fail in CI."""
    if find_python() is None:
        reason = "no Synapse: run `make env`, or name its Python in SYNAPSE_PYTHON"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)


def smartup(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "smartup_tui.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=280)


def status(directory: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(smartup("lab", "status", "--dir", str(directory), "--json").stdout)
    return found


def processes(found: dict[str, Any]) -> list[Process]:
    return [Process.of(part["pid"]) for part in found["parts"]]


def demonstrate_and_quit(directory: Path) -> None:
    """The demo starts the lab itself and leaves no process."""
    with PtyApp.python("smartup_tui.cli", "demo", "--dir", str(directory)) as demo:
        demo.wait_for("Draft the owners' guide")
        running = processes(status(directory))
        assert all(process.alive for process in running)
        demo.send("q")
        assert demo.wait() == 0
    assert not any(process.alive for process in running)


def test_a_day_on_a_throw_away_lab_holds() -> None:
    done = smartup("lab", "check", "--json")

    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert report["ok"] is True
    assert [step["name"] for step in report["steps"]] == STEPS
    assert all(step["ok"] for step in report["steps"])


def test_a_lab_is_up_is_killed_comes_up_again_is_shown_and_goes_down(running_lab: Path) -> None:
    lab = running_lab
    first = status(lab)
    assert {part["name"]: part["state"] for part in first["parts"]} == dict.fromkeys(
        ("synapse", "forge", "toolbox", "engelbot"), "ready"
    )
    secrets = [path for path in lab.rglob("*") if path.is_file() and "secrets" in path.parts]
    assert secrets
    assert all(path.stat().st_mode & 0o077 == 0 for path in secrets)

    again = smartup("lab", "up", "--detach", "--dir", str(lab))
    assert again.returncode == 5
    assert "runs already" in again.stderr

    os.kill(json.loads((lab / "status.json").read_text())["supervisor"]["pid"], signal.SIGKILL)
    assert smartup("lab", "up", "--detach", "--dir", str(lab)).returncode == 0
    assert not any(process.alive for process in processes(first))
    second = status(lab)
    assert second["built"] == first["built"]
    asked = smartup("--home", str(lab / "homes" / "maria"), "send", "!wallet", "--wait", "--json")
    assert json.loads(asked.stdout)["result"]["data"]["alias"] == "maria"

    with PtyApp.python("smartup_tui.cli", "demo", "--dir", str(lab), "--as", "jonas") as demo:
        demo.wait_for("jonas")
        demo.wait_for("My tasks")
        demo.send("q")
        assert demo.wait() == 0
    # The lab was there before the demo, so it stays.
    assert all(process.alive for process in processes(second))

    assert smartup("lab", "down", "--dir", str(lab)).returncode == 0
    assert not any(process.alive for process in processes(second))
    demonstrate_and_quit(lab)
    assert smartup("lab", "status", "--dir", str(lab)).returncode == 3
    assert smartup("lab", "reset", "--dir", str(lab)).returncode == 0
    assert not lab.exists()
