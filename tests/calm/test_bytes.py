"""The calm contract of the whole workspace, as bytes in a terminal (experience.md, The calm contract)."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from tests.screens.test_base_pty import LOUD
from tests.support.pty_app import PATIENCE, ROOT, PtyApp

# A place where something is painted; at the end the terminal's own cursor is only put back.
_PAINTED = re.compile(rb"\x1b\[(\d+);\d+H(?=\x1b\[[0-9;]*m|[^\x1b])")


class World:
    """What happens outside, told to the program through its pipe."""

    def __init__(self, home: Path) -> None:
        self._pipe = home / "world"

    def tell(self, *lines: str) -> None:
        end = time.monotonic() + PATIENCE
        while not self._pipe.is_fifo():
            assert time.monotonic() < end, "the program has not made its pipe"
            time.sleep(0.02)
        with self._pipe.open("w") as out:
            out.write("\n".join(lines) + "\n")


def workspace(home: Path, rows: int = 24, columns: int = 80) -> PtyApp:
    return PtyApp.python("tests.calm.idle_app", str(home), rows=rows, columns=columns)


def painted(written: bytes) -> Counter[int]:
    """The rows of the screen that these bytes paint, and how often."""
    return Counter(int(row) for row in _PAINTED.findall(written))


def clock_minutes(app: PtyApp) -> int:
    """What the clock shows; -1 where there is none."""
    return minutes_in(app.text)


def minutes_in(picture: str) -> int:
    """What the clock on this picture of a screen shows; -1 where there is none."""
    found = re.search(r"(\d+) h (\d+) min", picture)
    return -1 if found is None else 60 * int(found[1]) + int(found[2])


def opened(app: PtyApp, quiet: float = 0.6) -> None:
    app.wait_for("My tasks")
    app.settle(quiet)


def change_the_ledger(home: Path) -> None:
    """Another process brings the read model up to date, as `smartup sync` in another window would."""
    script = (
        "import sys; from pathlib import Path; from smartup_tui.config import Home;"
        "from smartup_tui.workspace.places import Places; from smartup_tui.ledger.index.store import Index;"
        "from smartup_tui.ledger.index.ingest import ingest; from tests.support.owner_home import *;"
        "org = organisation(); org.now = NOW;"
        "org.do('stop_work', 'maria', notes='elsewhere');"
        "index = Index(Places.of(Home.find(Path(sys.argv[1])), 'smartup').index, writable=True);"
        "ingest(index, org.tree); index.close()"
    )
    subprocess.run([sys.executable, "-c", script, str(home)], cwd=ROOT, check=True)


def test_what_others_do_moves_nothing(tmp_path: Path) -> None:
    with workspace(tmp_path, columns=120) as app:
        opened(app)
        app.press("2")
        app.wait_for("▸Tasks")
        app.press("a")
        app.wait_for("▸ all")
        World(tmp_path).tell("synced")
        app.settle()
        shown = app.text
        assert "in progress" in shown
        change_the_ledger(tmp_path)
        World(tmp_path).tell("synced", "events")
        assert app.collect(1.5) == b""
        assert app.text == shown
        app.press("r")
        World(tmp_path).tell("synced")
        app.wait_for(lambda a: "in progress" not in a.text)


def test_the_first_reading_repaints_once_unless_a_key_came_first(tmp_path: Path) -> None:
    for key in (False, True):
        home = tmp_path / str(key)
        home.mkdir()
        with workspace(home) as app:
            opened(app)
            assert "in progress" in app.text
            if key:
                app.press("j")
            change_the_ledger(home)
            World(home).tell("synced")
            if not key:
                app.wait_for(lambda a: "in progress" not in a.text)
            app.settle(0.6)
            assert ("in progress" in app.text) is key
            change_the_ledger(home)
            World(home).tell("synced")
            assert app.collect(1.0) == b""


def test_a_connection_that_comes_and_goes_is_not_told(tmp_path: Path) -> None:
    with workspace(tmp_path) as app:
        opened(app)
        World(tmp_path).tell("failed")
        app.wait_for("The forge can not be reached")
        app.settle()
        for _ in range(5):
            World(tmp_path).tell("link The homeserver can not be reached.", "link", "events")
        assert app.collect(1.5) == b""
        assert not LOUD.search(bytes(app.raw))


def test_going_back_paints_once(tmp_path: Path) -> None:
    with workspace(tmp_path) as app:
        opened(app)
        before = app.text
        app.press("\r")
        app.wait_for("▸Tasks")
        app.settle()
        app.send("\x7f")
        written = app.wait_for("My tasks") + app.settle()
        assert app.text == before
        assert set(painted(written).values()) == {1}


def test_an_answer_appears_only_in_the_reply_line(tmp_path: Path) -> None:
    with workspace(tmp_path) as app:
        opened(app)
        app.press("x")
        app.press("done\r")
        app.wait_for("Waiting to be sent.")
        app.settle()
        World(tmp_path).tell("answer")
        written = app.wait_for("done  ")
        assert painted(written).keys() == {23}
        assert not LOUD.search(bytes(app.raw))
