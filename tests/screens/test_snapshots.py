"""The three screens as they are seen: three sizes in three themes, at a fixed time."""

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
from tests.support.quiet_workspace import QuietWorkspace

Theme = Literal["light", "dark", "ansi"]
THEMES: tuple[Theme, ...] = ("light", "dark", "ansi")
KEYS = {"today": (), "tasks": ("2", "a", "j"), "wallet": ("3",)}


@dataclass(frozen=True)
class Look:
    """A screen of a size in a theme."""

    screen: str
    size: tuple[int, int]
    theme: Theme

    def __str__(self) -> str:
        return f"{self.screen}-{self.size[0]}x{self.size[1]}-{self.theme}"


LOOKS = [Look(screen, size, theme) for screen in KEYS for size in ((80, 24), (120, 40), (60, 30)) for theme in THEMES]


@pytest.fixture(scope="module")
def org() -> Organisation:
    return organisation()


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_screen(tmp_path: Path, org: Organisation, snap_compare: Callable[..., bool], look: Look) -> None:
    workspace = QuietWorkspace(tmp_path, Settings(theme=look.theme), org)
    try:
        assert snap_compare(WorkspaceApp(workspace), press=KEYS[look.screen], terminal_size=look.size)
    finally:
        workspace.stop()
