"""A process of our own interpreter that is told lines and answers in lines, for what would stall the keys here."""

from __future__ import annotations

import contextlib
import subprocess
import threading
from collections.abc import Callable, Sequence


def start(
    command: Sequence[str], read: Callable[[subprocess.Popen[bytes]], None], name: str
) -> subprocess.Popen[bytes]:
    """Start it; `read` reads its output to the end, on a thread of that name."""
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    threading.Thread(target=read, args=(process,), name=name, daemon=True).start()
    return process


def told(process: subprocess.Popen[bytes], line: bytes) -> bool:
    """Write one line to it; False where it has ended since the last time, and is put away."""
    assert process.stdin is not None
    try:
        process.stdin.write(line)
        process.stdin.flush()
    except (BrokenPipeError, ValueError):  # the pipe's other end is closed, or both are
        put_away(process)
        return False
    return True


def put_away(process: subprocess.Popen[bytes]) -> None:
    """End it at once, with its pipes."""
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
