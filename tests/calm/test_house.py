"""Every screen, and whatever lies over it, stands still while nobody presses a key (experience.md, The calm contract).

One program visits them all. On each, others say a hundred things, the ledger is read anew, the link breaks and comes
back, and ten minutes pass (simulated: each timer of the program runs); then the bytes are counted.
"""

from __future__ import annotations

import base64
import re
import time
from pathlib import Path

from smartup_tui.screens.frame import SCREENS
from tests.calm.test_bytes import World, clock_minutes, painted
from tests.screens.test_base_pty import LOUD
from tests.support.pty_app import PATIENCE, PtyApp

NEWS = ("synced", "messages 100", "link The homeserver can not be reached.", "synced", "link", "minutes 10")
ESCAPE = "\x1b[27u"
"""Esc in its unmistakable form: behind a bare one, a key that comes at once is taken for Alt and that key."""
OVER = {
    "palette": ("2", "\x10", "a task, an owner"),
    "palette, searched": ("2", "\x10back", "Backup drill"),
    "command line": ("2", "!claim_task 6_", "claim_task 6_"),
    "jump": ("5", "g6_", "g 6_"),
    "filter": ("4", "/ai", "aisha"),
    "form": ("2", "an", "Create task"),
    "keys": ("7", "?", "Everywhere"),
    "export": ("4", "E", "29 rows"),
    "problems": ("1", "P", "Problems"),
    "not sent": ("1", "w", "not sent"),
}
"""What may be open: the screen below, the keys that open it, and what is seen then."""


class House:
    """The program, and the world around it."""

    def __init__(self, app: PtyApp, home: Path) -> None:
        self.app, self._home, self._world = app, home, World(home)
        self._told = 0

    def tell(self, *lines: str) -> bytes:
        """Let these things happen; what was written until they were over, and the program at rest."""
        start = len(self.app.raw)
        self._told += len(lines)
        self._world.tell(*lines)
        passed = self._home / "passed"
        self.app.wait_for(lambda _: passed.exists() and passed.read_text() == str(self._told))
        self.app.settle(0.1)
        return bytes(self.app.raw[start:])

    def go(self, number: int) -> None:
        """Show a screen."""
        self.app.send(str(number % 10))
        self.app.wait_for(f"▸{SCREENS[number - 1]}")
        self.app.settle(0.1)


def house(home: Path, mode: str) -> PtyApp:
    return PtyApp.python("tests.calm.house_app", str(home), mode)


def begin(app: PtyApp, home: Path) -> House:
    app.wait_for("My tasks")
    app.settle(0.1)
    found = House(app, home)
    found.tell("synced")  # the first reading, after which nothing is repainted
    return found


def differing(before: list[str], after: list[str]) -> int:
    """How many cells show something else."""
    return sum(a != b for one, other in zip(before, after, strict=True) for a, b in zip(one, other, strict=True))


def test_every_screen_stands_still_but_for_the_running_clock(tmp_path: Path) -> None:
    with house(tmp_path, "running") as app:
        owner = begin(app, tmp_path)
        before = clock_minutes(app)
        written = owner.tell(*NEWS)
        written += app.wait_for(lambda seen: clock_minutes(seen) >= before + 10)
        passed = clock_minutes(app) - before
        assert painted(written).keys() <= {4, 5}  # the clock, and below it the day's total
        assert max(painted(written).values()) <= passed
        assert len(written) < passed * 120
        for number in range(2, 11):
            owner.go(number)
            assert owner.tell(*NEWS) == b"", SCREENS[number - 1]
        owner.go(1)
        app.send("q")
        assert app.wait() == 0
        assert not LOUD.search(bytes(app.raw))


def test_without_a_clock_nothing_at_all_is_written_whatever_is_open(tmp_path: Path) -> None:
    with house(tmp_path, "stopped") as app:
        owner = begin(app, tmp_path)
        assert owner.tell(*NEWS) == b""
        assert "stopped" in app.text
        for name, (screen, keys, seen) in OVER.items():
            owner.go(int(screen))
            app.send(keys)
            app.wait_for(seen)
            app.settle(0.15)
            assert owner.tell(*NEWS) == b"", name
            for _ in range(3):
                app.press(ESCAPE, 0.1)
        assert not LOUD.search(bytes(app.raw))
        # What only a key brings: the marked id on the terminal's clipboard, and the mouse for who wants it.
        owner.go(2)
        app.send("y")
        app.wait_for("Copied: 6_")
        copied = re.search(rb"\x1b\]52;c;([A-Za-z0-9+/=]+)(\x07|\x1b\\\\)", bytes(app.raw))
        assert copied is not None
        assert f"Copied: {base64.b64decode(copied[1]).decode()}." in app.text
        app.send("M")
        app.wait_for(lambda seen: b"\x1b[?1000h" in seen.raw)


def test_a_move_of_the_cursor_writes_little(tmp_path: Path) -> None:
    """Less than a kilobyte, beside the text that the page of the marked thing brings."""
    with house(tmp_path, "running") as app:
        owner = begin(app, tmp_path)
        for number, view in ((1, ""), (2, "a"), (4, "b"), (5, ""), (6, "o"), (7, ""), (8, ""), (9, ""), (10, "")):
            owner.go(number)
            app.press(view, 0.1) if view else None
            lines, start = app.lines, len(app.raw)
            app.send("j")
            end = time.monotonic() + PATIENCE
            while len(app.raw) == start and time.monotonic() < end:
                app.collect(0.05)
            app.settle(0.1)
            written = len(app.raw) - start
            assert 0 < written < 1024 + 2 * differing(lines, app.lines), SCREENS[number - 1]
