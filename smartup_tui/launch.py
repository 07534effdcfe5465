"""The first 20 milliseconds: the terminal is taken, and the last picture of the session before is shown at once.

Only the standard library's smallest modules are imported, since whatever is imported here delays the picture. The live
screen takes the picture's place without a jump; on every way out the terminal is given back as it was found.
"""

from __future__ import annotations

import os
import signal
import sys
import termios

from smartup_tui import __version__
from smartup_tui.home import directory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType, TracebackType
    from typing import Any, Self

_ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l"
_CLEAR = "\x1b[2J\x1b[H"
_QUIET = "\x1b[<u\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1004l\x1b[?2004l\x1b[?2026l\x1b[?2048l"
"""What an application that died may have left on: keyboard protocol, mouse, focus, paste, synchronised output."""
_LEAVE = "\x1b[?1049l"
_SHOW = "\x1b[?7h\x1b[?25h"
_FRAMES = "250"
"""Frames a second at most, for Textual. What is painted second after a key (the page beside the row) waits for the next
of them, a sixtieth of a second by Textual's own choice. Equal frames are not written at all."""
_TERMINAL = ("TERM", "COLORTERM", "NO_COLOR", "COLORFGBG", "TERM_PROGRAM", "LC_ALL", "LC_CTYPE", "LANG")
_LARGEST = 1_000_000
_SIGNALS = (signal.SIGTERM, signal.SIGHUP)


def has_terminal() -> bool:
    """Whether both input and output are a terminal that can place its cursor, so that the workspace can open."""
    if os.environ.get("TERM") == "dumb":
        return False
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout is not None and sys.stdout.isatty()


class Terminal:
    """The terminal while the workspace is open: a context manager around importing and running the application.

    `profile` is what the owner asked for (None: the default one), `home` the directory asked for. `words` are printed
    after the terminal is given back, `complaints` likewise on the error stream.
    """

    def __init__(self, home: str | None = None, profile: str | None = None) -> None:
        self.frame_file = frame_file(home, profile)
        self.conditions_now = _conditions(os.path.join(directory("config", home), "config.toml"))  # noqa: PTH118 (pathlib costs 7 ms here)
        self.alternate = False
        """Whether the alternate screen is on; the application's driver keeps it true to the facts."""
        self.shown = False
        """Whether a kept picture was shown."""
        self.stays = False
        """The application ends and another one takes the screen: the shell's is not shown in between."""
        self.words: list[str] = []
        self.complaints: list[str] = []
        self._attributes: list[Any] | None = None
        self._handlers: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        os.environ.setdefault("TEXTUAL_FPS", _FRAMES)  # read when Textual is imported
        for number in _SIGNALS:
            self._handlers[number] = signal.signal(number, _leave_by_signal)
        descriptor = sys.stdin.fileno()
        self._attributes = termios.tcgetattr(descriptor)
        quiet = termios.tcgetattr(descriptor)
        quiet[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
        termios.tcsetattr(descriptor, termios.TCSANOW, quiet)
        self.alternate = True
        picture = _kept(self.frame_file, self.conditions_now)
        self.shown = picture is not None
        _write(_ENTER.encode() + (picture if picture is not None else _CLEAR.encode()))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        try:
            _write((_QUIET + _LEAVE + _SHOW if self.alternate else _SHOW).encode())
            self.alternate = False
            if self._attributes is not None:
                termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)
                termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, self._attributes)
            for stream, lines in ((sys.stdout, self.words), (sys.stderr, self.complaints)):
                for line in lines:
                    print(line, file=stream, flush=True)
        except (OSError, termios.error):
            pass  # the terminal is gone; there is nobody to tell
        finally:
            for number, handler in self._handlers.items():
                signal.signal(number, handler)

    def lend(self) -> None:
        """Give the shell the terminal as it was found, while this program is paused."""
        if self._attributes is not None:
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, self._attributes)

    def keep(self, picture: str) -> None:
        """Keep this picture (ANSI text, one screen) for the next start. Without elapsed times; never raises."""
        try:
            _save(self.frame_file, self.conditions_now, picture)
        except OSError:
            self.forget()

    def turn_to(self, home: str | None, profile: str | None) -> None:
        """The next picture is that of another profile."""
        self.stays = False
        self.frame_file = frame_file(home, profile)
        self.conditions_now = _conditions(os.path.join(directory("config", home), "config.toml"))  # noqa: PTH118

    def forget(self) -> None:
        """Keep no picture."""
        _remove(self.frame_file)


def frame_file(home: str | None, profile: str | None) -> str:
    """Where the picture for this choice of profile is kept."""
    name = f"frame-{profile}" if profile else "frame"
    return os.path.join(directory("state", home), "frames", name.replace("/", "_"))  # noqa: PTH118


def forget_frames(home: str | None = None) -> None:
    """Remove every kept picture, as when a profile is forgotten: the others are made again."""
    folder = os.path.join(directory("state", home), "frames")  # noqa: PTH118
    try:
        names = os.listdir(folder)  # noqa: PTH208
    except OSError:
        return
    for name in names:
        _remove(os.path.join(folder, name))  # noqa: PTH118


def _conditions(config_file: str) -> bytes:
    """All on which the picture depends: it is shown only where every one is the same again."""
    try:
        size = os.get_terminal_size(sys.stdout.fileno())
        cells = f"{size.columns}x{size.lines}"
    except (OSError, ValueError):
        cells = "unknown"
    try:
        state = os.stat(config_file)  # noqa: PTH116
        config = f"{state.st_mtime_ns}:{state.st_size}:{state.st_ino}"
    except OSError:
        config = "none"
    lines = [f"smartup-frame {__version__}", cells, config, *(f"{n}={os.environ.get(n, '')!r}" for n in _TERMINAL)]
    return "\n".join(lines).encode() + b"\n\n"


def _kept(file: str, conditions: bytes) -> bytes | None:
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        state = os.fstat(descriptor)
        private = state.st_uid == os.getuid() and state.st_mode & 0o170777 == 0o100600
        if not private or state.st_size > _LARGEST:
            return None
        content = os.read(descriptor, state.st_size)
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return content[len(conditions) :] if content.startswith(conditions) else None


def _save(file: str, conditions: bytes, picture: str) -> None:
    from smartup_tui.files.whole import replace_file  # noqa: PLC0415 (nothing of it is needed before the first picture)

    replace_file(file, conditions + picture.encode("utf-8", "replace"))


def _remove(file: str) -> None:
    try:
        os.unlink(file)  # noqa: PTH108
    except OSError:
        return


def _write(data: bytes) -> None:
    """All of it, at once, past Python's buffers: nothing of ours may still wait when the application starts."""
    sys.stdout.flush()
    while data:
        data = data[os.write(sys.stdout.fileno(), data) :]


def _leave_by_signal(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
