"""The supervisor with small scripts for parts: order, restarts, giving up, and clean ends."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from smartup_tui.lab.errors import LabError
from smartup_tui.lab.layout import Layout
from smartup_tui.lab.parts import LOG_LIMIT, Condition, Part, rotate, waves
from smartup_tui.lab.processes import Process
from smartup_tui.lab.supervisor import Limits, Supervisor

QUICK = Limits(patience=60.0, first_wait=0.01, longest_wait=0.05, starts=3, grace=60.0)
WORKS = "import os, pathlib, signal; pathlib.Path('ready').write_text(str(os.getpid())); signal.pause()"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + WORKS
DIES = "print('the port is taken'); raise SystemExit(3)"


def script(layout: Layout, name: str, code: str, needs: tuple[str, ...] = ()) -> Part:
    """A part that runs a script, and works when it has written its number into the file `ready`."""
    folder = layout.root / name
    return Part(name, (sys.executable, "-I", "-c", code), folder, lambda pid: wrote(folder, pid), needs)


def wrote(folder: Path, pid: int) -> bool:
    ready = folder / "ready"
    return ready.exists() and ready.read_text() == str(pid)


async def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait for something that happens in other processes."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 (other processes set no event)
            await asyncio.sleep(0.01)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout(tmp_path / "lab")
    made.make()
    return made


async def test_parts_start_in_the_order_of_their_needs_and_end_in_the_opposite_one(layout: Layout) -> None:
    seen: list[tuple[str, str]] = []
    parts = [script(layout, "bot", WORKS, ("server", "ledger")), script(layout, "ledger", WORKS)]
    parts.append(script(layout, "server", WORKS))
    supervisor = Supervisor(layout, parts, changed=lambda c: seen.append((c.name, c.state)), limits=QUICK)

    await supervisor.start()
    assert [c.state for c in supervisor.conditions] == ["ready"] * 3
    await supervisor.stop()

    assert seen.index(("bot", "starting")) > max(seen.index(("server", "ready")), seen.index(("ledger", "ready")))
    ends = [name for name, state in seen if state == "stopped"]
    assert ends[0] == "bot"
    assert sorted(ends) == ["bot", "ledger", "server"]
    assert supervisor.process("server") is None


async def test_a_part_that_dies_is_started_again(layout: Layout) -> None:
    supervisor = Supervisor(layout, [script(layout, "server", WORKS)], limits=QUICK)
    await supervisor.start()
    first = supervisor.process("server")
    assert first is not None

    os.kill(first.pid, signal.SIGKILL)
    await until(lambda: supervisor.conditions[0].restarts == 1 and supervisor.conditions[0].state == "ready")

    second = supervisor.process("server")
    assert second is not None
    assert second.pid != first.pid
    await supervisor.stop()
    assert not second.alive


async def test_a_part_that_never_stays_is_given_up_with_the_end_of_its_log(layout: Layout) -> None:
    seen: list[Condition] = []
    supervisor = Supervisor(layout, [script(layout, "server", DIES)], changed=seen.append, limits=QUICK)

    with pytest.raises(LabError) as caught:
        await supervisor.start()

    assert caught.value.message == "server was started 3 times and does not stay: it ended with code 3."
    assert "the port is taken" in caught.value.hint
    assert seen[-1].state == "failed"
    await supervisor.stop()


async def test_watching_ends_when_a_part_can_not_be_kept_alive(layout: Layout) -> None:
    once = WORKS.replace("signal.pause()", "signal.pause() if not os.path.exists('used') else os._exit(4)")
    part = script(layout, "server", once)
    supervisor = Supervisor(layout, [part], limits=QUICK)
    await supervisor.start()
    watching = asyncio.create_task(supervisor.watch())
    (part.folder / "used").touch()

    process = supervisor.process("server")
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)

    with pytest.raises(LabError, match="it ended with code 4"):
        await asyncio.wait_for(watching, 60)
    await supervisor.stop()


async def test_a_part_that_does_not_listen_is_killed(layout: Layout) -> None:
    limits = Limits(patience=60.0, grace=0.2)
    supervisor = Supervisor(layout, [script(layout, "server", STUBBORN)], limits=limits)
    await supervisor.start()
    process = supervisor.process("server")
    assert process is not None

    await asyncio.wait_for(supervisor.stop(), 60)

    assert not process.alive


async def test_a_part_that_is_held_stays_down_until_it_is_released(layout: Layout) -> None:
    supervisor = Supervisor(layout, [script(layout, "server", WORKS)], limits=QUICK)
    await supervisor.start()

    await supervisor.hold("server")
    assert [c.state for c in supervisor.conditions] == ["held"]
    assert supervisor.process("server") is None

    await supervisor.release("server")
    assert [c.state for c in supervisor.conditions] == ["ready"]
    await supervisor.stop()


SUPERVISE = """
import asyncio, sys
from pathlib import Path
from smartup_tui.lab.layout import Layout
from smartup_tui.lab.supervisor import Supervisor
from tests.lab.test_supervisor import WORKS, script
async def main():
    layout = Layout(Path(sys.argv[1]))
    supervisor = Supervisor(layout, [script(layout, "server", WORKS)])
    await supervisor.start()
    print(supervisor.process("server").pid, flush=True)
    await asyncio.sleep(600)
asyncio.run(main())
"""


async def test_parts_do_not_outlive_a_supervisor_that_is_killed(layout: Layout) -> None:
    supervising = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        SUPERVISE,
        str(layout.root),
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert supervising.stdout is not None
    part = Process.of(int(await supervising.stdout.readline()))
    assert part.alive

    supervising.kill()
    await supervising.wait()

    await until(lambda: not part.alive)


def test_needs_that_nothing_meets_are_an_error(layout: Layout) -> None:
    with pytest.raises(ValueError, match="bot"):
        waves([script(layout, "bot", WORKS, ("server",))])


def test_a_log_that_has_grown_too_long_is_begun_anew(tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    log.write_bytes(b"x" * LOG_LIMIT)
    with log.open("ab") as held:
        rotate(log)
        held.write(b"after\n")

    assert log.read_bytes() == b"after\n"
    assert (tmp_path / "server.log.1").stat().st_size == LOG_LIMIT
