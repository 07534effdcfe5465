"""The files of a ledger at one commit, as everything above the forge sees them.

A tree never changes: whoever holds one reads one moment of the ledger. The forge's `TreeView` and a plain mapping in
a test are both trees; `Overlay` is a tree with some files replaced, on which later commands of a batch are computed.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import islice, takewhile
from typing import Protocol


class Tree(Protocol):
    """An immutable set of files. Reading may wait for the network when a file is not at hand yet."""

    @property
    def commit(self) -> str:
        """The commit these files belong to; empty for files that are in none."""
        ...

    def blob_id(self, path: str) -> str | None:
        """The git blob id of a file, None when there is no such file."""
        ...

    def read(self, path: str) -> bytes | None:
        """The bytes of a file, None when there is no such file."""
        ...

    def paths(self, prefix: str = "") -> Sequence[str]:
        """The paths that begin with `prefix`, sorted."""
        ...


def blob_id(data: bytes) -> str:
    """The id git gives to these bytes."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


class MappingTree:
    """A tree held in memory."""

    def __init__(self, files: Mapping[str, bytes], commit: str = "") -> None:
        """Take the files as they are; the mapping must not change afterwards."""
        self._files = files
        self._ids: dict[str, str] = {}
        self._sorted: list[str] | None = None
        self.commit = commit

    def blob_id(self, path: str) -> str | None:
        """The git blob id of a file, None when there is no such file."""
        known = self._ids.get(path)
        if known is None and (data := self._files.get(path)) is not None:
            known = self._ids[path] = blob_id(data)
        return known

    def read(self, path: str) -> bytes | None:
        """The bytes of a file, None when there is no such file."""
        return self._files.get(path)

    def paths(self, prefix: str = "") -> Sequence[str]:
        """The paths that begin with `prefix`, sorted."""
        if self._sorted is None:
            self._sorted = sorted(self._files)
        return _beginning(self._sorted, prefix)


class Overlay:
    """A tree with some files replaced or added; nothing is ever removed from a ledger."""

    def __init__(self, base: Tree, files: Mapping[str, bytes]) -> None:
        """Lay `files` over `base`."""
        self._base: Tree = base
        self._files: Mapping[str, bytes] = files
        self._ids: dict[str, str] = {}
        self.commit = base.commit
        if isinstance(base, Overlay):  # one layer, however many commands a batch has
            self._base = base.base
            self._files = {**base.files, **files}

    @property
    def files(self) -> Mapping[str, bytes]:
        """The files that are laid over, by path."""
        return self._files

    @property
    def base(self) -> Tree:
        """The tree below."""
        return self._base

    def blob_id(self, path: str) -> str | None:
        """The git blob id of a file, None when there is no such file."""
        if path not in self._files:
            return self._base.blob_id(path)
        if path not in self._ids:
            self._ids[path] = blob_id(self._files[path])
        return self._ids[path]

    def read(self, path: str) -> bytes | None:
        """The bytes of a file, None when there is no such file."""
        return self._files[path] if path in self._files else self._base.read(path)

    def paths(self, prefix: str = "") -> Sequence[str]:
        """The paths that begin with `prefix`, sorted."""
        return sorted({*self._base.paths(prefix), *(p for p in self._files if p.startswith(prefix))})


class _Ground:
    """An overlay that stands for a commit that is done. Grounds do not pile up: one on another is one mapping."""

    def __init__(self, overlay: Overlay) -> None:
        base = overlay.base
        self.commit = overlay.commit
        self.root: Tree = base.root if isinstance(base, _Ground) else base
        self.files: Mapping[str, bytes] = overlay.files
        self.ids: dict[str, str] = {}
        if isinstance(base, _Ground):
            self.files = {**base.files, **overlay.files}
            self.ids = {path: known for path, known in base.ids.items() if path not in overlay.files}
        self._sorted: list[str] | None = None

    def blob_id(self, path: str) -> str | None:
        if path not in self.files:
            return self.root.blob_id(path)
        if path not in self.ids:
            self.ids[path] = blob_id(self.files[path])
        return self.ids[path]

    def read(self, path: str) -> bytes | None:
        return self.files[path] if path in self.files else self.root.read(path)

    def paths(self, prefix: str = "") -> Sequence[str]:
        if self._sorted is None:
            self._sorted = sorted(self.files)
        own = _beginning(self._sorted, prefix)
        return sorted({*self.root.paths(prefix), *own}) if own else self.root.paths(prefix)


def as_base(tree: Tree) -> Tree:
    """The tree as the ground of a new commit; an overlay so wrapped stands for a commit that is done."""
    return _Ground(tree) if isinstance(tree, Overlay) else tree


def _beginning(paths: list[str], prefix: str) -> list[str]:
    """Those of the sorted paths that begin with `prefix`."""
    start = bisect_left(paths, prefix)
    return list(takewhile(lambda path: path.startswith(prefix), islice(paths, start, None)))
