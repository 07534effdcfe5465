"""Which bytes to ask for, and how: nearly everything by archive, blobs in batches, the new end of a file that grew."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from smartup_tui.forge.requests import BLOB_BATCH
from smartup_tui.forge.view import FileRef

IN_BATCH = 1024 * 1024
"""Blobs up to this size (bytes) travel in batches: asked for by its path, a file costs the server a walk through the
history, to tell when it changed last."""
SMALL = 48 * 1024
"""A larger file that is known to have changed just now is asked for by its path: the walk is short, and its bytes are a
third fewer than in a batch."""
BATCH_BYTES = 2 * 1024 * 1024
TAIL_FROM = 16 * 1024
"""A file that was shorter than this (bytes) is cheaper to fetch whole than to try its end."""
ARCHIVE_FILES = 4 * BLOB_BATCH
"""An archive costs the server a process and an owner a second of waiting: fewer files come by batches."""


@dataclass(frozen=True, slots=True)
class Item:
    """One blob to fetch, and a path where it is."""

    path: str
    file: FileRef


@dataclass(frozen=True, slots=True)
class Tail:
    """A file that grew: ``known`` is the blob we hold, whose bytes should be the beginning of the new one."""

    item: Item
    known: FileRef


@dataclass(frozen=True, slots=True)
class Plan:
    """All fetches of one refresh; with ``by_archive`` first one of the whole commit, which has ``tree_files`` files of
    ``tree_size`` bytes together.
    """

    batches: tuple[tuple[Item, ...], ...]
    tails: tuple[Tail, ...]
    wholes: tuple[Item, ...]
    by_archive: bool = False
    tree_files: int = 0
    tree_size: int = 0

    @property
    def items(self) -> Iterator[Item]:
        """Every blob that is to be fetched."""
        for batch in self.batches:
            yield from batch
        yield from (tail.item for tail in self.tails)
        yield from self.wholes

    @property
    def files(self) -> int:
        """How many blobs are to be fetched."""
        return sum(map(len, self.batches)) + len(self.tails) + len(self.wholes)

    @property
    def size(self) -> int:
        """How many bytes they have; of a tail only the new ones."""
        small = sum(item.file.size for batch in self.batches for item in batch)
        grown = sum(tail.item.file.size - tail.known.size for tail in self.tails)
        return small + grown + sum(item.file.size for item in self.wholes)

    def without_archive(self, missing: Collection[str]) -> Plan:
        """The plan for those blobs alone."""
        small = [item for batch in self.batches for item in batch if item.file.sha in missing]
        tails = tuple(tail for tail in self.tails if tail.item.file.sha in missing)
        wholes = tuple(item for item in self.wholes if item.file.sha in missing)
        return Plan(tuple(_batches(small)), tails, wholes)

    def of_tree(self, files: Mapping[str, FileRef]) -> Plan:
        """The same fetches, by an archive of the commit with these files where that is the cheaper way."""
        if self.files < ARCHIVE_FILES:
            return self
        size = sum(file.size for file in files.values())
        # What the archive brings and nobody asked for is never more than what was asked for.
        return replace(self, by_archive=2 * self.size >= size, tree_files=len(files), tree_size=size)


def plan_fetches(
    old: Mapping[str, FileRef],
    wanted: Iterable[tuple[str, FileRef]],
    *,
    have: Callable[[str], bool],
    grows: Callable[[str], bool],
) -> Plan:
    """Plan the download of ``wanted``: ``have`` tells what is cached, ``grows`` which paths are append-only."""
    small: list[Item] = []
    tails: list[Tail] = []
    wholes: list[Item] = []
    seen: set[str] = set()
    for path, file in wanted:
        if file.sha in seen or have(file.sha):
            continue
        seen.add(file.sha)
        item, known = Item(path, file), old.get(path)
        if known is not None and TAIL_FROM <= known.size < file.size and grows(path) and have(known.sha):
            tails.append(Tail(item, known))
        elif file.size <= (IN_BATCH if known is None else SMALL):
            small.append(item)
        else:
            wholes.append(item)
    return Plan(tuple(_batches(small)), tuple(tails), tuple(wholes))


def _batches(items: Iterable[Item]) -> Iterable[tuple[Item, ...]]:
    batch: list[Item] = []
    size = 0
    for item in items:
        if batch and (len(batch) == BLOB_BATCH or size + item.file.size > BATCH_BYTES):
            yield tuple(batch)
            batch, size = [], 0
        batch.append(item)
        size += item.file.size
    if batch:
        yield tuple(batch)
