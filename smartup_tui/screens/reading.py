"""A page over the screen: help, a long answer, problems. Opened by the owner's own key, closed by Esc or q."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from smartup_tui.widgets.lines import KeyBar, KeyHint, OneLine, Rule
from smartup_tui.widgets.page import PageView


class ReadingScreen(ModalScreen[None]):
    """Some Markdown to read."""

    CSS_PATH = "reading.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,question_mark,v", "close", "close")]

    def __init__(self, title: str, markdown: str) -> None:
        super().__init__()
        self._title_text = title
        self._markdown = markdown

    def compose(self) -> ComposeResult:
        yield OneLine(id="reading-title")
        yield Rule()
        yield PageView(self._markdown, id="reading-page")
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one("#reading-title", OneLine).set_line([(f" {self._title_text}", "lead")])
        self.query_one(KeyBar).show([KeyHint("Esc", "close", keep=True), KeyHint("j k", "scroll"), KeyHint("G", "end")])
        self.query_one(PageView).focus(scroll_visible=False)

    def action_close(self) -> None:
        self.dismiss(None)
