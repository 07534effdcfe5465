"""The line above a list in which words are written that narrow it."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.widgets import Input

from smartup_tui.text import clean


class FilterInput(Input):
    """The filter: narrows the list while it is typed in; Enter goes to the list, Esc takes the filter away."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "screen.clear_filter", show=False)]

    DEFAULT_CSS = """
    FilterInput > .input--placeholder { color: $muted; text-style: $muted-style; }
    """

    def __init__(self, placeholder: str) -> None:
        super().__init__(placeholder=placeholder, compact=True, id="filter")
        self.cursor_blink = False

    async def action_submit(self) -> None:
        # At once, not by a message that comes later: what is typed next is for the list.
        await self.run_action("screen.leave_filter")

    def insert_text_at_cursor(self, text: str) -> None:
        super().insert_text_at_cursor(clean(text, 200).replace("\n", " "))

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.insert_text_at_cursor(event.text)

    def on_blur(self) -> None:
        # Left by Tab or a click: without words it is not in the way.
        if self.screen.focused is not self:
            self.can_focus = False
            self.screen.set_class(bool(self.value), "-filtering")
