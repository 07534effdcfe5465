"""The commands that are not sent yet: why each waits, and the owner's decision to send it or to let it go."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from smartup_tui.widgets.lines import KeyBar, KeyHint, OneLine, Rule
from smartup_tui.widgets.table import Column, ListSource, Row, VirtualTable
from smartup_tui.workspace import words

if TYPE_CHECKING:
    from smartup_tui.workspace.workspace import Workspace


class WaitingScreen(ModalScreen[None]):
    """The outbox, as far as it is not empty."""

    CSS_PATH = "waiting.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,w", "close", "close"),
        Binding("s", "send", "send now"),
        Binding("d", "drop", "let it go"),
    ]

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace

    def compose(self) -> ComposeResult:
        yield OneLine(id="waiting-title")
        yield Rule()
        yield VirtualTable(
            (
                Column("Since", width=13),
                Column("Command", minimum=20, weight=2),
                Column("Why it waits", minimum=20, weight=3),
            ),
            empty="Every command has been sent.",
        )
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one("#waiting-title", OneLine).set_line([(" Commands that are not sent", "lead")])
        keys = [KeyHint("s", "send now"), KeyHint("d", "let it go"), KeyHint("Esc", "close", keep=True)]
        self.query_one(KeyBar).show(keys)
        self._show()
        self.query_one(VirtualTable).focus(scroll_visible=False)

    def action_close(self) -> None:
        self.dismiss(None)

    def action_send(self) -> None:
        chosen = self.query_one(VirtualTable).selected
        if chosen is not None:
            self._workspace.release(chosen)
            self._show()

    def action_drop(self) -> None:
        chosen = self.query_one(VirtualTable).selected
        if chosen is not None:
            self._workspace.drop(chosen)
            self._show()

    def _show(self) -> None:
        rows = [
            Row(d.command_id, (words.day_and_time(d.written_at), d.text, " ".join(d.lines)))
            for d in self._workspace.waiting()
        ]
        self.query_one(VirtualTable).set_source(ListSource(rows))
