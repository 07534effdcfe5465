"""Run a program in a pseudo-terminal, type at it, and look at what it writes: its bytes, their times, the screen.

For every test of the calm contract: `collect` gives the bytes of a stretch of time, `wait_for` a screen that shows
something, `settle` a screen that has stopped changing.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import pyte

_UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[[<>=][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]+\$p")
ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
"""Seconds until a program that does not do what it should has failed; on a busy machine everything is slow."""

_LOOK: Final = 0.02
"""Seconds; more than a frame of Textual's lasts."""

_TERMINAL: Final = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8", "ESCDELAY": "5"}
"""`ESCDELAY`: milliseconds after which an Escape is one, and not the begin of a longer code. Meanwhile the program
sleeps, so that a test would take it for one that has nothing to do, and type the next key right behind the Escape."""


class PtyApp:
    """One program in one pseudo-terminal. Use as a context manager; leaving it ends the program."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        columns: int = 120,
        rows: int = 40,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.raw = bytearray()
        self.arrivals: list[tuple[float, int]] = []
        """Seconds since the start and number of bytes, for each read."""
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.attributes_before = termios.tcgetattr(slave)
        self._slave = slave
        clean = {k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "COLORFGBG", "COLUMNS", "LINES"}}
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            argv,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=ROOT,
            env={**clean, **_TERMINAL, **(env or {})},
            start_new_session=True,
            preexec_fn=_control_terminal,  # noqa: PLW1509 (an ioctl only)
        )

    @classmethod
    def python(cls, module: str, *arguments: str, **options: Any) -> Self:
        """Run `python -m module arguments…` with the interpreter of the tests."""
        return cls([sys.executable, "-m", module, *arguments], **options)

    @property
    def lines(self) -> list[str]:
        """The screen as text, one string per row."""
        return list(self._screen.display)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def at_work(self) -> bool:
        """Whether a thread of the program runs, or would run if it were let; False where nobody tells."""
        for stat in Path(f"/proc/{self.pid}/task").glob("*/stat"):
            with contextlib.suppress(OSError):
                if stat.read_text().rpartition(")")[2].split()[0] in {"R", "D"}:
                    return True
        return False

    @property
    def attributes(self) -> list[Any]:
        """The terminal's attributes now, as the shell would find them."""
        return termios.tcgetattr(self._slave)

    def send(self, keys: bytes | str) -> None:
        """Type."""
        os.write(self._master, keys.encode() if isinstance(keys, str) else keys)

    def resize(self, columns: int, rows: int) -> None:
        """Change the window's size, as a window manager does."""
        self._screen.resize(rows, columns)
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.killpg(self.pid, signal.SIGWINCH)

    def wait_for(self, wanted: str | Callable[[Self], bool], timeout: float = PATIENCE) -> bytes:
        """Read until the screen shows `wanted` (or it is true); the bytes read. Fails with the screen otherwise."""

        def there() -> bool:
            return wanted in self.text if isinstance(wanted, str) else wanted(self)

        start, end = len(self.raw), time.monotonic() + timeout
        while not there():
            if not self._read(min(0.2, max(0.0, end - time.monotonic()))) and self._process.poll() is not None:
                self._read(0.05)
                if there():
                    break
                raise AssertionError(f"the program ended ({self._process.returncode}):\n{self.text}")
            if time.monotonic() > end:
                raise AssertionError(f"not seen in {timeout} s: {wanted!r}\n{self.text}")
        return bytes(self.raw[start:])

    def settle(self, quiet: float = 0.4, timeout: float = PATIENCE) -> bytes:
        """Read until nothing came for `quiet` seconds while the program had nothing to do; the bytes read.

        A program that others keep from the processor is at work, however quiet it is. The quiet is counted in short
        looks, so that a machine that stood still for a while, and the program with it, has given no more than one.
        """
        start, end = len(self.raw), time.monotonic() + timeout
        looks = wanted = max(1, round(quiet / _LOOK))
        while looks:
            looks = wanted if self._read(_LOOK) or self.at_work else looks - 1
            if time.monotonic() > end:
                raise AssertionError(f"still at work after {timeout} s")
        return bytes(self.raw[start:])

    def collect(self, seconds: float) -> bytes:
        """Everything written during exactly this long."""
        start, end = len(self.raw), time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._read(left)
        return bytes(self.raw[start:])

    def press(self, keys: bytes | str, quiet: float = 0.25) -> bytes:
        """Type, and give the bytes written until it is quiet again."""
        self.send(keys)
        return self.settle(quiet)

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def hang_up(self) -> None:
        """Close the window: both ends of the terminal go away."""
        for descriptor in (self._slave, self._master):
            os.close(descriptor)
        self._slave = self._master = -1

    def wait(self, timeout: float = PATIENCE) -> int:
        """Wait for the end, reading what is still written; the exit status."""
        end = time.monotonic() + timeout
        while self._process.poll() is None:
            if time.monotonic() > end:
                raise AssertionError(f"did not end in {timeout} s:\n{self.text}")
            if self._master < 0:
                time.sleep(0.02)
            else:
                self._read(0.05)
        while self._master >= 0 and self._read(0.05):
            pass
        return self._process.returncode

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for descriptor in (self._slave, self._master):
            if descriptor >= 0:
                os.close(descriptor)

    def _read(self, timeout: float) -> int:
        ready, _, _ = select.select([self._master], [], [], max(0.0, timeout))
        if not ready:
            return 0
        with contextlib.suppress(OSError):
            data = os.read(self._master, 65536)
            self.raw += data
            self.arrivals.append((time.perf_counter() - self.started, len(data)))
            self._stream.feed(_UNKNOWN_TO_PYTE.sub(b"", data))
            return len(data)
        return 0


def _control_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
