"""What the command line completes with: ids and titles from the read model, found between two keys.

An id is found by its beginning, through the table's own index. A title is found by the beginning of any of its words,
in one text that holds all titles of a table: SQL would have to look at every row (200 ms at 100,000 tasks).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final

from smartup_tui.catalogue.commands import CATALOGUE
from smartup_tui.catalogue.model import Kind, Surface
from smartup_tui.ledger import tables
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

# So many rows are looked at to put those first with which something can still be done; more would be felt.
_LOOKED_AT: Final = 300
_LIKE_AN_ID: Final = re.compile(r"[0-9]+_|[a-z]_[0-9]")
_LAST_CHARACTER: Final = "\U0010ffff"


class Candidates:
    """The ledger's ids for `catalogue.complete` and `catalogue.explain`, and for jumping to an id."""

    def __init__(self, index: Index) -> None:
        """Read from `index`, on its thread."""
        self._index = index
        self._titles: dict[Kind, str] = {}
        self._commit: str | None = None

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
            words = (key for key in self._by_word(kind, start) if key not in known)
            found += self._with_titles(kind, list(islice(words, limit - len(found))))
        return found

    def _by_id(self, kind: Kind, start: str, limit: int) -> list[tuple[str, str]]:
        table, key, title, last = _FOUND_IN[kind]
        # Without a beginning the newest are meant, with one the ids in their own order.
        which = (
            f"WHERE {quoted(key)} >= ?1 AND {quoted(key)} < ?2 ORDER BY {quoted(key)}" if start else "ORDER BY row DESC"
        )
        statement = (
            f"SELECT id, name FROM (SELECT {quoted(key)} AS id, ifnull({quoted(title)}, '') AS name,"  # noqa: S608
            f" {last} AS last FROM {quoted(table.name)} {which} LIMIT {_LOOKED_AT}) ORDER BY id != ?1, last"
        )
        found = self._index.connection.execute(statement, (start, start + _LAST_CHARACTER)[: 2 if start else 1])
        return list(islice(dict(found).items(), limit))  # a pending award has a row for each of the pair

    def _by_word(self, kind: Kind, start: str) -> Iterator[str]:
        """Ids of the rows with a word that begins so, those at the beginning of a title first."""
        titles = self._text_of(kind)
        wanted = start.replace("-", " ")
        for mark in ("\t", " "):
            place = titles.find(mark + wanted)
            while place >= 0:
                line = titles.rfind("\n", 0, place) + 1
                yield titles[line : titles.index("\t", line)]
                place = titles.find(mark + wanted, titles.index("\n", place))

    def _text_of(self, kind: Kind) -> str:
        """A line for each row, id, tab and title in small letters; rows with which nothing is to be done come last."""
        commit = self._index.commit
        if commit != self._commit:
            self._titles.clear()
            self._commit = commit
        if kind not in self._titles:
            table, key, title, last = _FOUND_IN[kind]
            line = f"{quoted(key)} || char(9) || replace(ifnull({quoted(title)}, ''), '-', ' ') || char(10)"
            lines = f"SELECT group_concat({line}, '') FROM {quoted(table.name)} WHERE"  # noqa: S608
            parts = (
                self._index.connection.execute(f"{lines} {which}").fetchone()[0] for which in (f"NOT ({last})", last)
            )
            self._titles[kind] = "".join(part or "" for part in parts).lower()
        return self._titles[kind]

    def _with_titles(self, kind: Kind, keys: Sequence[str]) -> list[tuple[str, str]]:
        table, key, title, _ = _FOUND_IN[kind]
        marks = ", ".join("?" * len(keys))
        statement = (
            f"SELECT {quoted(key)}, ifnull({quoted(title)}, '') FROM {quoted(table.name)}"  # noqa: S608
            f" WHERE {quoted(key)} IN ({marks})"
        )
        names = dict(self._index.connection.execute(statement, keys)) if keys else {}
        return [(name, names[name]) for name in dict.fromkeys(keys) if name in names]
