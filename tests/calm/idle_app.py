"""The real application in a terminal, with nobody to talk to: `python -m tests.calm.idle_app MODE HOME`.

In mode `fast` a minute of the clock takes less than a second, so that some can be watched; `stopped` has no
running clock. Lines on a named pipe play the world outside: what the syncing process and the link would say.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

from smartup_tui.launch import Terminal

MINUTE = 0.75


def main() -> int:
    mode, home, hostile = sys.argv[1], Path(sys.argv[2]), len(sys.argv) > 3
    os.environ["TZ"] = "UTC"
    time.tzset()
    with Terminal(str(home)) as terminal:
        from smartup_tui.app import WorkspaceApp
        from smartup_tui.screens import today
        from tests.support.owner_home import NOW, organisation
        from tests.support.quiet_workspace import QuietWorkspace

        org = organisation()
        if mode == "stopped":
            org.now = NOW
            org.do("stop_work", "maria", notes="done")
        del hostile
        workspace = QuietWorkspace(home, None, org)
        started = time.monotonic()
        if mode == "fast":
            today.MINUTE = MINUTE
            workspace._now = lambda: NOW + timedelta(minutes=(time.monotonic() - started) / MINUTE)
        threading.Thread(target=_world, args=(workspace, home / "world"), daemon=True).start()
        app = WorkspaceApp(workspace, terminal, home / "log")
        try:
            return app.start()
        finally:
            workspace.stop()


def _world(workspace: object, pipe: Path) -> None:
    from smartup_tui.matrix.status import Wake
    from tests.support.quiet_workspace import QuietWorkspace

    assert isinstance(workspace, QuietWorkspace)
    os.mkfifo(pipe)
    while True:
        for line in pipe.read_text().splitlines():
            match line.split():
                case ["synced"]:
                    workspace.synced()
                case ["failed"]:
                    workspace.failed()
                case ["answer"]:
                    workspace.answer("done")
                case ["link", *words]:
                    workspace.fake.words = " ".join(words) or None
                    workspace._on_wake(Wake.STATUS)
                case ["events"]:
                    workspace._on_wake(Wake.EVENTS)
                    workspace._on_wake(Wake.ROOMS)


if __name__ == "__main__":
    raise SystemExit(main())
