"""Learn as it is seen: reading, finding, notes, and what changed, at a fixed time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

from smartup_tui.app import WorkspaceApp
from smartup_tui.config import Settings
from tests.support.organisation import Organisation
from tests.support.quiet_workspace import QuietWorkspace
from tests.support.wiki import reading, with_past

Size = tuple[int, int]
SIZES: tuple[Size, ...] = ((80, 24), (120, 40), (60, 30))
TO_HANDBOOK = ("9", *("j",) * 11, "right", "j")
VIEWS: dict[str, tuple[str, ...]] = {
    "reading": (*TO_HANDBOOK, "n", "n"),
    "found": ("9", "slash", *"backup", "enter"),
    "changes": (*TO_HANDBOOK, "d"),
}
ALSO: dict[str, tuple[str, ...]] = {
    "notes": ("9", "h"),
    "nothing": ("9", "slash", *"qqq", "enter"),
    "jump": ("g", *"dr"),
}


@dataclass(frozen=True)
class Look:
    """A view of a size in a theme."""

    name: str
    size: Size
    theme: Literal["dark", "light"] = "dark"

    def __str__(self) -> str:
        return f"{self.name}-{self.size[0]}x{self.size[1]}-{self.theme}"


LOOKS = [
    *(Look("reading", size) for size in SIZES),
    *(Look("found", size) for size in SIZES[:1] + SIZES[2:]),
    *(Look("changes", size) for size in SIZES[:1] + SIZES[2:]),
    Look("changes", SIZES[1], "light"),
    *(Look(name, SIZES[0]) for name in ALSO),
]


@pytest.fixture(scope="module")
def org() -> Organisation:
    return reading()


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_screen(tmp_path: Path, org: Organisation, snap_compare: Callable[..., bool], look: Look) -> None:
    workspace = QuietWorkspace(tmp_path, Settings(theme=look.theme), org)
    with_past(workspace)
    try:
        assert snap_compare(WorkspaceApp(workspace), press=(VIEWS | ALSO)[look.name], terminal_size=look.size)
    finally:
        workspace.stop()
