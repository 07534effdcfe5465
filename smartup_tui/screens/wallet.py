"""Wallet: SC live, pending by date, queued and redeemed; SK with its next decay; the treasury; everything that moved,
as a list or month by month.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from smartup_tui.ledger.index import queries
from smartup_tui.ledger.rows import CreditTransaction, KarmaTransaction
from smartup_tui.screens.acting import STOP, ActKey, act_bindings
from smartup_tui.screens.owner_screen import OwnerScreen
from smartup_tui.screens.plots import plot_of
from smartup_tui.screens.sources import WindowSource
from smartup_tui.widgets.glyphs import glyphs_of
from smartup_tui.widgets.lines import KeyHint, OneLine, Piece
from smartup_tui.widgets.plot import PlotView, bar
from smartup_tui.widgets.table import Column, ListSource, Row, RowSource, VirtualTable
from smartup_tui.workspace import words
from smartup_tui.workspace.actions import Composed
from smartup_tui.workspace.months import balance_words, wallet_months
from smartup_tui.workspace.treasury import standing, treasury_line
from smartup_tui.workspace.view import PendingPart, WalletLine
from smartup_tui.workspace.wallet_acts import Act, compose, hindrance

if TYPE_CHECKING:
    from smartup_tui.workspace.reader import Reader
    from smartup_tui.workspace.workspace import Workspace

_LABEL = 13
_MOST_PENDING = 5
_GAUGE = 8


class Moved(StrEnum):
    """What the list shows; Tab goes from one to the next."""

    CREDITS = "SC that moved"
    KARMA = "SK that moved"
    PENDING = "Pending SC"


_ORDER = tuple(Moved)
_FOR = 3
"""The column that names what a row is for."""
_ACTS = (ActKey(Act.REDEEM, "d", "redeem"), ActKey(Act.TAKE_BACK, "u", "take back", rank=6))
_OWN = frozenset(act.name for act in _ACTS)


class WalletScreen(OwnerScreen):
    """What the owner has earned, and how it came about."""

    NAME = "Wallet"
    CSS_PATH = "wallet.tcss"
    ACTS: ClassVar[tuple[ActKey, ...]] = (*_ACTS, STOP)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "other_list(1)", "SC that moved, SK that moved, pending SC"),
        Binding("shift+tab", "other_list(-1)", "the list before", show=False),
        Binding("p", "plot", "SC and SK month by month"),
        *act_bindings(_ACTS),
    ]

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._moved = Moved.CREDITS
        self._plotted = False

    def compose_body(self) -> ComposeResult:
        yield OneLine(id="live")
        yield OneLine(id="pending")
        yield VirtualTable(
            (
                Column("Amount", width=12, align="right"),
                Column("Standing", minimum=47),  # the longest that has a date
                Column("Award", width=7, drop=1),
            ),
            header=False,
            cursor=False,
            id="parts",
        )
        yield OneLine(id="karma")
        yield OneLine(id="treasury")
        yield OneLine(id="which")
        yield VirtualTable(
            (
                Column("Day", width=11),
                Column("What", width=11, drop=2),
                Column("Amount", width=11, align="right"),
                Column("For", width=10, drop=1),
                Column("Description", minimum=16),
            ),
            empty="Nothing here yet.",
            id="moved",
        )
        with Horizontal(id="plots"):
            yield PlotView(id="plot-credits")
            yield PlotView(id="plot-karma")

    def on_mount(self) -> None:
        self.moved.focus(scroll_visible=False)

    @property
    def moved(self) -> VirtualTable:
        """The list of what moved, or is on its way."""
        return self.query_one("#moved", VirtualTable)

    def load(self) -> None:
        reader = self.workspace.reader
        assert reader is not None
        now = self.workspace.now()
        wallet = reader.wallet(now)
        self._show_amounts(wallet, now)
        self._show_treasury()
        if self._plotted:
            self._show_plots(reader, now)
            return
        after = _ORDER[(_ORDER.index(self._moved) + 1) % len(_ORDER)]
        self._line("which", [(f"  {self._moved}", "lead"), (f"   Tab: {after}", "muted")])
        source: RowSource
        if self._moved is Moved.CREDITS:
            source = WindowSource(queries.credit_window(reader.index, reader.alias), _credit_row)
        elif self._moved is Moved.KARMA:
            source = WindowSource(queries.karma_window(reader.index, reader.alias), _karma_row)
        else:
            source = ListSource(
                [_pending_row(number, part, now) for number, part in enumerate(_by_date(wallet.pending))]
            )
        self.moved.set_source(source)

    def own_hints(self) -> list[KeyHint]:
        return [
            KeyHint("Tab", "SC, SK, pending", rank=3),
            KeyHint("p", "list" if self._plotted else "by month", rank=3),
            KeyHint("=", "explain", rank=3),
            *([] if self._plotted else [KeyHint("Enter", "open", rank=4)]),
        ]

    def hindrance_of(self, name: str) -> str | None:
        reader = self.workspace.reader
        if name not in _OWN or reader is None:
            return super().hindrance_of(name)
        return hindrance(reader, Act(name), self.workspace.now())

    def compose_of(self, name: str) -> Composed | None:
        reader = self.workspace.reader
        if name not in _OWN or reader is None:
            return super().compose_of(name)
        return compose(reader, Act(name))

    def on_virtual_table_activated(self, event: VirtualTable.Activated) -> None:
        """Go to what the row is for: an award, a task, a request."""
        event.stop()
        row = next(iter(self.moved.source.rows(self.moved.cursor, 1)), None)
        if row is not None and row.cells[_FOR]:
            self.go_to(row.cells[_FOR])
        else:
            self.say("This row names nothing to open; = says where the balance comes from.")

    def action_plot(self) -> None:
        """Show the months in place of the list, or the list again."""
        self._plotted = not self._plotted
        self.set_class(self._plotted, "-plot")
        if not self._plotted:
            self.set_focus(self.moved, scroll_visible=False)
        self.reload()

    def action_other_list(self, step: int) -> None:
        if self._plotted:
            self.action_plot()
            return
        self._moved = _ORDER[(_ORDER.index(self._moved) + step) % len(_ORDER)]
        self.moved.forget()
        self.reload()

    # Lines

    def _show_amounts(self, wallet: WalletLine, now: datetime) -> None:
        live: list[Piece] = [_label("Live"), (f"{words.sc(wallet.live)} SC", "lead")]
        for name, amount in (("queued for redemption", wallet.queued), ("redeemed", wallet.redeemed)):
            if amount:
                live += [(f"     {name} ", "muted"), (f"{words.sc(amount)} SC", "")]
        self._line("live", live)
        self._line("pending", [_label("Pending"), (f"{words.sc(wallet.pending_total)} SC", "")])
        rows = _days(wallet.pending, now)
        table = self.query_one("#parts", VirtualTable)
        table.set_source(ListSource(rows))
        table.styles.height = len(rows)
        table.display = bool(rows)
        decay = f"     next decay on {words.day(wallet.next_decay)}"
        self._line("karma", [_label("SK"), (f"{wallet.sk:,}", "lead"), (decay, "muted")])

    def _show_treasury(self) -> None:
        reader = self.workspace.reader
        assert reader is not None
        found = treasury_line(reader)
        pieces: list[Piece] = [_label("Treasury"), (f"{words.sc(found.eur)} EUR", "")]
        pieces.append((f"  {standing(found)}", "alert" if found.is_over else "muted"))
        gauge: list[Piece] = []
        if found.allowed is not None:
            drawn = bar(glyphs_of(self), float(found.outstanding), float(found.allowed), _GAUGE)
            gauge = [(f"{drawn} ", "alert" if found.is_over else "lead")]
        self.query_one("#treasury", OneLine).set_line(pieces, gauge)

    def _show_plots(self, reader: Reader, now: datetime) -> None:
        self._line("which", [("  At the end of each month", "lead"), ("   p: the list", "muted")])
        found = wallet_months(reader, now)
        for name, title, months, write in (
            ("plot-credits", "Live SC", found.credits, words.sc),
            ("plot-karma", "SK", found.karma, _points),
        ):
            plot = plot_of(title, balance_words(months, write), months, write)
            self.query_one(f"#{name}", PlotView).show(plot)

    def _line(self, name: str, pieces: list[Piece]) -> None:
        self.query_one(f"#{name}", OneLine).set_line(pieces)


def _points(amount: Decimal) -> str:
    return f"{amount:,.0f}"


def _label(name: str) -> Piece:
    return f"  {name}".ljust(_LABEL), "muted"


def _by_date(parts: Iterable[PendingPart]) -> list[PendingPart]:
    """Those whose window ends first come first; those without a window last."""
    return sorted(parts, key=lambda p: (p.ends_at is None, p.ends_at, p.pending_id))


def _days(parts: Iterable[PendingPart], now: datetime) -> list[Row]:
    """The first few pending parts; Tab shows all of them where there are more."""
    ordered = _by_date(parts)
    shown = ordered if len(ordered) <= _MOST_PENDING else ordered[: _MOST_PENDING - 1]
    rows = [
        Row(
            str(number),
            (f"{words.sc(part.amount)} SC", words.standing(part.status, part.ends_at, now), part.pending_id),
        )
        for number, part in enumerate(shown)
    ]
    if len(shown) < len(ordered):
        rest = ordered[len(shown) :]
        amount = sum((part.amount for part in rest), Decimal(0))
        rows.append(Row("more", (f"{words.sc(amount)} SC", f"in {len(rest)} more; Tab shows all", "")))
    return rows


def _pending_row(number: int, part: PendingPart, now: datetime) -> Row:
    day = words.day(part.ends_at) if part.ends_at else ""
    return Row(
        str(number),
        (day, part.status, words.sc(part.amount), part.pending_id, words.standing(part.status, part.ends_at, now)),
    )


def _credit_row(key: str, row: CreditTransaction) -> Row:
    sign = "+" if row.type == "MINT" else "-"
    amount = f"{sign}{words.sc(row.amount)}"
    return Row(key, (words.day(row.timestamp), row.type.lower(), amount, row.reference or "", row.description))


def _karma_row(key: str, row: KarmaTransaction) -> Row:
    sign = "-" if row.type == "DECAY" else "+"
    what = (row.category or row.type.lower()).replace("_", " ")
    description = row.description or what
    return Row(key, (words.day(row.timestamp), what, f"{sign}{row.amount}", row.reference or "", description))
