"""The whole workspace in a terminal, with a simulated clock: `python -m tests.calm.house_app HOME [MODE]`.

Lines on a named pipe play the world outside, and `minutes N` lets so much time pass: every timer of the program, and
the clock that it shows, run thousands of times as fast until then. In mode `stopped` no session runs.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from selectors import EpollSelector
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from smartup_tui.app import WorkspaceApp
    from tests.support.talking_workspace import TalkingWorkspace

PACE = 4000.0


class SimulatedTime:
    """`time.monotonic` and the waits of the event loop, as fast as is wanted. Made before asyncio and Textual are."""

    def __init__(self) -> None:
        self._real = time.monotonic
        self._base = self._since = self._real()
        self._pace = 1.0
        time.monotonic = self.monotonic
        wait = EpollSelector.select

        def select(selector: EpollSelector, timeout: float | None = None) -> Any:
            return wait(selector, timeout / self._pace if timeout else timeout)

        EpollSelector.select = select  # type: ignore[assignment, method-assign]
        self.begin = self.monotonic()

    def monotonic(self) -> float:
        """The simulated seconds."""
        return self._base + (self._real() - self._since) * self._pace

    @property
    def passed(self) -> timedelta:
        """Since the program was started."""
        return timedelta(seconds=self.monotonic() - self.begin)

    @contextmanager
    def fast(self) -> Iterator[None]:
        """Run thousands of times as fast meanwhile."""
        self._turn(PACE)
        try:
            yield
        finally:
            self._turn(1.0)

    def _turn(self, pace: float) -> None:
        now = self._real()
        self._base, self._since, self._pace = self._base + (now - self._since) * self._pace, now, pace


class World:
    """What others do, told line by line; each is over when its number stands in the file `passed`."""

    def __init__(self, app: WorkspaceApp, workspace: TalkingWorkspace, simulated: SimulatedTime, home: Path) -> None:
        self._app, self._workspace, self._time, self._home = app, workspace, simulated, home
        self._serial = 0

    def listen(self) -> None:
        pipe = self._home / "world"
        os.mkfifo(pipe)
        done = 0
        while True:
            for line in pipe.read_text().splitlines():
                self._hear(*line.split())
                done += 1
                (self._home / "passed.new").write_text(str(done))
                (self._home / "passed.new").replace(self._home / "passed")

    def _hear(self, kind: str, *words: str) -> None:
        if kind == "minutes":
            end = self._time.passed + timedelta(minutes=int(words[0]))
            with self._time.fast():
                self._do(lambda: None)  # the loop counts its waits anew
                while self._time.passed < end:
                    time.sleep(0.01)
            self._do(lambda: None)
        elif kind == "messages":
            self._do(lambda: self._messages(int(words[0])))
        elif kind == "link":
            self._do(lambda: self._link(" ".join(words) or None))
        else:
            self._do(self._workspace.synced if kind == "synced" else self._workspace.failed)

    def _do(self, what: Callable[[], object]) -> None:
        self._app.call_from_thread(what)

    def _link(self, words: str | None) -> None:
        from smartup_tui.matrix.status import Wake

        self._workspace.fake.words = words
        self._workspace._on_wake(Wake.STATUS)

    def _messages(self, number: int) -> None:
        from tests.support.talking_workspace import GUIDE, WORK, said

        for _ in range(number):
            self._serial += 1
            room = (WORK, GUIDE)[self._serial % 2]
            self._workspace.tell_of_room(room, said(f"$late{self._serial}", f"@maria: message {self._serial}"))


def main() -> int:
    home, mode = Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "running"
    os.environ["TZ"] = "UTC"
    time.tzset()
    simulated = SimulatedTime()

    from smartup_tui.launch import Terminal

    with Terminal(str(home)) as terminal:
        from smartup_tui.app import WorkspaceApp
        from smartup_tui.config import Settings
        from tests.support.full_house import house
        from tests.support.owner_home import NOW

        workspace = house(home, Settings(restore_session=False), "maria" if mode == "running" else "aisha")
        workspace._now = lambda: NOW + simulated.passed
        app = WorkspaceApp(workspace, terminal, home / "log")
        threading.Thread(target=World(app, workspace, simulated, home).listen, daemon=True).start()
        try:
            return app.start()
        finally:
            workspace.stop()


if __name__ == "__main__":
    raise SystemExit(main())
