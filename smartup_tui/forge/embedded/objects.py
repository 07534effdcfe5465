"""One bare repository, read and written object by object, with the parsed trees and commits kept in memory."""

from __future__ import annotations

import io
import os
import re
import stat
import threading
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from dulwich.errors import RefFormatError
from dulwich.file import FileLocked
from dulwich.objects import Blob as GitBlob
from dulwich.objects import Tree as GitTree
from dulwich.patch import write_tree_diff
from dulwich.repo import Repo

from smartup_tui.forge.blobs import is_object_id

_HEADS = b"refs/heads/"
_TAGS = b"refs/tags/"
_TREES_KEPT = 20_000
_LISTINGS_KEPT = 4
_SHORT_ID = re.compile("[0-9a-f]{4,39}")
_STALE_LOCK = 10.0


class Entry(NamedTuple):
    """One name in a tree."""

    name: str
    mode: int
    sha: str

    @property
    def is_folder(self) -> bool:
        """Whether the name is a subtree."""
        return stat.S_ISDIR(self.mode)


@dataclass(frozen=True, slots=True)
class CommitFacts:
    """What walking needs of a commit."""

    tree: str
    parents: tuple[str, ...]
    time: int


class LostRaceError(Exception):
    """The branch moved, or somebody held its lock, between reading and writing. ``in_flight``: the lock was held."""

    def __init__(self, *, in_flight: bool) -> None:
        super().__init__("the branch moved")
        self.in_flight = in_flight


