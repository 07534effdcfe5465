"""How a command ends that can not go on: in words, with the exit code that says what is wrong."""

from __future__ import annotations

import errno
from argparse import Namespace
from pathlib import Path

import pytest

from smartup_tui.cli.exits import Exit
from smartup_tui.cli.failures import guarded
from smartup_tui.forge.errors import ForgeError, Unauthorized, Unreachable


def test_a_full_disk_is_said_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    def run(_arguments: Namespace) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    assert guarded(run, Namespace()) == Exit.SET_UP
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines()[0] == "The disk is full; nothing more can be kept on this machine."
    assert "Make room" in said.err


@pytest.mark.parametrize(("error", "code"), [(Unauthorized, Exit.SET_UP), (Unreachable, Exit.UNREACHABLE)])
def test_a_refused_token_is_no_forge_that_is_away(error: type[ForgeError], code: Exit) -> None:
    def run(_arguments: Namespace) -> int:
        raise error

    assert guarded(run, Namespace()) == code


def test_what_nobody_foresaw_keeps_its_traceback() -> None:
    def run(_arguments: Namespace) -> int:
        raise OSError(errno.EBADF, "Bad file descriptor")

    with pytest.raises(OSError, match="Bad file"):
        guarded(run, Namespace())


def test_a_home_that_can_not_be_made_ends_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(_arguments: Namespace) -> int:
        raise PermissionError(errno.EACCES, "Permission denied", str(tmp_path / "state"))

    assert guarded(run, Namespace()) == Exit.SET_UP
    assert str(tmp_path / "state") in capsys.readouterr().err
