"""The calm contract of the widgets, as bytes in a terminal, with 100,000 rows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.pty_app import PtyApp


def demo(home: Path, *arguments: str, **options: int) -> PtyApp:
    return PtyApp.python("tests.widgets.demo", str(home), *arguments, **options)


def test_idle_writes_nothing_also_with_the_command_line_open(tmp_path: Path) -> None:
    with demo(tmp_path) as app:
        app.wait_for("as of 14:02")
        app.settle()
        assert app.collect(1.5) == b""
        app.press("!")
        app.wait_for("Begin with")
        app.settle()
        assert app.collect(1.5) == b""


def moved(app: PtyApp, key: str) -> bytes:
    """What a key paints that surely paints something."""
    before = len(app.raw)
    app.send(key)
    app.wait_for(lambda a: len(a.raw) > before)
    app.settle()
    return bytes(app.raw[before:])


def test_a_move_of_the_cursor_is_less_than_a_kilobyte(tmp_path: Path) -> None:
    with demo(tmp_path) as app:
        app.wait_for("▸ 6_0")
        app.settle()
        for key in "jjkj":
            written = moved(app, key)
            assert len(written) < 1024
            assert len(re.findall(rb"\x1b\[\d+;\d+H", written)) <= 6
        average = sum(len(app.press("j", 0.1)) for _ in range(40)) / 40
        assert average < 1500


@pytest.mark.parametrize("theme", ["dark", "light", "high-contrast", "ansi"])
def test_every_theme_shows_the_same_words(tmp_path: Path, theme: str) -> None:
    with demo(tmp_path, theme) as app:
        app.wait_for("▸ 6_0")
        app.settle()
        assert "▸Tasks" in app.text
        assert "(c claim)" in app.text
        assert "✓ 12:41" in app.text
        if theme == "ansi":
            assert not re.search(rb"\x1b\[[0-9;]*[34]8;[25];", bytes(app.raw))


def test_a_resize_keeps_everything_readable(tmp_path: Path) -> None:
    with demo(tmp_path) as app:
        app.wait_for("▸ 6_0")
        app.press("G")
        app.resize(60, 30)
        app.wait_for(lambda a: "▸ 6_99999" in a.text and a.lines[-1].rstrip().endswith("q quit"))
        app.resize(120, 40)
        app.wait_for(lambda a: "▸ 6_99999" in a.text and a.lines[-1].rstrip().endswith("q quit"))


def test_a_command_is_composed_completed_and_sent(tmp_path: Path) -> None:
    with demo(tmp_path, columns=80, rows=24) as app:
        app.wait_for("▸ 6_0")
        app.send("!st\t6_1")
        app.wait_for("! start_work 6_1")
        app.wait_for("start_work: ready to send.")
        app.send("\r")
        app.wait_for("start_work 6_1: sent")
        app.press("q")
        assert app.wait() == 0
        assert app.attributes == app.attributes_before


def test_the_kept_picture_is_the_screen_that_was_left(tmp_path: Path) -> None:
    with demo(tmp_path) as app:
        app.wait_for("▸ 6_0")
        app.press("jj")
        before = app.lines
        app.press("q")
        assert app.wait() == 0
    with demo(tmp_path) as again:
        again.wait_for(lambda a: a.lines == before)
        again.wait_for("▸ 6_0 ")
        assert b"\x1b[2J" not in again.raw
