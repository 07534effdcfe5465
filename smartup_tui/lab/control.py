"""A lab that runs in another process: starting one, waiting for it, looking at it, ending it, removing its data."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from smartup_tui.lab import status, tether
from smartup_tui.lab.errors import LabError
from smartup_tui.lab.layout import SUPERVISOR, Layout
from smartup_tui.lab.parts import last_lines, open_log
from smartup_tui.lab.processes import Records
from smartup_tui.lab.running import SAMPLE, Show
from smartup_tui.lab.status import Status

_LOOK_EVERY: Final = 0.1
_END: Final = 60.0
"""Seconds that a lab has to end: each of its parts has ten."""


def launch(layout: Layout, *, tethered: bool) -> subprocess.Popen[bytes]:
    """Start a lab in a process of its own; a tethered one ends with this process, however that ends."""
    layout.make()
    layout.status.unlink(missing_ok=True)
    command: Sequence[str] = (sys.executable, "-m", "smartup_tui.cli", "lab", "up", "--dir", str(layout.root))
    if tethered:
        command = (sys.executable, "-I", "-S", str(Path(tether.__file__)), str(os.getpid()), *command)
    log = open_log(layout.log(SUPERVISOR))
    try:
        return subprocess.Popen(  # noqa: S603 (our own command)
            command,
            cwd=layout.root,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    finally:
        os.close(log)


def wait_ready(layout: Layout, show: Show, started: subprocess.Popen[bytes] | None = None) -> Status:
    """Wait until the lab works, showing how far it is. Raises LabError when it fails or is not there."""
    while True:
        found = status.read(layout.status)
        if found is not None:
            for condition in found.parts:
                detail = f": {condition.detail}" if condition.detail else ""
                show(condition.name, f"{condition.state}{detail}")
            if found.detail:
                show(SAMPLE, found.detail)
            if found.phase == "ready" and found.alive:
                return found
            if found.phase == "failed":
                raise LabError(found.message, found.hint)
        gone = started.poll() is not None if started is not None else not is_running(layout)
        if gone and status.read(layout.status) == found:
            raise LabError("The lab ended while it was starting.", last_lines(layout.log(SUPERVISOR)))
        time.sleep(_LOOK_EVERY)


def launch_unless_running(layout: Layout) -> subprocess.Popen[bytes] | None:
    """Start a tethered lab, or None when another process runs it; one that is ending is waited for."""
    while is_running(layout):
        found = current(layout)
        if found is None or found.phase not in ("stopping", "failed"):
            return None
        time.sleep(_LOOK_EVERY)
    return launch(layout, tethered=True)


def current(layout: Layout) -> Status | None:
    """How the lab is, if it runs."""
    found = status.read(layout.status)
    return found if found is not None and found.alive else None


def is_running(layout: Layout) -> bool:
    """Whether some process holds the lab."""
    if not layout.lock.exists():
        return False
    lock = FileLock(layout.lock, timeout=0, mode=0o600)
    try:
        with lock:
            return False
    except Timeout:
        return True


def end(layout: Layout) -> bool:
    """End the lab, and what a killed supervisor left. Returns whether anything ran. Raises LabError."""
    found = current(layout)
    if found is not None and not found.supervisor.end(_END):
        raise LabError("The lab does not end.", f"Its supervisor is process {found.supervisor.pid}.")
    left = Records(layout.processes).end_left_behind() if layout.root.exists() else []
    layout.status.unlink(missing_ok=True)
    return found is not None or bool(left)


def remove(layout: Layout) -> None:
    """Remove everything of a lab that does not run; a folder that is no lab's is refused."""
    if is_running(layout):
        raise LabError("This lab runs.", "End it first: smartup lab down.")
    if not layout.root.exists():
        return
    if not layout.file.exists() and any(layout.root.iterdir()):
        raise LabError(f"{layout.root} is no lab: it has no {layout.file.name}.", "Nothing was removed.")
    shutil.rmtree(layout.root)
