"""A part of the lab: a process of its own, how it is started, and how to know that it works."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

State = Literal["waiting", "starting", "ready", "restarting", "held", "failed", "stopping", "stopped"]

LOG_LIMIT: Final = 5_000_000
"""Bytes after which a log is kept as `.1` and begun anew."""


@dataclass(frozen=True, slots=True)
class Part:
    """One process. `healthy` is asked with its number and may take a second; it never raises.

    `needs` names the parts that must work before this one is started; `port` is shown only.
    """

    name: str
    command: tuple[str, ...]
    folder: Path
    healthy: Callable[[int], bool]
    needs: tuple[str, ...] = ()
    port: int | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """How a part is now. `since` is a Unix time, `detail` a few words for people."""

    name: str
    state: State = "waiting"
    since: float = 0.0
    pid: int | None = None
    port: int | None = None
    restarts: int = 0
    detail: str = ""


def waves(parts: list[Part]) -> list[list[Part]]:
    """The parts in the order of their needs; those of one wave are started together."""
    ordered: list[list[Part]] = []
    done: set[str] = set()
    left = list(parts)
    while left:
        wave = [part for part in left if done.issuperset(part.needs)]
        if not wave:
            raise ValueError(f"needs that nothing meets: {', '.join(part.name for part in left)}")
        ordered.append(wave)
        done |= {part.name for part in wave}
        left = [part for part in left if part.name not in done]
    return ordered


def open_log(file: Path) -> int:
    """A descriptor that appends to the log, which is for its owner alone."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    rotate(file)
    return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)


def rotate(file: Path) -> None:
    """Keep a log that has grown too long as `.1`, and empty it; whoever appends to it goes on."""
    try:
        if file.stat().st_size < LOG_LIMIT:
            return
        old = file.with_name(f"{file.name}.1")
        fresh = os.open(old, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(fresh, "wb") as kept, file.open("rb") as whole:
            while chunk := whole.read(1 << 20):
                kept.write(chunk)
        os.truncate(file, 0)
    except FileNotFoundError:
        return


def last_lines(file: Path, count: int = 6) -> str:
    """The end of a log, for an error."""
    try:
        with file.open("rb") as log:
            log.seek(max(0, file.stat().st_size - 4000))
            lines = log.read().decode("utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return ""
    return "\n".join(lines[-count:])
