"""What the forge has said about the past, kept on this machine: commits of pages, their texts, changed lines, and which
commit added an audit row.

A commit never changes, so what is kept is never asked for again, and can be read offline. The forge is asked by a
process of its own (`past_process`), started at the first question: no key waits for the network, and its libraries are
never loaded here.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TypeVar

import msgspec

from smartup_tui.files.whole import replace_file
from smartup_tui.forge.cache import BlobCache
from smartup_tui.workspace.commit_values import CommitChanges, CommitLine
from smartup_tui.workspace.page_history import Past
from smartup_tui.workspace.places import Places

_T = TypeVar("_T")


class PastStore:
    """The pasts that are kept on this machine. Used by the workspace and by the process; files are replaced whole."""

    def __init__(self, places: Places) -> None:
        """Nothing is opened yet."""
        self._folder = places.index.parent / "past"
        self._blobs = BlobCache(places.blobs)

    def load(self, path: str) -> Past | None:
        """What is kept of a page; None when nothing is, or it can not be read."""
        found = _read(self._file(path), Past)
        return found if found is not None and found.path == path else None

    def save(self, past: Past) -> None:
        """Keep this."""
        replace_file(self._file(past.path), msgspec.json.encode(past))

    def text(self, path: str, sha: str) -> str | None:
        """A page at a commit, None when it is not on this machine; empty where it did not exist."""
        try:
            blob = self._mark(path, sha).read_text("ascii")
            data = self._blobs.get(blob) if blob else b""
        except (OSError, ValueError):
            return None
        return None if data is None else data.decode("utf-8", "replace")

    def save_text(self, path: str, sha: str, data: bytes | None) -> None:
        """Keep a page as it was at a commit; None: it did not exist."""
        blob = "" if data is None else self._blobs.put(data)
        replace_file(self._mark(path, sha), blob.encode("ascii"))

    def changes(self, sha: str) -> CommitChanges | None:
        """A commit with its changed lines, None when it is not on this machine."""
        return _read(self._commit("commits", sha), CommitChanges)

    def save_changes(self, found: CommitChanges) -> None:
        """Keep a commit; it never changes."""
        replace_file(self._commit("commits", found.commit.sha), msgspec.json.encode(found))

    def commit_of(self, event_id: str) -> CommitLine | None:
        """The commit that added an audit row, None when nobody asked for it here."""
        return _read(self._commit("events", event_id), CommitLine)

    def save_commit_of(self, event_id: str, found: CommitLine) -> None:
        """Keep which commit added an audit row."""
        replace_file(self._commit("events", event_id), msgspec.json.encode(found))

    def _commit(self, folder: str, name: str) -> Path:
        return self._folder / folder / f"{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:24]}.json"

    def _file(self, path: str) -> Path:
        return self._folder / f"{hashlib.sha256(path.encode('utf-8', 'replace')).hexdigest()[:24]}.json"

    def _mark(self, path: str, sha: str) -> Path:
        """Which blob a page was at a commit: a file of its own, so that two writers never meet."""
        if not sha.isalnum():
            raise ValueError("not a commit")
        return self._file(path).with_suffix("") / sha


def _read(path: Path, kind: type[_T]) -> _T | None:
    """What a file holds; a damaged one counts as nothing."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None
