"""Processes that can be killed and started again; what they keep on disk stays, as after a crash."""

from __future__ import annotations

import contextlib
import resource
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Final

from smartup_tui.engelbot import health
from tests.chaos.homeserver import BOT
from tests.chaos.process import TOKEN
from tests.toolbox.scenario import REPO, Place

PATIENCE: Final = 120.0
_CONFIG: Final = """
state = "state"
log = "engelbot.log"
[matrix]
homeserver = "{homeserver}"
user_id = "{user}"
device_id = "ENGELBOT"
token_file = "matrix.token"
[forge]
url = "{forge}"
token_file = "forge.token"
owner = "{owner}"
[toolbox]
url = "{toolbox}"
token_file = "toolbox.token"
"""


class Child(ABC):
    """A process of ours."""

    def __init__(self) -> None:
        self.kills = 0
        self._child: subprocess.Popen[str] | None = None

    @property
    def pid(self) -> int:
        assert self._child is not None
        return self._child.pid

    @property
    def runs(self) -> bool:
        """Whether it has not ended, by itself or by us."""
        return self._child is not None and self._child.poll() is None

    def kill(self) -> None:
        """End it at once, without a word."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()
        self.kills += 1

    @abstractmethod
    def start(self) -> None:
        """Start it, after a kill again."""

    def fill_disk(self, *, full: bool) -> None:
        """Let every write of the process to a file fail, or let them pass again. Linux only."""
        if sys.platform == "linux":
            _, hard = resource.prlimit(self.pid, resource.RLIMIT_FSIZE)
            with contextlib.suppress(ProcessLookupError):
                resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (0 if full else hard, hard))


class ToolboxProcess(Child):
    """A Toolbox."""

    def __init__(self, place: Place, number: int, clock: Path) -> None:
        super().__init__()
        self._place, self._number, self._clock = place, number, clock
        self._starts = 0
        self.address = ""
        self.start()

    def start(self) -> None:
        """Start the process and wait until it serves."""
        self._starts += 1
        folder = self._place.folder
        file = folder / f"port-{self._number}-{self._starts}"
        state = folder / f"toolbox-{self._number}"
        command = [sys.executable, "-m", "tests.chaos.process", self._place.server.address, str(state)]
        self._child = child = subprocess.Popen(
            [*command, str(self._clock), str(file)], stdin=subprocess.PIPE, text=True
        )
        assert child.stdin is not None
        child.stdin.write(self._place.token + "\n")
        child.stdin.close()
        deadline = time.monotonic() + PATIENCE
        while not file.exists():
            assert child.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        self.address = f"http://127.0.0.1:{file.read_text()}"


class EngelbotProcess(Child):
    """The real Engelbot, with the settings that an operator would write."""

    def __init__(
        self, place: Place, *, homeserver: str, toolbox: str, account: tuple[str, str] = (BOT, "token")
    ) -> None:
        super().__init__()
        self.folder = place.folder / "engelbot"
        self.folder.mkdir()
        self.disk_plan = self.folder / "disk.plan"
        self.disk_plan.touch()
        user, token = account
        for name, value in (("matrix", token), ("forge", place.token), ("toolbox", TOKEN)):
            file = self.folder / f"{name}.token"
            file.touch(mode=0o600)
            file.write_text(value)
        self._config = self.folder / "engelbot.toml"
        self._config.write_text(
            _CONFIG.format(
                homeserver=homeserver, user=user, forge=place.server.address, owner=REPO.owner, toolbox=toolbox
            )
        )
        self.start()

    @property
    def state(self) -> Path:
        """Where its store, inbox and outbox are."""
        return self.folder / "state"

    @property
    def healthy(self) -> bool:
        """Whether its own sign of life says that all is well."""
        found = health.read(self.state)
        return found is not None and found.pid == self.pid and found.ready and found.toolbox and found.waiting == 0

    def start(self) -> None:
        """Start the process; what is said before it hears is heard later."""
        errors = (self.folder / "stderr").open("a")
        command = [sys.executable, "-m", "tests.chaos.engelbot", str(self._config), str(self.disk_plan)]
        self._child = subprocess.Popen(command, stderr=errors, text=True)
        errors.close()
