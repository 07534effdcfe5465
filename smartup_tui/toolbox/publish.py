"""Where the Toolbox reads the ledger and publishes its changes: one branch on the forge, behind a small interface.

Everything above is synchronous; the forge's client lives on an event loop in a thread of its own.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Protocol, TypeVar

from smartup_tui.forge.bridge import LoopThread
from smartup_tui.forge.cache import BlobCache
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.errors import ForgeError
from smartup_tui.forge.models import CommitRequest, FileChange, Identity, RepoRef
from smartup_tui.forge.sync import Mirror
from smartup_tui.ledger.compose import CommitDraft
from smartup_tui.ledger.tree import Tree

_T = TypeVar("_T")
_HISTORY_SEARCHED = 200

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Published:
    """A commit that is in the ledger, and the ledger after it; None when it must be read anew."""

    commit: str
    tree: Tree | None


class Store(Protocol):
    """The ledger's branch. `start` before use, `close` after; every other method may raise `ForgeError`."""

    def start(self) -> None:
        """Begin to use threads and connections."""
        ...

    def close(self) -> None:
        """End them."""
        ...

    def known(self, max_age: float) -> Tree | None:
        """The last tree seen, if it was the newest at most `max_age` seconds ago."""
        ...

    def refresh(self) -> Tree:
        """The newest tree, as the forge has it now."""
        ...

    def publish(self, draft: CommitDraft) -> Published:
        """Write a commit: all or nothing, and only if no file it touches has changed since it was read."""
        ...

    def commit_of(self, old: str, new: str, mark: str) -> str | None:
        """The commit after `old`, up to `new`, whose message holds `mark`."""
        ...


class ForgeStore:
    """The ledger's branch on a Forgejo (or the embedded forge). `start` before use, `close` after; thread-safe."""

    def __init__(self, client: ForgeClient, repo: RepoRef, branch: str, state: Path) -> None:
        """Remember the parts; nothing is asked yet. `state` is the folder of the mirror and its cache."""
        self._loop = LoopThread("toolbox-forge")
        self._client = client
        self._repo = repo
        self._branch = branch
        self._mirror = Mirror(client, repo, branch, BlobCache(state / "blobs"), state, eager=_is_no_page)
        self._lock = Lock()
        self._tree: Tree | None = None
        self._asked = 0.0  # since when `_tree` is known to be the newest, by the monotonic clock
        self._writable = False

    def start(self) -> None:
        """Start the event loop's thread."""
        self._loop.start()

    def close(self) -> None:
        """Close the connections and stop the thread."""
        self._loop.run(self._client.aclose())
        self._loop.close()

    def known(self, max_age: float) -> Tree | None:
        """The last tree seen, if it was the newest at most `max_age` seconds ago."""
        with self._lock:
            return self._tree if time.monotonic() - self._asked <= max_age else None

    def refresh(self) -> Tree:
        """The newest tree, as the forge has it now."""
        asked = time.monotonic()
        found = self._run(self._mirror.refresh())
        if found.rewritten:
            _log.error("the ledger's branch was rewritten: %s is no longer in it; verify it", found.old_commit)
        tree = _Kept(found.view)
        self._remember(tree, asked)
        return tree

    def publish(self, draft: CommitDraft) -> Published:
        """Write a commit: all or nothing, and only if no file it touches has changed since it was read."""
        self._check_version()
        request = self._request(draft)
        try:
            result = self._run(self._client.change_files(self._repo, request))
        except ForgeError:
            # Whatever went wrong, the tree we know is no longer certain to be the newest.
            with self._lock:
                self._tree = None
            raise
        # What was written is written, whatever becomes of the view.
        try:
            view = self._run(self._mirror.applied(request, result))
        except ForgeError:
            view = None
        tree = None if view is None else _Kept(view)
        if tree is not None:
            self._remember(tree, time.monotonic())
        return Published(result.sha, tree)

    def commit_of(self, old: str, new: str, mark: str) -> str | None:
        """The commit after `old`, up to `new`, whose message holds `mark`."""
        seen, page = 0, 1
        while seen < _HISTORY_SEARCHED:
            commits, _ = self._run(self._client.commits(self._repo, new, not_=old or None, page=page))
            for commit in commits:
                if mark in commit.message:
                    return commit.sha
            if not commits:
                return None
            seen, page = seen + len(commits), page + 1
        return None

    def _check_version(self) -> None:
        if self._writable:
            return
        version = self._run(self._client.version())
        if not version.safe_writes:
            raise ForgeTooOldError(detail=version.text)
        self._writable = True

    def _request(self, draft: CommitDraft) -> CommitRequest:
        changes = tuple(
            FileChange.create(f.path, f.content) if f.old is None else FileChange.update(f.path, f.content, f.old)
            for f in draft.files
        )
        return CommitRequest(
            self._branch,
            draft.message,
            changes,
            author=Identity(draft.author_name, draft.author_email),
            committer=Identity(draft.committer_name, draft.committer_email),
            authored_at=draft.date,
            committed_at=draft.date,
        )

    def _remember(self, tree: Tree, asked: float) -> None:
        """Keep a tree, unless one that was asked for later, or written since, is kept already."""
        with self._lock:
            if asked >= self._asked:
                self._tree, self._asked = tree, asked

    def _run(self, work: Coroutine[Any, Any, _T]) -> _T:
        with _keeping():
            return self._loop.run(work)


class _Kept:
    """A tree whose files come from this machine's disk, or from the forge by way of it."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    @property
    def commit(self) -> str:
        return self._tree.commit

    def blob_id(self, path: str) -> str | None:
        return self._tree.blob_id(path)

    def read(self, path: str) -> bytes | None:
        with _keeping():
            return self._tree.read(path)

    def paths(self, prefix: str = "") -> Sequence[str]:
        return self._tree.paths(prefix)


@contextmanager
def _keeping() -> Iterator[None]:
    """Trouble with the own disk is trouble on the way to the ledger: it passes, and no command is to blame."""
    try:
        yield
    except OSError as error:
        raise DiskError(detail=error.strerror or type(error).__name__) from error


class DiskError(ForgeError):
    """What was read can not be kept on this machine, perhaps since its disk is full."""

    message = "The Toolbox can not keep what it reads."
    hint = "Its disk may be full; an operator of its host can make room."


class ForgeTooOldError(ForgeError):
    """Forgejo before version 12 overwrites silently when a file's id is missing, so nothing is written there."""

    message = "The forge is too old to be written safely."
    hint = "Forgejo 12 or newer is needed; an administrator of the forge can upgrade it."


def _is_no_page(path: str) -> bool:
    """Tables and policies are kept at hand; pages are fetched when a command needs one."""
    return not path.startswith("wiki/")
