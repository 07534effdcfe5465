"""Wallet: SC live, pending by date, queued and redeemed; SK with its next decay; and everything that moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from smartup_tui.ledger.index import queries
from smartup_tui.ledger.rows import CreditTransaction, KarmaTransaction
from smartup_tui.screens.owner_screen import OwnerScreen
from smartup_tui.screens.sources import WindowSource
from smartup_tui.widgets.lines import KeyHint, OneLine, Piece
from smartup_tui.widgets.table import Column, ListSource, Row, VirtualTable
from smartup_tui.workspace import words
from smartup_tui.workspace.view import PendingPart, WalletLine

if TYPE_CHECKING:
    from smartup_tui.workspace.workspace import Workspace

_LABEL = 11
_MOST_PENDING = 6
_STANDING = {
    "pending": "waits for validation",
    "contested": "contested",
    "held": "held by the 3x rule",
}


class WalletScreen(OwnerScreen):
    """What the owner has earned, and how it came about."""

    NAME = "Wallet"
    CSS_PATH = "wallet.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab,shift+tab", "other_currency", "SC or SK")]

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._karma = False

    def compose_body(self) -> ComposeResult:
        yield OneLine(id="live")
        yield OneLine(id="pending")
        yield VirtualTable(
            (
                Column("Amount", width=8, align="right"),
                Column("Award", width=7),
                Column("Standing", minimum=20),
            ),
            header=False,
            empty="Nothing is pending.",
            id="parts",
        )
        yield OneLine(id="karma")
        yield OneLine(id="which")
        yield VirtualTable(
            (
                Column("Day", width=10),
                Column("What", width=7, drop=2),
                Column("Amount", width=10, align="right"),
                Column("For", width=12, drop=1),
                Column("Description", minimum=16),
            ),
            empty="Nothing has moved yet.",
            id="moved",
        )

    def on_mount(self) -> None:
        self.query_one("#parts").can_focus = False
        super().on_mount()
        self.moved.focus(scroll_visible=False)

    @property
    def moved(self) -> VirtualTable:
        """The transactions."""
        return self.query_one("#moved", VirtualTable)

    def load(self) -> None:
        reader = self.workspace.reader
        if reader is None:
            self._line("live", [(" The ledger has not been read yet.", "muted")])
            return
        self._show_amounts(reader.wallet(self.workspace.now()))
        which = "SK" if self._karma else "SC"
        other = "SC" if self._karma else "SK"
        self._line("which", [(f" {which} that moved", "lead"), (f"   Tab shows {other}", "muted")])
        if self._karma:
            self.moved.set_source(WindowSource(queries.karma_window(reader.index, reader.alias), _karma_row))
        else:
            self.moved.set_source(WindowSource(queries.credit_window(reader.index, reader.alias), _credit_row))

    def own_hints(self) -> list[KeyHint]:
        return [KeyHint("Tab", "SC or SK"), KeyHint("1-3", "screens")]

    def action_other_currency(self) -> None:
        self._karma = not self._karma
        self.reload()

    # Lines

    def _show_amounts(self, wallet: WalletLine) -> None:
        live: list[Piece] = [self._label("Live"), (f"{words.sc(wallet.live)} SC", "lead")]
        for name, amount in (("queued for redemption", wallet.queued), ("redeemed", wallet.redeemed)):
            if amount:
                live += [(f"     {name} ", "muted"), (f"{words.sc(amount)} SC", "")]
        self._line("live", live)
        self._line("pending", [self._label("Pending"), (f"{words.sc(wallet.pending_total)} SC", "")])
        parts = sorted(wallet.pending, key=lambda p: (p.ends_at is None, p.ends_at, p.pending_id))
        table = self.query_one("#parts", VirtualTable)
        table.set_source(ListSource([_part_row(number, part) for number, part in enumerate(parts)]))
        table.styles.height = max(1, min(len(parts), _MOST_PENDING))
        decay = f"     next decay on {words.day(wallet.next_decay)}"
        self._line("karma", [self._label("SK"), (str(wallet.sk), "lead"), (decay, "muted")])

    @staticmethod
    def _label(name: str) -> Piece:
        return f" {name}".ljust(_LABEL + 1), "muted"

    def _line(self, name: str, pieces: list[Piece]) -> None:
        self.query_one(f"#{name}", OneLine).set_line(pieces)


def _part_row(number: int, part: PendingPart) -> Row:
    standing = _STANDING.get(part.status)
    if standing is None and part.ends_at is not None:
        standing = f"settles on {words.day_and_time(part.ends_at)} unless somebody objects"
    return Row(str(number), (words.sc(part.amount), part.pending_id, standing or words.status(part.status)))


def _credit_row(key: str, row: CreditTransaction) -> Row:
    sign = "+" if row.type == "MINT" else "-"
    amount = f"{sign}{words.sc(row.amount)}"
    return Row(key, (words.long_day(row.timestamp), row.type.lower(), amount, row.reference or "", row.description))


def _karma_row(key: str, row: KarmaTransaction) -> Row:
    sign = "-" if row.type == "DECAY" else "+"
    what = row.category or row.type.lower()
    description = row.description or what.replace("_", " ")
    return Row(
        key, (words.long_day(row.timestamp), row.type.lower(), f"{sign}{row.amount}", row.reference or "", description)
    )
