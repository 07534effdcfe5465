"""What the Toolbox is asked, and what it answers: one value each, one JSON form, one HTTP status.

Source: commands.md, From room to ledger.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, Final

from smartup_tui.ledger.change import Answer, Change, Entity, Reason, Refusal
from smartup_tui.ledger.rows import MasterEvent

WORKPLACE: Final = "2_workplace"
"""The name under which `commits` gives the ledger's commit (ledger.md §1)."""

DATA_LIMIT: Final = 16 * 1024
"""`data` is cut at this many bytes of JSON."""

STATUS: Final[Mapping[Reason, int]] = {
    Reason.MALFORMED: 400,
    Reason.FORBIDDEN: 403,
    Reason.NOT_FOUND: 404,
    Reason.CONFLICT: 409,
    Reason.RULE: 422,
}


@dataclass(frozen=True, slots=True)
class Request:
    """One command as it was given, nothing of it judged yet.

    `command` is a name of the catalogue, `actor` an alias; `origin` is `api` or `cli`. `age` is how long ago the owner
    gave it, as far as the carrier knows. `now` dates the command otherwise than by the clock: for building a history.
    """

    command: str
    actor: str
    request_id: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    origin: str = "api"
    age: timedelta | None = None
    now: datetime | None = None

    @property
    def script(self) -> str:
        """What the audit trail says ran, such as `api:start_work`."""
        return f"{self.origin}:{self.command}"


@dataclass(frozen=True, slots=True)
class Failure:
    """A clear no, or a fault: `code` is a stable word for programs, `field` the argument it is about."""

    code: str
    message: str
    hint: str = ""
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to one command.

    `events` are the ids of its audit rows, `commits` the commits it is in, by repository. `repeated` says that the
    request had taken effect before. `retry_after` (seconds) comes with status 503 only: ask again with the same id.
    """

    status: int
    command: str
    actor: str
    request_id: str
    entity: Entity | None = None
    message: str = ""
    figures: tuple[str, ...] = ()
    next_step: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    events: tuple[str, ...] = ()
    commits: Mapping[str, str] = field(default_factory=dict)
    repeated: bool = False
    error: Failure | None = None
    retry_after: int | None = None

    @property
    def ok(self) -> bool:
        """True when the command was answered or has taken effect."""
        return self.error is None

    def to_json(self) -> dict[str, Any]:
        """The declared JSON; it holds no float, and its `data` at most 16 KiB."""
        if self.error is not None:
            return {"ok": False, "error": _present(self.error)}
        body: dict[str, Any] = {
            "ok": True,
            "command": self.command,
            "actor": self.actor,
            "request_id": self.request_id,
            "entity": None if self.entity is None else {"type": self.entity.type, "id": self.entity.id},
            "message": self.message,
            "data": cut(plain(self.data)),
            "events": list(self.events),
            "commits": dict(self.commits),
        }
        if self.figures:
            body["figures"] = list(self.figures)
        if self.next_step:
            body["next_step"] = self.next_step
        if self.repeated:
            body["repeated"] = True
        return body

    @classmethod
    def answered(cls, request: Request, answer: Answer) -> Result:
        """A query's answer."""
        return cls(
            200,
            request.command,
            request.actor,
            request.request_id,
            entity=answer.entity,
            message=answer.message,
            figures=answer.figures,
            next_step=answer.next_step,
            data=answer.data,
        )

    @classmethod
    def changed(cls, request: Request, change: Change, events: Sequence[MasterEvent], commit: str) -> Result:
        """A change that is in the ledger."""
        return cls(
            200,
            request.command,
            request.actor,
            request.request_id,
            entity=change.entity,
            message=change.message,
            figures=change.figures,
            next_step=change.next_step,
            data=change.data,
            events=tuple(e.event_id for e in events),
            commits={WORKPLACE: commit},
        )

    @classmethod
    def from_audit(cls, request: Request, events: Sequence[MasterEvent]) -> Result:
        """The answer to a repeat, rebuilt from the audit rows of the request."""
        first = events[0]
        return cls(
            200,
            request.command,
            first.actor,
            first.request_id,
            entity=Entity(first.entity_type, first.entity_id),
            message=first.details,
            events=tuple(e.event_id for e in events),
            repeated=True,
        )

    @classmethod
    def refused(cls, request: Request, refusal: Refusal) -> Result:
        """A clear no; nothing was written."""
        error = Failure(refusal.code, refusal.message, refusal.hint, refusal.field)
        return cls(STATUS[refusal.reason], request.command, request.actor, request.request_id, error=error)

    @classmethod
    def failed(cls, request: Request, error: Failure, *, status: int = 503, retry_after: int = 5) -> Result:
        """A fault of the machinery; with status 503 the same request may be asked again after `retry_after` seconds."""
        again = retry_after if status == 503 else None
        return cls(status, request.command, request.actor, request.request_id, error=error, retry_after=again)


def plain(value: Any) -> Any:
    """The value as JSON that every Matrix server takes: no floats, decimals and times as text."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, (str, Decimal)):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (Sequence, set, frozenset)):
        return [plain(item) for item in value]
    raise TypeError(f"a result can not hold a {type(value).__name__}")


def cut(data: dict[str, Any], limit: int = DATA_LIMIT) -> dict[str, Any]:
    """`data` itself when its JSON fits into `limit` bytes; else shorter, with `more: true`.

    The largest value is shortened first: a list or a text from its end, an object in the same way within.
    """
    if _size(data) <= limit:
        return data
    small = {**data, "more": True}
    while (over := _size(small) - limit) > 0:
        largest = max((key for key in small if key != "more"), key=lambda key: _size(small[key]), default=None)
        if largest is None:
            break
        shorter = _shortened(small[largest], _size(small[largest]) - over)
        if shorter:
            small[largest] = shorter
        else:
            del small[largest]
    return small


def _shortened(value: Any, limit: int) -> Any:
    """As much of the value as fits into `limit` bytes; nothing when that is nothing."""
    if isinstance(value, dict):
        return cut(value, limit) if limit > _size({"more": True}) else None
    if isinstance(value, (list, str)):
        return value[: bisect_right(range(1, len(value)), limit, key=lambda length: _size(value[:length]))]
    return None


def _size(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _present(error: Failure) -> dict[str, str | None]:
    return {"code": error.code, "message": error.message, "hint": error.hint, "field": error.field}
