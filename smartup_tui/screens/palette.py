"""Ctrl+P: every screen, key, command and thing of the ledger by its name, over whatever screen is open.

Nothing happens by itself: the list follows the letters, Enter goes there (or begins the command), Esc leaves.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input

from smartup_tui.screens.frame import SCREENS
from smartup_tui.screens.keymap import bindings_of, shown_keys
from smartup_tui.widgets.field import Field
from smartup_tui.widgets.lines import KeyBar, KeyHint, OneLine, Rule
from smartup_tui.widgets.table import Column, ListSource, Row, VirtualTable
from smartup_tui.workspace.palette import Do, Entry, Go, Palette, Write
from smartup_tui.workspace.seeking import Seeker

if TYPE_CHECKING:
    from smartup_tui.app import WorkspaceApp
    from smartup_tui.screens.owner_screen import OwnerScreen

_OWN_AFFAIRS = ("palette", "calm_down", *(f"go('{name}')" for name in SCREENS))


class EntriesFound(Message):
    """A longer look has ended; `question` tells whether it is still the one that was asked last."""

    def __init__(self, question: object, entries: list[Entry]) -> None:
        super().__init__()
        self.question = question
        self.entries = entries


class PaletteScreen(ModalScreen[Entry | None]):
    """The palette; answers what was chosen."""

    CSS_PATH = "palette.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+p", "leave", "leave"),
        Binding("tab", "complete", "take the name", priority=True),
        Binding("up,ctrl+k", "move(-1)", "up"),
        Binding("down,ctrl+j", "move(1)", "down"),
        Binding("pageup", "page(-1.0)", "page up"),
        Binding("pagedown", "page(1.0)", "page down"),
    ]

    def __init__(self, screen: OwnerScreen, app: WorkspaceApp) -> None:
        super().__init__()
        workspace = screen.workspace
        self._palette = Palette(workspace.reader, workspace.connection.store.rooms(), [*_here(screen, app)])
        self._shown: list[Entry] = []
        self._seeker = Seeker(workspace.places.index)
        self._question: object = None
        """What is still looked for."""

    def compose(self) -> ComposeResult:
        with Vertical(id="palette"):
            yield Field(placeholder="a screen, a command, a task, an owner, a page", id="palette-field")
            yield Rule()
            yield VirtualTable(
                (
                    Column("Name", minimum=22, weight=2),
                    Column("What", minimum=14, weight=3),
                    Column("Kind", width=9, drop=1, tone="muted"),
                ),
                header=False,
                empty="Nothing is called so.",
                id="palette-list",
            )
            yield OneLine(id="palette-more")
            yield KeyBar()

    def on_mount(self) -> None:
        self._list.can_focus = False
        go, leave = KeyHint("Enter", "go there", keep=True), KeyHint("Esc", "leave", keep=True)
        self.query_one(KeyBar).show([go, KeyHint("Tab", "take the name", rank=2), KeyHint("Up Down", "choose"), leave])
        self.query_one(Field).focus(scroll_visible=False)
        self._search()

    @property
    def _list(self) -> VirtualTable:
        return self.query_one("#palette-list", VirtualTable)

    # Keys

    def action_leave(self) -> None:
        self.dismiss(None)

    def action_move(self, rows: int) -> None:
        self._list.action_move(rows)

    def action_page(self, pages: float) -> None:
        self._list.action_page(pages)

    def action_complete(self) -> None:
        entry = self._marked
        if entry is not None:
            line = self.query_one(Field)
            line.value = entry.name
            line.cursor_position = len(entry.name)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._search()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._question is not None:  # what Enter means is what is typed, not what of it was found so far
            self._show(self._palette.find(event.value))
        self._choose()

    def on_unmount(self) -> None:
        self._seeker.drop()

    def on_virtual_table_selected(self, event: VirtualTable.Selected) -> None:
        event.stop()
        self._show_more()

    def on_virtual_table_activated(self, event: VirtualTable.Activated) -> None:
        event.stop()
        self._choose()

    # Inside

    @property
    def _marked(self) -> Entry | None:
        chosen = self._list.selected
        return self._shown[int(chosen)] if chosen is not None and int(chosen) < len(self._shown) else None

    def _choose(self) -> None:
        entry = self._marked
        if entry is not None and not entry.reason:
            self.dismiss(entry)

    def _search(self) -> None:
        self._seeker.drop()
        found, later = self._palette.find_at_once(self.query_one(Field).value)
        self._list.forget()
        self._show(found)
        self._question = later
        if later is not None:
            self._seeker.ask(later, lambda entries: self.post_message(EntriesFound(later, entries)))

    def on_entries_found(self, message: EntriesFound) -> None:
        message.stop()
        if message.question is self._question:
            self._show(message.entries)

    def _show(self, found: list[Entry]) -> None:
        """Show what was found; what the owner has marked meanwhile stays marked."""
        marked = self._marked if self._list.cursor else None
        self._question, self._shown = None, found
        self._list.set_source(
            ListSource(
                [
                    Row(str(number), (entry.name, entry.words, entry.kind), "muted" if entry.reason else "")
                    for number, entry in enumerate(found)
                ]
            )
        )
        self._list.select(str(found.index(marked) if marked in found else 0))
        self._show_more()

    def _show_more(self) -> None:
        entry = self._marked
        line = self.query_one("#palette-more", OneLine)
        if entry is None:
            line.set_line([])
        elif entry.reason:
            line.set_line([(f" {entry.reason}", "muted")])
        else:
            line.set_line([(f" {entry.more}", "")])


def _here(screen: OwnerScreen, app: WorkspaceApp) -> Iterator[Entry]:
    """What the application offers without the ledger: its screens, the keys of this one, the other organisations."""
    bindings = [*bindings_of(screen, app)]
    keys = {binding.action: shown_keys(binding.key) for binding in bindings}
    for name in SCREENS:
        yield Entry("screen", name, keys.get(f"app.go('{name}')", ""), Go(name))
    seen: set[str] = set()
    for binding in bindings:
        action = binding.action
        if not binding.description or action in seen or action.removeprefix("app.").startswith(_OWN_AFFAIRS):
            continue
        seen.add(action)
        name = action[5:-2] if action.startswith("act(") else ""
        reason = (screen.why_not(name) or "") if name else ""
        yield Entry("key", binding.description, shown_keys(binding.key), Do(action), reason)
    for name, profile in app.other_profiles().items():
        yield Entry("profile", name, profile.organisation, Do(f"app.switch_profile('{name}')"))


def carry_out(entry: Entry, screen: OwnerScreen, app: WorkspaceApp) -> None:
    """Do what choosing an entry means."""
    target = entry.target
    if isinstance(target, Go):
        app.action_go(target.screen, entity=target.entity)
    elif isinstance(target, Write):
        screen.open_command(target.text)
    else:
        app.call_later(app.run_action, target.action, screen)
