"""A program in a pseudo-terminal of 120×40, watched byte by byte: when what is painted, and what it costs.

Linux only where the program's own cost is asked for: it is read from `/proc`, of the program and its children.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

COLUMNS, LINES = 120, 40
QUIET = 0.06
"""Seconds without a byte after which a frame counts as painted."""
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Painted:
    """What came after a key: ms until the first and the last byte, how many bytes, and ms of processor time."""

    first: float
    last: float
    received: int
    processor: float


class Program:
    """A running program. A context manager: it is told to leave, and ended if it does not."""

    def __init__(self, argv: Sequence[str], *, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> None:
        """Start it; `started` is the moment of exec."""
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        given = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8", **(env or {})}
        for name in ("NO_COLOR", "PYTHONDONTWRITEBYTECODE"):  # compiling at each start would be measured
            given.pop(name, None)
        self.seen = bytearray()
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            argv,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=given,
            cwd=cwd,
            start_new_session=True,
            preexec_fn=_own_terminal,  # noqa: PLW1509 (an ioctl only)
        )
        os.close(slave)

    def __enter__(self) -> Self:
        """It runs already."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ctrl+Q, then a signal, then the end."""
        for leave in (lambda: os.write(self.master, b"\x11"), self.process.terminate, self.process.kill):
            if self.process.poll() is not None:
                break
            with suppress(OSError):
                leave()
            end = time.monotonic() + 3
            while self.process.poll() is None and time.monotonic() < end:
                self._read(0.02)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)  # what it may have left behind
        os.close(self.master)

    # What it paints

    def until(self, marker: bytes, *, after: bytes = b"") -> float:
        """Milliseconds from exec until the marker is painted (behind `after`, where that is given)."""
        end = time.monotonic() + _PATIENCE
        while True:
            behind = self.seen.find(after)
            if behind >= 0 and re.search(marker, self.seen[behind:]):
                return (self._at - self.started) * 1000
            ended = not self._read(1.0) and self.process.poll() is not None
            if ended or time.monotonic() > end:
                raise TimeoutError(f"{marker!r} was not seen; the last was {bytes(self.seen[-2000:])!r}")

    def settle(self, quiet: float = 0.5, patience: float = _PATIENCE) -> None:
        """Read until something has come, and nothing more for so many seconds; at most `patience` seconds."""
        end = time.monotonic() + patience
        if not self.seen:
            self._read(patience)
        while time.monotonic() < end and self._read(quiet):
            pass

    def key(self, keys: bytes, quiet: float = QUIET) -> Painted:
        """Press keys, and wait until what they change is painted."""
        before, cost = len(self.seen), self.processor()
        pressed = time.perf_counter()
        os.write(self.master, keys)
        first = last = 0.0
        if self._read(_PATIENCE):
            first = last = self._at
            while self._read(quiet):
                last = self._at
        else:
            raise TimeoutError(f"nothing came after {keys!r}")
        spent = (self.processor() - cost) * 1000
        return Painted((first - pressed) * 1000, (last - pressed) * 1000, len(self.seen) - before, spent)

    def press(self, keys: bytes, marker: bytes) -> float:
        """Milliseconds from a key until the marker is painted; what comes after it is read too."""
        before, pressed = len(self.seen), time.perf_counter()
        os.write(self.master, keys)
        end = time.monotonic() + _PATIENCE
        while not re.search(marker, self.seen[before:]):
            if not self._read(1.0) and time.monotonic() > end:
                raise TimeoutError(f"{marker!r} was not seen; the last was {bytes(self.seen[-2000:])!r}")
        took = (self._at - pressed) * 1000
        self.settle(0.3)
        return took

    def idle(self, seconds: float) -> tuple[int, float]:
        """Bytes painted, and ms of processor time spent, while nobody does anything."""
        before, cost = len(self.seen), self.processor()
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._read(left)
        return len(self.seen) - before, (self.processor() - cost) * 1000

    # What it costs

    def processor(self) -> float:
        """Seconds of processor time that the program itself has used (not the processes that it started)."""
        return _processor(self.process.pid)

    def memory(self) -> float:
        """Resident memory in MB."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        return 0.0

    def own_memory(self) -> float:
        """Of it what no file stands behind, in MB: what the system can not take back under pressure."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) / 1024
        return 0.0

    def _read(self, wait: float) -> bool:
        """Take what has come within so many seconds; False when nothing has, or the program has ended."""
        if not select.select([self.master], [], [], max(0.0, wait))[0]:
            return False
        try:
            data = os.read(self.master, 1 << 16)
        except OSError:
            return False
        self._at = time.perf_counter()
        self.seen += data
        return bool(data)


def _processor(pid: int) -> float:
    """The kernel's own count in nanoseconds; its older one, in ticks, is too coarse for one key."""
    spent = 0
    for thread in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            spent += int(thread.read_text().split()[0])
    return spent / 1e9


def _own_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
