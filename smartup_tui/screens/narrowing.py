"""What every screen does whose list is narrowed by words: `/`, typing, Enter and Esc."""

from __future__ import annotations

from asyncio import TimerHandle
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.widgets import Input

from smartup_tui.screens.filter_line import FilterInput
from smartup_tui.screens.owner_screen import OwnerScreen
from smartup_tui.widgets.lines import KeyHint
from smartup_tui.widgets.table import VirtualTable
from smartup_tui.widgets.waits import after

if TYPE_CHECKING:
    from smartup_tui.workspace.workspace import Workspace

NOTHING_FOUND: Final = "Nothing found. Esc clears the words."
"""What a list says when none of its rows passes the filter."""
_PAUSE = 0.12
_LONG = 2_000  # rows; fewer are narrowed between two letters


class NarrowingScreen(OwnerScreen):
    """A screen with a list, `#list`, and above it a `FilterInput`, which is there while it has words."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("slash", "filter", "filter", key_display="/")]
    DEFAULT_CSS = """
    NarrowingScreen #filter {
        display: none; height: 1; width: 1fr; padding: 0 1; background: $background; background-tint: transparent;
    }
    NarrowingScreen #filter:focus { background-tint: transparent; }
    NarrowingScreen.-filtering #filter { display: block; }
    """

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.words = ""
        """What the list is narrowed to."""
        self._narrowing: TimerHandle | None = None
        self._in_filter = False
        """Whether the filter is written in."""

    @property
    def table(self) -> VirtualTable:
        """The list."""
        return self.query_one("#list", VirtualTable)

    def on_mount(self) -> None:
        self.query_one(FilterInput).can_focus = False
        self.table.focus(scroll_visible=False)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        in_filter = isinstance(event.widget, FilterInput)
        if in_filter != self._in_filter:
            self._in_filter = in_filter
            self.show_keys()

    def writing_hints(self) -> list[KeyHint]:
        if not self._in_filter:
            return super().writing_hints()
        return [KeyHint("Enter", "to the list, as it is narrowed", keep=True), KeyHint("Esc", "all again", keep=True)]

    def action_filter(self) -> None:
        line = self.query_one(FilterInput)
        line.can_focus = True
        self.add_class("-filtering")
        self.set_focus(line, scroll_visible=False)  # at once: what is typed next belongs to it

    def action_clear_filter(self) -> None:
        """Esc in the filter: all rows again."""
        self.query_one(FilterInput).value = ""
        self.action_leave_filter()

    def action_leave_filter(self) -> None:
        """Enter: back to the list, as it is narrowed."""
        line = self.query_one(FilterInput)
        line.can_focus = False
        self.set_class(bool(line.value), "-filtering")
        self.set_focus(self.table, scroll_visible=False)

    def write_filter(self, words: str) -> None:
        """Put words into the filter; who shows the list reads it anew."""
        self.words = words
        self.query_one(FilterInput).value = words
        self.set_class(bool(words), "-filtering")

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.input.id == "filter" and event.value != self.words:
            event.stop()
            self.words = event.value
            if self.table.source.count > _LONG:
                self.narrow_soon()
            else:
                self._narrow()

    def narrow_soon(self) -> None:
        """When the typing pauses, so that the letters never wait for a list, of whatever length."""
        self._forget_narrowing()
        self._narrowing = after(_PAUSE, self, self._narrow)

    def _forget_narrowing(self) -> None:
        if self._narrowing is not None:
            self._narrowing.cancel()

    def _narrow(self) -> None:
        """Show the rows that pass."""
        self._forget_narrowing()
        if self.has_read:
            self.load()
            self.show_keys()
