"""Tasks: a list to choose from, and beside it all there is to say of the chosen one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.timer import Timer
from textual.widgets import Input

from smartup_tui.ledger.index import queries
from smartup_tui.ledger.index.queries import Scope, TaskFilter
from smartup_tui.ledger.rows import TaskBudget
from smartup_tui.screens.owner_screen import OwnerScreen
from smartup_tui.screens.sources import WindowSource
from smartup_tui.text import clean
from smartup_tui.widgets.lines import KeyHint, OneLine, Piece
from smartup_tui.widgets.page import PageView
from smartup_tui.widgets.table import Column, Row, VirtualTable
from smartup_tui.workspace import words
from smartup_tui.workspace.describe import describe_task

if TYPE_CHECKING:
    from smartup_tui.workspace.workspace import Workspace

_PAUSE = 0.12
_LONG = 2_000  # rows; fewer are narrowed between two letters
_SCOPE_KEYS = {"o": Scope.OPEN, "m": Scope.MINE, "e": Scope.TEAM, "a": Scope.ALL}
_SCOPE_WORDS = {Scope.OPEN: "open", Scope.MINE: "mine", Scope.TEAM: "my teams", Scope.ALL: "all"}


class FilterInput(Input):
    """The filter: narrows the list while it is typed in; Enter goes to the list, Esc takes the filter away."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "screen.clear_filter", show=False)]

    def __init__(self) -> None:
        super().__init__(placeholder="words in id, title, objective, size, status or seat", compact=True, id="filter")
        self.cursor_blink = False

    def insert_text_at_cursor(self, text: str) -> None:
        super().insert_text_at_cursor(clean(text, 200).replace("\n", " "))

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.insert_text_at_cursor(event.text)


