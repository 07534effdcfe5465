"""Blobs on disk under their git id. Content never changes under a name, so processes may share the folder freely."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from smartup_tui.files.whole import replace_file
from smartup_tui.forge.blobs import blob_id, is_object_id

_TOUCH_AFTER = 3600.0
_SWEEP_SHARE = 16
_SWEEP_MARK = ".swept"
_SWEEP_EVERY = 86_400.0
_LOOK_EVERY = 60.0


class BlobCache:
    """A bounded cache of blobs. A damaged file counts as absent and is removed; the least recently used go first.

    ``max_bytes`` is a target, not a wall: the folder is measured when a sixteenth of it was written, and once a day.
    A ledger that needs more has what it needs (``need``), or it would be downloaded again at every start.
    Times of use are kept in the files' modification time, an hour exact.
    """

    def __init__(self, directory: Path, max_bytes: int = 512 * 1024 * 1024) -> None:
        self._directory = directory
        self._max_bytes = max_bytes
        self._written = 0
        self._look_again = 0.0
        self._lock = threading.Lock()

    def need(self, size: int) -> None:
        """Let the bound be no less than ``size`` bytes, and a quarter more for what changes."""
        with self._lock:
            self._max_bytes = max(self._max_bytes, size + size // 4)

    def _file(self, sha: str) -> Path:
        if not is_object_id(sha):
            raise ValueError("not a git object id")
        return self._directory / sha[:2] / sha[2:]

    def __contains__(self, sha: str) -> bool:
        """Whether a file of that name is here; its bytes are verified only by ``get``."""
        return self._file(sha).is_file()

    def get(self, sha: str) -> bytes | None:
        """The bytes of a blob, verified against its id, or None."""
        path = self._file(sha)
        try:
            data = path.read_bytes()
            if blob_id(data) != sha:
                path.unlink(missing_ok=True)
                return None
            now = time.time()
            if now - path.stat().st_mtime > _TOUCH_AFTER:
                os.utime(path, (now, now))
        except OSError:
            return None
        return data

    def put(self, data: bytes, sha: str | None = None) -> str:
        """Keep bytes and return their id (``sha``, where the caller has computed it from them already).

        Atomic: a reader sees the whole file or none.
        """
        sha = sha or blob_id(data)
        path = self._file(sha)
        if not self._same_size(path, len(data)):
            replace_file(path, data)
            self._account(len(data))
        return sha

    @staticmethod
    def _same_size(path: Path, size: int) -> bool:
        try:
            return path.stat().st_size == size
        except OSError:
            return False

    def _account(self, size: int) -> None:
        with self._lock:
            self._written += size
            due = self._written > self._max_bytes // _SWEEP_SHARE or self._day_is_over()
            if due:
                self._written = 0
        if due:
            self.sweep()

    def _day_is_over(self) -> bool:
        """Whether the last sweep was a day ago; looked at once a minute."""
        now = time.monotonic()
        if now < self._look_again:
            return False
        self._look_again = now + _LOOK_EVERY
        try:
            # A mark of the future is one of a clock that was wrong.
            return abs(time.time() - (self._directory / _SWEEP_MARK).stat().st_mtime) > _SWEEP_EVERY
        except OSError:
            return True

    def _files(self) -> Iterator[os.DirEntry[str]]:
        for shelf in os.scandir(self._directory):
            if shelf.is_dir(follow_symlinks=False):
                with suppress(OSError):
                    yield from os.scandir(shelf.path)

    def sweep(self) -> int:
        """Remove the least recently used blobs until the cache fits, and leftovers of killed writers; bytes freed."""
        found: list[tuple[float, int, str]] = []
        now = time.time()
        for entry in self._files():
            with suppress(OSError):
                status = entry.stat(follow_symlinks=False)
                if not entry.name.startswith("."):
                    found.append((status.st_mtime, status.st_size, entry.path))
                elif now - status.st_mtime > _TOUCH_AFTER:
                    Path(entry.path).unlink()
        total = sum(size for _, size, _ in found)
        freed = 0
        for _, size, path in sorted(found):
            if total - freed <= self._max_bytes:
                break
            with suppress(OSError):
                Path(path).unlink()
                freed += size
        (self._directory / _SWEEP_MARK).touch(mode=0o600)
        return freed
