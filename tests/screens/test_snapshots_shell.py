"""Palette, export and wizard as they are seen, at a fixed time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest
from textual.pilot import Pilot

from smartup_tui.app import WorkspaceApp
from smartup_tui.config import Home, Settings, ThemeName, write_profile
from smartup_tui.matrix.account import Account
from smartup_tui.screens.wizard.app import WizardApp
from smartup_tui.screens.wizard.screen import WizardScreen
from smartup_tui.screens.wizard.steps import STEPS, Setup
from smartup_tui.workspace.checks import Check, Health
from smartup_tui.workspace.setup import Book, Draft, Entered, Seen
from tests.support.organisation import Organisation
from tests.support.owner_home import PROFILE, organisation
from tests.support.quiet_workspace import QuietWorkspace

Look = tuple[str, str, tuple[int, int]]
SMALL, WIDE, NARROW = (80, 24), (120, 40), (60, 30)
KEYS = {
    "palette": ("ctrl+p",),
    "palette-found": ("ctrl+p", *"bakup"),
    "palette-commands": ("ctrl+p", "!", *"as", "down"),
    "palette-nothing": ("ctrl+p", *"zqx"),
    "export": ("2", "a", "E"),
}
WELL = (Check("homeserver", Health.WELL, "@maria:smartup0.org is logged in at https://matrix.smartup0.org"),)
FORGE = (Check("forge", Health.WELL, "Forgejo 15.0.3 at https://git.smartup0.org"),)
ADVICE = (
    Check(
        "ledger's repository",
        Health.ADVICE,
        "branch main is not protected",
        "Protect it: only the service account pushes, never by force. An administrator of the forge can.",
    ),
    Check("book of owners", Health.WELL, "14 owners can be read"),
)
FAULT = (Check("homeserver", Health.FAULT, "The user name or the password is not right.", "Check both and try again."),)
OWNER = (Check("owner", Health.FAULT, "the book of owners has nobody called maria", "Ask a captain to enter you."),)
DRAFT = Draft(
    homeserver="https://matrix.smartup0.org",
    user="@maria:smartup0.org",
    forge_url="https://git.smartup0.org",
    repository="Smartup_Zero/2_workplace",
    alias="maria",
    organisation="Smartup Zero",
    engelbot="@engelbot:smartup0.org",
)
OVER: tuple[Look, ...] = (
    *(("palette", "dark", size) for size in (SMALL, WIDE, NARROW)),
    *(("palette-found", "dark", size) for size in (SMALL, NARROW)),
    ("palette-found", "light", SMALL),
    ("palette-commands", "dark", SMALL),
    ("palette-nothing", "ansi", SMALL),
    *(("export", "dark", size) for size in (SMALL, NARROW)),
)
WIZARD: tuple[Look, ...] = (
    *((name, "dark", SMALL) for name in ("welcome", "login", "forge", "repository", "you", "confirm")),
    *((name, "dark", size) for name in ("login", "confirm") for size in (WIDE, NARROW)),
    ("you", "light", SMALL),
)
STEPS_SEEN: dict[str, tuple[int, dict[int, tuple[Check, ...]]]] = {
    "welcome": (0, {}),
    "login": (1, {1: FAULT}),
    "forge": (2, {1: WELL}),
    "repository": (3, {1: WELL, 2: FORGE}),
    "you": (4, {1: WELL, 2: FORGE, 3: ADVICE}),
    "confirm": (5, {1: WELL, 2: FORGE, 3: ADVICE, 4: OWNER}),
}


@pytest.fixture(scope="module")
def org() -> Organisation:
    return organisation()


def named(look: Look) -> str:
    return f"{look[0]}-{look[2][0]}x{look[2][1]}-{look[1]}"


@pytest.mark.parametrize("look", OVER, ids=named)
def test_over_the_screens(
    tmp_path: Path,
    org: Organisation,
    snap_compare: Callable[..., bool],
    monkeypatch: pytest.MonkeyPatch,
    look: Look,
) -> None:
    what, theme, size = look
    settings = Settings(theme=cast("ThemeName", theme), export_folder="~/exports")
    monkeypatch.setenv("HOME", "/home/maria")
    workspace = QuietWorkspace(tmp_path, settings, org)
    write_profile(workspace.home, "second", msgspec.structs.replace(PROFILE, organisation="Second Coop"))
    try:
        assert snap_compare(WorkspaceApp(workspace), press=KEYS[what], terminal_size=size)
    finally:
        workspace.stop()


@pytest.mark.parametrize("look", WIZARD, ids=named)
def test_wizard(tmp_path: Path, snap_compare: Callable[..., bool], look: Look) -> None:
    what, theme, size = look
    state = Setup(Home.find(tmp_path))
    number, found = STEPS_SEEN[what]
    if number:
        state.draft = DRAFT
        state.seen = Seen(FORGE, ("Smartup_Zero/2_workplace", "Smartup_Zero/1_general_forum"))
        state.book = Book(ADVICE)
        state.place = "the keyring of this machine"
    if number > 1:
        state.entered = Entered(WELL[0], Account(DRAFT.homeserver, DRAFT.user, "DEVICE", "token"))

    async def turn(pilot: Pilot[Any]) -> None:
        await pilot.pause()
        screen = pilot.app.screen
        assert isinstance(screen, WizardScreen)
        screen._number, screen._found = number, found
        await screen._show()
        await pilot.pause()

    assert STEPS[number]
    assert snap_compare(WizardApp(state, Settings(theme=cast("ThemeName", theme))), terminal_size=size, run_before=turn)
