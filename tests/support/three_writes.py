"""The write order of the seeds, reimplemented faithfully: page, index, audit trail, each file by itself.

A script of the record writes every Markdown page in a commit of its own, then every CSV file, then the audit trail, and
has no way back: a crash between two of them leaves what the seeds' table of failures describes. `ThreeWrites` plays
commands so, and can be cut off after any of the writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from smartup_tui.ledger import tables
from smartup_tui.ledger.cells import encode
from smartup_tui.ledger.change import Append, RowWrite, Update
from smartup_tui.ledger.compose import CommitDraft
from smartup_tui.ledger.csvfile import CsvFile, parse_record
from smartup_tui.ledger.schema import Table
from smartup_tui.ledger.seal import Sealed
from smartup_tui.ledger.tree import MappingTree, Tree
from smartup_tui.ledger.verify import CommitInfo
from tests.ledger.commits import commit_id

SERVICE: Final = ("toolbox", "toolbox@owners.invalid")

Write = tuple[str, bytes]
"""One file as it is after a write."""


def writes_of(sealed: Sealed, files: dict[str, bytes], *, backwards: bool = False) -> Iterator[Write]:
    """The single writes of a command in the seeds' order; `backwards` turns the order of its CSV files around.

    Which of several CSV files a script writes first is not in the record, so both orders are played.
    """
    for page in sealed.change.markdown:
        yield page.path, page.text.encode()
    grouped: dict[str, list[RowWrite]] = {}
    for write in sealed.change.index:
        grouped.setdefault(write.table.path, []).append(write)
    groups = list(grouped.items())
    for path, rows in reversed(groups) if backwards else groups:
        yield path, _written(files.get(path), rows)
    yield tables.EVENTS.path, _written(files.get(tables.EVENTS.path), [Append(tables.EVENTS, e) for e in sealed.events])


def _written(data: bytes | None, writes: Iterable[RowWrite]) -> bytes:
    file: CsvFile | None = None
    for write in writes:
        table = write.table
        file = file or (CsvFile.create(table.header, table.path) if data is None else CsvFile.parse(data, table.path))
        if isinstance(write, Append):
            file.append({c.name: encode(c, getattr(write.row, c.field)) for c in table.columns})
        elif isinstance(write, Update):
            file.replace(_index(file, table, write), _cells(table, write))
        else:
            raise TypeError("the scripts of the record never moved rows")
    assert file is not None
    return file.to_bytes()


def _index(file: CsvFile, table: Table[Any], write: Update) -> int:
    places = [file.header.index(name) for name in table.key]
    records = [parse_record(record.raw) for record in file.records]
    return next(at for at, fields in enumerate(records) if tuple(fields[p] for p in places) == write.key)


def _cells(table: Table[Any], write: Update) -> dict[str, str]:
    columns = {c.field: c for c in table.columns}
    return {columns[name].name: encode(columns[name], value) for name, value in write.values.items()}


class ThreeWrites:
    """A ledger written file by file, with its commits; itself a `History`."""

    def __init__(self) -> None:
        """Nothing is written yet."""
        self.files: dict[str, bytes] = {}
        self.done: list[tuple[CommitInfo, dict[str, bytes]]] = []

    def copy(self) -> ThreeWrites:
        """The same ledger, to go on differently."""
        made = ThreeWrites()
        made.files, made.done = dict(self.files), list(self.done)
        return made

    @property
    def head(self) -> MappingTree:
        """The newest files."""
        return MappingTree(dict(self.files), commit_id(len(self.done)))

    def run(self, sealed: Sealed, *, cut_after: int | None = None, backwards: bool = False) -> int:
        """Write a command, or its first `cut_after` files; returns how many were written."""
        count = 0
        for path, data in writes_of(sealed, self.files, backwards=backwards):
            if count == cut_after:
                break
            self.files[path] = data
            self._record(f"{sealed.command}: {path}", *SERVICE, sealed, (path,))
            count += 1
        return count

    def publish(self, draft: CommitDraft, sealed: Sealed) -> None:
        """Write a commit of today's law on top."""
        for file in draft.files:
            assert file.old == self.head.blob_id(file.path)
            self.files[file.path] = file.content
        self._record(draft.message, draft.author_name, draft.author_email, sealed, [f.path for f in draft.files])

    def _record(self, message: str, name: str, email: str, sealed: Sealed, paths: Iterable[str]) -> None:
        number = commit_id(len(self.done) + 1)
        info = CommitInfo(number, name, email, "toolbox", message, sealed.now, tuple(sorted(paths)))
        self.done.append((info, dict(self.files)))

    def commits(self, since: str | None) -> Iterable[CommitInfo]:
        """The commits, oldest first."""
        assert since is None
        return [info for info, _ in self.done]

    def tree(self, commit_id: str) -> Tree:
        """The files at a commit."""
        return next(MappingTree(files, info.id) for info, files in self.done if info.id == commit_id)
