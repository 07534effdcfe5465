"""The past of a page: which commits touched it, and its text at each, from the forge and kept on this machine.

What the forge said last is kept in a file for each page, the texts in the cache of blobs; so the past can be read
offline, and says from when it is. The forge is asked by a process of its own (`past_process`), started at the first
question: no key waits for the network, and its libraries are never loaded here.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from smartup_tui.forge.cache import BlobCache
from smartup_tui.ledger.index import queries
from smartup_tui.ledger.resolve import kind_of
from smartup_tui.workspace import jump
from smartup_tui.workspace.places import Places
from smartup_tui.workspace.reader import Reader

MOST: Final = 500
"""Commits of a page that are asked for; the newest ones."""
_TRAILER: Final = re.compile(r"^Command: (\S+) (\S+) (\S+) (\S+)$", re.MULTILINE)


class Version(msgspec.Struct, frozen=True):
    """A commit that touched a page. `author` is a name, `message` the whole of what it says."""

    sha: str
    at: datetime
    author: str
    message: str

    @property
    def subject(self) -> str:
        """The first line of the message."""
        return self.message.strip().partition("\n")[0]


class Past(msgspec.Struct, frozen=True):
    """What the forge said of a page at `asked_at`: versions, the newest first; `whole` unless there are more."""

    path: str
    asked_at: datetime
    versions: tuple[Version, ...]
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Did:
    """One command of a commit: who gave which, and of what, as far as the audit trail is here."""

    actor: str
    command: str
    entity: str = ""
    details: str = ""


class PastStore:
    """The pasts that are kept on this machine. Used by the workspace and by the process; files are replaced whole."""

    def __init__(self, places: Places) -> None:
        """Nothing is opened yet."""
        self._folder = places.index.parent / "past"
        self._blobs = BlobCache(places.blobs)

    def load(self, path: str) -> Past | None:
        """What is kept of a page; None when nothing is, or it can not be read."""
        try:
            found = msgspec.json.decode(self._file(path).read_bytes(), type=Past)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            return None
        return found if found.path == path else None

    def save(self, past: Past) -> None:
        """Keep this."""
        self._write(self._file(past.path), msgspec.json.encode(past))

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
        self._write(self._mark(path, sha), blob.encode("ascii"))

    def _file(self, path: str) -> Path:
        return self._folder / f"{hashlib.sha256(path.encode('utf-8', 'replace')).hexdigest()[:24]}.json"

    def _mark(self, path: str, sha: str) -> Path:
        """Which blob a page was at a commit: a file of its own, so that two writers never meet."""
        if not sha.isalnum():
            raise ValueError("not a commit")
        return self._file(path).with_suffix("") / sha

    def _write(self, path: Path, data: bytes) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise


def did(reader: Reader | None, version: Version, path: str) -> tuple[Did, ...]:
    """The commands of a commit; of several those that are about this page, if the audit trail tells."""
    lines = _TRAILER.findall(version.message)
    told = [_told(reader, actor, request_id, script) for _, actor, request_id, script in lines]
    if reader is None or len(told) < 2:
        return tuple(told)
    about = [one for one in told if one.entity and path in _pages_of(reader, one.entity)]
    return tuple(about or told)


def _told(reader: Reader | None, actor: str, request_id: str, script: str) -> Did:
    event = queries.event_of_request(reader.index, request_id) if reader is not None else None
    command = script.rpartition(":")[2]
    if event is None or event.actor != actor:
        return Did(actor, command)
    return Did(actor, command, event.entity_id, event.details)


def _pages_of(reader: Reader, entity_id: str) -> tuple[str, ...]:
    """The page of a thing, and of the task it belongs to."""
    task = queries.task_of(reader.index, entity_id)
    known = (jump.page_of(reader, entity) for entity in (entity_id, task) if entity and (kind_of(entity) or entity))
    return tuple(path for path in known if path)


def now() -> datetime:
    """The time, UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)
