"""A command that can not be put on disk is not sent, and says so; the workspace stays, and the words are not lost."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest

from smartup_tui.app import WorkspaceApp
from tests.support.owner_home import organisation
from tests.support.quiet_workspace import QuietWorkspace


async def test_a_command_on_a_full_disk_is_given_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    workspace = QuietWorkspace(tmp_path, None, organisation())
    app = WorkspaceApp(workspace)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.pause()
        screen = app.owner_screen
        assert screen is not None
        monkeypatch.setattr(workspace.connection.outbox, "put", full)
        screen.open_command("!claim_task 6_7_0_1")
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert "Not sent. The disk is full" in screen.reply.text
        await pilot.press("!", "up")
        assert screen.command_line.text == "claim_task 6_7_0_1"
    workspace.stop()
