"""Listing a commit: folders whose tree id is known are not asked for again."""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from smartup_tui.forge.models import EntryKind, RepoRef, TreeEntry
from smartup_tui.forge.view import FileRef

if TYPE_CHECKING:
    from smartup_tui.forge.client import ForgeClient

_T = TypeVar("_T")
_FEW = 8
_PAGE = 1000
_AFTER_ALL = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Listing:
    """All files of a commit by path, and the tree id of each folder."""

    files: Mapping[str, FileRef]
    folders: Mapping[str, str]


class _Walk:
    """A listing being built on top of a known one."""

    def __init__(self, known: Listing) -> None:
        self._known = known
        self._paths = sorted(known.files)
        self._folders = sorted(known.folders)
        self.files: dict[str, FileRef] = {}
        self.folders: dict[str, str] = {}

    def take(self, prefix: str, entries: tuple[TreeEntry, ...]) -> dict[str, str]:
        """Take the entries of one folder; returns the subfolders that have to be listed: path -> tree id."""
        pending: dict[str, str] = {}
        for entry in entries:
            path = prefix + entry.path
            if entry.kind is EntryKind.FILE:
                self.files[path] = FileRef(entry.sha, entry.size)
            elif entry.kind is EntryKind.FOLDER:
                self.folders[path] = entry.sha
                if self._known.folders.get(path) == entry.sha:
                    self._keep(path + "/")
                else:
                    pending[path] = entry.sha
        return pending

    def _keep(self, prefix: str) -> None:
        _copy(self._paths, self._known.files, self.files, prefix)
        _copy(self._folders, self._known.folders, self.folders, prefix)


def _copy(ordered: list[str], source: Mapping[str, _T], target: dict[str, _T], prefix: str) -> None:
    """Copy what lies below a folder. ``ordered`` holds the keys of ``source``, sorted."""
    paths = ordered[bisect_left(ordered, prefix) : bisect_left(ordered, prefix + _AFTER_ALL)]
    target.update(zip(paths, map(source.__getitem__, paths), strict=True))


async def list_commit(client: ForgeClient, repo: RepoRef, commit: str, known: Listing) -> Listing:
    """List a commit, folder by folder where little changed, in one recursive listing otherwise."""
    if not known.files:
        return await _list_whole(client, repo, commit)
    walk = _Walk(known)
    pending = walk.take("", (await client.tree(repo, commit)).entries)
    while pending:
        if len(pending) > max(_FEW, 2 * len(known.files) // _PAGE):
            return await _list_whole(client, repo, commit)
        folders = list(pending.items())
        trees = await asyncio.gather(*(client.tree(repo, sha) for _, sha in folders))
        pending = {}
        for (path, _), tree in zip(folders, trees, strict=True):
            pending |= walk.take(path + "/", tree.entries)
    return Listing(walk.files, walk.folders)


async def _list_whole(client: ForgeClient, repo: RepoRef, commit: str) -> Listing:
    entries = (await client.tree(repo, commit, recursive=True)).entries
    return Listing(
        {entry.path: FileRef(entry.sha, entry.size) for entry in entries if entry.kind is EntryKind.FILE},
        {entry.path: entry.sha for entry in entries if entry.kind is EntryKind.FOLDER},
    )
