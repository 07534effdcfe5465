"""The terminal driver, quieter: it leaves the launcher's screen alone and asks for no reports that nobody reads."""

from __future__ import annotations

import sys
from typing import IO, TYPE_CHECKING, Any, Protocol, runtime_checkable

from textual.drivers.linux_driver import LinuxDriver

from smartup_tui.screens.pasting import read_carefully

if TYPE_CHECKING:
    from textual.app import App

read_carefully(LinuxDriver)

_ENTER = "\x1b[?1049h"
_LEAVE = "\x1b[?1049l"
_UNWANTED = {"\x1b[?1004h", "\x1b[?1004l"}
"""Focus reports: a window that gains or loses focus is no reason to paint anything."""
_MOUSE = ("\x1b[?1000", "\x1b[?1002", "\x1b[?1006")
"""Presses, drags and exact cells; not every motion, which would travel over SSH with each nudge of the mouse."""


@runtime_checkable
class HoldsTerminal(Protocol):
    """Who entered the alternate screen before us (`smartup_tui.launch.Terminal`)."""

    alternate: bool
    stays: bool

    def lend(self) -> None:
        """Give the shell the terminal as it was found."""


@runtime_checkable
class CalmlyPainted(Protocol):
    """Who compares each frame with what the terminal shows (`smartup_tui.screens.base.CalmApp`)."""

    def forget_painted(self) -> None:
        """The terminal shows something else now."""


class CalmDriver(LinuxDriver):
    """Textual's driver for a terminal, with these differences only."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        terminal = getattr(app, "terminal", None)
        self._terminal = terminal if isinstance(terminal, HoldsTerminal) else None
        # Standard output, so that `smartup 2> file` works; Textual's own choice is the error stream.
        self._file: Any = _Unbroken(sys.__stdout__ or sys.stdout)

    def write(self, data: str) -> None:
        if data in _UNWANTED:
            return
        if self._terminal is not None and data in {_ENTER, _LEAVE}:
            entering = data == _ENTER
            if self._terminal.alternate is entering:
                return  # entering twice would clear the picture that is there
            if not entering and self._terminal.stays:
                return
            self._terminal.alternate = entering
        if data == _ENTER and isinstance(self._app, CalmlyPainted):
            self._app.forget_painted()
        super().write(data)

    def suspend_application_mode(self) -> None:
        super().suspend_application_mode()
        if self._terminal is not None:
            self._terminal.lend()

    def set_mouse(self, on: bool) -> None:
        """Take mouse events, or leave the mouse to the terminal's own selection."""
        if on:
            self._mouse = True
            self._enable_mouse_support()
        else:
            self._disable_mouse_support()
            self._mouse = False

    def _enable_mouse_support(self) -> None:
        if self._mouse:
            for mode in _MOUSE:
                self.write(f"{mode}h")

    def _disable_mouse_support(self) -> None:
        if self._mouse:
            for mode in _MOUSE:
                self.write(f"{mode}l")

    def _enable_mouse_pixels(self) -> None:
        """Cells are exact enough."""


class _Unbroken:
    """The output stream; when the terminal is gone, what is written to it is gone too, and nobody waits for it."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._gone = False

    def write(self, text: str) -> int:
        if not self._gone:
            try:
                return self._stream.write(text)
            except OSError:
                self._gone = True
        return len(text)

    def flush(self) -> None:
        if not self._gone:
            try:
                self._stream.flush()
            except OSError:
                self._gone = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
