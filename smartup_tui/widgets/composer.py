"""Where a message is written: closed until a key opens it, some lines high while it is open.

Enter sends, Alt+Enter or Ctrl+J begins a new line, Esc leaves; the draft stays with who opened it.
"""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import TextArea

from smartup_tui.text import clean
from smartup_tui.widgets.lines import OneLine, Piece
from smartup_tui.widgets.new_line import NEW_LINE


class Draft(TextArea):
    """Text of some lines that stands still: no blinking, and nothing pasted reaches the terminal uncleaned."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "send", "send it"),
        Binding("alt+enter,ctrl+j", "new_line", "a new line"),
        Binding("escape", "leave", "leave; the draft is kept"),
    ]

    def __init__(self) -> None:
        super().__init__(compact=True, highlight_cursor_line=False, tab_behavior="focus")
        self.cursor_blink = False
        self.can_focus = False

    async def _on_key(self, event: events.Key) -> None:
        composer = self._composer
        if event.key == "enter":
            act = composer.send
        elif event.key in NEW_LINE:
            act = self.action_new_line
        elif event.key == "escape":
            act = composer.leave
        else:
            if event.key == "tab":  # it would leave the draft for a pane, and write on there
                event.stop()
                event.prevent_default()
                return
            await super()._on_key(event)
            return
        event.stop()
        event.prevent_default()
        act()

    def action_new_line(self) -> None:
        self.insert("\n")

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.insert(clean(event.text))

    @property
    def _composer(self) -> Composer:
        return next(node for node in self.ancestors if isinstance(node, Composer))


class Composer(Vertical):
    """A line that says where the text goes, and below it, while it is open, the text."""

    DEFAULT_CSS = """
    Composer { height: auto; max-height: 50%; }
    Composer Draft {
        display: none; height: auto; max-height: 8; padding: 0 0 0 2; border: none;
        background: $background; background-tint: transparent;
    }
    Composer Draft:focus { border: none; background-tint: transparent; }
    Composer.-open Draft { display: block; }
    """

    class Sent(Message):
        """Enter: this is wanted. The composer stays open until `close`, so that a text that can not go is not lost."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """Esc: the owner left; `text` is the draft."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Changed(Message):
        """The text is another one."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def compose(self) -> ComposeResult:
        yield OneLine(id="composer-line")
        yield Draft()

    @property
    def is_open(self) -> bool:
        return self.has_class("-open")

    @property
    def text(self) -> str:
        """What is written."""
        return self._draft.text

    def say(self, *pieces: Piece) -> None:
        """What the line above the text says."""
        self.query_one("#composer-line", OneLine).set_line(pieces)

    def open(self, text: str = "") -> None:
        """Begin to write, with this text already there."""
        draft = self._draft
        self.add_class("-open")
        draft.can_focus = True
        draft.text = clean(text)
        draft.move_cursor(draft.document.end)
        self.screen.set_focus(draft, scroll_visible=False)

    def send(self) -> None:
        self.post_message(self.Sent(self.text))

    def leave(self) -> None:
        text = self.text
        self.close()
        self.post_message(self.Left(text))

    def close(self) -> None:
        """Put it away; what was written is gone from it."""
        self.remove_class("-open")
        self._draft.text = ""
        self._draft.can_focus = False

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        if self.is_open:
            self.post_message(self.Changed(self.text))

    @property
    def _draft(self) -> Draft:
        return self.query_one(Draft)
