"""An explanation as it is seen: a balance down to an award, a task, and what does not agree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

from smartup_tui.app import WorkspaceApp
from smartup_tui.config import Settings
from tests.support.organisation import Organisation, edited
from tests.support.owner_home import organisation
from tests.support.quiet_workspace import QuietWorkspace


@dataclass(frozen=True)
class Look:
    """A state of the screen, of a size in a theme."""

    name: str
    keys: tuple[str, ...]
    size: tuple[int, int] = (120, 40)
    theme: Literal["light", "dark"] = "dark"

    def __str__(self) -> str:
        return f"{self.name}-{self.size[0]}x{self.size[1]}-{self.theme}"


_BALANCE = ("3", "equals_sign", "space", "down", "space")
LOOKS = (
    Look("balance", _BALANCE),
    Look("balance", _BALANCE, (60, 30)),
    Look("differs", ("3", "equals_sign"), theme="light"),
)


@pytest.fixture(scope="module")
def org() -> Organisation:
    return organisation()


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_explanation(tmp_path: Path, org: Organisation, snap_compare: Callable[..., bool], look: Look) -> None:
    if look.name == "differs":
        org = edited(org, "credits/transactions.csv", b",MINT,64.80,", b",MINT,74.80,")
    workspace = QuietWorkspace(tmp_path, Settings(theme=look.theme), org)
    try:
        assert snap_compare(WorkspaceApp(workspace), press=look.keys, terminal_size=look.size)
    finally:
        workspace.stop()
