"""Make the README's picture from the running program: `python scripts/picture.py HOME [PICTURE]`.

HOME is an owner's home of a running lab (`smartup lab up --detach` prints one). The workspace opens as in a terminal of
100 by 28, composes the command that a key stands for, and is drawn as it is. Fonts are the reader's own.
"""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path

from smartup_tui import config
from smartup_tui.app import WorkspaceApp
from smartup_tui.config import Home
from smartup_tui.workspace.workspace import Workspace

SIZE = (100, 28)
NOTES = "Outline agreed; two examples missing, see page"


async def draw(folder: Path) -> str:
    """Open the workspace, wait until it has read the ledger, and draw what it shows."""
    home = Home.find(folder)
    loaded = config.load(home)
    name, profile = loaded.choose()
    workspace = Workspace(home, name, profile, loaded.settings, root=folder)
    app = WorkspaceApp(workspace)
    async with app.run_test(size=SIZE) as pilot:
        while workspace.reader is None or workspace.state.syncing or not workspace.connection.store.rooms():
            await pilot.pause(0.1)
        await pilot.press("r")
        await pilot.pause(2.0)
        await pilot.press("x", *NOTES)
        await pilot.pause(0.5)
        drawn = app.export_screenshot(title="smartup")
    workspace.stop()
    # The library's fonts would be fetched from elsewhere.
    return re.sub(r"@font-face \{.*?\}\n?", "", drawn, flags=re.DOTALL)


if __name__ == "__main__":
    picture = Path(sys.argv[2] if len(sys.argv) > 2 else "docs/images/today.svg")
    picture.parent.mkdir(parents=True, exist_ok=True)
    picture.write_text(asyncio.run(draw(Path(sys.argv[1]))), encoding="utf-8")
