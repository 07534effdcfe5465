"""Processes by number and time of birth, so that one that was left behind is known from another with its number."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from smartup_tui.config import write_private

GRACE: Final = 10.0
"""Seconds a process has to end after SIGTERM."""
_STEP: Final = 0.05


class Process(msgspec.Struct, frozen=True):
    """A process; `born` is the system's own mark of when it began."""

    pid: int
    born: str

    @classmethod
    def of(cls, pid: int) -> Process:
        """The process that has this number now."""
        return cls(pid, _born(pid))

    @property
    def alive(self) -> bool:
        """Whether this very process still runs."""
        return bool(self.born) and _born(self.pid) == self.born

    def signal_group(self, number: signal.Signals) -> None:
        """Send a signal to the process and what it started, if it is still there."""
        try:
            if self.alive and os.getpgid(self.pid) == self.pid:
                os.killpg(self.pid, number)
            elif self.alive:
                os.kill(self.pid, number)
        except ProcessLookupError:
            return

    def end(self, grace: float = GRACE) -> bool:
        """End it: asked first, killed when it does not listen. Returns whether it is gone."""
        for number, patience in ((signal.SIGTERM, grace), (signal.SIGKILL, 5.0)):
            self.signal_group(number)
            last = time.monotonic() + patience
            while self.alive and time.monotonic() < last:
                time.sleep(_STEP)
        return not self.alive


class Records:
    """The file in which a supervisor notes what it started, for its successor in case it is killed."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._noted: dict[str, Process] = {}

    def note(self, name: str, process: Process | None) -> None:
        """A process was started, or (None) was seen to end."""
        self._noted.pop(name, None)
        if process is not None:
            self._noted[name] = process
        self._write(self._noted)

    def left_behind(self) -> dict[str, Process]:
        """The processes of a predecessor that still run."""
        try:
            noted = msgspec.json.decode(self._file.read_bytes(), type=dict[str, Process])
        except (OSError, msgspec.DecodeError, msgspec.ValidationError):
            return {}
        return {name: process for name, process in noted.items() if process.alive}

    def end_left_behind(self) -> list[str]:
        """End the processes of a predecessor; returns their names."""
        found = self.left_behind()
        for process in found.values():
            process.signal_group(signal.SIGTERM)
        for process in found.values():
            process.end()
        self._write({})
        return list(found)

    def _write(self, noted: Mapping[str, Process]) -> None:
        write_private(self._file, msgspec.json.encode(dict(noted)))


def _born(pid: int) -> str:
    """When the process began, in the system's words; empty when there is none, or only its shell of a zombie."""
    if Path("/proc/self/stat").exists():
        try:
            stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
        except OSError:
            return ""
        state, *fields = stat.rpartition(")")[2].split()
        return "" if state in "ZX" else fields[18]
    listed = subprocess.run(  # noqa: S603 (a number and our own words)
        ["ps", "-o", "state=,lstart=", "-p", str(pid)],  # noqa: S607 (the system's own ps)
        capture_output=True,
        text=True,
        check=False,
    )
    state, _, born = listed.stdout.strip().partition(" ")
    return "" if state.startswith("Z") else born.strip()
