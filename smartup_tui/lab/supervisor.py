"""Keeps the parts of a lab alive: starts them in order, starts again what dies, ends them cleanly.

Belongs to one event loop, in the thread that lives as long as the program: the kernel ends the parts with that thread.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from smartup_tui.lab import tether
from smartup_tui.lab.errors import LabError
from smartup_tui.lab.layout import Layout
from smartup_tui.lab.parts import Condition, Part, last_lines, open_log, rotate, waves
from smartup_tui.lab.processes import GRACE, Process, Records

_LOOK_EVERY: Final = 0.05
_ROTATE_EVERY: Final = 60.0

_log = logging.getLogger("smartup.lab")


@dataclass(frozen=True, slots=True)
class Limits:
    """How patient the supervisor is, in seconds: for a part to work, between two starts, and how often within `window`
    it starts a part again before it gives up."""

    patience: float = 90.0
    first_wait: float = 0.5
    longest_wait: float = 8.0
    starts: int = 5
    window: float = 120.0
    grace: float = GRACE


class Supervisor:
    """The parts of one lab. `changed` is called with every new condition of a part."""

    def __init__(
        self,
        layout: Layout,
        parts: Sequence[Part],
        *,
        changed: Callable[[Condition], None] = lambda _: None,
        limits: Limits | None = None,
    ) -> None:
        self._layout = layout
        self._parts = {part.name: part for part in parts}
        self._waves = waves(list(parts))
        self._changed = changed
        self._limits = limits or Limits()
        self._records = Records(layout.processes)
        self._conditions = {part.name: Condition(part.name, port=part.port) for part in parts}
        self._ready = {part.name: asyncio.Event() for part in parts}
        self._keepers: dict[str, asyncio.Task[None]] = {}
        self._running: dict[str, tuple[asyncio.subprocess.Process, Process]] = {}

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """How every part is, in the order in which they were given."""
        return tuple(self._conditions.values())

    def process(self, name: str) -> Process | None:
        """The process of a part, if it runs."""
        found = self._running.get(name)
        return found[1] if found is not None else None

    async def start(self, names: Iterable[str] | None = None) -> None:
        """Start these parts (all, if not said) in order, and wait until they work. Raises LabError."""
        wanted = set(self._parts if names is None else names)
        for wave in self._waves:
            for part in wave:
                if part.name in wanted and part.name not in self._keepers:
                    self._keep(part)
            await self._all_ready(part.name for part in wave if part.name in wanted)

    async def watch(self) -> None:
        """Wait until a part can not be kept alive: then LabError is raised."""
        tending = asyncio.create_task(self._tend_logs())
        try:
            while True:
                await asyncio.wait([*self._keepers.values(), tending], return_when=asyncio.FIRST_COMPLETED)
                for keeper in self._keepers.values():
                    if keeper.done() and not keeper.cancelled():
                        keeper.result()
                await asyncio.sleep(_LOOK_EVERY)
        finally:
            tending.cancel()

    async def hold(self, name: str) -> None:
        """End a part and keep it down until `release`."""
        await self._end([name], "held")

    async def release(self, name: str) -> None:
        """Start a part that was held, and wait until it works. Raises LabError."""
        self._keep(self._parts[name])
        await self._all_ready([name])

    async def stop(self) -> None:
        """End all parts, those that need others first."""
        for wave in reversed(self._waves):
            await self._end([part.name for part in wave], "stopped")

    def _keep(self, part: Part) -> None:
        self._ready[part.name].clear()
        self._keepers[part.name] = asyncio.create_task(self._keep_alive(part), name=f"keep {part.name}")

    async def _all_ready(self, names: Iterable[str]) -> None:
        for name in names:
            ready = asyncio.create_task(self._ready[name].wait())
            await asyncio.wait([ready, self._keepers[name]], return_when=asyncio.FIRST_COMPLETED)
            ready.cancel()
            if self._keepers[name].done():
                self._keepers[name].result()

    async def _keep_alive(self, part: Part) -> None:
        """Run the part again and again. Ends only with LabError, or when it is cancelled."""
        ends: deque[float] = deque()
        restarts = 0
        self._is(part.name, state="starting", detail="")
        while True:
            child, process = await self._spawn(part)
            self._running[part.name] = (child, process)
            worked = await self._until_healthy(part, child)
            if worked:
                self._ready[part.name].set()
                self._is(part.name, state="ready", pid=process.pid, restarts=restarts, detail="")
                await child.wait()
            else:
                await self._finish(part.name)
            self._forget(part.name)
            now = time.monotonic()
            ends.append(now)
            while ends[0] < now - self._limits.window:
                ends.popleft()
            why = "it does not answer" if child.returncode is None else _ended(child.returncode)
            _log.warning("%s: %s", part.name, why)
            if len(ends) >= self._limits.starts:
                self._is(part.name, state="failed", pid=None, detail=why)
                lines = last_lines(self._layout.log(part.name))
                hint = f"Its log ends with:\n{lines}" if lines else f"Its log is empty: {self._layout.log(part.name)}"
                raise LabError(f"{part.name} was started {len(ends)} times and does not stay: {why}.", hint)
            restarts += 1
            self._is(part.name, state="restarting", pid=None, restarts=restarts, detail=why)
            await asyncio.sleep(min(self._limits.longest_wait, self._limits.first_wait * 2.0 ** (len(ends) - 1)))

    async def _spawn(self, part: Part) -> tuple[asyncio.subprocess.Process, Process]:
        part.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        log = open_log(self._layout.log(part.name))
        script = str(Path(tether.__file__))
        try:
            child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-I",
                "-S",
                script,
                str(os.getpid()),
                *part.command,
                cwd=part.folder,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        finally:
            os.close(log)
        process = Process.of(child.pid)
        self._records.note(part.name, process)
        return child, process

    async def _until_healthy(self, part: Part, child: asyncio.subprocess.Process) -> bool:
        last = time.monotonic() + self._limits.patience
        while child.returncode is None and time.monotonic() < last:
            if await asyncio.to_thread(part.healthy, child.pid):
                return child.returncode is None
            await asyncio.sleep(_LOOK_EVERY)
        return False

    async def _end(self, names: Sequence[str], state: str) -> None:
        await asyncio.gather(*(self._end_one(name, state) for name in names))

    async def _end_one(self, name: str, state: Any) -> None:
        keeper = self._keepers.pop(name, None)
        if keeper is not None:
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)
        if name in self._running:
            self._is(name, state="stopping")
            await self._finish(name)
            self._forget(name)
        if keeper is not None:
            self._is(name, state=state, pid=None)

    async def _finish(self, name: str) -> None:
        """End the process of a part: asked first, killed when it does not listen."""
        child, process = self._running[name]
        for number, patience in ((signal.SIGTERM, self._limits.grace), (signal.SIGKILL, 5.0)):
            if child.returncode is not None:
                return
            process.signal_group(number)
            await _within(patience, child.wait())

    def _forget(self, name: str) -> None:
        self._running.pop(name, None)
        self._records.note(name, None)

    def _is(self, name: str, **news: Any) -> None:
        self._conditions[name] = condition = replace(self._conditions[name], since=time.time(), **news)
        self._changed(condition)

    async def _tend_logs(self) -> None:
        while True:
            await asyncio.sleep(_ROTATE_EVERY)
            for name in self._parts:
                await asyncio.to_thread(rotate, self._layout.log(name))


async def _within(seconds: float, work: Coroutine[Any, Any, Any]) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await work


def _ended(code: int) -> str:
    if code >= 0:
        return f"it ended with code {code}"
    try:
        return f"it was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"it was ended by signal {-code}"
