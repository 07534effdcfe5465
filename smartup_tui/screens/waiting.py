"""The commands that are not sent yet: why each waits, and the owner's decision to send it or to let it go."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from smartup_tui.screens.plain_text import as_markdown
from smartup_tui.widgets.lines import KeyBar, KeyHint, OneLine, Rule
from smartup_tui.widgets.page import PageView
from smartup_tui.widgets.table import Column, ListSource, Row, VirtualTable
from smartup_tui.workspace import words
from smartup_tui.workspace.delivery import Delivery, Standing

if TYPE_CHECKING:
    from smartup_tui.workspace.workspace import Workspace


_WHY = {
    Standing.HELD: "not sent in time",
    Standing.UNKNOWN: "may have been sent",
}


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
        self._waiting: dict[str, Delivery] = {}

    def compose(self) -> ComposeResult:
        yield OneLine(id="waiting-title")
        yield Rule()
        yield VirtualTable(
            (
                Column("Since", width=12),
                Column("Why it waits", width=21, drop=1),
                Column("Command", minimum=20),
            ),
            empty="Every command has been sent.",
        )
        yield Rule()
        yield PageView(id="waiting-detail")
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
        self._waiting = {d.command_id: d for d in self._workspace.waiting()}
        rows = [
            Row(key, (words.column_moment(d.written_at), _WHY.get(d.standing, "waits for the rooms"), d.text))
            for key, d in self._waiting.items()
        ]
        self.query_one(VirtualTable).set_source(ListSource(rows))
        self._show_detail()

    def on_virtual_table_selected(self, _event: VirtualTable.Selected) -> None:
        self._show_detail()

    def _show_detail(self) -> None:
        """The chosen command whole, its room, and why it waits."""
        chosen = self._waiting.get(self.query_one(VirtualTable).selected or "")
        text = ""
        if chosen is not None:
            room = self._workspace.room_name(chosen.room_id)
            text = "\n".join([chosen.text, *([f"In {room}."] if room else []), *chosen.lines])
        self.query_one(PageView).show(as_markdown(text))
