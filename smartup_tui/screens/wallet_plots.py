"""What the owner had at the end of each month, as two plots."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from textual.app import ComposeResult
from textual.containers import Horizontal

from smartup_tui.screens.plots import plot_of
from smartup_tui.widgets.plot import PlotView
from smartup_tui.workspace import words
from smartup_tui.workspace.months import balance_words, wallet_months
from smartup_tui.workspace.reader import Reader


class WalletPlots(Horizontal):
    """Live SC and SK, side by side."""

    def __init__(self) -> None:
        super().__init__(id="plots")
        self._credits, self._karma = PlotView(), PlotView()

    def compose(self) -> ComposeResult:
        yield self._credits
        yield self._karma

    def show(self, reader: Reader, now: datetime) -> None:
        """Plot what the read model has now."""
        found = wallet_months(reader, now)
        for view, title, months, write in (
            (self._credits, "Live SC", found.credits, words.sc),
            (self._karma, "SK", found.karma, _points),
        ):
            view.show(plot_of(title, balance_words(months, write), months, write))


def _points(amount: Decimal) -> str:
    return f"{amount:,.0f}"
