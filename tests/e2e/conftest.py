"""The session's Synapse, and links that end with their test."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from smartup_tui.lab.synapse import Synapse, find_python
from smartup_tui.matrix import Account
from tests.support.fault_proxy import FaultProxy
from tests.support.users import LinkMaker, free_port, new_user


def _need_synapse() -> None:
    if find_python() is None:
        reason = "no Synapse: run `make env`, or name its Python in SYNAPSE_PYTHON"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture(scope="session")
def synapse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    """A running Synapse. Without one the tests are skipped on a developer's machine and fail in CI."""
    _need_synapse()
    server = Synapse(tmp_path_factory.mktemp("synapse"), free_port())
    server.write_config()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def running_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The directory of a lab that has come up; it is the session's, and ended with it."""
    _need_synapse()
    directory = tmp_path_factory.mktemp("lab") / "lab"
    up = lab_command("up", "--detach", "--dir", str(directory))
    assert up.returncode == 0, up.stdout + up.stderr
    yield directory
    lab_command("down", "--dir", str(directory))


def lab_command(*arguments: str) -> subprocess.CompletedProcess[str]:
    """`smartup lab …`, to its end."""
    command = [sys.executable, "-m", "smartup_tui.cli", "lab", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=550)


@pytest.fixture
def make_link(tmp_path: Path) -> Iterator[LinkMaker]:
    """Makes and starts links; each ends with the test, promptly."""
    maker = LinkMaker(tmp_path)
    yield maker
    maker.close()


@pytest.fixture
def proxy(synapse: Synapse) -> Iterator[FaultProxy]:
    """A proxy before the session's Synapse; see its `rule`."""
    with FaultProxy(synapse.url) as running:
        yield running


@pytest.fixture
def owner(synapse: Synapse) -> Account:
    """An owner, with the server's default rate limits."""
    return new_user(synapse, "maria")


@pytest.fixture
def bot(synapse: Synapse) -> Account:
    """A bot, free from the message rate limit."""
    account = new_user(synapse, "engelbot")
    synapse.set_rate_limit_override(account.user_id)
    return account
