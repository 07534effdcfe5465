"""Which bytes to ask for, and how: small blobs in batches, the new end of a file that grew, everything else whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from smartup_tui.forge.requests import BLOB_BATCH
from smartup_tui.forge.view import FileRef

SMALL = 48 * 1024
"""Blobs up to this size (bytes) travel in batches."""
BATCH_BYTES = 1024 * 1024
TAIL_FROM = 16 * 1024
"""A file that was shorter than this (bytes) is cheaper to fetch whole than to try its end."""


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
    """All fetches of one refresh."""

    batches: tuple[tuple[Item, ...], ...]
    tails: tuple[Tail, ...]
    wholes: tuple[Item, ...]

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
        elif file.size <= SMALL:
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
