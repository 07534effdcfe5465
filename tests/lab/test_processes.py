"""What a killed predecessor left behind is found and ended; other processes are never touched."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from smartup_tui.lab.processes import Process, Records

SLEEPS = (sys.executable, "-c", "import time; time.sleep(600)")


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(SLEEPS, start_new_session=True) as child:
        yield child
        child.kill()


def test_what_a_predecessor_left_is_ended(tmp_path: Path, sleeper: subprocess.Popen[bytes]) -> None:
    file = tmp_path / "processes.json"
    Records(file).note("server", Process.of(sleeper.pid))

    assert Records(file).end_left_behind() == ["server"]

    assert sleeper.wait(60) < 0
    assert Records(file).left_behind() == {}


def test_another_process_with_the_same_number_is_left_alone(tmp_path: Path, sleeper: subprocess.Popen[bytes]) -> None:
    file = tmp_path / "processes.json"
    Records(file).note("server", Process(sleeper.pid, "another time"))

    assert Records(file).end_left_behind() == []
    assert sleeper.poll() is None


@pytest.mark.parametrize("damage", [b"", b"{", b'{"server": 3}'])
def test_a_half_written_file_is_no_obstacle(tmp_path: Path, damage: bytes) -> None:
    file = tmp_path / "processes.json"
    file.write_bytes(damage)

    assert Records(file).left_behind() == {}


def test_a_process_that_has_ended_is_not_alive() -> None:
    own = Process.of(os.getpid())
    with subprocess.Popen((sys.executable, "-c", "")) as child:
        ended = Process.of(child.pid)
        child.wait()

    assert own.alive
    assert not ended.alive
    assert not Process.of(ended.pid).alive
