"""The forge as a process: says when it is ready, ends on a signal, and recovers from a predecessor that was killed."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock
import httpx
import pytest

from smartup_tui.forge.embedded.server import ForgeServer
from smartup_tui.forge.embedded.store import ForgeStore
from smartup_tui.forge.models import RepoRef

REPO = RepoRef("Smartup_Zero", "2_workplace")


@contextmanager
def process(root: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-m", "smartup_tui.forge.embedded", "--root", str(root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        word, _, address = running.stdout.readline().strip().partition(" ")
        assert word == "ready"
        try:
            yield running, address
        finally:
            running.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_when_it_is_ready_and_ends_on_a_signal(tmp_path: Path, number: signal.Signals) -> None:
    with process(tmp_path) as (running, address):
        assert address.startswith("http://127.0.0.1:")
        assert httpx.get(address + "/api/healthz").json() == {"status": "pass"}
        running.send_signal(number)
        assert running.wait(60) == 0


def test_a_killed_server_leaves_nothing_that_stops_the_next(tmp_path: Path) -> None:
    store = ForgeStore(tmp_path)
    store.create_user("toolbox", admin=True)
    store.create_organization(REPO.owner, owners=["toolbox"])
    store.create_repository(REPO)
    headers = {"Authorization": f"token {store.create_token('toolbox', 't')}"}
    body = {"branch": "main", "message": "m", "files": [{"operation": "create", "path": "a", "content": "MQ=="}]}
    with process(tmp_path) as (running, address):
        answer = httpx.post(f"{address}/api/v1/repos/{REPO}/contents", json=body, headers=headers)
        assert answer.status_code == 201
        running.kill()
        running.wait()
    bare = store.repository_path(REPO)
    (bare / "refs" / "heads" / "main.lock").touch()
    (bare / "objects" / "5f").mkdir(exist_ok=True)
    (bare / "objects" / "5f" / ("0" * 38 + ".lock")).touch()
    body["files"] = [{"operation": "create", "path": "b", "content": "MQ=="}]
    with process(tmp_path) as (_, address):
        answer = httpx.post(f"{address}/api/v1/repos/{REPO}/contents", json=body, headers=headers)
        assert answer.status_code == 201
    assert list(bare.rglob("*.lock")) == []


def test_two_servers_never_share_a_folder(tmp_path: Path) -> None:
    with ForgeServer(tmp_path), pytest.raises(filelock.Timeout):
        ForgeServer(tmp_path)
    ForgeServer(tmp_path).start().close()


def test_only_an_address_can_be_listened_on(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="does not appear to be an IPv4 or IPv6 address"):
        ForgeServer(tmp_path, host="everywhere")


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts open files by /proc")
def test_closing_frees_every_connection_and_file(tmp_path: Path) -> None:
    before = open_files()
    for _ in range(3):
        with ForgeServer(tmp_path) as server, httpx.Client() as http:
            for _ in range(3):
                assert http.get(server.address + "/api/v1/version").status_code == 200
    assert open_files() <= before


def test_a_request_that_ends_while_the_server_closes_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = ForgeServer(tmp_path / "forge").start()
    thread, trigger = server._thread, server._server.trigger
    wake = trigger._physical_pull

    def woken_before() -> None:
        wake()
        assert thread is not None
        thread.join(60)
        wake()  # what would wake it is closed by now

    monkeypatch.setattr(trigger, "_physical_pull", woken_before)
    server.close()
    with ForgeServer(tmp_path / "forge"):
        pass  # the folder is free again
