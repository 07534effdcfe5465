"""The Rooms screen as it is seen: a room in three sizes, and its other states, at a fixed time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

from smartup_tui.app import WorkspaceApp
from smartup_tui.config import Settings
from tests.support.organisation import Organisation
from tests.support.owner_home import organisation
from tests.support.talking_workspace import TalkingWorkspace

WORKPLACE = ("8", "slash", *"2_work", "enter", "enter")
KEYS = {
    "room": WORKPLACE,
    "thread": (*WORKPLACE, *["k"] * 9, "enter"),
    "writing": (*WORKPLACE, "k", "k", "a", *"First", "alt+enter", *"second"),
    "command": (*WORKPLACE, "i", *"!claim_task 6_"),
    "encrypted": ("8", "slash", *"secret", "enter", "enter"),
    "invitation": ("8", "home", "j"),
}


@dataclass(frozen=True)
class Look:
    """A state of a size in a theme."""

    state: str
    size: tuple[int, int] = (120, 40)
    theme: Literal["light", "dark"] = "dark"

    def __str__(self) -> str:
        return f"{self.state}-{self.size[0]}x{self.size[1]}-{self.theme}"


LOOKS = [
    *(Look("room", size) for size in ((120, 40), (80, 24), (60, 30))),
    Look("thread", theme="light"),
    *(Look(state, (80, 24)) for state in ("writing", "command", "encrypted", "invitation")),
]


@pytest.fixture(scope="module")
def org() -> Organisation:
    return organisation()


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_rooms(tmp_path: Path, org: Organisation, snap_compare: Callable[..., bool], look: Look) -> None:
    workspace = TalkingWorkspace(tmp_path, Settings(theme=look.theme), org)
    workspace.furnish()
    try:
        assert snap_compare(WorkspaceApp(workspace), press=KEYS[look.state], terminal_size=look.size)
    finally:
        workspace.stop()
