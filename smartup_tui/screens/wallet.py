"""Wallet: SC live, pending by date, queued and redeemed; SK with its next decay; the treasury; everything that moved,
as a list or month by month.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from smartup_tui.ledger import tables
from smartup_tui.ledger.economy import sc
from smartup_tui.ledger.index import queries
from smartup_tui.ledger.index.store import Index
from smartup_tui.ledger.index.wallet import award_window, credit_window, karma_window, row_for
from smartup_tui.ledger.index.windows import Window
from smartup_tui.ledger.rows import CreditTransaction, KarmaTransaction, PendingSC
from smartup_tui.ledger.schema import Table
from smartup_tui.screens.acting import STOP, ActKey, act_bindings
from smartup_tui.screens.browse import BrowseScreen, View
from smartup_tui.screens.sources import WindowSource
from smartup_tui.widgets.glyphs import glyphs_of
from smartup_tui.widgets.lines import KeyHint, OneLine, Piece
from smartup_tui.widgets.plot import bar
from smartup_tui.widgets.table import Column, ListSource, Row, RowSource, VirtualTable
from smartup_tui.workspace import jump, words
from smartup_tui.workspace.actions import Composed
from smartup_tui.workspace.describe_wallet import describe_movement, describe_pending, kind, signed
from smartup_tui.workspace.treasury import standing, treasury_line
from smartup_tui.workspace.view import PendingPart, WalletLine
from smartup_tui.workspace.wallet_acts import Act, compose, hindrance

if TYPE_CHECKING:
    from smartup_tui.workspace.reader import Reader
    from smartup_tui.workspace.target import Target
    from smartup_tui.workspace.workspace import Workspace

_LABEL: Final = 13
_MOST_PENDING: Final = 5
_GAUGE: Final = 8
_CREDITS: Final = "credits"
_KARMA: Final = "karma"
_PENDING: Final = "pending"
_COLUMNS: Final = (
    Column("Day", width=11),
    Column("What", width=11, most=13, drop=2),
    Column("Amount", width=11, align="right"),
    Column("For", width=10, drop=1),
    Column("Description", minimum=16),
)
_ACTS: Final = (ActKey(Act.REDEEM, "d", "redeem"), ActKey(Act.TAKE_BACK, "u", "take back", rank=6))
_OWN: Final = frozenset(act.name for act in _ACTS)

Found = CreditTransaction | KarmaTransaction | PendingSC


class WalletScreen(BrowseScreen):
    """What the owner has earned, and how it came about."""

    NAME = "Wallet"
    CSS_PATH = "wallet.tcss"
    PLACEHOLDER = "words in description, what, for, who gave it, amount or day"
    VIEWS: ClassVar[tuple[View, ...]] = (
        View(_CREDITS, "", "SC that moved", _COLUMNS, "No SC has moved yet."),
        View(_KARMA, "", "SK that moved", _COLUMNS, "No SK has moved yet."),
        View(_PENDING, "", "Pending SC", _COLUMNS, "Nothing is on its way."),
    )
    ACTS: ClassVar[tuple[ActKey, ...]] = (*_ACTS, STOP)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "other_list(1)", "SC that moved, SK that moved, pending SC, the page"),
        Binding("shift+tab", "other_list(-1)", "the one before", show=False),
        Binding("p", "plot", "SC and SK month by month"),
        *act_bindings(_ACTS),
    ]

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
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
        yield from super().compose_body()

    # What is shown

    def reload(self) -> None:
        reader, now = self.workspace.reader, self.workspace.now()
        if reader is not None:  # not in `load`: what is typed into the filter leaves them as they are
            self._show_amounts(reader.wallet(now), now)
            self._show_treasury()
        super().reload()

    def load(self) -> None:
        if self._plotted:
            self._show_plots()
        else:
            super().load()

    def source(self, keep: str) -> RowSource | None:  # noqa: ARG002 - nothing is done to what moved
        reader, text = self._reader, self.words
        table, find = _LISTS[self.view.name]
        alias = reader.alias
        if text.strip() and queries.are_many(reader.index, table):
            self.seek(lambda index: find(index, alias, text), lambda window: WindowSource(window, self._row))
            return None
        return WindowSource(find(reader.index, alias, text), self._row)

    def describe(self, row_id: str) -> str:
        row = self._found(row_id)
        if row is None:
            return ""
        target = self._target(row_id)
        leads = f"Enter opens {target.entity} on {target.screen}." if target is not None else ""
        if isinstance(row, PendingSC):
            return describe_pending(row, self.workspace.now(), leads)
        return describe_movement(row, leads)

    def entity_of(self, row_id: str) -> str | None:
        row = self._found(row_id)
        return row.pending_id if isinstance(row, PendingSC) else row.reference if row is not None else None

    def row_of(self, entity: str) -> str | None:
        """The newest row that is for a thing."""
        row = row_for(self._reader.index, _LISTS[self.view.name][0], self._reader.alias, entity)
        return None if row is None else str(row)

    def own_hints(self) -> list[KeyHint]:
        if self._plotted:
            return [KeyHint("Tab", "lists", rank=2), KeyHint("p", "list", rank=3), KeyHint("=", "explain", rank=3)]
        hints = [
            KeyHint("/", "filter", rank=3),
            KeyHint("Tab", "lists", rank=2),
            KeyHint("p", "by month", rank=3),
            KeyHint("=", "explain", rank=3),
        ]
        if self._in_page:
            return [*hints, KeyHint("f", "follow", rank=3)]
        return [*hints, KeyHint("Enter", "open" if self._target(self.table.selected or "") else "page", rank=4)]

    # Keys

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
        """Go to what the row is for: an award, a task, a request. One that names nothing is read on its page."""
        target = self._target(event.row_id)
        if target is not None:
            event.prevent_default()
            self.go_to(target.entity)

    def action_plot(self) -> None:
        """Show the months in place of the list, or the list again."""
        self._plotted = not self._plotted
        self.set_class(self._plotted, "-plot")
        if not self._plotted:
            self.set_focus(self.table, scroll_visible=False)
        self.reload()

    def action_other_list(self, step: int) -> None:
        """From one list to the next, and after the last to the page."""
        if self._plotted:
            self.action_plot()
            return
        stops = (*self.VIEWS, None)  # None is the page
        there = stops[(stops.index(None if self.page.has_focus else self.view) + step) % len(stops)]
        self.set_focus(self.table if there is not None else self.page, scroll_visible=False)
        if there is not None:
            self.show_view(there.name, self.words)

    def action_filter(self) -> None:
        if self._plotted:
            self.action_plot()
        super().action_filter()

    # Lines

    @property
    def _reader(self) -> Reader:
        reader = self.workspace.reader
        assert reader is not None
        return reader

    def _found(self, row_id: str) -> Found | None:
        source = self.table.source
        return source.first(row_id) if isinstance(source, WindowSource) else None

    def _target(self, row_id: str) -> Target | None:
        """What a row is for, where that is something that can be opened."""
        entity = self.entity_of(row_id)
        return jump.entity(self._reader, entity) if entity else None

    def _row(self, key: str, row: Found) -> Row:
        if isinstance(row, PendingSC):
            ends, now = row.consensus_ends_at, self.workspace.now()
            day, said = words.day(ends) if ends else "", words.standing(row.status, ends, now)
            return Row(key, (day, row.status, words.sc(row.amount), row.pending_id, said))
        said = row.description or kind(row)
        return Row(key, (words.day(row.timestamp), kind(row), signed(row), row.reference or "", said))

    def _show_views(self) -> None:
        if self._plotted:
            self._line("views", [("  At the end of each month", "lead"), ("   p: the list", "muted")])
        else:
            super()._show_views()

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
        found = treasury_line(self._reader)
        pieces: list[Piece] = [_label("Treasury"), (f"{words.sc(found.eur)} EUR", "")]
        pieces.append((f"  {standing(found)}", "alert" if found.is_over else "muted"))
        gauge: list[Piece] = []
        if found.allowed is not None:
            drawn = bar(glyphs_of(self), float(found.outstanding), float(found.allowed), _GAUGE)
            gauge = [(f"{drawn} ", "alert" if found.is_over else "lead")]
        self.query_one("#treasury", OneLine).set_line(pieces, gauge)

    def _show_plots(self) -> None:
        from smartup_tui.screens.wallet_plots import WalletPlots  # noqa: PLC0415 - seldom needed

        self._show_views()
        if not self.query(WalletPlots):
            self.query_one("#body").mount(WalletPlots())
        self.query_one(WalletPlots).show(self._reader, self.workspace.now())

    def _line(self, name: str, pieces: list[Piece]) -> None:
        self.query_one(f"#{name}", OneLine).set_line(pieces)


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


def _on_the_way(index: Index, alias: str, text: str) -> Window[PendingSC]:
    return award_window(index, alias, sc.OPEN, text)


_LISTS: Final[dict[str, tuple[Table[Any], Callable[[Index, str, str], Window[Any]]]]] = {
    _CREDITS: (tables.CREDITS, credit_window),
    _KARMA: (tables.KARMA, karma_window),
    _PENDING: (tables.PENDING, _on_the_way),
}
"""Of each view the table and how its rows are found."""
