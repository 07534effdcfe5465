"""Today: what am I on, what can I do next, what have I earned."""

from __future__ import annotations

from asyncio import TimerHandle
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from smartup_tui.ledger.index import queries
from smartup_tui.screens.acting import START
from smartup_tui.screens.clock_lines import ClockLine, partner_of, state_of
from smartup_tui.screens.owner_screen import OwnerScreen
from smartup_tui.text import width
from smartup_tui.widgets.glyphs import Tone, glyphs_of
from smartup_tui.widgets.lines import KeyHint, OneLine, Piece
from smartup_tui.widgets.table import Column, ListSource, Row, VirtualTable
from smartup_tui.widgets.waits import after
from smartup_tui.workspace import words
from smartup_tui.workspace.view import MyTask, Today, WalletLine

if TYPE_CHECKING:
    from smartup_tui.ledger.rows import TaskBudget
    from smartup_tui.workspace.workspace import Workspace

_LABEL = 13  # cells of the left column, as in the frame's drawing
MINUTE = 60.0
"""Seconds after which the running clock shows another minute."""
_STATUS_TONES: dict[str, Tone] = {"in_progress": "lead", "in_review": "muted"}


def _label(name: str) -> Piece:
    return f"  {name}".ljust(_LABEL), "muted"


class TodayScreen(OwnerScreen):
    """The first screen."""

    NAME = "Today"
    CSS_PATH = "today.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "another_task(1)", "another task"),
        Binding("shift+tab", "another_task(-1)", "task before", show=False),
        Binding("t", "app.go('Tasks', 'open')", "find open tasks"),
    ]

    def compose_body(self) -> ComposeResult:
        yield ClockLine(_label("Clock")[0], id="clock")
        yield OneLine(id="clock-since")
        yield OneLine(id="clock-total")
        with Horizontal(id="tasks"):
            yield OneLine(id="tasks-label")
            yield VirtualTable(
                (
                    Column("Task", width=9, most=12),
                    Column("Title", minimum=16),
                    Column("Seat", width=8, drop=2),
                    Column("Status", width=11, drop=1),
                    Column("Budget", width=7, align="right", drop=3),
                ),
                header=False,
                empty="No seat yet. t finds open tasks.",
                id="my-tasks",
            )
        yield OneLine(id="wallet")
        yield OneLine(id="wallet-more")
        yield OneLine(id="next")
        yield OneLine(id="waiting")

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._today: Today | None = None
        self._tick: TimerHandle | None = None

    def on_mount(self) -> None:
        self.table.focus(scroll_visible=False)

    def on_screen_resume(self) -> None:
        self._show_clock()  # its minutes have gone on behind another screen

    @property
    def table(self) -> VirtualTable:
        """My tasks."""
        return self.query_one("#my-tasks", VirtualTable)

    def load(self) -> None:
        reader = self.workspace.reader
        assert reader is not None
        self._line("tasks-label", [("  My tasks", "muted")])
        self._today = reader.today(self.workspace.now())
        self._show_tasks(self._today.tasks)
        self._show(self._today)
        waiting = len(self.workspace.waiting())
        text = f"{waiting} command{'s' if waiting != 1 else ''} not sent; w shows {'them' if waiting != 1 else 'it'}."
        self._line("waiting", [_label("Waiting"), (text, "")] if waiting else [])

    def task_in_hand(self) -> TaskBudget | None:
        reader = self.workspace.reader
        chosen = self.table.selected
        return queries.task(reader.index, chosen) if reader and chosen else None

    def own_hints(self) -> list[KeyHint]:
        return [KeyHint("Enter", "open", rank=3), KeyHint("t", "open tasks", rank=3)]

    # Keys

    def action_another_task(self, step: int) -> None:
        """Round and round: after the last comes the first."""
        source, place = self.table.source, self.table.cursor + step
        if source.count:
            self.table.select(source.rows(place % source.count, 1)[0].id)

    def on_virtual_table_selected(self, _event: VirtualTable.Selected) -> None:
        self.show_keys()
        if self._today is not None:
            self._show_next(self._today)

    def on_virtual_table_activated(self, event: VirtualTable.Activated) -> None:
        self.owner_app.action_go("Tasks", "mine", event.row_id)

    def on_resize(self, _event: events.Resize) -> None:
        if self._today is not None:
            self._show(self._today)

    # Lines

    def _show(self, today: Today) -> None:
        """All but the list itself, as the width has it."""
        self._show_clock()
        self._fit_table()
        self._show_wallet(today.wallet)
        self._show_next(today)

    def _show_clock(self) -> None:
        now, today = self.workspace.now(), self._today
        if today is None:
            return
        clock = today.clock
        self.query_one("#clock", ClockLine).show(clock, words.minutes(clock.minutes(now)) if clock else "")
        total, indent = f"today {words.minutes(today.minutes(now))}", " " * _LABEL
        if now.astimezone().utcoffset():
            total += " (UTC day)"
        if clock is None:
            self._lines("clock-since", "clock-total", [[(indent + total, "muted")]])
        else:
            since = f"since {words.since(clock.started_at, now)}, {state_of(clock)}"
            if today.over_limit(now):
                since += f"; it closes at {today.session_hours} h"
            dot = glyphs_of(self).dot
            one = f"{indent}{since} {dot} {total}"
            narrow = self.has_class("-narrow")
            two = [f"{indent}{since}", f"{indent}{partner_of(clock)} {dot} {total}" if narrow else f"{indent}{total}"]
            fits = width(one) < self.size.width and not narrow
            self._lines("clock-since", "clock-total", [[(line, "muted")] for line in ([one] if fits else two)])
        if self._tick is not None:
            self._tick.cancel()
            self._tick = None
        if clock is not None:
            # Until the next minute of the clock is full, and never oftener: an idle screen writes nothing.
            into = (now - clock.started_at).total_seconds() % 60 / 60
            self._tick = after(MINUTE * (1 - into), self, self._minute_passed)

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

    def _fit_table(self) -> None:
        """As high as it has rows, and no higher than the other lines leave room for."""
        room = max(1, self.query_one("#body").size.height - 11)
        self.query_one("#tasks").styles.height = max(1, min(self.table.source.count, room))

    def _show_wallet(self, wallet: WalletLine) -> None:
        settling = wallet.settling_next(self.workspace.now())
        when = f"{words.sc(settling[1])} settle on {words.day(settling[0])}" if settling else ""
        live: list[Piece] = [("live ", "muted"), (f"{words.sc(wallet.live)} SC", "lead")]
        pending: list[Piece] = [("pending ", "muted"), (f"{words.sc(wallet.pending_total)} SC", "")]
        karma: list[Piece] = [("SK ", "muted"), (f"{wallet.sk:,}", "lead")]
        note: list[Piece] = [(f" ({when})", "muted")] if when else []
        for gap in ("     ", "   "):
            between: list[Piece] = [(gap, "")]
            one = [_label("Wallet"), *live, *between, *pending, *note, *between, *karma]
            if sum(width(text) for text, _ in one) < self.size.width:
                self._lines("wallet", "wallet-more", [one])
                return
        between = [("   ", "")]
        first = [_label("Wallet"), *live, *between, *pending]
        second: list[Piece] = [(" " * _LABEL, ""), *karma, *between, (when, "muted")]
        self._lines("wallet", "wallet-more", [first, second])

    def _show_next(self, today: Today) -> None:
        """One line: what is most likely wanted next, as far as there is room for it."""
        steps: list[tuple[str, str]] = []
        if today.clock is not None:
            steps.append(("x", "stop work and hand over"))
        elif today.tasks and not self.why_not(START.name):
            confirms = self.label_of(START) != START.label
            steps.append(("s", "confirm that the work has begun" if confirms else "start the marked task"))
        steps.append(("t", "find open tasks"))
        if len(today.tasks) > 1:
            steps.insert(1, ("Tab", "another task"))
        pieces: list[Piece] = [_label("Next")]
        for key, label in steps:
            more: list[Piece] = [("    " if len(pieces) > 1 else "", ""), (key, "lead"), (f" {label}", "")]
            if sum(width(text) for text, _ in (*pieces, *more)) < self.size.width:
                pieces += more
        self._line("next", pieces)

    def _lines(self, first: str, second: str, lines: list[list[Piece]]) -> None:
        """One line, or two where one is too short for it."""
        self._line(first, lines[0])
        self._line(second, lines[1] if len(lines) > 1 else [])
        self.query_one(f"#{second}").display = len(lines) > 1

    def _line(self, name: str, pieces: list[Piece]) -> None:
        self.query_one(f"#{name}", OneLine).set_line(pieces)
