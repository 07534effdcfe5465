"""The wizard as it is seen, at a fixed time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from textual.pilot import Pilot

from smartup_tui.config import Home, Settings, ThemeName
from smartup_tui.matrix.account import Account
from smartup_tui.screens.wizard.app import WizardApp
from smartup_tui.screens.wizard.screen import WizardScreen
from smartup_tui.screens.wizard.state import Setup
from smartup_tui.screens.wizard.steps import STEPS
from smartup_tui.workspace.checks import Check, Health
from smartup_tui.workspace.setup import Book, Seen
from smartup_tui.workspace.setup_draft import Draft
from smartup_tui.workspace.setup_login import Entered

Look = tuple[str, str, tuple[int, int]]
SMALL, WIDE, NARROW = (80, 24), (120, 40), (60, 30)
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


def named(look: Look) -> str:
    return f"{look[0]}-{look[2][0]}x{look[2][1]}-{look[1]}"


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
