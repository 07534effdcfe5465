"""Today: what am I on, what can I do next, what have I earned."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.timer import Timer

from smartup_tui.ledger.index import queries
from smartup_tui.screens.owner_screen import OwnerScreen
from smartup_tui.widgets.glyphs import Tone
from smartup_tui.widgets.lines import KeyHint, OneLine, Piece
from smartup_tui.widgets.table import Column, ListSource, Row, VirtualTable
from smartup_tui.workspace import words
from smartup_tui.workspace.view import Clock, MyTask, Today, WalletLine

if TYPE_CHECKING:
    from smartup_tui.ledger.rows import TaskBudget

_LABEL = 11  # cells of the left column, as in the frame's drawing
_MINUTE = 60.0
_STATUS_TONES: dict[str, Tone] = {"in_progress": "lead", "in_review": "muted"}


class ClockLine(OneLine):
    """The running clock's first line. The elapsed time at its right end is not kept in the last picture."""

    def show(self, clock: Clock | None, elapsed: str) -> None:
        """Say what runs, with whom, and for how long."""
        label: Piece = (" Clock".ljust(_LABEL + 1), "muted")
        if clock is None:
            self.set_line([label, ("stopped", "")])
            return
        partner = f"with {clock.partner}" if clock.partner else "without a partner"
        pieces: list[Piece] = [label, (f"{clock.task_id}  ", "lead"), (f"{clock.title}      ", ""), (partner, "muted")]
        self.set_line(pieces, [(f"{elapsed} ", "lead")])

    def elapsed_spans(self) -> Iterable[tuple[int, int, int]]:
        """The cells that would be untrue later."""
        cells = sum(len(text) for text, _ in self._right)
        return [(0, self.size.width - cells, cells)] if cells else []


