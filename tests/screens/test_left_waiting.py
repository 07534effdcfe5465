"""A command that an earlier start left in the outbox: what becomes of it is said, since nobody else tells its owner."""

from __future__ import annotations

from pathlib import Path

from smartup_tui.app import WorkspaceApp
from tests.support.owner_home import organisation
from tests.support.quiet_workspace import QuietWorkspace


async def test_what_became_of_a_command_that_was_left_waiting_is_said(tmp_path: Path) -> None:
    workspace = QuietWorkspace(tmp_path, None, organisation())
    rows = [workspace.connection.outbox.put("!team7:x", f"!claim_task 6_7_0_{n}") for n in (1, 2)]
    app = WorkspaceApp(workspace)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.pause()
        screen = app.owner_screen
        assert screen is not None
        assert "is taken" not in screen.reply.text
        workspace.answer("The attacker's seat of 6_7_0_1 is taken.", ok=False, command_id=rows[0].id)
        await pilot.pause()
        await pilot.pause()
        assert "The attacker's seat of 6_7_0_1 is taken." in screen.reply.text
        await pilot.press("escape")
        assert not screen.reply.text
        workspace.answer("maria took the attacker's seat of 6_7_0_2.", command_id=rows[1].id)
        await pilot.pause()
        await pilot.pause()
        assert "maria took the attacker's seat of 6_7_0_2." in screen.reply.text
    workspace.stop()
