"""The real application in a terminal, with nobody to talk to: `python -m tests.calm.idle_app HOME`.

Lines on a named pipe play the world outside: what the syncing process and the link would say.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

from smartup_tui.launch import Terminal


def main() -> int:
    home = Path(sys.argv[1])
    os.environ["TZ"] = "UTC"
    time.tzset()
    with Terminal(str(home)) as terminal:
        from smartup_tui.app import WorkspaceApp
        from tests.support.owner_home import organisation
        from tests.support.quiet_workspace import QuietWorkspace

        workspace = QuietWorkspace(home, None, organisation())
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
