"""The command that is being written: what it will do, in words, and the room it goes to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smartup_tui.widgets.suggestions import Explanation
from smartup_tui.workspace.room_names import room_label

if TYPE_CHECKING:
    from smartup_tui.screens.owner_screen import OwnerScreen
    from smartup_tui.workspace.routing import RoomChoice

_WIDE: Final = 100
"""Columns from which on the hint says what its key does."""


class Addressing:
    """Explains the command line of one screen and keeps the room that was shown beside the command."""

    def __init__(self, screen: OwnerScreen) -> None:
        """No command is written yet."""
        self._screen = screen
        self._choice: RoomChoice | None = None
        self._number = 0

    def begin(self) -> None:
        """Another command: it goes where it belongs."""
        self._number = 0

    @property
    def room_id(self) -> str | None:
        """The id of the room that was shown beside the command."""
        if self._choice is None:
            return None
        rooms = (self._choice.room, *self._choice.others)
        return rooms[self._number % len(rooms)].room_id

    def take_another(self) -> bool:
        """The next room that this command may go to; False where there is only one."""
        if self._choice is None or not self._choice.others:
            return False
        self._number = (self._number + 1) % (1 + len(self._choice.others))
        return True

    def explain(self, text: str) -> Explanation:
        """What the command will do or what is missing, and where it goes."""
        workspace = self._screen.workspace
        found = workspace.explain(text)
        self._choice = None
        if not found.ok:
            return Explanation(ok=False, text=found.text)
        command = f"!{text.removeprefix('!')}"
        if self._screen.owner_app.commands.answered_here(command):
            return Explanation(ok=True, text=found.text, aside="answered here")
        self._choice = workspace.room_for(command)
        if self._choice is None:
            return Explanation(ok=True, text=found.text, aside="no room known yet")
        rooms = (self._choice.room, *self._choice.others)
        room = rooms[self._number % len(rooms)]
        hint = "Ctrl+O: another" if self._screen.size.width >= _WIDE else "Ctrl+O"
        more = f" ({hint})" if len(rooms) > 1 else ""
        return Explanation(ok=True, text=found.text, aside=f"room: {room_label(room)}{more}")
