"""What has become of a command the owner gave: on its way, or answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from smartup_tui.matrix.outbox import Kind, OutboxRow, State

if TYPE_CHECKING:
    from smartup_tui.matrix.replies import Reply


class NotKept(Exception):  # noqa: N818 - it is raised as a sentence reads
    """A command or a message could not be put on disk, and so is not sent. `message` says why, `hint` the way out."""

    def __init__(self, message: str, hint: str) -> None:
        self.message, self.hint = message, hint
        super().__init__(message)


class Standing(StrEnum):
    """Where a command stands."""

    WAITING = "waiting"  # in the outbox, not yet with the homeserver
    SENT = "sent"  # with the homeserver, not yet answered
    DONE = "done"  # answered: it was done
    REFUSED = "refused"  # answered: no, and why
    ANSWERED = "answered"  # answered in words only
    SAID = "said"  # talk: it is in the room, and wants no answer
    HELD = "held"  # too old to be sent without being asked
    UNKNOWN = "unknown"  # it may or may not have been sent
    FAILED = "failed"  # the homeserver refuses it
    DROPPED = "dropped"  # the owner took it back


@dataclass(frozen=True, slots=True)
class Delivery:
    """One command: its text, where it stands, and what to say of it (`lines`, the first is the main one).

    `result` is the Toolbox's typed answer where there is one. Everything in it is safe to show.
    """

    command_id: str
    text: str
    room_id: str
    standing: Standing
    lines: tuple[str, ...]
    written_at: datetime
    answered_at: datetime | None = None
    result: dict[str, Any] | None = None

    @property
    def open(self) -> bool:
        """True while more is to come without the owner's doing."""
        return self.standing in (Standing.WAITING, Standing.SENT)


_STANDINGS = {
    State.QUEUED: Standing.WAITING,
    State.SENT: Standing.SENT,
    State.FAILED: Standing.FAILED,
    State.UNKNOWN: Standing.UNKNOWN,
    State.HELD: Standing.HELD,
    State.DROPPED: Standing.DROPPED,
}
_MARKS = "✓✗ "
_WORDS = {
    Standing.WAITING: "Waiting to be sent.",
    Standing.SENT: "Sent; Engelbot has not answered yet.",
    Standing.SAID: "Said.",
    Standing.HELD: "Not sent in time. Send it now, or let it go?",
    Standing.UNKNOWN: "It may have been sent already. Send it again, or let it go?",
    Standing.FAILED: "It could not be sent.",
    Standing.DROPPED: "Taken back.",
}


def delivery(row: OutboxRow, reply: Reply | None) -> Delivery:
    """The delivery of an outbox row and the first answer to it."""
    if reply is not None:
        return Delivery(
            row.id, row.body, row.room_id, _answered(reply), _lines(reply.text), row.created_at, reply.ts, reply.result
        )
    said = row.kind is Kind.TALK and row.state is State.SENT
    standing = Standing.SAID if said else _STANDINGS.get(row.state, Standing.SENT)
    words = _WORDS[standing]
    details = [part for part in (row.error, row.hint) if part]
    to_decide = standing in (Standing.HELD, Standing.UNKNOWN)
    lines = (f"{words} {details[0]}", *details[1:]) if details and not to_decide else (words, *details)
    return Delivery(row.id, row.body, row.room_id, standing, lines, row.created_at)


def _answered(reply: Reply) -> Standing:
    if reply.result is None or not isinstance(reply.result.get("ok"), bool):
        return Standing.ANSWERED
    return Standing.DONE if reply.result["ok"] else Standing.REFUSED


def _lines(text: str) -> tuple[str, ...]:
    """The lines of an answer without the mark that leads it: where it stands is told beside it."""
    return tuple(line for line in text.strip().lstrip(_MARKS).split("\n") if line.strip()) or (
        "Answered without words.",
    )
