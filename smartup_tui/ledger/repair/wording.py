"""How a repair is entered in the audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from smartup_tui.ledger.change import Audit, Change, Entity, PageWrite, RowWrite

REPAIR: Final = "repair"
REPAIRED: Final = "repaired"


def repaired(
    kind: str, entity_id: str, message: str, index: Sequence[RowWrite] = (), pages: Sequence[PageWrite] = ()
) -> Change:
    """A change of one audit row, marked as repaired."""
    audit = Audit(REPAIR, Entity(kind, entity_id), message, REPAIRED)
    return Change(tuple(pages), tuple(index), (audit,), message)
