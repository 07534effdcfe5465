"""What is said of what becomes free when an owner is suspended, leaves, or may not work any more."""

from __future__ import annotations

from smartup_tui.ledger.holdings import Freed
from smartup_tui.toolbox.wording import counted, listed


def freed_figures(gone: Freed) -> tuple[str, ...]:
    """A line each for roles, seats and missions; none for what there was not."""
    figures = [f"Free now: {listed(gone.roles)}."] if gone.roles else []
    if gone.seats:
        more = " …" if len(gone.seats) > 6 else ""
        figures.append(f"{counted(len(gone.seats), 'seat')} free: {', '.join(gone.seats[:6])}{more}.")
    if gone.missions:
        figures.append(f"Without a mission leader: {listed(gone.missions[:6])}.")
    return tuple(figures)