class TodayScreen(OwnerScreen):
    """The first screen."""

    NAME = "Today"
    CSS_PATH = "today.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "another_task(1)", "another task"),
        Binding("shift+tab", "another_task(-1)", "task before", show=False),
        Binding("t", "app.go('Tasks', 'open')", "find open tasks"),
        Binding("w", "app.waiting", "commands not sent"),
    ]

    def compose_body(self) -> ComposeResult:
        yield ClockLine(id="clock")
        yield OneLine(id="clock-since")
        with Horizontal(id="tasks"):
            yield OneLine(id="tasks-label")
            yield VirtualTable(
                (
                    Column("Task", width=9),
                    Column("Title", minimum=16),
                    Column("Seat", width=8, drop=2),
                    Column("Status", width=11, drop=1),
                    Column("Budget", width=8, align="right", drop=3),
                ),
                header=False,
                empty="No seat yet. t finds open tasks.",
                id="my-tasks",
            )
        yield OneLine(id="wallet")
        yield OneLine(id="wallet-more")
        yield OneLine(id="next")
        yield OneLine(id="waiting")

    def on_mount(self) -> None:
        self._ticking: Timer | None = None
        super().on_mount()
        self.table.focus(scroll_visible=False)

    @property
    def table(self) -> VirtualTable:
        """My tasks."""
        return self.query_one("#my-tasks", VirtualTable)

    def load(self) -> None:
        reader = self.workspace.reader
        self._line("tasks-label", [(" My tasks", "muted")])
        if reader is None:
            self.query_one("#clock", ClockLine).show(None, "")
            self._line(
                "wallet", [(" The ledger has not been read yet; this is the first time it is fetched.", "muted")]
            )
            return
        today = reader.today(self.workspace.now())
        self._today = today
        self._show_clock()
        self._show_tasks(today.tasks)
        self._show_wallet(today.wallet)
        self._show_next(today)
        waiting = len(self.workspace.waiting())
        text = f"{waiting} command{'s' if waiting != 1 else ''} not sent; w shows them."
        self._line("waiting", [(" Waiting".ljust(_LABEL + 1), "muted"), (text, "")] if waiting else [])

    def task_in_hand(self) -> TaskBudget | None:
        reader = self.workspace.reader
        chosen = self.table.selected
        return queries.task(reader.index, chosen) if reader and chosen else None

    def own_hints(self) -> list[KeyHint]:
        return [KeyHint("Enter", "open"), KeyHint("t", "open tasks"), KeyHint("1-3", "screens")]

    # Keys

    def action_another_task(self, step: int) -> None:
        self.table.action_move(step)

    def on_virtual_table_selected(self, _event: VirtualTable.Selected) -> None:
        self.show_keys()

    def on_virtual_table_activated(self, event: VirtualTable.Activated) -> None:
        self.owner_app.action_go("Tasks", "mine", event.row_id)

    def on_resize(self, _event: events.Resize) -> None:
        self._fit_table()

    # Lines

    def _show_clock(self) -> None:
        now = self.workspace.now()
        clock = self._today.clock
        elapsed = clock.minutes(now) if clock else 0
        self.query_one("#clock", ClockLine).show(clock, words.minutes(elapsed))
        total = f"today {words.minutes(self._today.minutes_today + elapsed)} (UTC day)"
        if clock is not None:
            state = "confirmed" if clock.confirmed else "waiting for the partner to confirm"
            total = f"since {words.clock_time(clock.started_at)}, {state} · {total}"
        self._line("clock-since", [(" " * (_LABEL + 1) + total, "muted")])
        self._tick(running=clock is not None)

    def _tick(self, *, running: bool) -> None:
        """Once a minute while a clock runs, and never otherwise: an idle screen writes nothing."""
        if running and self._ticking is None:
            self._ticking = self.set_interval(_MINUTE, self._minute_passed)
        elif not running and self._ticking is not None:
            self._ticking.stop()
            self._ticking = None

    def _minute_passed(self) -> None:
        if self.is_current:
            self._show_clock()

    def _show_tasks(self, tasks: tuple[MyTask, ...]) -> None:
        rows = [
            Row(
                t.task_id,
                (t.task_id, t.title, t.seat, words.status(t.status), f"{words.sc_short(t.budget_sc)} SC"),
                _STATUS_TONES.get(t.status, ""),
            )
            for t in tasks
        ]
        self.table.set_source(ListSource(rows))
        self._fit_table()

    def _fit_table(self) -> None:
        """As high as it has rows, and no higher than the other lines leave room for."""
        room = max(1, self.query_one("#body").size.height - 9)
        self.query_one("#tasks").styles.height = max(1, min(self.table.source.count, room))

    def _show_wallet(self, wallet: WalletLine) -> None:
        label: Piece = (" Wallet".ljust(_LABEL + 1), "muted")
        settling = wallet.settling_next
        when = f" ({words.sc(settling[1])} settle on {words.day(settling[0])})" if settling else ""
        parts: list[Piece] = [
            label,
            ("live ", "muted"),
            (f"{words.sc(wallet.live)} SC", "lead"),
            ("     pending ", "muted"),
            (f"{words.sc(wallet.pending_total)} SC", ""),
        ]
        karma: list[Piece] = [("     SK ", "muted"), (str(wallet.sk), "lead")]
        if self.has_class("-narrow"):
            self._line("wallet", parts)
            self._line("wallet-more", [(" " * _LABEL, ""), (when, "muted"), *karma])
            return
        self._line("wallet", [*parts, (when, "muted"), *karma])
        self._line("wallet-more", [])

    def _show_next(self, today: Today) -> None:
        """One line: what is most likely wanted next."""
        steps: list[tuple[str, str]] = []
        if today.clock is not None:
            steps.append(("x", "stop work and hand over"))
        elif today.tasks:
            steps.append(("s", "start work on the marked task"))
        if len(today.tasks) > 1:
            steps.append(("Tab", "another task"))
        steps.append(("t", "find open tasks"))
        pieces: list[Piece] = [(" Next".ljust(_LABEL + 1), "muted")]
        for key, label in steps:
            pieces += [(key, "lead"), (f"  {label}    ", "")]
        self._line("next", pieces)

    def _line(self, name: str, pieces: list[Piece]) -> None:
        self.query_one(f"#{name}", OneLine).set_line(pieces)
