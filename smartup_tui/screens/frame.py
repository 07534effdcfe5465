"""The frame every screen of the workspace shares: header and names above, command line, reply and keys below."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import Screen
from textual.widget import Widget

from smartup_tui.widgets.command import CommandLine
from smartup_tui.widgets.glyphs import wants_ascii
from smartup_tui.widgets.lines import FrameHeader, KeyBar, ReplyLine, Rule
from smartup_tui.widgets.tabs import DIGITS, Tabs

SCREENS = ("Today", "Tasks", "Wallet", "People", "Objectives", "Review", "Govern", "Rooms", "Learn", "Audit")
"""The names of the screens, in the order of their number keys."""


class FrameScreen(Screen[None]):
    """A screen in the frame. Subclasses give their middle in `compose_body` and fill the lines through the properties.

    Classes by width, for their style sheets: `-narrow` under 80 columns (panes are stacked), `-normal`, and `-wide`
    from 110.
    """

    AUTO_FOCUS: ClassVar[str | None] = None
    HORIZONTAL_BREAKPOINTS: list[tuple[int, str]] | None = [  # noqa: RUF012 (declared so by Textual; never changed)
        (0, "-narrow"),
        (80, "-normal"),
        (110, "-wide"),
    ]
    DEFAULT_CSS = """
    FrameScreen { layout: vertical; overflow: hidden; }
    FrameScreen > #body { height: 1fr; width: 1fr; }
    FrameScreen .panes { layout: horizontal; height: 1fr; }
    FrameScreen.-narrow .panes { layout: vertical; }
    """
    NAME: ClassVar[str] = ""
    """The name of this screen among `SCREENS`."""

    _is_filled = False
    """Whether it has been read and laid out once: nothing of it is painted before."""
    _styled_for = ""
    """The theme that it was styled for last."""

    def compose(self) -> ComposeResult:
        # Known before anything is styled, so that the first resize finds nothing to style anew.
        for width, name in self.HORIZONTAL_BREAKPOINTS or ():
            if self.app.size.width >= width:
                self.set_classes(name)
        self.set_class(wants_ascii(self.app), "-ascii")
        yield FrameHeader()
        yield Tabs(SCREENS, self.NAME, self._keys_of_screens())
        yield Rule()
        with Vertical(id="body"):
            yield from self.compose_body()
        yield Rule()
        yield self.make_command_line()
        yield ReplyLine()
        yield KeyBar()

    def compose_body(self) -> Iterable[Widget]:
        """The middle of the screen."""
        return ()

    def _keys_of_screens(self) -> Sequence[str]:
        """The key of each screen, as the owner has it."""
        if not getattr(getattr(self.app, "settings", None), "keymap", None):
            return DIGITS
        from smartup_tui.screens.keymap import new_keys  # noqa: PLC0415 - only for who has keys of their own

        new = new_keys(self, self.app)
        return [new.get(digit, digit) for digit in DIGITS]

    def make_command_line(self) -> CommandLine:
        """The command line; here without completion, explanation and history."""
        return CommandLine()

    def _on_screen_resume(self, event: events.ScreenResume) -> None:
        # Before Textual's own, which would style every widget anew each time the screen is shown.
        event.refresh_styles = self._styled_for not in ("", self.app.theme)
        self._styled_for = self.app.theme
        if not self._is_live:
            self._is_filled = True  # until it is live the kept picture stands there
        elif not self._is_filled:
            self.call_after_refresh(self._filled)

    def _filled(self) -> None:
        if self._is_filled:
            return  # Textual resumes a screen twice when it is opened first
        self._is_filled = True
        self.refresh()
        self._on_timer_update()  # at once: Textual would wait for its next frame
        if getattr(self.app, "terminal", None) is not None:
            gc.freeze()  # what was loaded for it stays; a collection that looks at all of it would hold up a key

    def _compositor_refresh(self) -> None:
        # Not even rendered before it is painted: the first picture comes 30 ms sooner.
        if self._is_filled and self._is_live:
            super()._compositor_refresh()

    @property
    def _is_live(self) -> bool:
        return getattr(self.app, "is_live", True)

    @property
    def header(self) -> FrameHeader:
        return self.query_one(FrameHeader)

    @property
    def tabs(self) -> Tabs:
        return self.query_one(Tabs)

    @property
    def command_line(self) -> CommandLine:
        return self.query_one(CommandLine)

    @property
    def reply(self) -> ReplyLine:
        return self.query_one(ReplyLine)

    @property
    def keys(self) -> KeyBar:
        return self.query_one(KeyBar)
