"""Names of requests and events: which may be used, and how old they are.

A request is named by the Matrix event that carried it, or by a UUIDv7 (or ULID) from the command line; the latter two
hold the time they were made. Source: ledger.md §3, Idempotence.
"""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta

from ulid import ULID
from uuid6 import uuid7

from smartup_tui.ledger.change import Reason, Refusal

OLDEST = timedelta(hours=24)
"""A request older than this is refused: the homeserver has forgotten its transaction too."""

_MATRIX = re.compile(r"\$[!-~]{1,254}")
_ACTOR = re.compile(r"[!-~]{1,100}")
_ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def event_id(_: datetime | None = None) -> str:
    """A new id for a row of the audit trail. It tells when the row was written; the row tells when it was decided."""
    return str(ULID.from_datetime(datetime.now(UTC)))


def new_request_id() -> str:
    """A new id for a request that no Matrix event carries."""
    return str(uuid7())


def made_at(request_id: str) -> datetime | None:
    """When the request was made, as far as its id tells; a Matrix event id does not.

    Raises:
        ValueError: this can not name a request.
    """
    if _MATRIX.fullmatch(request_id):
        return None
    if _ULID.fullmatch(request_id):
        return _EPOCH + timedelta(milliseconds=ULID.from_str(request_id).milliseconds)
    name = uuid.UUID(request_id)
    if name.version != 7 or str(name) != request_id:
        raise ValueError("neither a Matrix event id nor a UUID of version 7")
    return _EPOCH + timedelta(milliseconds=name.int >> 80)


def refuse_actor(alias: str) -> Refusal | None:
    """Why nobody can have this alias: it would not be one word of a commit's trailer."""
    if _ACTOR.fullmatch(alias):
        return None
    hint = "An alias is one word of plain letters, digits, - and _."
    return Refusal(Reason.MALFORMED, "actor_malformed", "The actor's alias can not be one.", hint, "actor")


def refuse_request_id(request_id: str, age: timedelta | None, now: datetime) -> Refusal | None:
    """Why a request of this name is not taken at `now`; `age` is what its carrier says, None when it does not."""
    try:
        made = made_at(request_id)
    except ValueError:
        return Refusal(
            Reason.MALFORMED,
            "request_id_malformed",
            "The request's id is neither a Matrix event id nor a UUID of version 7.",
            "Give the id of the Matrix event that carries the command, or leave it to the command line.",
            "request_id",
        )
    oldest = now - OLDEST
    if (made is not None and made < oldest) or (age is not None and age > OLDEST):
        return Refusal(
            Reason.RULE,
            "request_expired",
            "This command is older than 24 hours and was not run.",
            "Look up in the ledger whether it took effect; if it did not, give it again.",
            "request_id",
        )
    return None
