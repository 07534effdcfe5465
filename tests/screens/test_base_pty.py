"""The calm contract of the base application, as bytes in a terminal."""

from __future__ import annotations

import os
import re
import signal
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.support.pty_app import PtyApp

LOUD = re.compile(rb"\x07|\x1b\](?!8)|\x1b\[\?1004h|\x1b\[\?12h|\x1b\[5m")
"""Bells, any operating system command (title, notification, clipboard), focus reports, blinking."""


def demo(mode: str, home: Path, **options: Any) -> PtyApp:
    return PtyApp.python("tests.screens.demo_base", mode, str(home), columns=60, rows=10, **options)


def assert_as_found(app: PtyApp) -> None:
    """The shell finds its terminal as it left it."""
    assert app.attributes == app.attributes_before
    raw = bytes(app.raw)
    assert raw.count(b"\x1b[?1049h") == raw.count(b"\x1b[?1049l") == 1
    assert raw.rindex(b"\x1b[?25h") > raw.rindex(b"\x1b[?25l")
    assert raw.rindex(b"\x1b[?7h") > raw.rindex(b"\x1b[?7l")


def test_idle_writes_nothing_and_a_notification_is_quiet(tmp_path: Path) -> None:
    with demo("plain", tmp_path) as app:
        app.wait_for("demo is here")
        app.settle()
        assert app.collect(2.0) == b""
        app.press("b")
        app.wait_for("quietly said")
        assert not LOUD.search(bytes(app.raw))
        assert "toast" not in app.text
        assert "hello" not in app.text
        app.press("q")
        assert app.wait() == 0
        assert_as_found(app)
        assert not LOUD.search(bytes(app.raw))


def test_ctrl_c_leaves_at_once(tmp_path: Path) -> None:
    with demo("plain", tmp_path) as app:
        app.wait_for("demo is here")
        app.send(b"\x03")
        assert app.wait() == 0
        assert_as_found(app)


def test_ctrl_z_pauses_and_what_was_there_is_painted_again(tmp_path: Path) -> None:
    with demo("plain", tmp_path) as app:
        app.wait_for("demo is here")
        app.settle()
        app.send(b"\x1a")
        app.wait_for(lambda seen: os.WIFSTOPPED(os.waitpid(seen.pid, os.WUNTRACED | os.WNOHANG)[1]))
        app.wait_for(lambda seen: bytes(seen.raw).count(b"\x1b[?1049l") == 1)  # the shell has its screen
        assert app.attributes == app.attributes_before
        paused = len(app.raw)
        app.signal(signal.SIGCONT)
        app.wait_for(lambda seen: b"demo is here" in bytes(seen.raw)[paused:])
        app.press("q")
        assert app.wait() == 0
        assert app.attributes == app.attributes_before


def test_a_failure_says_one_sentence_and_the_log_has_no_locals(tmp_path: Path) -> None:
    with demo("plain", tmp_path) as app:
        app.wait_for("demo is here")
        app.press("x")
        assert app.wait() == 1
        assert_as_found(app)
        after = bytes(app.raw).rpartition(b"\x1b[?1049l")[2].decode()
        assert "The workspace had to close." in after
        assert "Traceback" not in after
        assert "hunter2" not in after
    log = tmp_path / "state" / "smartup.log"
    text = log.read_text(encoding="utf-8")
    assert "ValueError: it broke" in text
    assert "hunter2-local" not in text.replace('password = "hunter2-local"', "")
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_an_error_before_the_application_gives_the_terminal_back(tmp_path: Path) -> None:
    with demo("import-error", tmp_path) as app:
        assert app.wait() == 1
        assert_as_found(app)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_it_cleanly(tmp_path: Path, number: signal.Signals, code: int) -> None:
    with demo("plain", tmp_path) as app:
        app.wait_for("demo is here")
        app.settle()
        app.signal(number)
        assert app.wait() == code
        assert_as_found(app)


def test_a_closed_window_leaves_no_process(tmp_path: Path) -> None:
    with demo("plain", tmp_path) as app:
        app.wait_for("demo is here")
        app.settle()
        app.hang_up()
        assert app.wait() != 0


def test_words_on_leaving_come_after_the_screen(tmp_path: Path) -> None:
    with demo("words", tmp_path) as app:
        app.wait_for("demo is here")
        app.press("q")
        assert app.wait() == 0
        assert b"2 commands are waiting." in bytes(app.raw).rpartition(b"\x1b[?1049l")[2]


