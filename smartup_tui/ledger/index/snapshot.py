"""The read model as a snapshot, so that the rules themselves answer the workspace's questions.

Who may assess, how a vote stands, which objections stand: these are functions over a `Snapshot`. Here is one whose rows
come from SQL, so that no rule is written a second time for the screens. Look-ups are queries; what iterates reads the
table once and keeps it. It is read-only and shows the commit it was made for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from smartup_tui.ledger.index import queries
from smartup_tui.ledger.index.schema import quoted, sql_value
from smartup_tui.ledger.index.store import Index
from smartup_tui.ledger.part import Fact, Part
from smartup_tui.ledger.rowset import Rows
from smartup_tui.ledger.schema import R, Table
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.tree import blob_id

_REMEMBERED = 2_000
"""Look-ups of one table that are kept."""

_kept: WeakKeyDictionary[Index, tuple[str, Snapshot]] = WeakKeyDictionary()


def snapshot_of(index: Index) -> Snapshot:
    """The snapshot of what the read model shows now; the same one until it shows another commit."""
    commit = index.commit
    known = _kept.get(index)
    if known is None or known[0] != commit:
        known = _kept[index] = (commit, IndexSnapshot(index, commit))
    return known[1]


class IndexSnapshot(Snapshot):
    """A snapshot whose rows are found by SQL."""

    def __init__(self, index: Index, commit: str) -> None:
        """Look at a read model; nothing is read yet."""
        super().__init__(IndexTree(index, commit))
        self._index = index

    def rows(self, table: Table[R]) -> Rows[R]:
        """The rows of a table."""
        known: Rows[R] | None = self._rows.get(table.name)
        if known is None:
            known = self._rows[table.name] = IndexRows(self._index, table)
        return known


class IndexTree:
    """The policies and pages that the read model holds, as a tree of files."""

    def __init__(self, index: Index, commit: str) -> None:
        """Read from `index`."""
        self._index = index
        self.commit = commit

    def read(self, path: str) -> bytes | None:
        """The bytes of a policy or a page, None for anything else."""
        found = queries.text(self._index, path)
        found = queries.page(self._index, path) if found is None else found
        return None if found is None else found.encode()

    def blob_id(self, path: str) -> str | None:
        """The git blob id of such a file, None when there is none."""
        data = self.read(path)
        return None if data is None else blob_id(data)

    def paths(self, prefix: str = "") -> Sequence[str]:
        """The paths of the pages that begin with `prefix`, sorted."""
        found = self._index.connection.execute(
            "SELECT path FROM pages WHERE substr(path, 1, ?) = ? ORDER BY path", (len(prefix), prefix)
        )
        return [str(row[0]) for row in found]


class IndexRows(Rows[R]):
    """The rows of one table, looked up by SQL and in the ledger's order."""

    def __init__(self, index: Index, table: Table[R]) -> None:
        """Look at a table; nothing is read yet."""
        super().__init__(table, (_SqlPart(index, table),))
        self._index = index
        self._columns = {column.field: column for column in table.columns}
        self._found: dict[tuple[tuple[str, Any], ...], tuple[R, ...]] = {}

    @property
    def _rows(self) -> list[R]:
        if self._joined is None:
            self._joined = self._index.select(self.table)
        return self._joined

    def __len__(self) -> int:
        """How many rows there are."""
        return self._index.count(self.table) if self._joined is None else len(self._joined)

    @property
    def first(self) -> R | None:
        """The first row of all."""
        found = self._index.select(self.table, limit=1)
        return found[0] if found else None

    def get(self, *key: str) -> R | None:
        """The row of a register with these values in the table's key columns."""
        if len(key) != len(self._key):
            raise ValueError(f"the key of {self.table.name} is {', '.join(self.table.key) or 'none: it is a log'}")
        found = self.where(**dict(zip(self._key, key, strict=True)))
        return found[0] if found else None

    def where(self, **values: Any) -> tuple[R, ...]:
        """The rows whose fields have these values, in order."""
        wanted = tuple(sorted(values.items()))
        if wanted not in self._found:
            if len(self._found) >= _REMEMBERED:  # whoever walks through a long list must not keep all of it
                self._found.clear()
            self._found[wanted] = tuple(self._select(values))
        return self._found[wanted]

    def last(self, **values: Any) -> R | None:
        """The last row with these values."""
        found = self._select(values, order="row DESC", limit=1)
        return found[0] if found else None

    def _select(self, values: Mapping[str, Any], *, order: str = "row", limit: int = -1) -> list[R]:
        columns = [self._columns[field] for field in values]
        condition = " AND ".join(f"{quoted(column.name)} IS ?" for column in columns)
        given = [sql_value(column, value) for column, value in zip(columns, values.values(), strict=True)]
        return self._index.select(self.table, condition, given, order=order, limit=limit)


class _SqlPart(Part[R]):
    """A whole table as one part, for rules that look into parts from the newest: its index is SQL's."""

    def __init__(self, index: Index, table: Table[R]) -> None:
        super().__init__(table.path, table.header)
        self._sql = _Lookup(index, table)

    def index(self, fields: tuple[str, ...]) -> Mapping[Any, tuple[R, ...]]:
        return self._sql.by(fields)

    def fact(self, name: str, add_up: Callable[[Sequence[R]], Fact]) -> Fact:
        known = self._facts.get(name)
        if known is None:
            known = self._facts[name] = add_up(self._sql.all())
        return known


class _Lookup(Mapping[Any, tuple[R, ...]]):
    """The rows by the values of some fields; answers `get`, and iterates over nothing."""

    def __init__(self, index: Index, table: Table[R], fields: tuple[str, ...] = ()) -> None:
        self._index, self._table, self._fields = index, table, fields

    def all(self) -> list[R]:
        return self._index.select(self._table)

    def by(self, fields: tuple[str, ...]) -> _Lookup[R]:
        return _Lookup(self._index, self._table, fields)

    def __getitem__(self, key: Any) -> tuple[R, ...]:
        values = (key,) if len(self._fields) == 1 else key
        columns = {column.field: column for column in self._table.columns}
        chosen = [columns[field] for field in self._fields]
        condition = " AND ".join(f"{quoted(column.name)} IS ?" for column in chosen)
        given = [sql_value(column, value) for column, value in zip(chosen, values, strict=True)]
        found = tuple(self._index.select(self._table, condition, given))
        if not found:
            raise KeyError(key)
        return found

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0


__all__ = ["IndexSnapshot", "snapshot_of"]
