"""The Tab key in a shell: sub-commands, and the ids of the ledger on this machine."""

from __future__ import annotations

import os
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest

from smartup_tui.cli import COMMANDS
from smartup_tui.cli.completion import _IDS, _ids
from tests.cli.test_help import parser_of
from tests.cli.test_reading import Shell, home, shell

__all__ = ["home", "shell"]


def offered(line: str, folder: Path) -> list[str]:
    """What a shell is offered behind a line, by argcomplete's protocol."""
    out = folder / "offered"
    asked = {
        "_ARGCOMPLETE": "1",
        "_ARGCOMPLETE_IFS": "\n",
        "_ARGCOMPLETE_STDOUT_FILENAME": str(out),
        "COMP_LINE": line,
        "COMP_POINT": str(len(line)),
    }
    done = subprocess.run(
        [sys.executable, "-m", "smartup_tui.cli"], env=os.environ | asked, capture_output=True, check=True
    )
    assert done.stderr == b""
    return [word.strip() for word in out.read_text().split("\n") if word.strip()]


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_each_shell_is_told_what_to_do(shell: Shell, name: str) -> None:
    assert shell("completion", name) == 0
    assert "smartup" in shell.out


def test_commands_and_ids_are_offered(home: Path, tmp_path: Path) -> None:
    assert offered("smartup tas", tmp_path) == ["tasks", "task"]
    assert offered(f"smartup --home {home} task 6_1", tmp_path) == ["6_1_0_0", "6_1_0_1"]
    assert offered(f"smartup --home {home} explain w", tmp_path) == ["wallet"]
    nowhere = tmp_path / "nowhere"
    assert offered(f"smartup --home {nowhere} task 6_1", tmp_path) == []


def test_every_kind_of_id_is_offered_where_it_is_asked_for(home: Path) -> None:
    asked = {action.dest for name in COMMANDS for action in parser_of(name)._actions}
    known = {
        "task_id": ("6_7_0_", "6_7_0_0"),
        "entity": ("6_1_0_1", "6_1_0_1"),
        "actor": ("ma", "maria"),
        "team": ("3_7", "3_7"),
        "below": ("5_7", "5_7_0"),
    }
    assert set(known) == set(_IDS) <= asked
    for name, (typed, wanted) in known.items():
        assert wanted in _ids(*_IDS[name], ())(typed, Namespace(home=str(home), profile=None)), name