def test_the_mouse_is_the_terminals_until_asked_for(tmp_path: Path) -> None:
    with demo("plain", tmp_path) as app:
        app.wait_for("demo is here")
        app.settle()
        assert b"\x1b[?1000h" not in app.raw
        app.press("m")
        app.wait_for(lambda a: b"\x1b[?1000h" in a.raw)
        assert b"\x1b[?1003h" not in app.raw
        before = len(app.raw)
        app.press("m")
        app.wait_for(lambda a: b"\x1b[?1000l" in a.raw[before:])


def test_no_color_sends_no_colours(tmp_path: Path) -> None:
    with demo("plain", tmp_path, env={"NO_COLOR": "1"}) as app:
        app.wait_for("demo is here")
        app.settle()
        codes = {code for found in re.findall(rb"\x1b\[([0-9;]*)m", bytes(app.raw)) for code in found.split(b";")}
        assert codes <= {b"", b"0", b"1", b"2", b"4", b"7", b"39", b"49"}  # bold, dim, reverse, and the default colours


def test_the_last_picture_is_there_before_the_application_and_has_no_elapsed_time(tmp_path: Path) -> None:
    with demo("plain", tmp_path) as first:
        first.wait_for("today 1 h 24 min")
        first.press("q")
        assert first.wait() == 0
    frame = tmp_path / "state" / "frames" / "frame"
    assert stat.S_IMODE(frame.stat().st_mode) == 0o600
    with demo("plain", tmp_path) as again:
        again.wait_for("1 h 24")
        early = bytes(again.raw).partition(b"\x1b[?2004h")[0]  # before Textual has started
        assert b"demo is here" in early
        assert b"since 12:41" in early
        assert b"1 h 24" not in early  # how long it is by now is not known yet
        assert_painted_without_clearing(again)


def assert_painted_without_clearing(app: PtyApp) -> None:
    raw = bytes(app.raw)
    assert raw.count(b"\x1b[?1049h") == 1
    assert b"\x1b[2J" not in raw


def test_keys_typed_early_are_held_and_an_early_enter_is_dropped(tmp_path: Path) -> None:
    with demo("held", tmp_path) as app:
        app.wait_for(lambda a: b"\x1b[?1049h" in a.raw)
        app.send("a\rc")
        app.wait_for("[a][c]")
        assert "[enter]" not in app.text
        assert "[ctrl+j]" not in app.text


@pytest.mark.parametrize("change", ["size", "colours", "mode", "config", "link"])
def test_the_picture_is_not_shown_where_anything_is_different(tmp_path: Path, change: str) -> None:
    with demo("plain", tmp_path) as first:
        first.wait_for("1 h 24")
        first.press("q")
        first.wait()
    frame = tmp_path / "state" / "frames" / "frame"
    rows, env = 10, {}
    if change == "size":
        rows = 11
    elif change == "colours":
        env = {"COLORTERM": ""}
    elif change == "mode":
        frame.chmod(0o644)
    elif change == "config":
        (tmp_path / "config").mkdir()
        (tmp_path / "config" / "config.toml").write_text("")
    else:
        frame.rename(tmp_path / "elsewhere")
        frame.symlink_to(tmp_path / "elsewhere")
    with PtyApp.python("tests.screens.demo_base", "plain", str(tmp_path), columns=60, rows=rows, env=env) as again:
        again.wait_for("demo is here")
        assert b"demo is here" not in bytes(again.raw).partition(b"\x1b[?2004h")[0]  # before Textual has started


def test_no_picture_is_kept_where_the_owner_wants_none(tmp_path: Path) -> None:
    for keep in ("yes", "no"):
        with demo("plain", tmp_path, env={"DEMO_KEEP": keep}) as app:
            app.wait_for("1 h 24")
            app.press("q")
            app.wait()
        assert (tmp_path / "state" / "frames" / "frame").exists() is (keep == "yes")


def test_a_failed_session_keeps_no_picture(tmp_path: Path) -> None:
    with demo("plain", tmp_path) as app:
        app.wait_for("1 h 24")
        app.press("x")
        app.wait()
    assert not (tmp_path / "state" / "frames" / "frame").exists()
