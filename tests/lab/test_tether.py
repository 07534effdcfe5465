"""A tethered command ends with the process that started it, where the kernel does not see to it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process

import pytest

from smartup_tui.lab import processes

SLEEPS = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
ELSEWHERE = """
import sys
sys.platform = "elsewhere"
from smartup_tui.lab.tether import main
sys.exit(main(sys.argv[1:]))
"""
PARENT = f"""
import os, subprocess, sys
subprocess.Popen([sys.executable, "-c", {ELSEWHERE!r}, str(os.getpid()), sys.executable, "-c", {SLEEPS!r}])
sys.stdin.read()
"""


async def start(code: str, *arguments: str) -> tuple[Process, processes.Process]:
    """Run Python code that starts, in the end, what prints its number and sleeps; both processes."""
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", code, *arguments, stdin=PIPE, stdout=PIPE)
    assert child.stdout is not None
    return child, processes.Process.of(int(await child.stdout.readline()))


async def until_gone(process: processes.Process) -> None:
    async with asyncio.timeout(60):
        while process.alive:  # noqa: ASYNC110 (another process sets no event)
            await asyncio.sleep(0.02)


async def test_it_passes_on_the_signal_that_ends_it() -> None:
    tether, sleeper = await start(ELSEWHERE, str(os.getpid()), sys.executable, "-c", SLEEPS)
    assert sleeper.alive

    tether.send_signal(signal.SIGTERM)

    assert await asyncio.wait_for(tether.wait(), 60) != 0
    assert not sleeper.alive


async def test_a_signal_while_the_command_starts_is_passed_on_too() -> None:
    """The command is there, but the tether has not yet come back from starting it."""
    slow = f"""
import os, signal, subprocess
class Slow(subprocess.Popen):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        os.kill(os.getpid(), signal.SIGTERM)
subprocess.Popen = Slow
{ELSEWHERE}"""
    tether = await asyncio.create_subprocess_exec(
        sys.executable, "-c", slow, str(os.getpid()), sys.executable, "-c", SLEEPS
    )

    assert await asyncio.wait_for(tether.wait(), 60) == -signal.SIGTERM % 256


async def test_it_ends_when_the_parent_is_killed() -> None:
    parent, sleeper = await start(PARENT)
    assert sleeper.alive

    parent.kill()
    await parent.wait()

    await until_gone(sleeper)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it stays and looks")
async def test_a_parent_that_is_gone_already_starts_nothing() -> None:
    code = "import sys; from smartup_tui.lab.tether import main; sys.exit(main(sys.argv[1:]))"
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", code, "1", sys.executable, "-c", SLEEPS)

    assert await asyncio.wait_for(child.wait(), 60) == 1
