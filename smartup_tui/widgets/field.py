"""One line to write in, calm and clean: no blinking, and nothing pasted reaches the terminal uncleaned."""

from __future__ import annotations

from textual import events
from textual.widgets import Input

from smartup_tui.text import clean

_LONGEST = 2_000


class Field(Input):
    """An input of one line. With `secret` its text is never shown."""

    DEFAULT_CSS = """
    Field { height: 1; background: $background; background-tint: transparent; padding: 0 1; }
    Field:focus { background-tint: transparent; }
    Field > .input--placeholder { color: $muted; text-style: $muted-style; }
    """

    def __init__(self, value: str = "", *, placeholder: str = "", secret: bool = False, id: str | None = None) -> None:  # noqa: A002
        super().__init__(value, placeholder=placeholder, password=secret, compact=True, select_on_focus=False, id=id)
        self.cursor_blink = False

    def insert_text_at_cursor(self, text: str) -> None:
        super().insert_text_at_cursor(clean(text, _LONGEST).replace("\n", " "))

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.insert_text_at_cursor(event.text.strip())
