"""Months as plots."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from smartup_tui.widgets.plot import Plot
from smartup_tui.workspace.months import Months, month_name


def plot_of(title: str, summary: str, found: Months, write: Callable[[Decimal], str]) -> Plot:
    """A plot of these months; `summary` says the same in words."""
    names = [month_name(day).split() for day in found.first_days]
    return Plot(
        title=title,
        summary=summary,
        labels=tuple(month for month, _ in names),
        groups=tuple(year for _, year in names),
        values=tuple(float(amount) for amount in found.amounts),
        texts=tuple(write(amount) for amount in found.amounts),
    )
