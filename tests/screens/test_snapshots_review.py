"""Review, Govern and the forms as they are seen, at a fixed time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

from smartup_tui.app import WorkspaceApp
from smartup_tui.config import Settings
from tests.screens.judges import workspace_of

Size = tuple[int, int]
SIZES: tuple[Size, ...] = ((80, 24), (120, 40), (60, 30))
VIEWS: dict[str, tuple[str, tuple[str, ...]]] = {
    "review-assess": ("aisha", ("6", "j")),
    "review-contested": ("aisha", ("6", "n")),
    "govern-voting": ("maria", ("7", "j")),
    "form-assess": ("aisha", ("6", "j", "a", "8", "enter", "7", "enter", "9")),
    "form-fault": ("aisha", ("6", "j", "a", "1", "1")),
    "form-offers": ("aisha", ("2", "a", "n", "5", "down")),
}
NARROW = {"review-validate": ("lena", ("6", "l")), "govern-empty": ("maria", ("7", "m"))}


@dataclass(frozen=True)
class Look:
    """A view of a size in a theme."""

    name: str
    size: Size
    theme: Literal["dark", "light", "ansi"] = "dark"

    def __str__(self) -> str:
        return f"{self.name}-{self.size[0]}x{self.size[1]}-{self.theme}"


LOOKS = [
    *(Look(name, size) for name in VIEWS for size in SIZES),
    *(Look(name, SIZES[0]) for name in NARROW),
    Look("review-assess", SIZES[1], "light"),
    Look("form-assess", SIZES[0], "light"),
    Look("form-assess", SIZES[0], "ansi"),
]


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_screen(tmp_path: Path, snap_compare: Callable[..., bool], look: Look) -> None:
    alias, keys = (VIEWS | NARROW)[look.name]
    workspace = workspace_of(tmp_path, alias, Settings(theme=look.theme))
    try:
        assert snap_compare(WorkspaceApp(workspace), press=keys, terminal_size=look.size)
    finally:
        workspace.stop()
