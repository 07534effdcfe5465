"""The names of the screens say by which keys they open, also where the owner has keys of their own."""

from __future__ import annotations

from pathlib import Path

from smartup_tui.config import Settings
from tests.screens.test_journeys import seat
from tests.support.owner_home import organisation


async def test_the_owners_own_keys_stand_before_the_names(tmp_path: Path) -> None:
    settings = Settings(keymap={"everywhere-go-audit": "f10"})
    async with seat(tmp_path, organisation(), settings, (140, 30)) as owner:
        assert "9 Learn   F10 Audit" in owner.picture.splitlines()[1]
        await owner.press("f10")
        assert owner.picture.splitlines()[1].endswith("▸Audit")
        await owner.press("2")
        assert " ▸Tasks " in owner.picture.splitlines()[1]
        assert "F10 Audit" in owner.picture.splitlines()[1]
