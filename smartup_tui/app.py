"""The workspace's application: it wires screens, workspace and terminal together, and decides little else."""

from __future__ import annotations

import gc
import importlib
import sqlite3
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from smartup_tui import config
from smartup_tui.config import Config, Home
from smartup_tui.config_error import ConfigError
from smartup_tui.files.trouble import trouble_of
from smartup_tui.log import open_log
from smartup_tui.screens.commands import Commands
from smartup_tui.screens.frame import SCREENS
from smartup_tui.screens.news import WorkspaceNews
from smartup_tui.screens.owner_screen import OwnerScreen
from smartup_tui.screens.plain_text import as_markdown
from smartup_tui.screens.shell import ShellApp
from smartup_tui.screens.way import Way
from smartup_tui.widgets.tabs import Tabs
from smartup_tui.workspace.state import News
from smartup_tui.workspace.workspace import Workspace

if TYPE_CHECKING:
    from smartup_tui.launch import Terminal


class WorkspaceApp(ShellApp):
    """One owner's workspace in this terminal."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(number % 10), f"go('{name}')", name) for number, name in enumerate(SCREENS, 1)),
        Binding("P", "problems", "what could not be read"),
        Binding("M", "toggle_mouse", "mouse on or off"),
        Binding("q", "quit", "quit"),
    ]

    def __init__(self, workspace: Workspace, terminal: Terminal | None = None, log_file: Path | None = None) -> None:
        super().__init__(workspace, terminal, log_file)
        self.commands = Commands(self, workspace)
        self.way = Way(self)
        for name in SCREENS:
            # Each has a stack of its own, so that no empty one is made, styled and laid out below the first.
            self.add_mode(name, partial(self._make, name))
        self.opening = True
        """The first synchronisation has not ended and no key was pressed: its end repaints the screen once."""
        self.asked = False
        """The owner has asked for a newer read model, or a command was done: it is shown when it comes."""

    def on_mount(self) -> None:
        self.workspace.subscribe(self._news)
        self.call_after_refresh(self._begin)

    def _news(self, news: News) -> None:
        """On whichever thread has the news."""
        self.post_message(WorkspaceNews(news))

    def _begin(self) -> None:
        """The first picture is filled: show it, and only then begin to talk to anyone."""
        self.go_live()
        if self.terminal is not None:
            gc.freeze()  # what is loaded by now stays; later collections need not look at it
            gc.enable()  # the command line has switched it off for the start
        self.workspace.start()

    # Screens

    def action_go(self, name: str, scope: str = "", entity: str = "", words: str = "") -> None:
        """Turn to a screen as it was left; or jump to a certain list of it, narrowed to words, or a certain thing."""
        if scope or entity:
            self.way.jump(name, scope, entity, words)
        else:
            self.show_screen(name)

    def action_problems(self) -> None:
        """What of the ledger could not be read."""
        from smartup_tui.workspace.answers import problems  # noqa: PLC0415 - seldom needed

        self.read("Problems", problems(self.workspace.reader))

    def action_waiting(self) -> None:
        """The commands that are not sent."""
        from smartup_tui.screens.waiting import WaitingScreen  # noqa: PLC0415 - seldom needed

        self.push_screen(WaitingScreen(self.workspace))

    def read(self, title: str, markdown: str) -> None:
        """Show a page over the screen."""
        from smartup_tui.screens.reading import ReadingScreen  # noqa: PLC0415 - seldom needed

        self.push_screen(ReadingScreen(title, markdown))

    def read_lines(self, title: str, text: str) -> None:
        """Show a text over the screen that is not Markdown, line by line as it is."""
        self.read(title, as_markdown(text))

    def show_keys_of(self, screen: OwnerScreen) -> None:
        """The keys of a screen, from its bindings."""
        from smartup_tui.screens.key_help import key_help  # noqa: PLC0415 - seldom needed

        self.read("Keys", key_help(screen, screen.NAME))

    def on_tabs_chosen(self, event: Tabs.Chosen) -> None:
        self.show_screen(event.name)

    def show_screen(self, name: str) -> None:
        """Turn to a screen."""
        if name != self.current_mode:
            self.switch_mode(name)
            self.keep_session()

    def _make(self, name: str) -> OwnerScreen:
        # Each screen is a module of its own, imported when it is first opened.
        module = importlib.import_module(f"smartup_tui.screens.{name.lower()}")
        made: OwnerScreen = getattr(module, f"{name}Screen")(self.workspace)
        self.stylesheet.read_all(made.css_path)  # before Textual does, which would parse all the others again
        self.stylesheet.parse()
        self.made[name] = made
        self.come_back(name)
        return made

    # News

    def refresh_ledger(self) -> None:
        """The owner wants the newest state."""
        self.asked = True
        self.workspace.refresh()

    def on_workspace_news(self, message: WorkspaceNews) -> None:
        """Show what the owner waits for; all else waits for the owner."""
        screen, state = self.owner_screen, self.workspace.state
        if message.news is News.DELIVERY:
            self.commands.look()
        if screen is None:
            return
        if message.news is News.READ_MODEL:
            wanted = self.opening or self.asked or not screen.has_read
            self.opening, self.asked = False, self.asked and state.syncing
            if wanted:
                screen.reload()
            elif not screen.shows_progress:
                return  # what was read waits until the owner comes or asks
        elif message.news is News.ISSUES:
            screen.issues_read()
        elif message.news is News.SYNC and state.failure is not None:
            self.opening = self.asked = False
        elif message.news is News.LINK and not self._waits_for_link:
            return
        screen.show_state()

    @property
    def _waits_for_link(self) -> bool:
        """Whether the owner waits for something that the rooms bring: only then their state is worth a repaint."""
        return self.opening or (self.commands.last is not None and self.commands.last.open)

    # Leaving

    async def action_quit(self) -> None:
        """Leave at once; what is not sent stays in the outbox, and is said."""
        waiting = len(self.workspace.waiting())
        if waiting:
            what = "One command is" if waiting == 1 else f"{waiting} commands are"
            self.say_on_leaving(f"{what} not sent yet; the next start takes care of it.")
        self.exit()


def run(home: str | None, profile: str | None, terminal: Terminal, *, setup: bool = False) -> int:
    """Open the workspace of a profile, after the wizard where there is none (or `setup`); returns the exit code."""
    where = Home.find(Path(home)) if home else Home.find()
    while True:
        try:
            loaded = config.load(where)
            if setup or not loaded.profiles:
                from smartup_tui.screens.wizard.app import run_wizard  # noqa: PLC0415 - once in an owner's life

                stored = run_wizard(home, profile, terminal)
                if stored is None:
                    return 0
                terminal.turn_to(home, profile if profile == stored else None)
                profile, setup = stored, False
                continue
            check_keymap(loaded)
            name, chosen = loaded.choose(profile)
        except ConfigError as error:
            terminal.complaints += [error.message, error.hint]
            return 5
        open_log(where.log_file)
        try:
            workspace = Workspace(where, name, chosen, loaded.settings, root=Path(home) if home else None)
        except (OSError, sqlite3.Error) as error:
            if (trouble := trouble_of(error)) is None:
                raise
            terminal.complaints += [trouble.message, trouble.hint]
            return 5
        app = WorkspaceApp(workspace, terminal, where.log_file)
        try:
            code = app.start()
        finally:
            workspace.stop()
        if app.next_profile is None:
            return code
        profile = app.next_profile
        terminal.turn_to(home, profile)


def check_keymap(loaded: Config) -> None:
    """Whether the owner's own keys can be used; `ConfigError` if not."""
    if loaded.settings.keymap:
        from smartup_tui.screens.keymap import check  # noqa: PLC0415 - it looks at every screen

        check(loaded.file, loaded.settings.keymap)


__all__ = ["WorkspaceApp", "check_keymap", "run"]
