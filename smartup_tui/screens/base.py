"""The base application: Textual without its notifications, bells, animations and tracebacks on the screen."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec
from rich.color import ColorSystem
from rich.control import Control
from textual import events
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App
from textual.binding import Binding, BindingType

from smartup_tui.screens import theme as house
from smartup_tui.screens.canvas import Canvas
from smartup_tui.screens.driver import CalmDriver
from smartup_tui.screens.keys import KeyOrder
from smartup_tui.screens.pasting import read_carefully, with_line_feeds
from smartup_tui.screens.picture import picture_of

if TYPE_CHECKING:
    from textual.driver import Driver
    from textual.filter import LineFilter
    from textual.screen import Screen
    from textual.theme import Theme

    from smartup_tui.config import Settings
    from smartup_tui.launch import Terminal

log = logging.getLogger("smartup.app")

_DROPPED_BEFORE_LIVE = {"enter", "ctrl+j", "ctrl+m"}
_ALWAYS = {"ctrl+c", "ctrl+q"}


def _ascii_signs() -> tuple[LineFilter, ...]:
    from smartup_tui.screens.ascii_signs import AsciiSigns  # noqa: PLC0415 - only for who wants it

    return (AsciiSigns(),)


class CalmApp(App[int]):
    """What every Smartup application shares. The calm contract holds here once, not in each screen.

    `terminal` is the launcher's hold on the terminal; with it, nothing is painted over the kept picture and keys typed
    are held back (an Enter among them is dropped) until `go_live`, and the last picture is kept on leaving. Without it
    (tests, browser) the application is live at once.
    """

    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    AUTO_FOCUS: ClassVar[str | None] = None
    TITLE = "Smartup"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "quit", show=False, priority=True),
        Binding("ctrl+c", "quit", "quit", show=False, priority=True),
        Binding("ctrl+z", "suspend_process", "pause; fg in the shell goes on"),
    ]
    CSS = """
    Screen { background: $background; color: $foreground; }
    """

    def __init__(
        self,
        settings: Settings,
        terminal: Terminal | None = None,
        *,
        log_file: Path | None = None,
        css_path: str | None = None,
    ) -> None:
        if terminal is not None and not house.takes_unicode(os.environ, sys.stdout.encoding):
            settings = msgspec.structs.replace(settings, ascii=True)
        self.settings = settings
        self.terminal = terminal
        self.failure: str | None = None
        """What is said after an unexpected end, once the terminal is given back."""
        self._log_file = log_file
        self._live = terminal is None
        self._canvas = Canvas()
        self._signs = _ascii_signs() if settings.ascii else ()
        self._held: list[events.Event] = []
        self._first_theme = house.choose(settings.theme, os.environ)
        self._styled_theme = self._read_with = self._first_theme
        # Before anything is parsed, so that the style sheet is read once and NO_COLOR finds the ansi theme.
        self.set_reactive(App.theme, self._first_theme)
        super().__init__(css_path=css_path)
        self.animation_level = "none"
        self._keys = KeyOrder(self, super().on_event)

    def on_load(self) -> None:
        # From Python 3.12 on Textual lets each task begin at once, and the first screen asks for itself before it is
        # there, which ends the application. Tasks begin in their turn instead: one order, on every Python.
        asyncio.get_running_loop().set_task_factory(None)

    @property
    def available_themes(self) -> dict[str, Theme]:
        """Ours only, so that every screen has been looked at in every theme."""
        return house.BY_NAME

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), *self._signs]

    def _watch_theme(self, theme_name: str) -> None:
        if self.is_running and theme_name != self._styled_theme:
            super()._watch_theme(theme_name)
        self._styled_theme = theme_name  # the first one is in the style sheet already: no second parse and paint

    def refresh_css(self, animate: bool = True) -> None:
        # Textual asks for it whenever a screen is opened first: all style sheets would be parsed again in its colours.
        if self.theme != self._read_with:
            self._read_with = self.theme
            super().refresh_css(animate)

    def get_driver_class(self) -> type[Driver]:
        given = super().get_driver_class()
        if not os.environ.get("TEXTUAL_DRIVER"):
            return CalmDriver
        read_carefully(given)
        return given

    @property
    def is_live(self) -> bool:
        """Whether what the screens show is painted, and keys are taken as they come."""
        return self._live

    @property
    def is_leaving(self) -> bool:
        """Whether the application is ending: nothing new is shown any more."""
        return self._exit

    def start(self) -> int:
        """Run in the terminal until the owner leaves; the exit status. Failures are in the log, said in one line."""
        # In a browser there is no selection of a terminal's own that taking the mouse would hinder.
        self.run(mouse=self.settings.mouse or not self.can_give_mouse)
        if self.terminal is not None and self.failure:
            self.terminal.complaints.append(self.failure)
        return self.return_code or 0

    # Leaving

    def exit(self, result: int | None = None, return_code: int = 0, message: Any = None) -> None:
        if not self._exit:
            self._keep_picture()
        super().exit(result, return_code, None if self.terminal is not None else message)

    def say_on_leaving(self, line: str) -> None:
        """One line for the shell, after the workspace has closed."""
        if self.terminal is not None:
            self.terminal.words.append(line)

    def _keep_picture(self) -> None:
        if self.terminal is None or not self._live:
            return
        if not self.settings.keep_frame or self.theme != self._first_theme:
            self.terminal.forget()
            return
        try:
            self.terminal.keep(picture_of(self))
        except Exception:
            log.exception("the last picture could not be kept")
            self.terminal.forget()

    def _leave_by_signal(self, number: int) -> None:
        self.exit(return_code=128 + number)

    # Before the first data

    def go_live(self) -> None:
        """The first data are painted: hand over the keys that were typed meanwhile, and take keys as they come."""
        if self._live:
            return
        self._live = True
        self.screen.refresh()
        self.screen._on_timer_update()  # noqa: SLF001 (at once: Textual would wait for the next of 60 ticks a second)
        held, self._held = self._held, []
        for event in held:
            self.post_message(event)

    def delay_update(self, delay: float = 0.05) -> None:
        """No wait for a fixed time where screens change: a new one is painted once it is filled (`FrameScreen`)."""

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        # What Textual paints while a screen is being filled is half empty; the kept picture is better.
        if not self._live:
            return
        driver = self._driver
        told = isinstance(renderable, LayoutUpdate | ChopsUpdate) and self._running and not self._closed
        if not told or driver is None or driver.is_inline or self.is_headless or self._batch_count:
            super()._display(screen, renderable)
            return
        try:
            changes = self._canvas.paint(renderable, self.size, self.console._color_system or ColorSystem.TRUECOLOR)  # noqa: SLF001 (as Textual reads it)
        except Exception as error:  # noqa: BLE001 (as Textual does: whatever it is, it is told and the application ends)
            self._handle_exception(error)
            return
        cursor = screen.outer_size.clamp_offset(self.cursor_position)
        if changes or cursor != self._previous_cursor_position:
            self._previous_cursor_position = cursor
            self._begin_update()
            driver.write(changes + Control.move_to(*cursor).segment.text)
            self._end_update()
            driver.flush()
        self.post_display_hook()

    def forget_painted(self) -> None:
        """Somebody else has painted on the terminal: what comes next is written in full."""
        self._canvas.forget()

    def action_repaint(self) -> None:
        """Paint the screen anew, where something else has written over it."""
        self.forget_painted()
        self.screen.refresh()

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.AppBlur | events.AppFocus):
            return  # another window is in front: nothing to paint
        if isinstance(event, events.Resize):
            self.forget_painted()  # the terminal may have moved its lines
        if isinstance(event, events.Paste) and "\r" in event.text:
            event = with_line_feeds(event)
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
        elif self._live or getattr(event, "key", "") in _ALWAYS:
            await self._keys.give(event)
        elif getattr(event, "key", "") not in _DROPPED_BEFORE_LIVE:
            self._held.append(event)

    def on_mount(self) -> None:
        self.app_resume_signal.subscribe(self, lambda _: self.action_repaint())
        if not self.is_headless:
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGHUP):
                loop.add_signal_handler(number, self._leave_by_signal, number)

    # Mouse

    def action_toggle_mouse(self) -> None:
        """Take the mouse, or give it back to the terminal's own selection."""
        self.set_mouse(not self.mouse)

    @property
    def can_give_mouse(self) -> bool:
        """Whether there is a terminal whose own selection the mouse can be left to."""
        return "TEXTUAL_DRIVER" not in os.environ

    @property
    def mouse(self) -> bool:
        """Whether mouse events are taken."""
        driver = self._driver
        return isinstance(driver, CalmDriver) and driver._mouse  # noqa: SLF001 (Textual has no public name for it)

    def set_mouse(self, on: bool) -> None:
        """Take mouse events or not, now."""
        if isinstance(self._driver, CalmDriver):
            self._driver.set_mouse(on)

    # What Textual would do loudly

    def notify(self, message: str, **_: Any) -> None:
        """No toasts: what there is to say is said in the reply line."""
        log.debug("notification kept quiet: %s", message)

    def bell(self) -> None:
        """No bells."""

    def _set_pointer_shape(self, shape: str) -> None:
        """The pointer's shape is the terminal's own."""

    def panic(self, *renderables: Any) -> None:
        """Leave because of an error that is not an exception of ours (a bad style sheet, a dead input thread)."""
        for renderable in renderables:
            log.error("the application ended: %s", renderable)
        self._fail()

    def _handle_exception(self, error: Exception) -> None:
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        log.error("the application ended", exc_info=error)
        self._fail(damaged=type(error).__name__ == "DatabaseError")

    def _fatal_error(self) -> None:
        log.exception("the application ended")
        self._fail()

    def _print_error_renderables(self) -> None:
        """Nothing is printed here: the launcher says `failure` when the terminal is the shell's again."""
        self._exit_renderables.clear()

    def _fail(self, *, damaged: bool = False) -> None:
        self._return_code = 1
        where = f" The details are in {self._log_file}." if self._log_file else ""
        way = "start it again"
        if damaged:
            way = "a file of ours is damaged: `smartup doctor` says which, `smartup sync` builds the read model anew"
        self.failure = f"The workspace had to close.{where} Commands already entered are kept; {way}."
        if self.terminal is not None:
            self.terminal.forget()
        self._close_messages_no_wait()
