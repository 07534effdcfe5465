"""What an operation answers: a change in its three lawful parts, a refusal, or an answer that changes nothing.

Markdown first, CSV second, the audit trail last (ledger.md §3). A change can not be built without an audit entry, and
the stores take nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from smartup_tui.ledger.schema import Table


@dataclass(frozen=True, slots=True)
class PageWrite:
    """A whole Markdown page to be created or replaced at `path`."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Append:
    """A new row at the end of a table: an event of a log, or a new entity of a register."""

    table: Table[Any]
    row: Any


@dataclass(frozen=True, slots=True)
class Update:
    """New values for some fields of one row of a register; `key` holds the values of the table's key columns."""

    table: Table[Any]
    key: tuple[str, ...]
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Roll:
    """Rows of a register that are final: they move, byte for byte, from its file to its segments.

    `keys` holds for each row the values of the table's key columns. Only settle rolls (ledger.md §2, Segments).
    """

    table: Table[Any]
    keys: tuple[tuple[str, ...], ...]


RowWrite = Append | Update | Roll


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing of the ledger that a change is about: its type (`task`, `session`, `award`, …) and id."""

    type: str
    id: str


@dataclass(frozen=True, slots=True)
class Audit:
    """What the audit trail says of a change; time, event id, actor, script and request id are added when it is sealed.

    `details` is one line for people; `result` is `ok` unless the record is of something else (`repaired`, `waived`).
    """

    action: str
    entity: Entity
    details: str
    result: str = "ok"


@dataclass(frozen=True, slots=True)
class Change:
    """A lawful change: pages, rows, and at least one audit entry, with what to tell the owner.

    `message` is one line of what happened; `figures` at most four lines; `next_step` at most one. `data` is the typed
    result, with money and percentages as text (commands.md, From room to ledger).
    """

    markdown: tuple[PageWrite, ...]
    index: tuple[RowWrite, ...]
    audit: tuple[Audit, ...]
    message: str
    figures: tuple[str, ...] = ()
    next_step: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a change that would not be in the audit trail."""
        if not self.audit:
            raise ValueError("a change needs an audit entry")

    @property
    def entity(self) -> Entity:
        """What the change is about first of all."""
        return self.audit[0].entity


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a query; fields as in `Change`."""

    message: str
    figures: tuple[str, ...] = ()
    next_step: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    entity: Entity | None = None


class Reason(StrEnum):
    """Why a command is refused; each stands for one HTTP status (commands.md, From room to ledger)."""

    MALFORMED = "malformed"  # 400
    FORBIDDEN = "forbidden"  # 403: who
    NOT_FOUND = "not_found"  # 404: what
    CONFLICT = "conflict"  # 409: the state of the work
    RULE = "rule"  # 422: a cap, threshold or window says no


@dataclass(frozen=True, slots=True)
class Refusal:
    """A clear no: `message` says what is wrong, `hint` who may do it or how to go on, `field` which argument.

    `code` is a stable word for programs, such as `seat_taken`.
    """

    reason: Reason
    code: str
    message: str
    hint: str = ""
    field: str | None = None


Outcome = Change | Answer | Refusal
