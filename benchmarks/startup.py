"""Start-up: exec to the first useful picture, kept and live, against a bare Textual application in the same rounds.

`python -m benchmarks.startup [ROUNDS]`. Everything runs in a pseudo-terminal of 120×40, in turn, so that a busy moment
of the machine falls on all alike. The plain commands are measured beside `python -c pass`.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Sequence
from pathlib import Path

ROUNDS = 20
BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("bare is here")
Bare().run(mouse=False)
"""
SMARTUP = [sys.executable, "-m", "smartup_tui.cli"]
LIVE = b"\x1b[?2004h"
"""What Textual writes once it has the terminal; a kept picture comes before it."""


def first(argv: Sequence[str], marker: bytes, after: bytes = b"") -> float:
    """Milliseconds from exec until the marker is written (behind `after`, where that is given)."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    env.pop("NO_COLOR", None)
    started = time.perf_counter()
    process = subprocess.Popen(
        argv,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=env,
        start_new_session=True,
        preexec_fn=_own_terminal,  # noqa: PLW1509 (an ioctl only)
    )
    seen = bytearray()
    took = 0.0
    while not took:
        if not select.select([master], [], [], 30)[0]:
            raise TimeoutError(f"{marker!r} was not seen in {bytes(seen)!r}")
        seen += os.read(master, 65536)
        if marker in seen[max(0, seen.find(after)) :] and after in seen:
            took = time.perf_counter() - started
    _leave(process, master)
    os.close(slave)
    os.close(master)
    return took * 1000


def _leave(process: subprocess.Popen[bytes], master: int) -> None:
    """Press q or Ctrl+Q until it has ended, reading what it still writes."""
    while process.poll() is None:
        os.write(master, b"\x11")
        end = time.monotonic() + 0.5
        while process.poll() is None and time.monotonic() < end:
            if select.select([master], [], [], 0.02)[0]:
                os.read(master, 65536)


def _own_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def wall(argv: Sequence[str]) -> float:
    """Milliseconds that a command takes as a whole."""
    started = time.perf_counter()
    subprocess.run(argv, stdout=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - started) * 1000


def main() -> int:
    """Print a line for each: median, p95, and how it stands to its measure."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        _make_home(home)
        workspace = [*SMARTUP, "--home", str(home)]
        first(workspace, b"My tasks", LIVE)  # byte code is compiled, and a picture is kept
        taken: dict[str, list[float]] = {}
        for _ in range(rounds):
            for name, value in (
                ("bare Textual", first([sys.executable, "-c", BARE], b"bare is here")),
                ("workspace, kept picture", first(workspace, b"My tasks")),
                ("workspace, live", first(workspace, b"My tasks", LIVE)),
                ("python -c pass", wall([sys.executable, "-c", "pass"])),
                ("smartup --help", wall([*SMARTUP, "--help"])),
                ("smartup wallet", wall([*workspace, "wallet"])),
            ):
                taken.setdefault(name, []).append(value)
    print(f"start-up over {rounds} rounds, ms")
    print(f"{'':26}{'median':>8}{'p95':>8}{'ratio':>8}{'beyond':>8}")
    for name, values in taken.items():
        base = taken["bare Textual" if name.startswith(("bare", "workspace")) else "python -c pass"]
        median, least = statistics.median(values), statistics.median(base)
        p95 = statistics.quantiles(values, n=20)[-1]
        print(f"{name:26}{median:8.0f}{p95:8.0f}{median / least:8.2f}{median - least:8.0f}")
    return 0


def _make_home(home: Path) -> None:
    from tests.support.owner_home import make_home, organisation

    make_home(home, organisation())


if __name__ == "__main__":
    sys.exit(main())
