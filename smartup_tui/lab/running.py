"""Running a lab in this process, until it is told to end: lock, recovery, building where needed, supervision."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import msgspec
from filelock import FileLock, Timeout

from smartup_tui.lab import labfile, status
from smartup_tui.lab.building import Builder, clear
from smartup_tui.lab.errors import LabError
from smartup_tui.lab.homes import write_homes
from smartup_tui.lab.layout import SUPERVISOR, Layout
from smartup_tui.lab.parts import Condition, Part, open_log
from smartup_tui.lab.processes import Process, Records
from smartup_tui.lab.sample import data
from smartup_tui.lab.status import Phase, Status
from smartup_tui.lab.supervisor import Limits, Supervisor
from smartup_tui.lab.synapse import SynapseError
from smartup_tui.lab.system import ENGELBOT, System

SAMPLE: Final = "sample"
"""The line of the sample organisation among those of the parts."""
LINES: Final = ("synapse", "forge", SAMPLE, "toolbox", "engelbot")

_SAY_EVERY: Final = 0.2
_LOCK_PATIENCE: Final = 0.5
_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

T = TypeVar("T")
Show = Callable[[str, str], None]
"""Shows how a part is: its name and a word."""


class RunsAlreadyError(LabError):
    """Another process runs this lab."""

    def __init__(self) -> None:
        super().__init__("This lab runs already.", "`smartup lab status` shows it, `smartup lab down` ends it.")


class Lab:
    """A lab that runs in this process; made by `running`."""

    def __init__(self, layout: Layout, show: Show, limits: Limits | None) -> None:
        self.layout = layout
        self.file = labfile.with_free_ports(labfile.load(layout))
        labfile.save(layout, self.file)
        self.system = System(layout, self.file)
        self._show = show
        self.supervisor = Supervisor(layout, _parts(self.system), changed=self._changed, limits=limits)
        self._status = Status(Process.of(os.getpid()), "starting", self.supervisor.conditions)
        self._said = 0.0

    async def start(self) -> None:
        """Start everything, building the data where there is none. Raises LabError."""
        system = self.system
        if self.file.built is None:
            await asyncio.to_thread(clear, system)
        system.write_settings()
        self._say("starting")
        await self.supervisor.start(["synapse", "forge"])
        if self.file.built is None:
            await self._build()
        else:
            await self._start_all(self.file.devices)
        self._say("ready", "")

    async def stop(self) -> None:
        """End everything. The word about a failure stays for whoever waits for the lab."""
        failed = self._status.phase == "failed"
        if not failed:
            self._say("stopping")
        await self.supervisor.stop()
        if not failed:
            self.layout.status.unlink(missing_ok=True)

    def fail(self, error: LabError) -> None:
        """Leave word of why the lab can not go on."""
        self._status = replace(self._status, message=error.message, hint=error.hint)
        self._say("failed")

    async def _build(self) -> None:
        self._say("building")
        loop = asyncio.get_running_loop()
        builder = Builder(self.system, lambda text: _soon(loop, self._building, text))
        devices = await builder.build()
        await self._start_all(devices)
        await builder.join_desks(devices)
        built = datetime.now(UTC).replace(microsecond=0)
        self.file = msgspec.structs.replace(self.file, devices=devices, built=built)
        labfile.save(self.layout, self.file)
        self._show(SAMPLE, "ready")

    async def _start_all(self, devices: dict[str, str]) -> None:
        """Start what needs accounts, too. Addresses may have changed since the last run."""
        write_homes(self.system, devices, data.aliases())
        self.system.write_engelbot(devices[ENGELBOT])
        await self.supervisor.start()

    def _building(self, text: str) -> None:
        if time.monotonic() - self._said >= _SAY_EVERY:
            self._show(SAMPLE, text)
            self._say("building", text)

    def _changed(self, condition: Condition) -> None:
        detail = f": {condition.detail}" if condition.detail else ""
        self._show(condition.name, f"{condition.state}{detail}")
        self._say(self._status.phase)

    def _say(self, phase: Phase, detail: str | None = None) -> None:
        kept = self._status.detail if detail is None else detail
        self._status = replace(self._status, phase=phase, parts=self.supervisor.conditions, detail=kept)
        self._said = time.monotonic()
        status.write(self.layout.status, self._status)


@asynccontextmanager
async def running(layout: Layout, show: Show, limits: Limits | None = None) -> AsyncIterator[Lab]:
    """A lab that works; it is ended with the block. Raises LabError, `RunsAlreadyError` when another process has it.

    What a killed predecessor left running is ended first.
    """
    layout.make()
    _log_to(layout)
    # Whoever looks whether the lab runs takes the lock for a moment.
    lock = FileLock(layout.lock, timeout=_LOCK_PATIENCE, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        raise RunsAlreadyError from None
    try:
        await asyncio.to_thread(Records(layout.processes).end_left_behind)
        lab = Lab(layout, show, limits)
        try:
            await lab.start()
            yield lab
        except LabError as error:
            lab.fail(error)
            raise
        finally:
            await asyncio.shield(lab.stop())
    finally:
        lock.release()


async def serve(layout: Layout, show: Show, ready: Callable[[Lab], None]) -> None:
    """Run a lab until SIGTERM, SIGINT or SIGHUP; `ready` is called when it works. Raises LabError when it can not."""

    async def run() -> None:
        async with running(layout, show) as lab:
            ready(lab)
            await lab.supervisor.watch()

    await until_told(run())


async def until_told(work: Coroutine[Any, Any, T]) -> T | None:
    """Do the work; SIGTERM, SIGINT or SIGHUP ends it early, after it has cleaned up, and then None is returned."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, told.set)
    doing = asyncio.create_task(work)
    telling = asyncio.create_task(told.wait())
    try:
        await asyncio.wait([doing, telling], return_when=asyncio.FIRST_COMPLETED)
        if doing.done():
            return doing.result()
        doing.cancel()
        await asyncio.gather(doing, return_exceptions=True)
        return None
    finally:
        telling.cancel()
        for number in _SIGNALS:
            loop.remove_signal_handler(number)


def _log_to(layout: Layout) -> None:
    """What this process has to say of itself goes to the supervisor's log, with what the libraries warn of."""
    os.close(open_log(layout.log(SUPERVISOR)))
    handler = logging.FileHandler(layout.log(SUPERVISOR), encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("smartup.lab").setLevel(logging.INFO)


def _parts(system: System) -> tuple[Part, ...]:
    try:
        return system.parts()
    except SynapseError as error:
        raise LabError(error.message, error.hint) from None


def _soon(loop: asyncio.AbstractEventLoop, call: Callable[[str], None], text: str) -> None:
    """From any thread; a loop that has ended needs no news."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(call, text)
