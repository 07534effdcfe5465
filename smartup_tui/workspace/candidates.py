"""What the command line completes with: ids and titles from the read model."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any, Final

from smartup_tui.catalogue.commands import CATALOGUE
from smartup_tui.catalogue.model import Kind, Surface
from smartup_tui.ledger import tables
from smartup_tui.ledger.index.schema import quoted
from smartup_tui.ledger.index.store import Index
from smartup_tui.ledger.schema import Table

# The table, its id and what is shown beside it; what can still be acted on comes first.
_FOUND_IN: Final[dict[Kind, tuple[Table[Any], str, str, str]]] = {
    Kind.TASK: (tables.TASKS, "task_id", "title", "status IN ('completed', 'cancelled'), row"),
    Kind.OBJECTIVE: (tables.OBJECTIVES, "objective_id", "title", "row"),
    Kind.TEAM: (tables.TEAMS, "team_id", "name", "row"),
    Kind.ROLE: (tables.ROLES, "role_id", "role_name", "row"),
    Kind.OWNER: (tables.OWNERS, "alias", "license", "status != 'active', alias"),
    Kind.SESSION: (tables.CLOCK, "session_id", "task_id", "row DESC"),
    Kind.PENDING: (tables.PENDING, "pending_id", "beneficiary", "row DESC"),
    Kind.PROPOSAL: (tables.PROPOSALS, "proposal_id", "title", "row DESC"),
    Kind.APPLICATION: (tables.APPLICATIONS, "application_id", "alias", "row DESC"),
    Kind.REDEMPTION: (tables.REDEMPTIONS, "redemption_id", "alias", "row DESC"),
}


class Candidates:
    """The ledger's ids for `catalogue.complete` and `catalogue.explain`, and for jumping to an id."""

    def __init__(self, index: Index) -> None:
        """Read from `index`, on its thread."""
        self._index = index

    def candidates(self, kind: Kind, prefix: str, limit: int) -> Sequence[tuple[str, str]]:
        """Ids of a kind whose id, or a word of whose title, begins with `prefix`; with their titles, best first."""
        if kind is Kind.COMMAND:
            names = (c for c in CATALOGUE.values() if Surface.ROOM in c.surfaces and c.name.startswith(prefix.lower()))
            return [(c.name, c.summary) for c in names][:limit]
        if kind is Kind.ENTITY:
            return list(islice((found for k in _FOUND_IN for found in self._of(k, prefix, limit)), limit))
        return self._of(kind, prefix, limit) if kind in _FOUND_IN else ()

    def _of(self, kind: Kind, prefix: str, limit: int) -> list[tuple[str, str]]:
        table, key, title, order = _FOUND_IN[kind]
        start = prefix.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        # An id is found by its beginning, a title by the beginning of any of its words.
        statement = (
            f"SELECT {quoted(key)}, ifnull({quoted(title)}, '') FROM {quoted(table.name)}"  # noqa: S608
            f" WHERE {quoted(key)} LIKE ? ESCAPE '\\' OR ' ' || {quoted(title)} LIKE ? ESCAPE '\\'"
            f" GROUP BY {quoted(key)} ORDER BY {quoted(key)} NOT LIKE ? ESCAPE '\\', {order} LIMIT ?"
        )
        likes = (f"{start}%", f"% {start}%", f"{start}%")
        return list(self._index.connection.execute(statement, (*likes, limit)))
