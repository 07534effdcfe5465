"""The process: its settings, its sign of life, and its end."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from filelock import FileLock

from smartup_tui.engelbot import health, main
from smartup_tui.engelbot.health import Health
from smartup_tui.engelbot.settings import load
from smartup_tui.service_settings import SettingsError, read_secret
from tests.engelbot.fakes import Stage
from tests.support.users import free_port, until

FILE = """
state = "state"
log = "logs/engelbot.log"
command_max_age = 300
[matrix]
homeserver = "http://127.0.0.1:{port}"
user_id = "@engelbot:smartup.test"
device_id = "ENGELBOT"
token_file = "secrets/matrix"
[forge]
url = "http://127.0.0.1:{port}"
token_file = "secrets/forge"
owner = "Smartup_Zero"
[toolbox]
url = "http://127.0.0.1:{port}"
token_file = "secrets/toolbox"
"""

RUN = """
import sys
from pathlib import Path
from smartup_tui.engelbot.main import run
sys.exit(run(Path(sys.argv[1])))
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A whole set of settings; nothing answers at its addresses."""
    (tmp_path / "secrets").mkdir()
    for name in ("matrix", "forge", "toolbox"):
        file = tmp_path / "secrets" / name
        file.touch(mode=0o600)
        file.write_text(f"{name}-token\n")
    file = tmp_path / "engelbot.toml"
    file.write_text(FILE.format(port=free_port()))
    return file


def test_settings_are_read_with_paths_beside_the_file(config: Path) -> None:
    settings = load(config)
    assert settings.state_directory == config.parent / "state"
    assert settings.log_file == config.parent / "logs" / "engelbot.log"
    assert settings.limits.command.total_seconds() == 300
    assert settings.account().access_token == "matrix-token"
    assert "matrix-token" not in repr(settings.account())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("[forge]", "[forge"), "not valid TOML"),
        (('device_id = "ENGELBOT"\n', ""), "device_id"),
        (("command_max_age = 300", "comand_max_age = 300"), "comand_max_age"),
        (("command_max_age = 300", "command_max_age = 0"), "command_max_age"),
    ],
)
def test_a_mistake_in_the_settings_is_named(config: Path, change: tuple[str, str], says: str) -> None:
    config.write_text(config.read_text().replace(*change))
    with pytest.raises(SettingsError, match=says):
        load(config)


def test_a_secret_that_others_can_read_is_refused_and_not_shown(config: Path) -> None:
    secret = config.parent / "secrets" / "toolbox"
    secret.chmod(0o640)
    with pytest.raises(SettingsError, match="Others can read") as error:
        read_secret(secret)
    assert "toolbox-token" not in str(error.value)


def test_the_sign_of_life_grows_stale(tmp_path: Path) -> None:
    now = time.time()
    health.write(tmp_path, Health(1, now, "online", ledger=True, toolbox=True, waiting=0))
    found = health.read(tmp_path)
    assert found is not None
    assert found.ready
    assert health.read(tmp_path, now=now + health.STALE + 1) is None
    health.remove(tmp_path)
    assert health.read(tmp_path) is None


def test_it_waits_for_what_is_not_there_yet_and_ends_promptly_when_told(config: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", RUN, str(config)], stdout=subprocess.PIPE)
    try:
        found = until(lambda: health.read(config.parent / "state"), what="a sign of life")
        assert found.pid == process.pid
        assert not found.ready
        began = time.monotonic()
        os.kill(process.pid, signal.SIGTERM)
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        assert time.monotonic() - began < 25  # none of its pauses is waited out, of which the shortest is 30 s
        assert out == b""
    finally:
        process.kill()
        process.wait()
    log = (config.parent / "logs" / "engelbot.log").read_text()
    assert "started as @engelbot:smartup.test" in log
    assert "-token" not in log
    assert "Traceback" not in log
    assert health.read(config.parent / "state") is None


def test_two_do_not_work_in_one_folder(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    state = config.parent / "state"
    state.mkdir()
    monkeypatch.setattr(main, "LOCK_SECONDS", 0.05)
    with FileLock(state / "engelbot.lock"):
        assert main.run(config) == main.FAILED
    assert "Another Engelbot" in capsys.readouterr().err


def test_settings_that_do_not_serve_end_it_with_one_sentence(config: Path) -> None:
    (config.parent / "secrets" / "forge").unlink()
    done = subprocess.run([sys.executable, "-c", RUN, str(config)], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "The secret forge can not be read. Check that it exists and is yours.\n"


async def test_the_sign_of_life_comes_back_after_the_disk_was_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: Stage
) -> None:
    tries: list[Health] = []

    def full_at_first(_folder: Path, sign: Health) -> None:
        tries.append(sign)
        if len(tries) == 1:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(health, "write", full_at_first)
    monkeypatch.setattr(health, "EVERY", 0.01)
    bot = stage.run()
    showing = asyncio.create_task(main._show_health(tmp_path, bot, stage.link, bot._reading))  # type: ignore[arg-type]
    try:
        await stage.until(lambda: len(tries) >= 3 or showing.done(), "signs of life")
        assert not showing.done()
    finally:
        showing.cancel()
        await asyncio.gather(showing, return_exceptions=True)