class GitRepository:
    """A bare repository. Every access holds ``lock``, so threads may share it; other processes are met at the ref.

    Parsed trees and commits never change under their id and are kept; blobs are not, only their sizes.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = threading.RLock()
        self._repo: Any = Repo(str(path))
        # A commit that was answered with success survives a power cut. Git's own setting for it is deprecated there.
        self._repo.object_store.fsync_object_files = True
        self._trees: OrderedDict[str, tuple[Entry, ...]] = OrderedDict()
        self._commits: dict[str, CommitFacts] = {}
        self._sizes: dict[str, int] = {}
        self._listings: OrderedDict[tuple[str, bool], tuple[tuple[str, Entry], ...]] = OrderedDict()

    @classmethod
    def create(cls, path: Path, default_branch: str) -> GitRepository:
        """Make an empty bare repository whose HEAD names ``default_branch``."""
        path.mkdir(mode=0o700, parents=True)
        repo = Repo.init_bare(str(path), default_branch=default_branch.encode())
        config = repo.get_config()
        # Ledger files are rewritten with every commit: fast compression now, git's own gc packs them later.
        config.set((b"core",), b"looseCompression", b"1")
        config.write_to_path()
        repo.close()
        return cls(path)

    def close(self) -> None:
        """Release the files of packs."""
        with self.lock:
            self._repo.close()

    def remove_stale_locks(self) -> None:
        """Remove lock files that a killed process left. Only where no other process writes."""
        for pattern in ("refs/**/*.lock", "objects/??/*.lock", "*.lock"):
            for path in self.path.glob(pattern):
                path.unlink(missing_ok=True)

    # Refs

    def tip(self, branch: str) -> str | None:
        """The commit a branch points to."""
        return self._ref(_HEADS + branch.encode())

    def _ref(self, name: bytes) -> str | None:
        with self.lock:
            try:
                sha: bytes = self._repo.refs[name]
            except (KeyError, ValueError, RefFormatError):
                return None
            return sha.decode("ascii")

    def branches(self) -> list[str]:
        """All branch names, sorted."""
        with self.lock:
            names: Iterable[bytes] = self._repo.refs.keys(base=_HEADS.rstrip(b"/"))
            return sorted(name.decode("utf-8", "replace") for name in names)

    def resolve(self, ref: str) -> str | None:
        """The commit that a branch, a tag, or a full or shortened commit id means."""
        with self.lock:
            for base in (_HEADS, _TAGS):
                found = self._ref(base + ref.encode())
                if found is not None:
                    return self._peel(found)
            if is_object_id(ref):
                return self._peel(ref)
            return self._peel(self._complete(ref)) if _SHORT_ID.fullmatch(ref) else None

    def _complete(self, prefix: str) -> str:
        """The one object whose id begins so; empty when there is none, or more than one."""
        found = {sha.decode("ascii") for sha in self._repo.object_store.iter_prefix(prefix.encode("ascii"))}
        return found.pop() if len(found) == 1 else ""

    def _peel(self, sha: str) -> str | None:
        kind, data = self._raw(sha)
        while kind == b"tag":
            sha = data[7:47].decode("ascii")
            kind, data = self._raw(sha)
        return sha if kind == b"commit" else None

    # Objects

    def _raw(self, sha: str) -> tuple[bytes, bytes]:
        """Kind and bytes of an object; an empty kind when there is none."""
        if not is_object_id(sha):
            return b"", b""
        with self.lock:
            try:
                number, data = self._repo.object_store.get_raw(sha.encode("ascii"))
            except KeyError:
                return b"", b""
        kinds = {1: b"commit", 2: b"tree", 3: b"blob", 4: b"tag"}
        return kinds[number], data

    def kind(self, sha: str) -> bytes:
        """``commit``, ``tree``, ``blob``, ``tag``, or empty when there is no such object."""
        if sha in self._trees:
            return b"tree"
        if sha in self._commits:
            return b"commit"
        return self._raw(sha)[0]

    def blob(self, sha: str) -> bytes | None:
        """The bytes of a blob."""
        kind, data = self._raw(sha)
        if kind != b"blob":
            return None
        self._sizes[sha] = len(data)
        return data

    def any_object(self, sha: str) -> bytes | None:
        """The bytes of an object of any kind."""
        kind, data = self._raw(sha)
        return data if kind else None

    def blob_size(self, sha: str) -> int:
        """The size of a blob in bytes, without reading all of it where that can be avoided; 0 when absent."""
        size = self._sizes.get(sha)
        if size is None:
            size = self._loose_size(sha)
            if size is None:
                size = len(self._raw(sha)[1])
            self._sizes[sha] = size
        return size

    def _loose_size(self, sha: str) -> int | None:
        try:
            with (self.path / "objects" / sha[:2] / sha[2:]).open("rb") as file:
                head = zlib.decompressobj().decompress(file.read(128), 32)
        except (OSError, zlib.error):
            return None
        kind, _, rest = head.partition(b" ")
        digits, terminator, _ = rest.partition(b"\0")
        return int(digits) if kind == b"blob" and terminator and digits.isdigit() else None

    def commit_object(self, sha: str) -> Any:
        """The whole commit as dulwich reads it."""
        with self.lock:
            return self._repo.object_store[sha.encode("ascii")]

    def commit(self, sha: str) -> CommitFacts:
        """Tree, parents and time of a commit. ``KeyError`` when there is no such commit."""
        known = self._commits.get(sha)
        if known is None:
            kind, data = self._raw(sha)
            if kind != b"commit":
                raise KeyError(sha)
            known = self._commits[sha] = _commit_facts(data)
        return known

    def tree(self, sha: str) -> tuple[Entry, ...]:
        """The entries of a tree in git's order. ``KeyError`` when there is no such tree."""
        with self.lock:
            known = self._trees.get(sha)
            if known is not None:
                self._trees.move_to_end(sha)
                return known
            kind, data = self._raw(sha)
            if kind != b"tree":
                raise KeyError(sha)
            found: Any = GitTree.from_string(data)
            entries = tuple(
                Entry(item.path.decode("utf-8", "surrogateescape"), item.mode, item.sha.decode("ascii"))
                for item in found.iteritems()
            )
            return self._remember_tree(sha, entries)

    def _remember_tree(self, sha: str, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        self._trees[sha] = entries
        if len(self._trees) > _TREES_KEPT:
            self._trees.popitem(last=False)
        return entries

    def find(self, tree: str, path: str) -> Entry | None:
        """The entry at a path below a tree. An empty path is the tree itself."""
        entry = Entry("", stat.S_IFDIR, tree)
        for name in path.split("/") if path else ():
            if not entry.is_folder:
                return None
            found = next((item for item in self.tree(entry.sha) if item.name == name), None)
            if found is None:
                return None
            entry = found
        return entry

    def listing(self, tree: str, *, recursive: bool) -> Sequence[tuple[str, Entry]]:
        """(path, entry) of a tree, with everything below it if ``recursive``; folders come before their content."""
        key = (tree, recursive)
        with self.lock:
            known = self._listings.get(key)
            if known is None:
                known = self._listings[key] = tuple(self._list(tree, "", recursive=recursive))
                if len(self._listings) > _LISTINGS_KEPT:
                    self._listings.popitem(last=False)
            return known

    def _list(self, tree: str, prefix: str, *, recursive: bool) -> Iterator[tuple[str, Entry]]:
        for entry in self.tree(tree):
            yield prefix + entry.name, entry
            if recursive and entry.is_folder:
                yield from self._list(entry.sha, f"{prefix}{entry.name}/", recursive=True)

    # Writing

    def add_object(self, thing: Any) -> str:
        """Store a dulwich object and return its id."""
        with self.lock:
            self._unlocked(self._repo.object_store.add_object, thing)
            sha: str = thing.id.decode("ascii")
            return sha

    def add_blob(self, data: bytes) -> str:
        """Store bytes and return their id."""
        sha = self.add_object(GitBlob.from_string(data))
        self._sizes[sha] = len(data)
        return sha

    def add_tree(self, entries: Iterable[Entry]) -> str:
        """Store a tree and return its id."""
        tree: Any = GitTree()
        for entry in entries:
            tree.add(entry.name.encode("utf-8", "surrogateescape"), entry.mode, entry.sha.encode("ascii"))
        return self.add_object(tree)

    def move_branch(self, branch: str, old: str | None, new: str) -> None:
        """Point a branch at ``new`` if it still points at ``old`` (None: if it does not exist yet).

        Raises ``LostRaceError`` when it does not, or when another process holds the branch's lock.
        """
        name = _HEADS + branch.encode()
        with self.lock:
            refs = self._repo.refs
            if old is None:
                done = self._unlocked(refs.add_if_new, name, new.encode("ascii"))
            else:
                done = self._unlocked(refs.set_if_equals, name, old.encode("ascii"), new.encode("ascii"))
        if not done:
            raise LostRaceError(in_flight=False)

    def set_head(self, branch: str) -> None:
        """Let HEAD, which a clone checks out, name a branch."""
        with self.lock:
            self._repo.refs.set_symbolic_ref(b"HEAD", _HEADS + branch.encode())

    @staticmethod
    def _unlocked(write: Callable[..., Any], *values: object) -> Any:
        """Run a write. A lock file that is old belongs to a process that died, and is removed once."""
        try:
            return write(*values)
        except FileLocked as error:
            lock = Path(os.fsdecode(error.lockfilename))
            with suppress(OSError):
                if time.time() - lock.stat().st_mtime < _STALE_LOCK:
                    raise LostRaceError(in_flight=True) from error
                lock.unlink()
        try:
            return write(*values)
        except FileLocked as error:
            raise LostRaceError(in_flight=True) from error

    def diff(self, old: str | None, new: str) -> bytes:
        """The unified diff between two trees."""
        out = io.BytesIO()
        with self.lock:
            old_id = None if old is None else old.encode("ascii")
            write_tree_diff(out, self._repo.object_store, old_id, new.encode("ascii"))
        return out.getvalue()


def _commit_facts(data: bytes) -> CommitFacts:
    tree, parents, moment = "", [], 0
    for line in data.partition(b"\n\n")[0].split(b"\n"):
        word, _, rest = line.partition(b" ")
        if word == b"tree":
            tree = rest.decode("ascii")
        elif word == b"parent":
            parents.append(rest.decode("ascii"))
        elif word == b"committer":
            with suppress(ValueError, IndexError):
                moment = int(rest.rsplit(b" ", 2)[1])
    return CommitFacts(tree, tuple(parents), moment)
