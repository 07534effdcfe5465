"""Leaving a screen and coming back to it: what is kept of it, and how it is shown so again."""

from __future__ import annotations

from smartup_tui.screens.browse import BrowseScreen
from smartup_tui.screens.owner_screen import OwnerScreen
from smartup_tui.widgets.table import VirtualTable
from smartup_tui.workspace.session import Kept


def kept_of(screen: OwnerScreen) -> Kept:
    """How a screen stands now."""
    if isinstance(screen, BrowseScreen):
        return Kept(screen.view.name, screen.words, screen.entity_in_hand or "")
    table = _only_table(screen)
    return Kept(marked=(table.selected or "") if table is not None else "")


def restore(screen: OwnerScreen, kept: Kept) -> None:
    """Show a screen as it was left, as far as that is still there."""
    if not screen.is_ready or not screen.has_read:
        return
    if not isinstance(screen, BrowseScreen):
        table = _only_table(screen)
        if table is not None and kept.marked:
            table.select(kept.marked)
        return
    known = any(view.name == kept.view for view in screen.VIEWS)
    if (known and kept.view != screen.view.name) or kept.words:
        screen.show_view(kept.view if known else screen.view.name, kept.words)
    row_id = screen.row_of(kept.marked) if kept.marked else None
    if row_id is not None:
        screen.table.select(row_id)


def _only_table(screen: OwnerScreen) -> VirtualTable | None:
    """The list whose marked row is worth keeping: the first that one can go through."""
    return next((table for table in screen.query(VirtualTable) if table.can_focus), None)
