"""Audit as it is seen where something was found, and with the proof of a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

from smartup_tui.app import WorkspaceApp
from smartup_tui.config import Settings
from smartup_tui.workspace import proof_store
from tests.screens.test_audit import EDITED, answer, find
from tests.support.organisation import Organisation
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


_INTEGRITY = ("0", "i", "j")
LOOKS = (
    Look("proof", ("0", "enter")),
    Look("integrity", _INTEGRITY),
    Look("integrity", ("0", "i"), (80, 24)),
)


@pytest.fixture(scope="module")
def org() -> Organisation:
    return organisation()


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_audit(
    tmp_path: Path, org: Organisation, snap_compare: Callable[..., bool], look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof_store, "_now", lambda: "2026-03-02T14:00:00Z")
    workspace = QuietWorkspace(tmp_path, Settings(theme=look.theme), org)
    try:
        answer(workspace, org)
        find(workspace, EDITED)
        assert snap_compare(WorkspaceApp(workspace), press=look.keys, terminal_size=look.size)
    finally:
        workspace.stop()