class TasksScreen(OwnerScreen):
    """The tasks of the organisation."""

    NAME = "Tasks"
    CSS_PATH = "tasks.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key, f"scope('{scope}')", _SCOPE_WORDS[scope]) for key, scope in _SCOPE_KEYS.items()),
        Binding("slash", "filter", "filter", key_display="/"),
        Binding("tab", "other_pane", "list or page"),
        Binding("shift+tab", "other_pane", show=False),
    ]

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._filter = TaskFilter(Scope.OPEN)
        self._source: WindowSource[TaskBudget] | None = None
        self._loaded: TaskFilter | None = None
        self._shown: str | None = None
        self._narrowing: Timer | None = None

    def compose_body(self) -> ComposeResult:
        yield OneLine(id="scope")
        yield FilterInput()
        with Horizontal(classes="panes"):
            yield VirtualTable(
                (
                    Column("Task", width=9),
                    Column("Title", minimum=14),
                    Column("Status", width=11, drop=2),
                    Column("SC", width=4, align="right", drop=1),
                    Column("Free", width=8, drop=3),
                ),
                empty="No task passes. a shows all, Esc takes the filter away.",
                id="list",
            )
            yield PageView(id="page")

    def on_mount(self) -> None:
        self.query_one(FilterInput).can_focus = False
        self.table.focus(scroll_visible=False)

    @property
    def table(self) -> VirtualTable:
        """The list."""
        return self.query_one("#list", VirtualTable)

    @property
    def page(self) -> PageView:
        """The chosen task's page."""
        return self.query_one("#page", PageView)

    def load(self) -> None:
        reader = self.workspace.reader
        assert reader is not None
        teams = reader.teams() if self._filter.scope is Scope.TEAM else ()
        # Of the same list, the task in hand stays: after `c` comes `s`, whether it is still open for others or not.
        keep = self._shown or "" if self._filter == self._loaded else ""
        self._loaded = self._filter
        wanted = TaskFilter(self._filter.scope, reader.alias, teams, self._filter.text, keep)
        self._source = WindowSource(queries.task_window(reader.index, wanted), _row)
        self.table.set_source(self._source)
        self._show_scope()
        self._show_page(keep_place=True)

    def task_in_hand(self) -> TaskBudget | None:
        chosen = self.table.selected
        return self._source.first(chosen) if self._source is not None and chosen is not None else None

    def own_hints(self) -> list[KeyHint]:
        return [
            KeyHint("/", "filter", rank=3),
            KeyHint("o m e a", "open mine teams all", rank=5),
            KeyHint("Tab", "page", rank=4),
        ]

    def narrow(self, scope: str, entity: str, words_: str) -> None:
        if not self.has_read:
            return
        if entity:
            self.show_task(entity, Scope(scope) if scope else None)
        else:
            self.show_scope(Scope(scope), words_)

    def show_task(self, task_id: str, scope: Scope | None = None) -> None:
        """Put the cursor on a task, in the list of all if it is in no narrower one."""
        for wanted in (scope or self._filter.scope, Scope.ALL):
            self._filter = TaskFilter(wanted)
            self.query_one(FilterInput).value = ""
            self.reload()
            if self._select(task_id):
                return
        self.say(f"There is no task {task_id}.")

    def show_scope(self, scope: Scope, text: str = "") -> None:
        """Show another list."""
        self._filter = TaskFilter(scope, text=text)
        self.query_one(FilterInput).value = text
        self.set_class(bool(text), "-filtering")
        self.reload()

    # Keys

    def action_scope(self, name: str) -> None:
        self.show_scope(Scope(name), self._filter.text)

    def action_filter(self) -> None:
        line = self.query_one(FilterInput)
        line.can_focus = True
        self.add_class("-filtering")
        self.set_focus(line, scroll_visible=False)  # at once: what is typed next belongs to it

    def action_clear_filter(self) -> None:
        self.query_one(FilterInput).value = ""
        self._leave_filter()

    def action_other_pane(self) -> None:
        self.set_focus(self.page if self.table.has_focus else self.table, scroll_visible=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.input.id == "filter" and event.value != self._filter.text:
            event.stop()
            self._filter = TaskFilter(self._filter.scope, text=event.value)
            # A list of any length follows when the typing pauses, so that the letters never wait for it.
            if self._narrowing is not None:
                self._narrowing.stop()
            self._narrowing = self.set_timer(_PAUSE, self._narrow) if self.table.source.count > _LONG else None
            if self._narrowing is None:
                self._narrow()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if event.input.id == "filter":
            event.stop()
            self._leave_filter()

    def _narrow(self) -> None:
        if self.has_read:
            self.load()
            self.show_keys()

    def on_virtual_table_selected(self, _event: VirtualTable.Selected) -> None:
        self._show_page()
        self._show_scope()
        self.show_keys()

    def on_virtual_table_activated(self, _event: VirtualTable.Activated) -> None:
        self.set_focus(self.page, scroll_visible=False)

    def action_calm_down(self) -> None:
        """Esc: back to the list, then the filter away, then the last answer."""
        if not self.table.has_focus:
            self.set_focus(self.table, scroll_visible=False)
        elif self._filter.text:
            self.action_clear_filter()
        else:
            super().action_calm_down()

    # Inside

    def _leave_filter(self) -> None:
        line = self.query_one(FilterInput)
        line.can_focus = False
        self.set_class(bool(line.value), "-filtering")
        self.set_focus(self.table, scroll_visible=False)

    def _select(self, task_id: str) -> bool:
        reader = self.workspace.reader
        row = queries.task_row(reader.index, task_id) if reader else None
        return row is not None and self.table.select(str(row))

    def _show_scope(self) -> None:
        pieces: list[Piece] = [(" ", "")]
        for key, scope in _SCOPE_KEYS.items():
            chosen = scope is self._filter.scope
            pieces += [(f"{key} ", "muted"), (_SCOPE_WORDS[scope], "lead" if chosen else "")]
            pieces.append((" (shown)   " if chosen else "   ", "muted"))
        self.query_one("#scope", OneLine).set_line(pieces, [(f"{self.table.position} ", "muted")])

    def _show_page(self, *, keep_place: bool = False) -> None:
        task = self.task_in_hand()
        reader = self.workspace.reader
        detail = reader.task(task.task_id) if reader and task else None
        same = task is not None and task.task_id == self._shown
        self._shown = task.task_id if task else None
        self.page.show(describe_task(detail) if detail else "", keep_place=keep_place and same)

    def on_resize(self, _event: events.Resize) -> None:
        self._show_scope()


def _row(key: str, task: TaskBudget) -> Row:
    free = [seat for seat, holder in (("attacker", task.attacker), ("defender", task.defender)) if holder is None]
    seats = "both" if len(free) == 2 else (free[0] if free else "")
    over = task.status in ("completed", "cancelled", "assessed")
    return Row(
        key,
        (task.task_id, task.title, words.status(task.status), words.sc_short(task.budget_sc), "" if over else seats),
        "muted" if over else "",
    )
