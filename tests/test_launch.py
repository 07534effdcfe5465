from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from smartup_tui import launch
from smartup_tui.cli import main
from smartup_tui.config import write_profile
from smartup_tui.home import directory
from tests.support.owner_home import PROFILE, make_home, organisation
from tests.support.pty_app import PtyApp


def test_the_launcher_imports_next_to_nothing() -> None:
    """Whatever it imports stands between the owner and the first picture."""
    code = "import sys; before = set(sys.modules); import smartup_tui.launch; print(*sorted(set(sys.modules) - before))"
    run = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    assert not loaded & {"pathlib", "dataclasses", "typing", "json", "asyncio", "logging", "platformdirs", "textual"}


def test_a_profile_has_a_picture_of_its_own(tmp_path: Path) -> None:
    default, named = launch.frame_file(str(tmp_path), None), launch.frame_file(str(tmp_path), "../zero")
    assert default != named
    assert Path(named).parent == Path(default).parent == tmp_path / "state" / "frames"


def test_another_organisation_leaves_the_first_ones_picture_alone(tmp_path: Path) -> None:
    """From one organisation to the next by the palette: each keeps its own picture, and none is shown for the other."""
    home = make_home(tmp_path, organisation())
    write_profile(home, "second", msgspec.structs.replace(PROFILE, organisation="Second Coop"))
    frames = tmp_path / "state" / "frames"
    with PtyApp.python("smartup_tui.cli", "--home", str(tmp_path)) as app:
        app.wait_for("My tasks")
        app.settle()
        app.send("\x10second")
        app.wait_for("▸ second")
        app.send("\r")
        app.wait_for("not read yet")
        app.settle()
        app.send("q")
        assert app.wait() == 0
    assert "Draft the owners" in (frames / "frame").read_text()
    assert "Second Coop" in (frames / "frame-second").read_text()
    assert "Second Coop" not in (frames / "frame").read_text()


def test_logging_out_leaves_no_picture(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "frames"
    folder.mkdir(parents=True)
    for name in ("frame", "frame-zero"):
        (folder / name).write_text("x")
    launch.forget_frames(str(tmp_path))
    assert list(folder.iterdir()) == []
    launch.forget_frames(str(tmp_path / "nowhere"))


def test_without_a_terminal_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    read, write = os.pipe()
    with os.fdopen(read) as stdin, os.fdopen(write, "w") as stdout:
        monkeypatch.setattr(sys, "stdin", stdin)
        monkeypatch.setattr(sys, "stdout", stdout)
        assert not launch.has_terminal()


def test_a_terminal_that_can_not_place_its_cursor_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert main([]) == 2
    assert "TERM is dumb" in capsys.readouterr().err


def test_the_option_names_the_home(tmp_path: Path) -> None:
    assert directory("state", str(tmp_path)) == str(tmp_path / "state")
