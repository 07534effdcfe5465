"""What the command line completes with: ids and titles from the read model, found between two keys.

An id is found by its beginning, through the table's own index. A title is found by the beginning of any of its words,
in the index of names; what is known by whom it is for, by the beginning of that alias.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import Any, Final

from smartup_tui.catalogue.commands import CATALOGUE
from smartup_tui.catalogue.model import Kind, Surface
from smartup_tui.ledger import tables
from smartup_tui.ledger.index import names
from smartup_tui.ledger.index.schema import quoted
from smartup_tui.ledger.index.store import Index
from smartup_tui.ledger.schema import Table

# The table, its id, what is shown beside it, and which rows come last because there is nothing more to do with them.
_FOUND_IN: Final[dict[Kind, tuple[Table[Any], str, str, str]]] = {
    Kind.TASK: (tables.TASKS, "task_id", "title", "status IN ('completed', 'cancelled')"),
    Kind.OBJECTIVE: (tables.OBJECTIVES, "objective_id", "title", "0"),
    Kind.TEAM: (tables.TEAMS, "team_id", "name", "0"),
    Kind.ROLE: (tables.ROLES, "role_id", "role_name", "0"),
    Kind.OWNER: (tables.OWNERS, "alias", "license", "status != 'active'"),
    Kind.SESSION: (tables.CLOCK, "session_id", "task_id", "0"),
    Kind.PENDING: (tables.PENDING, "pending_id", "beneficiary", "0"),
    Kind.PROPOSAL: (tables.PROPOSALS, "proposal_id", "title", "0"),
    Kind.APPLICATION: (tables.APPLICATIONS, "application_id", "alias", "0"),
    Kind.REDEMPTION: (tables.REDEMPTIONS, "redemption_id", "alias", "0"),
}

_WITH_TITLES: Final = {
    Kind.TASK: "task",
    Kind.OBJECTIVE: "objective",
    Kind.TEAM: "team",
    Kind.ROLE: "role",
    Kind.PROPOSAL: "proposal",
}
_OF_OWNERS: Final = (Kind.PENDING, Kind.APPLICATION, Kind.REDEMPTION)

# So many rows are looked at to put those first with which something can still be done; more would be felt.
_LOOKED_AT: Final = 300
_LIKE_AN_ID: Final = re.compile(r"[0-9]+_|[a-z]_[0-9]")
_LAST_CHARACTER: Final = "\U0010ffff"


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
        start = prefix.lower().strip()
        found = self._by_id(kind, start, limit)
        if start and len(found) < limit and not _LIKE_AN_ID.match(start):
            known = {key for key, _ in found}
            found += [pair for pair in self._by_word(kind, start) if pair[0] not in known]
        return found[:limit]

    def _by_id(self, kind: Kind, start: str, limit: int) -> list[tuple[str, str]]:
        table, key, title, last = _FOUND_IN[kind]
        # Without a beginning the newest are meant, with one the ids in their own order.
        beginning = f"WHERE {quoted(key)} >= :start AND {quoted(key)} < :end ORDER BY {quoted(key)}"
        which = beginning if start else "ORDER BY row DESC"
        statement = (
            f"SELECT id, name FROM (SELECT {quoted(key)} AS id, ifnull({quoted(title)}, '') AS name,"  # noqa: S608
            f" {last} AS last FROM {quoted(table.name)} {which} LIMIT {_LOOKED_AT}) ORDER BY id != :start, last"
        )
        found = self._index.connection.execute(statement, {"start": start, "end": start + _LAST_CHARACTER})
        return list(islice(dict(found).items(), limit))  # a pending award has a row for each of the pair

    def _by_word(self, kind: Kind, start: str) -> list[tuple[str, str]]:
        """Ids with their titles, of the rows with a word that begins so: those at the beginning of a title first."""
        table, key, title, last = _FOUND_IN[kind]
        given: list[int] | list[str]
        if kind in _WITH_TITLES:
            given = [name.row for name in names.beginning_so(self._index, _WITH_TITLES[kind], start)]
            which = f"row IN ({', '.join('?' * len(given))})"
        elif kind in _OF_OWNERS:
            given = [start, start + _LAST_CHARACTER]
            which = f"{quoted(title)} >= ? AND {quoted(title)} < ?"
        else:
            return []
        statement = (
            f"SELECT {quoted(key)}, ifnull({quoted(title)}, ''), {last} FROM {quoted(table.name)}"  # noqa: S608
            f" WHERE {which} ORDER BY row DESC LIMIT {_LOOKED_AT}"
        )
        begin = start.replace("-", " ")
        found = sorted(
            self._index.connection.execute(statement, given),
            key=lambda row: (not row[1].lower().replace("-", " ").startswith(begin), row[2]),
        )
        return list({row[0]: row[1] for row in found}.items())  # an award has a row for each of the pair
