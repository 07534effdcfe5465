"""The changes that bring an older ledger's rows, policies and pages into this one, and what could not be placed.

What this ledger has already is not brought again, so an import may be repeated. A file that is no table is not read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from smartup_tui.ledger import tables
from smartup_tui.ledger.cells import CellError, decode, encode
from smartup_tui.ledger.change import Append, Audit, Change, Entity, PageWrite
from smartup_tui.ledger.compose import SERVICE_NAME, apply
from smartup_tui.ledger.csvfile import CsvFile, Record, RecordError, parse_record
from smartup_tui.ledger.economy.three_x import treasury
from smartup_tui.ledger.importing.mapping import Mapping
from smartup_tui.ledger.importing.meaning import licenses, unfit
from smartup_tui.ledger.policies import DEFAULT_TEXTS, Policies
from smartup_tui.ledger.policy_reader import PolicyError
from smartup_tui.ledger.problems import LedgerFileError
from smartup_tui.ledger.schema import Cell, Column, Table, TableKind
from smartup_tui.ledger.seal import Sealed, Stamp, seal
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.tree import MappingTree, Overlay, Tree, as_base

IMPORT: Final = "import"
SCRIPT: Final = "cli:import"
ROWS_AT_ONCE: Final = 200
"""Rows in one change."""

_PAGE: Final = re.compile(r"wiki(/[a-z0-9_-]+)+\.md\Z")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_READERS: Final = ("credits", "karma", "licenses", "validation")


@dataclass(frozen=True, slots=True)
class Import:
    """What an import writes, in order, and what it could not place: `path:line: why`, a line each."""

    sealed: tuple[Sealed, ...]
    unplaced: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """A row that was read, and where."""

    row: Any
    where: str


class _Importer:
    """Reads one old tree for one ledger."""

    def __init__(self, source: Tree, ledger: Snapshot, mapping: Mapping) -> None:
        self.source, self.ledger, self.mapping = source, ledger, mapping
        self.unplaced: list[str] = []
        self.known: dict[str, Counter[Any]] = {}  # rows of logs that the ledger has, as often as none has claimed them
        self.paged: set[str] = set()  # pages that a row names
        self.licenses = licenses(ledger)
        self.money = treasury(ledger.rows(tables.TREASURY)).ever_held
        known = list(ledger.rows(tables.OWNERS))
        self.owners: dict[str, dict[str, str]] = {  # by what only one of them has: the owner ids
            field: {value: row.owner_id for row in known if (value := getattr(row, field)) is not None}
            for field in ("alias", "matrix_id")
        }

    def tell(self, where: str, why: str) -> None:
        self.unplaced.append(f"{where}: {why}")

    def changes(self) -> Iterator[Change]:
        """Policies first, then table by table in the order of the catalogue."""
        yield from self._policies()
        by_table: dict[str, list[str]] = {}
        for path in self.source.paths():
            if (name := self.mapping.table(path)) is not None and path.endswith(".csv"):
                by_table.setdefault(name, []).append(path)
            elif not path.endswith(".yml") and not _PAGE.match(path):
                self.tell(path, "no table of the ledger is known to be in this file; a mapping file may say which")
        for path, name in self.mapping.files.items():
            if self.source.blob_id(path) is None:
                self.tell(path, f"the mapping file names it as {name}, and there is no such file")
            elif not path.endswith(".csv"):
                self.tell(path, "a table is read from a .csv file")
        for table in tables.TABLES:
            for path in by_table.get(table.name, ()):
                yield from self._table(table, path)
        for path in self.source.paths("wiki/"):
            if path not in self.paged and self.ledger.tree.blob_id(path) is None:
                self.tell(path, "no row names this page")

    def _policies(self) -> Iterator[Change]:
        """The rules of the old tree where this ledger has none and they can be read; else those of a new ledger."""
        taken = []
        given = {f"policies/{p.rpartition('/')[2]}": p for p in self.source.paths() if p.endswith(".yml")}
        for path, reader in zip(DEFAULT_TEXTS, _READERS, strict=True):
            old = given.pop(path, None)
            if self.ledger.tree.blob_id(path) is not None:
                if old is not None and self.source.read(old) != self.ledger.tree.read(path):
                    self.tell(old, "this ledger has its own rules, which stay; a proposal of kind policy changes them")
                continue
            text = DEFAULT_TEXTS[path]
            data = self.source.read(old) if old is not None else None
            if old is not None and data is not None:
                try:
                    getattr(Policies(MappingTree({path: data})), reader)
                    text = data.decode("utf-8")
                except PolicyError as error:
                    self.tell(old, f"{error}; the rules of a new ledger are used in its place")
            taken.append(PageWrite(path, text))
        for path in given.values():
            self.tell(path, "the ledger keeps no such rules")
        if taken:
            message = f"{len(taken)} policy files entered."
            yield Change(tuple(taken), (), (Audit(IMPORT, Entity("organisation", "2_workplace"), message),), message)

    def _table(self, table: Table[Any], path: str) -> Iterator[Change]:
        found = [one for one in self._rows(table, path) if self._is_new(table, one)]
        if table.kind is TableKind.LOG and table.name not in self.known:
            self.known[table.name] = Counter(self.ledger.rows(table))
        known = self.known.get(table.name, Counter())
        new = []
        for one in found:
            if known[one.row]:
                known[one.row] -= 1
            elif table is tables.TREASURY and self.money:
                self.tell(one.where, "this ledger counts money already, and the last row is what the treasury holds")
            else:
                new.append(one)
        for at in range(0, len(new), ROWS_AT_ONCE):
            yield self._change(table, path, new[at : at + ROWS_AT_ONCE])

    def _change(self, table: Table[Any], path: str, found: Sequence[_Found]) -> Change:
        pages = []
        for one in found:
            named = getattr(one.row, "wiki_path", None)
            if named is not None and self.ledger.tree.blob_id(named) is None:
                pages.append(PageWrite(named, (self.source.read(named) or b"").decode("utf-8", "replace")))
        message = f"{len(found)} rows of {table.name} from {path}."
        audit = [Audit(IMPORT, Entity("table", table.name), message)]
        if table.kind is TableKind.REGISTER:
            field = "alias" if table is tables.OWNERS else table.key[0]
            ids = dict.fromkeys(str(getattr(one.row, field)) for one in found)
            audit += [Audit(IMPORT, Entity(table.name, entity_id), f"Imported from {path}.") for entity_id in ids]
        index = tuple(Append(table, one.row) for one in found)
        return Change(tuple(dict.fromkeys(pages)), index, tuple(audit), message)

    def _is_new(self, table: Table[Any], one: _Found) -> bool:
        """Whether a register has no row of this key yet; a different one is told of. No two owners are alike."""
        if not table.key:
            return True
        if table is tables.OWNERS:
            for field, used in self.owners.items():
                value = getattr(one.row, field)
                other = used.setdefault(value, one.row.owner_id) if value is not None else one.row.owner_id
                if other != one.row.owner_id:
                    self.tell(one.where, f"{field}: {value} belongs to owner {other} already")
                    return False
        known = self.ledger.rows(table).get(*(str(getattr(one.row, name)) for name in table.key))
        if known is not None and known != one.row:
            self.tell(one.where, f"the ledger has another row for {getattr(one.row, table.key[0])}, which stays")
        return known is None

    def _rows(self, table: Table[Any], path: str) -> Iterator[_Found]:
        file = CsvFile.parse(self.source.read(path) or b"", path)
        renamed = self.mapping.columns.get(table.name, {})
        header = tuple(renamed.get(name, name) for name in file.header)
        missing = [c.name for c in table.columns if not c.optional and c.name not in header]
        missing = [name for name in missing if name not in self.mapping.defaults.get(table.name, {})]
        if missing:
            found = ", ".join(file.header)[:200] or "nothing that can be read"
            may = f"a mapping file can say which they are ([columns.{table.name}]) or what they hold ([defaults])"
            self.tell(f"{path}:1", f"{table.name} needs the columns {', '.join(missing)}; it has {found}; {may}")
            return
        lost = [at for at, name in enumerate(header) if name not in table.header]
        for at in lost:
            held = sum(1 for record in file.records if _cell(record, at))
            if held:
                self.tell(
                    f"{path}:1", f"no column of {table.name} is {file.header[at]}; {held} rows have a value there"
                )
        seen: set[tuple[str, ...]] = set()
        for record in file.records:
            where = f"{path}:{record.line}"
            try:
                row = self._row(table, header, parse_record(record.raw))
            except (CellError, RecordError) as error:
                self.tell(where, str(error))
                continue
            if (why := unfit(table, row, self.licenses)) is not None:
                self.tell(where, why)
                continue
            key = tuple(str(getattr(row, name)) for name in table.key)
            if table.key and key in seen:
                self.tell(where, f"a second row for {key[0]}; the first counts")
                continue
            seen.add(key)
            yield _Found(self._with_page(row, where), where)

    def _row(self, table: Table[Any], header: Sequence[str], fields: Sequence[str]) -> Any:
        if len(fields) != len(header):
            raise RecordError(f"the row has {len(fields)} cells", f"{len(header)} cells, as the header has")
        given = dict(zip(header, fields, strict=True))
        words = self.mapping.values.get(table.name, {})
        defaults = self.mapping.defaults.get(table.name, {})
        values = {}
        for column in table.columns:
            text = given.get(column.name, "").strip() or defaults.get(column.name, "")
            text = _usual(column, words.get(column.name, {}).get(text, text))
            values[column.field] = decode(column, text)
            encode(column, values[column.field])  # what can be read can be written
        return table.row(**values)

    def _with_page(self, row: Any, where: str) -> Any:
        """The row without its page, if there is no such page to bring."""
        path = getattr(row, "wiki_path", None)
        self.paged.add(path or "")
        if path is None or self.ledger.tree.blob_id(path) is not None:
            return row
        if _PAGE.match(path) and self.source.blob_id(path) is not None:
            return row
        self.tell(where, f"there is no page {path}; the row is taken without it")
        return replace(row, wiki_path=None)


def plan_import(
    source: Tree, tree: Tree, mapping: Mapping, now: datetime, new_event_id: Callable[[datetime], str]
) -> Import:
    """What is to be written so that `tree` holds what `source` has; nothing when it does already."""
    importer = _Importer(source, Snapshot(tree), mapping)
    after = Overlay(as_base(tree), {})
    done: list[Sealed] = []
    for number, change in enumerate(importer.changes()):
        name = f"import:{change.entity.id}:{now:%Y%m%dT%H%M%SZ}.{number}"
        sealed = seal(change, Stamp(SERVICE_NAME, now, name, SCRIPT, new_event_id))
        try:
            after = apply(after, sealed)
        except (LedgerFileError, CellError) as error:
            importer.tell(change.entity.id, str(error))
        else:
            done.append(sealed)
    return Import(tuple(done), tuple(importer.unplaced))


def _cell(record: Record, at: int) -> str:
    try:
        fields = parse_record(record.raw)
    except RecordError:
        return ""
    return fields[at].strip() if at < len(fields) else ""


def _usual(column: Column, text: str) -> str:
    """Old spellings of a time: a day alone is its beginning, `+00:00` and an offset are UTC."""
    if column.cell is not Cell.TIMESTAMP or not text or text.endswith("Z"):
        return text
    if _DAY.match(text):
        return f"{text}T00:00:00Z"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return encode(column, moment) if moment.tzinfo is not None else text
