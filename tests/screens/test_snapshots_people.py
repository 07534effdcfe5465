"""People, Objectives and the plots as they are seen, at a fixed time."""

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


@dataclass(frozen=True)
class Look:
    """What was pressed, in which window and theme."""

    name: str
    keys: tuple[str, ...]
    size: tuple[int, int] = (120, 40)
    theme: Literal["dark", "light"] = "dark"

    def __str__(self) -> str:
        return f"{self.name}-{self.size[0]}x{self.size[1]}-{self.theme}"


TREE = ("4", "j", "space", "j")
TASKS = ("5", "plus", "j", "j")
LOOKS = (
    Look("people-tree", TREE),
    Look("people-tree", TREE, (80, 24)),
    Look("people-tree", TREE, (60, 30)),
    Look("people-open", ("4", "o", "j", "a"), theme="light"),
    Look("people-owners", ("4", "b", "j", "j")),
    Look("people-applications", ("4", "i"), (80, 24)),
    Look("objectives-tree", TASKS),
    Look("objectives-tree", TASKS, (80, 24)),
    Look("objectives-tree", TASKS, (60, 30)),
    Look("objectives-budgets", ("5", "b", "p"), theme="light"),
    Look("wallet-months", ("3", "p"), (80, 24)),
)


@pytest.fixture(scope="module")
def org() -> Organisation:
    made = organisation()
    made.owner("lena")
    made.do("apply", "lena", role_id="4_2_2", motivation="I like to draw.")
    made.do("record_treasury", event_type="DEPOSIT", amount_eur="200", note="A license")
    return made


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_screen(tmp_path: Path, org: Organisation, snap_compare: Callable[..., bool], look: Look) -> None:
    workspace = QuietWorkspace(tmp_path, Settings(theme=look.theme), org)
    try:
        assert snap_compare(WorkspaceApp(workspace), press=look.keys, terminal_size=look.size)
    finally:
        workspace.stop()
