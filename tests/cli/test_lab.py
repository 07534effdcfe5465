"""What the lab's commands say next is about the same lab."""

from __future__ import annotations

from pathlib import Path

import pytest

from smartup_tui.cli import main
from smartup_tui.cli.exits import Exit


def test_what_starts_a_lab_of_another_folder_names_the_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "a lab"
    assert main(["lab", "status", "--dir", str(folder)]) == Exit.UNREACHABLE
    assert f"`smartup lab up --dir '{folder}'` starts it" in capsys.readouterr().out
