"""A seat at the terminal for each of those who have something to judge."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from smartup_tui.app import WorkspaceApp
from smartup_tui.config import Settings
from smartup_tui.screens.forms.form import CommandForm
from tests.screens.test_journeys import Seat
from tests.support.judging import judging
from tests.support.organisation import Organisation
from tests.support.owner_home import PROFILE
from tests.support.quiet_workspace import QuietWorkspace


def workspace_of(
    root: Path, alias: str, settings: Settings | None = None, org: Organisation | None = None
) -> QuietWorkspace:
    """The workspace of one of them."""
    profile = msgspec.structs.replace(PROFILE, alias=alias, user_id=f"@{alias}:smartup0.org")
    return QuietWorkspace(root, settings, org or judging(), profile)


class Judge(Seat):
    """The owner at the terminal, who may have a form before them."""

    @property
    def form(self) -> CommandForm:
        """The form that is open."""
        found = self.app.screen
        assert isinstance(found, CommandForm)
        return found

    async def write(self, text: str) -> None:
        """Type letter by letter, as fingers do."""
        for letter in text:
            await self.pilot.press("space" if letter == " " else letter)
        await self.pilot.pause()


@asynccontextmanager
async def judge(
    root: Path, alias: str, *, size: tuple[int, int] = (120, 40), org: Organisation | None = None
) -> AsyncIterator[Judge]:
    """One of them at the terminal."""
    workspace = workspace_of(root, alias, org=org)
    app = WorkspaceApp(workspace)
    try:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            yield Judge(app, pilot, workspace)
    finally:
        workspace.stop()
