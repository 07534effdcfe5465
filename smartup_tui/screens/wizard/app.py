"""The wizard in a terminal; it ends in the workspace."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from pathlib import Path
from typing import TYPE_CHECKING

from textual import events
from textual.app import App

from smartup_tui import config
from smartup_tui.config import Home, Settings
from smartup_tui.config_error import ConfigError
from smartup_tui.log import open_log
from smartup_tui.screens.base import CalmApp
from smartup_tui.screens.keys import KeyOrder
from smartup_tui.screens.wizard.screen import Typed, WizardScreen
from smartup_tui.screens.wizard.state import Setup
from smartup_tui.workspace import setup_draft, setup_login

if TYPE_CHECKING:
    from smartup_tui.launch import Terminal

_ENTER = {"enter", "ctrl+j", "ctrl+m"}
_THROUGH = {"escape", "ctrl+c", "ctrl+q"}
_PATIENCE = 5.0
"""Seconds for taking a login back; the homeserver may be away."""


class WizardApp(CalmApp):
    """The steps on a screen of their own."""

    def __init__(
        self, state: Setup, settings: Settings, terminal: Terminal | None = None, log_file: Path | None = None
    ) -> None:
        super().__init__(settings, terminal, log_file=log_file)
        self.state = state
        self._typed: list[events.Event] = []
        """What was typed while the wizard looked."""
        self._keys = KeyOrder(self, self._give)

    async def _give(self, event: events.Event) -> None:
        """A key for the page that is shown. While it turns, what is typed is meant for the next one, and waits."""
        page = self.screen
        held = self._typed or (isinstance(page, WizardScreen) and page.is_turning)
        if held and getattr(event, "key", "") not in _THROUGH:
            self._typed.append(event)
        else:
            await App.on_event(self, event)

    async def on_wizard_screen_turned(self, message: WizardScreen.Turned) -> None:
        """Hand on what was typed meanwhile, as far as it still has a meaning."""
        message.stop()
        typed, self._typed = self._typed, []
        if message.typed is Typed.LINE:
            typed = [*itertools.takewhile(lambda event: getattr(event, "key", "") not in _ENTER, typed)]
        if message.typed is not Typed.NONE:
            await self._keys.give_first(typed)

    def on_mount(self) -> None:
        self.push_screen(WizardScreen(self.state))
        self.call_after_refresh(self.go_live)

    def on_wizard_screen_done(self) -> None:
        if self.terminal is not None:
            self.terminal.stays = True
        self.exit()

    def on_wizard_screen_left(self) -> None:
        self.exit()

    def _keep_picture(self) -> None:
        """There is nothing of it to be shown the next time."""


def run_wizard(home: str | None, profile: str | None, terminal: Terminal) -> str | None:
    """Ask; returns the name of the profile that was stored, None where the owner has left."""
    where = Home.find(Path(home)) if home else Home.find()
    try:
        settings = config.load(where).settings
    except ConfigError:
        settings = Settings()  # said when the profile is written
    open_log(where.log_file)
    state = Setup(where, profile)
    before = state.draft
    WizardApp(state, settings, terminal, where.log_file).start()
    if state.stored is not None:
        return state.stored
    if state.draft != before:
        setup_draft.keep_draft(where, state.draft)
    if setup_draft.draft_of(where) != setup_draft.Draft():
        words = "Nothing is stored but what you wrote, without passwords; `smartup setup` goes on."
    elif state.known:
        words = "Nothing is changed."
    else:
        words = "Nothing is stored. `smartup setup` begins again; `smartup demo` needs no set-up."
    terminal.words.append(words)
    if state.entered is not None:
        with contextlib.suppress(TimeoutError):
            asyncio.run(asyncio.wait_for(setup_login.give_up(state.entered), _PATIENCE))
    return None
