"""The past of a page: which commits touched it, and by which commands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import msgspec

from smartup_tui.ledger.index import queries
from smartup_tui.ledger.resolve import kind_of
from smartup_tui.workspace import jump
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
