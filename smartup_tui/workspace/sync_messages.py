"""What the syncing process and the workspace say to each other: one JSON object a line.

The process reads requests on its standard input and writes these messages on its standard output; the end of its input
ends it.
"""

from __future__ import annotations

import msgspec


class Request(msgspec.Struct, tag="refresh"):
    """Bring the read model up to the forge's branch. `number` comes back in the answer."""

    number: int


class Progress(msgspec.Struct, tag="progress"):
    """How far a long step has come: `done` of `total` of what `step` names (files, rows)."""

    step: str
    done: int
    total: int


class Synced(msgspec.Struct, tag="synced"):
    """The read model shows `commit`; `tables` changed since the last time, `rewritten` says that history did."""

    number: int
    commit: str
    tables: tuple[str, ...]
    rewritten: bool = False


class Proved(msgspec.Struct, tag="proved"):
    """How what was read came to be has been checked as well: so many findings that break the law are open."""

    open: int


class IssuesRead(msgspec.Struct, tag="issues"):
    """The forge's issues and repositories were asked as well, and there is something else to show."""


class Failed(msgspec.Struct, tag="failed"):
    """It could not be brought up to date; the read model is as it was. `message` and `hint` are for the owner."""

    number: int
    kind: str
    message: str
    hint: str = ""


Message = Progress | Synced | Proved | IssuesRead | Failed

encode = msgspec.json.encode
decode_message = msgspec.json.Decoder(Message).decode
decode_request = msgspec.json.Decoder(Request).decode
