"""From sealed changes to one commit: pages first, then CSV, the audit trail last; one operation for each path.

`apply` lays one command over a tree, so that the next one of a batch is computed on it; `compose` makes the commit of
them all. Full logs begin a new file here. Source: ledger.md §2 (segments) and §3 (the write law).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from smartup_tui.ledger import tables
from smartup_tui.ledger.cells import encode
from smartup_tui.ledger.change import Append, PageWrite, Roll, RowWrite, Update
from smartup_tui.ledger.csvfile import CsvFile, RecordError, append_line, parse_record
from smartup_tui.ledger.policies import VALIDATION_RULES, Policies
from smartup_tui.ledger.problems import LedgerFileError, Problem
from smartup_tui.ledger.rowset import segment_paths
from smartup_tui.ledger.schema import Table, TableKind
from smartup_tui.ledger.seal import Sealed
from smartup_tui.ledger.tree import Overlay, Tree, as_base

SERVICE_NAME: Final = "toolbox"
OWNERS_DOMAIN: Final = "owners.invalid"
SEGMENT_ROWS: Final = 1000
"""Rows of a log before it begins a new file, while the ledger has no policy yet."""

_PAGE_PATH = re.compile(r"(wiki(/[a-z0-9_-]+)+\.md|policies/[a-z0-9_-]+\.yml)\Z")


@dataclass(frozen=True, slots=True)
class FileOp:
    """One file of a commit. `operation` is `create` or `update`; `old` is the blob id that an update replaces."""

    operation: str
    path: str
    content: bytes
    old: str | None


@dataclass(frozen=True, slots=True)
class CommitDraft:
    """A commit to be published as a whole: files in lawful order, message with trailers, author, date.

    The committer is always the service account.
    """

    files: tuple[FileOp, ...]
    message: str
    author_name: str
    author_email: str
    date: datetime
    committer_name: str = SERVICE_NAME
    committer_email: str = f"{SERVICE_NAME}@{OWNERS_DOMAIN}"


def apply(tree: Tree, sealed: Sealed) -> Overlay:
    """The tree with one command's change on it.

    An overlay given here counts as the same commit (the batch goes on); wrap it with `as_base` to begin another.
    Raises LedgerFileError when a file's state forbids the write, CellError for a value that no cell may hold.
    """
    overlay = tree if isinstance(tree, Overlay) else Overlay(tree, {})
    base = overlay.base
    files: dict[str, bytes] = dict(overlay.files)
    for page in sealed.change.markdown:
        files[_page_path(page)] = page.text.encode("utf-8")
    writer = _Writer(base, files)
    for write in sealed.change.index:
        writer.write(write)
    for event in sealed.events:
        writer.write(Append(tables.EVENTS, event))
    writer.close()
    return Overlay(base, files)


def compose(base: Tree, batch: Sequence[Sealed], result: Overlay | None = None) -> CommitDraft:
    """The one commit of a batch on `base`. `result` is the overlay that applying the batch gave, if it is at hand."""
    if not batch:
        raise ValueError("a commit needs a command")
    ground = as_base(base)
    if result is None:
        result = Overlay(ground, {})
        for sealed in batch:
            result = apply(result, sealed)
    changed = [path for path in result.files if base.blob_id(path) != result.blob_id(path)]
    ordered = sorted(changed, key=_rank)
    files = tuple(
        FileOp("create" if (old := base.blob_id(path)) is None else "update", path, result.files[path], old)
        for path in ordered
    )
    single = len(batch) == 1
    author = batch[0].actor if single else SERVICE_NAME
    return CommitDraft(
        files=files,
        message=_message(batch),
        author_name=author,
        author_email=f"{author}@{OWNERS_DOMAIN}",
        date=max(sealed.now for sealed in batch),
    )


class _Writer:
    """Writes rows into the files of one commit, beginning a new file for a log that was full before it."""

    def __init__(self, base: Tree, files: dict[str, bytes]) -> None:
        self._base = base
        self._files = files

    def close(self) -> None:
        """Take a beginning back where the new file would look like the old one copied: it rolls another time.

        Whoever checks the history sees bytes only, and could not tell lawful rows that are alike from a copy.
        """
        for path in [path for path in self._files if path.endswith(".csv") and path[-10:-4].isdecimal()]:
            table = next((t for t in tables.TABLES if path.startswith(t.segments) and t.kind is TableKind.LOG), None)
            old, new = (self._files[path], self._files[table.path]) if table is not None else (b"", b"")
            if table is not None and old.count(b"\n") > 1 and new.startswith(old):
                rows = new.partition(b"\n")[2]
                self._files[table.path] = old + (b"" if old.endswith(b"\n") else b"\n") + rows
                del self._files[path]

    def write(self, write: RowWrite) -> None:
        table = write.table
        data = self._files.get(table.path)
        if data is None:
            data = self._base.read(table.path)
            if data is not None and table.kind is TableKind.LOG and self._is_full(table, data):
                data = self._roll(table, data)
        if isinstance(write, Append):
            self._files[table.path] = _appended(table, data, write.row)
        elif isinstance(write, Roll):
            self._move(write, data)
        else:
            self._files[table.path] = _updated(table, data, write)

    def _is_full(self, table: Table[Any], data: bytes) -> bool:
        limit = segment_rows(self._base)
        return data.count(b"\n") > limit and len(CsvFile.parse(data, table.path)) >= limit

    def _roll(self, table: Table[Any], data: bytes) -> bytes:
        """Move the file as it is into the next segment; what comes back is its header line alone."""
        known = segment_paths(table, self._base)
        self._files[_segment(table, known)] = data
        return CsvFile.create(CsvFile.parse(data, table.path).header, table.path).to_bytes()

    def _move(self, roll: Roll, data: bytes | None) -> None:
        """Move single rows of a register to its last segment, and on to the next when that is full."""
        table = roll.table
        file = CsvFile.parse(data or b"", table.path)
        rows = file.remove(_indexes(table, file, roll.keys))
        self._files[table.path] = file.to_bytes()
        header, limit = CsvFile.create(file.header, table.path).to_bytes(), segment_rows(self._base)
        known = segment_paths(table, Overlay(self._base, self._files))
        path = known[-1] if known else _segment(table, ())
        part = (self._files.get(path) or self._base.read(path) or header) if known else header
        count = len(CsvFile.parse(part, path))
        for row in rows:
            if count >= limit or not part.startswith(header):
                self._files[path] = part
                known = (*known, path)
                path, part, count = _segment(table, known), header, 0
            part, count = part + row, count + 1
        self._files[path] = part


def _segment(table: Table[Any], known: Sequence[str]) -> str:
    """The path of the segment after those known."""
    number = int(known[-1].removesuffix(".csv").rpartition("/")[2]) + 1 if known else 1
    return f"{table.segments}{number:06}.csv"


def _indexes(table: Table[Any], file: CsvFile, keys: Sequence[tuple[str, ...]]) -> frozenset[int]:
    """Where the rows with these keys stand. Raises LedgerFileError when one is not there."""
    places = [file.header.index(name) for name in table.key if name in file.header]
    found: dict[tuple[str, ...], int] = {}
    for index, record in enumerate(file.records):
        try:
            fields = parse_record(record.raw)
        except RecordError:
            continue
        if len(fields) == len(file.header):
            found.setdefault(tuple(fields[at] for at in places), index)
    missing = next((key for key in keys if key not in found), None)
    if missing is not None:
        raise _no_row(table, missing)
    return frozenset(found[key] for key in keys)


def _no_row(table: Table[Any], key: Sequence[str]) -> LedgerFileError:
    message = f"there is no row for {' '.join(key)} that may still change"
    return LedgerFileError(Problem(table.path, None, table.key[0], message, "a row that is not final"))


def segment_rows(tree: Tree) -> int:
    """How many rows a log has before it begins a new file."""
    if tree.blob_id(VALIDATION_RULES) is None:
        return SEGMENT_ROWS
    return Policies(tree).validation.segment_rows


def _appended(table: Table[Any], data: bytes | None, row: Any) -> bytes:
    if data is None or not data.strip():
        data = CsvFile.create(table.header, table.path).to_bytes()
    values = {c.name: encode(c, getattr(row, c.field)) for c in table.columns}
    if table.key and _find(table, data, tuple(values[name] for name in table.key)) is not None:
        key = " ".join(values[name] for name in table.key)
        raise LedgerFileError(Problem(table.path, None, table.key[0], f"there is a row for {key}", "a new entity"))
    return append_line(data, values, table.path)


def _updated(table: Table[Any], data: bytes | None, write: Update) -> bytes:
    if table.kind is not TableKind.REGISTER:
        raise ValueError(f"{table.name} is a log: corrections are new rows")
    found = _find(table, data, write.key) if data is not None else None
    if found is None:
        raise _no_row(table, write.key)
    columns = {c.field: c for c in table.columns}
    unknown = set(write.values) - set(columns)
    if unknown:
        raise ValueError(f"{table.name} has no field {', '.join(sorted(unknown))}")
    file, index = found
    file.replace(index, {columns[field].name: encode(columns[field], value) for field, value in write.values.items()})
    return file.to_bytes()


def _find(table: Table[Any], data: bytes, key: tuple[str, ...]) -> tuple[CsvFile, int] | None:
    """The first record with these values in the key columns; only lines that hold the bytes of the id are parsed."""
    needle = key[0].encode("utf-8")
    if needle not in data:
        return None
    file = CsvFile.parse(data, table.path)
    places = [file.header.index(name) for name in table.key if name in file.header]
    if len(places) != len(key):
        raise LedgerFileError(Problem(table.path, 1, table.key[0], "the header lacks a key column", "the key columns"))
    for index, record in enumerate(file.records):
        if needle not in record.raw:
            continue
        try:
            fields = parse_record(record.raw)
        except RecordError:
            continue
        if len(fields) == len(file.header) and all(fields[at] == part for at, part in zip(places, key, strict=True)):
            return file, index
    return None


def _page_path(page: PageWrite) -> str:
    if not _PAGE_PATH.match(page.path):
        raise ValueError(f"not a page of the ledger: {page.path!r}")
    return page.path


def _rank(path: str) -> tuple[int, int, str]:
    """Lawful order: pages and policies, then tables as catalogued, each after its segments; the audit trail is last."""
    for position, table in enumerate(tables.TABLES):
        if path.startswith(table.segments):
            return 1, 2 * position, path
        if path == table.path:
            return 1, 2 * position + 1, path
    return 0, 0, path


def _message(batch: Sequence[Sealed]) -> str:
    if len(batch) == 1:
        sealed = batch[0]
        subject = f"{sealed.command} {sealed.change.entity.id}: {sealed.events[0].details}"
    else:
        subject = f"{len(batch)} commands: {', '.join(_distinct(sealed.command for sealed in batch))}"
    trailers = "\n".join(sealed.trailer for sealed in batch)
    return f"{_cut(subject)}\n\n{trailers}\n"


def _distinct(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))


def _cut(subject: str) -> str:
    line = " ".join(subject.split())
    return line if len(line) <= 100 else line[:99].rstrip() + "…"
