"""One commit of a repository, as an immutable view whose files come from the cache, or from the forge when missing."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from smartup_tui.forge.cache import BlobCache
from smartup_tui.forge.errors import Unreachable

_AFTER_ALL = "\U0010ffff"


class FileRef(NamedTuple):
    """A file of a tree: the id of its bytes, and how many they are."""

    sha: str
    size: int


Loader = Callable[[str, str, FileRef], bytes]
"""Fetches a file that is not in the cache: (commit, path, file) -> bytes. Raises ``ForgeError``."""


class TreeView:
    """The files of one commit. Satisfies the ledger's ``Tree`` protocol; safe to read from several threads.

    ``read`` is synchronous. A file that is not cached is fetched by the loader, which waits for the network: it must
    not be called on the event loop's own thread then (``Mirror.fetch`` downloads ahead of it).
    """

    def __init__(
        self,
        commit: str,
        files: Mapping[str, FileRef],
        cache: BlobCache,
        loader: Loader | None = None,
        folders: Mapping[str, str] | None = None,
    ) -> None:
        """Take ``files`` (and the tree ids of the ``folders``, if known) as they are; they must not change any more."""
        self._commit = commit
        self._files = files
        self._cache = cache
        self._loader = loader
        self._folders = folders if folders is not None else {}

    def __repr__(self) -> str:
        return f"TreeView({self._commit[:10] or 'empty'}, {len(self._files)} files)"

    @property
    def commit(self) -> str:
        """The commit's id; empty for a repository without commits."""
        return self._commit

    @property
    def files(self) -> Mapping[str, FileRef]:
        """All files by path."""
        return self._files

    @property
    def folders(self) -> Mapping[str, str]:
        """The git tree id of each folder, as far as known."""
        return self._folders

    @cached_property
    def _sorted(self) -> tuple[str, ...]:
        return tuple(sorted(self._files))

    def blob_id(self, path: str) -> str | None:
        """The git blob id of a file, None when there is no such file."""
        found = self._files.get(path)
        return None if found is None else found.sha

    def size(self, path: str) -> int | None:
        """The size of a file in bytes, None when there is no such file."""
        found = self._files.get(path)
        return None if found is None else found.size

    def paths(self, prefix: str = "") -> Sequence[str]:
        """The paths that begin with ``prefix``, sorted."""
        if not prefix:
            return self._sorted
        return self._sorted[bisect_left(self._sorted, prefix) : bisect_left(self._sorted, prefix + _AFTER_ALL)]

    def cached(self, path: str) -> bool:
        """Whether ``read`` can answer without the network."""
        found = self._files.get(path)
        return found is None or found.sha in self._cache

    def read(self, path: str) -> bytes | None:
        """The bytes of a file, None when there is no such file. ``ForgeError`` when it can not be had now."""
        found = self._files.get(path)
        if found is None:
            return None
        data = self._cache.get(found.sha)
        if data is not None:
            return data
        if self._loader is None:
            raise not_downloaded()
        return self._loader(self._commit, path, found)


def not_downloaded() -> Unreachable:
    """The error for a file that is neither cached nor to be had now."""
    return Unreachable("This page is not on this machine yet.", hint="It opens when the forge can be reached again.")
