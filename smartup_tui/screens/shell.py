"""What the application offers over every screen: the palette, copying, export, and the picture of the screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.widget import Widget

from smartup_tui import config
from smartup_tui.config import Profile
from smartup_tui.config_error import ConfigError
from smartup_tui.screens.base import CalmApp
from smartup_tui.screens.frame import SCREENS
from smartup_tui.screens.owner_screen import OwnerScreen
from smartup_tui.widgets.lines import KeyHint
from smartup_tui.workspace.session import Kept, Session, load, save

if TYPE_CHECKING:
    from smartup_tui.app import WorkspaceApp
    from smartup_tui.launch import Terminal
    from smartup_tui.workspace.workspace import Workspace


class ShellApp(CalmApp):
    """A `CalmApp` around the screens of one workspace."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+p", "palette", "anything by its name"),
        Binding("y", "copy", "copy the id in hand"),
        Binding("E", "export", "this table as a file"),
        Binding("S", "picture", "this screen as a picture"),
        Binding("equals_sign", "explain", "where this comes from", key_display="="),
        Binding("ctrl+l", "repaint", "paint the screen anew"),
    ]

    DEFAULT_MODE = "Today"

    def __init__(self, workspace: Workspace, terminal: Terminal | None = None, log_file: Path | None = None) -> None:
        self.workspace = workspace
        self._session = load(self._session_file) if workspace.settings.restore_session else Session()
        if self._session.screen in SCREENS:
            self.DEFAULT_MODE = self._session.screen  # type: ignore[misc] # Textual reads it of the instance
        super().__init__(workspace.settings, terminal, log_file=log_file)
        self.next_profile: str | None = None
        """The organisation to open when this one has closed."""
        self.made: dict[str, OwnerScreen] = {}
        """The screens that have been opened."""
        if self.settings.keymap:
            self._remap(self)

    @property
    def owner_screen(self) -> OwnerScreen | None:
        """The screen of the workspace that is open, below a page that may lie over it; None while it is made or taken
        down, when news can not be shown and need not be.
        """
        found = next((s for s in reversed(self.screen_stack) if isinstance(s, OwnerScreen)), None)
        return found if found is not None and found.is_ready else None

    # Where it was left

    @property
    def _session_file(self) -> Path:
        return self.workspace.home.profile_state(self.workspace.name) / "session.json"

    def come_back(self, name: str) -> None:
        """Show a screen that has just been made as it was left."""
        kept = self._session.screens.get(name)
        if kept is not None:
            self.made[name].call_later(self._restore, name, kept)

    def _restore(self, name: str, kept: Kept) -> None:
        screen = self.made[name]
        if screen.is_ready and screen.has_read:
            screen.show_kept(kept)

    def keep_session(self) -> None:
        """Keep how the screens stand, for the next start."""
        if not self.settings.restore_session:
            return
        read = {name: screen for name, screen in self.made.items() if screen.is_ready and screen.has_read}
        screens = {**self._session.screens, **{name: screen.kept() for name, screen in read.items()}}
        session = Session(self.current_mode, screens)
        if session != self._session:
            self._session = session
            save(self._session_file, session)

    def exit(self, result: int | None = None, return_code: int = 0, message: Any = None) -> None:
        if not self.is_leaving:
            self.keep_session()
        super().exit(result, return_code, message)

    # Other organisations

    def other_profiles(self) -> Mapping[str, Profile]:
        """The organisations of the configuration but the one that is open."""
        try:
            found = config.load(self.workspace.home).profiles
        except ConfigError:
            return {}
        return {name: profile for name, profile in found.items() if name != self.workspace.name}

    def action_switch_profile(self, name: str) -> None:
        """Close this organisation and open another one."""
        self.next_profile = name
        if self.terminal is not None:
            self.terminal.stays = True
        self.exit()

    # The owner's own keys

    def _register_child(self, parent: DOMNode, child: Widget, before: int | None, after: int | None) -> None:
        if self.settings.keymap:
            self._remap(child)
        super()._register_child(parent, child, before, after)

    def _remap(self, node: DOMNode) -> None:
        from smartup_tui.screens.keymap import remap  # noqa: PLC0415 - only for who has keys of their own

        remap(node, self.settings.keymap)

    def with_own_keys(self, screen: OwnerScreen, hints: Sequence[KeyHint]) -> Sequence[KeyHint]:
        """Hints for the line of keys, with the keys that the owner has changed."""
        if not self.settings.keymap:
            return hints
        from smartup_tui.screens.keymap import new_keys  # noqa: PLC0415

        new = new_keys(screen, self)
        return [replace(h, key=" ".join(new.get(key, key) for key in h.key.split(" "))) for h in hints]

    # Keys

    def action_palette(self) -> None:
        """Everything by its name."""
        from smartup_tui.screens.palette import PaletteScreen, carry_out  # noqa: PLC0415 - after the first picture

        screen = self.owner_screen
        if screen is not None and self.screen is screen:
            app = cast("WorkspaceApp", self)
            self.push_screen(PaletteScreen(screen, app), lambda e: carry_out(e, screen, app) if e else None)

    def action_toggle_mouse(self) -> None:
        super().action_toggle_mouse()
        screen = self.owner_screen
        if screen is not None:
            given = (
                "The mouse is the terminal's own again." if self.can_give_mouse else "A browser's mouse always works."
            )
            screen.say("Click and wheel work now; M gives the mouse back." if self.mouse else given)

    def action_copy(self) -> None:
        """The id of what is in hand, to the terminal's clipboard."""
        from smartup_tui.screens.export import copied, in_hand  # noqa: PLC0415 - seldom needed

        screen = self.owner_screen
        if screen is None:
            return
        text = in_hand(screen)
        if not text:
            screen.say("Nothing is marked that could be copied.")
            return
        self.copy_to_clipboard(text)
        screen.say(copied(text))

    def action_explain(self) -> None:
        """Where the number in hand comes from."""
        from smartup_tui.screens.explain import ExplainScreen, open_explanation  # noqa: PLC0415 - seldom needed

        screen = self.owner_screen
        if screen is not None and self.screen is screen and not isinstance(screen, ExplainScreen):
            open_explanation(screen)

    def action_export(self) -> None:
        """The table shown, as a file."""
        from smartup_tui.screens.export import ExportScreen, sheet_of  # noqa: PLC0415 - seldom needed

        screen = self.owner_screen
        sheet = sheet_of(screen) if screen is not None and screen.has_read else None
        if screen is None:
            return
        if sheet is None or not sheet.count:
            screen.say("There is no table here to export.")
            return
        day = self.workspace.now().astimezone().strftime("%Y-%m-%d")
        self.push_screen(
            ExportScreen(sheet, self.settings.export_folder, day), lambda said: screen.say(said) if said else None
        )

    def action_picture(self) -> None:
        """The screen as SVG, in the folder for exports."""
        from smartup_tui.screens.export import said_path  # noqa: PLC0415 - seldom needed
        from smartup_tui.workspace.export import ExportError, folder_of, free_name, write_new  # noqa: PLC0415

        screen = self.owner_screen
        if screen is None:
            return
        folder = folder_of(self.settings.export_folder)
        moment = self.workspace.now().astimezone().strftime("%Y-%m-%d-%H%M")
        path = free_name(folder, f"smartup-{screen.NAME.lower()}-{moment}", "svg")
        try:
            if self.settings.export_folder:
                folder.mkdir(parents=True, exist_ok=True)
            write_new(path, self.export_screenshot(title="Smartup").encode())
        except ExportError as error:
            screen.say(f"{error.message} {error.hint}")
        except OSError:
            screen.say(f"{folder} can not be made; set `export_folder` to another one.")
        else:
            screen.say(f"Written: {said_path(path)}.")
