"""The audit trail as a list, newest first: all of a million rows at once, or those that pass a filter.

No SQL index is kept for it: the whole list is a handful of row ranges (the trail's files hold their rows line by line),
and a filter reads the trail from its newest end until it has enough.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import accumulate
from typing import Any, Final

from smartup_tui.ledger import tables
from smartup_tui.ledger.aliases import ALIAS, names_in
from smartup_tui.ledger.index.folding import holding
from smartup_tui.ledger.index.schema import quoted, row_id
from smartup_tui.ledger.index.store import Index
from smartup_tui.ledger.index.windows import Window
from smartup_tui.ledger.rows import MasterEvent

MOST: Final = 10_000
"""Rows that a filtered list holds; who looks for more narrows it further."""

_EVENTS: Final = quoted(tables.EVENTS.name)
_INDEXED: Final = frozenset({"actor", "entity_id", "request_id"})
_LAST: Final = "\U0010ffff"
_SEARCHED: Final = ("details", "entity_id", "actor", "action")


class Trail(StrEnum):
    """Which part of the audit trail a list shows."""

    ALL = "all"
    MINE = "mine"
    TEAMS = "teams"
    SCRIPTS = "scripts"


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """What a list of audit rows is narrowed to. Days are UTC and inclusive.

    `exact` are columns with their values; where no row has a value, those pass that begin with it.
    """

    trail: Trail = Trail.ALL
    alias: str = ""
    teams: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    exact: tuple[tuple[str, str], ...] = ()
    first: date | None = None
    last: date | None = None

    @property
    def is_everything(self) -> bool:
        """Whether every row passes."""
        return self == TrailFilter(alias=self.alias, teams=self.teams)


class _Ranges(Sequence[int]):
    """Row ids of a few contiguous ranges, the newest first, without holding them."""

    def __init__(self, ranges: Sequence[tuple[int, int]]) -> None:
        self._ranges = ranges
        self._ends = list(accumulate(last - first + 1 for first, last in ranges))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __getitem__(self, wanted: Any) -> Any:
        if isinstance(wanted, slice):
            return array("q", (self._at(place) for place in range(*wanted.indices(len(self)))))
        return self._at(range(len(self))[wanted])

    def _at(self, place: int) -> int:
        number = bisect_right(self._ends, place)
        return self._ranges[number][1] - (place - (self._ends[number - 1] if number else 0))

    def place(self, row: int) -> int | None:
        """Where a row stands."""
        low, high = 0, len(self._ranges)
        while low < high:
            middle = (low + high) // 2
            first, last = self._ranges[middle]
            if row > last:
                high = middle
            elif row < first:
                low = middle + 1
            else:
                return (self._ends[middle - 1] if middle else 0) + last - row
        return None


class TrailWindow(Window[MasterEvent]):
    """A pinned list of audit rows; `cut` says that more pass than it holds."""

    def __init__(self, index: Index, wanted: TrailFilter) -> None:
        """Find the rows: at once for all of them, from the newest on for those that pass a filter."""
        ranges = _ranges(index) if wanted.is_everything else None
        self._all = None if ranges is None else _Ranges(ranges)
        where, parameters = _condition(index, wanted) if ranges is None else ("0", [])
        limit = -1 if wanted.is_everything else MOST + 1
        super().__init__(index, tables.EVENTS, where, parameters, order=f"row DESC LIMIT {limit}")
        self.cut = limit > 0 and len(self.ids) == limit
        if self.cut:
            self.ids.pop()

    def __len__(self) -> int:
        """How many rows the list has."""
        return len(self.ids) if self._all is None else len(self._all)

    def rows(self, start: int, count: int) -> list[tuple[int, MasterEvent]]:
        """The rows from position `start`, each with its id; a row that has gone meanwhile is left out."""
        if self._all is None:
            return super().rows(start, count)
        return event_rows(self._index, self._all[start : start + count])

    def position(self, key: int) -> int | None:
        """Where the row with this id stands, None when it is not in the list."""
        return super().position(key) if self._all is None else self._all.place(key)


def event_rows(index: Index, ids: Sequence[int]) -> list[tuple[int, MasterEvent]]:
    """Audit rows by their ids, in that order."""
    names = ", ".join(quoted(column.name) for column in tables.EVENTS.columns)
    marks = ", ".join("?" * len(ids))
    statement = f"SELECT row, {names} FROM {_EVENTS} WHERE row IN ({marks})"  # noqa: S608
    found = {v[0]: index.typed(tables.EVENTS, v[1:]) for v in index.connection.execute(statement, tuple(ids))}
    return [(row, found[row]) for row in ids if row in found]


def event_of_row(index: Index, row: int) -> MasterEvent | None:
    """One audit row."""
    found = event_rows(index, (row,))
    return found[0][1] if found else None


def row_of_event(index: Index, wanted: str) -> int | None:
    """The row of an event id, else the newest row about an entity of that id."""
    for column in ("entity_id", "event_id"):
        statement = f"SELECT row FROM {_EVENTS} WHERE {column} = ? ORDER BY row DESC LIMIT 1"  # noqa: S608
        found = index.connection.execute(statement, (wanted,)).fetchone()
        if found is not None:
            return int(found[0])
    return None


def place_of(index: Index, row: int) -> tuple[str, int] | None:
    """The file and the line where a row of the read model stands in the ledger."""
    found = index.connection.execute("SELECT path FROM files WHERE number = ?", (row >> 32,)).fetchone()
    return (found[0], row & 0xFFFFFFFF) if found else None


def beginnings(index: Index, column: str, text: str, limit: int) -> list[str]:
    """Values of a column of the trail that begin with a text, for completion: by a few jumps, not by reading it."""
    source, name = _WORDS.get(column, ("", ""))
    if not source:
        return []
    statement = f"SELECT DISTINCT {name} FROM {source} WHERE substr({name}, 1, ?) = ? ORDER BY 1 LIMIT ?"  # noqa: S608
    return [str(row[0]) for row in index.connection.execute(statement, (len(text), text, limit))]


_WORDS: Final = {
    "actor": (quoted(tables.OWNERS.name), "alias"),
    "entity_id": (quoted(tables.TASKS.name), "task_id"),
}


def _ranges(index: Index) -> list[tuple[int, int]] | None:
    """The trail's rows as contiguous ranges, newest first; None where lines between them are no rows.

    A file's first line is its header. Every other is a row where there are as many rows as lines, and none behind them
    (as there is where the last one lacks its end).
    """
    path, folder = tables.EVENTS.path, tables.EVENTS.segments
    behind = f"EXISTS (SELECT 1 FROM {_EVENTS} WHERE row = (number << 32) + lines + 1)"  # noqa: S608
    statement = f"SELECT number, lines, rows, {behind} FROM files WHERE path = ? OR substr(path, 1, ?) = ?"  # noqa: S608
    files = index.connection.execute(f"{statement} ORDER BY number DESC", (path, len(folder), folder)).fetchall()
    if any(rows != max(0, lines - 1) or more for _, lines, rows, more in files):
        return None
    return [(row_id(number, 2), row_id(number, lines)) for number, lines, _, _ in files if lines > 1]


def _condition(index: Index, wanted: TrailFilter) -> tuple[str, list[Any]]:
    conditions, parameters = ["1"], list[Any]()
    if wanted.trail is Trail.TEAMS:
        conditions.append(_of_teams(len(wanted.teams)))
        parameters += wanted.teams * 4
    elif wanted.trail is Trail.SCRIPTS:
        conditions.append("script NOT LIKE 'api:%'")
    for column, value in wanted.exact:
        if column in _INDEXED and _is_there(index, column, value):
            conditions.append(f"{quoted(column)} = ?")
            parameters.append(value)
        else:  # a value that is not written to its end yet: all that begin so
            conditions.append(f"({quoted(column)} >= ? AND {quoted(column)} < ?)")
            parameters += [value, value + _LAST]
    said, words = holding(wanted.words, _SEARCHED)
    conditions.append(said)
    parameters += words
    if wanted.first is not None:
        conditions.append("timestamp >= ?")
        parameters.append(wanted.first.isoformat())
    if wanted.last is not None:
        conditions.append("timestamp < ?")
        parameters.append((wanted.last + timedelta(days=1)).isoformat())
    where = " AND ".join(conditions)
    if wanted.trail is not Trail.MINE:
        return where, parameters
    names = names_in(index.select(tables.LICENSES, "type = ?", (ALIAS,)), wanted.alias)
    return _by_or_about(names, where, parameters)


def _by_or_about(names: Sequence[str], where: str, parameters: list[Any]) -> tuple[str, list[Any]]:
    """The newest rows by these owners or about them, of those that pass a condition.

    Each index gives its rows newest first, so that SQLite lays them together and stops when it has enough; of an `OR`
    it would put all of them in order.
    """
    parts, given = list[str](), list[Any]()
    for column in ("actor", "entity_id"):
        for name in names:
            parts.append(f"SELECT row FROM {_EVENTS} WHERE {column} = ? AND {where}")  # noqa: S608
            given += [name, *parameters]
    return f"row IN ({' UNION '.join(parts)} ORDER BY row DESC LIMIT {MOST + 1})", given


def _is_there(index: Index, column: str, value: str) -> bool:
    """Whether any row has this very value."""
    statement = f"SELECT 1 FROM {_EVENTS} WHERE {quoted(column)} = ? LIMIT 1"  # noqa: S608
    return index.connection.execute(statement, (value,)).fetchone() is not None


def _of_teams(count: int) -> str:
    """Rows about tasks, objectives, roles and teams of so many teams."""
    marks = ", ".join("?" * count) or "NULL"
    parts = [
        f"SELECT {key} FROM {quoted(table.name)} WHERE team_id IN ({marks})"  # noqa: S608
        for table, key in (
            (tables.TASKS, "task_id"),
            (tables.OBJECTIVES, "objective_id"),
            (tables.ROLES, "role_id"),
            (tables.TEAMS, "team_id"),
        )
    ]
    return f"entity_id IN ({' UNION ALL '.join(parts)})"
