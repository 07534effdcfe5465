"""The way to the homeserver: a link with its own thread, a durable outbox, the stored stream, rooms and answers.

`Link` joins them; `Outbox` is what we want to say, `Store` what we have heard, `Replies` which of it answers us,
`rooms` what a room is for. `nio_session` alone knows matrix-nio. Nothing here knows a rule of the ledger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartup_tui.matrix.account import Account, check, login
from smartup_tui.matrix.errors import (
    EncryptedRoom,
    Forbidden,
    LoginNeeded,
    MatrixError,
    NotAMatrixServer,
    NotFound,
    RateLimited,
    Refused,
    ServerTrouble,
    Unreachable,
    WrongPassword,
)
from smartup_tui.matrix.outbox import Kind, Outbox, OutboxRow, State
from smartup_tui.matrix.replies import Replies, Reply
from smartup_tui.matrix.rooms import Invite, ListedRoom, NewState, Room
from smartup_tui.matrix.status import LinkState, LinkStatus, Wake
from smartup_tui.matrix.store import Store, StoredMessage

if TYPE_CHECKING:
    from smartup_tui.matrix.link import Link

__all__ = [
    "Account",
    "EncryptedRoom",
    "Forbidden",
    "Invite",
    "Kind",
    "Link",
    "LinkState",
    "LinkStatus",
    "ListedRoom",
    "LoginNeeded",
    "MatrixError",
    "NewState",
    "NotAMatrixServer",
    "NotFound",
    "Outbox",
    "OutboxRow",
    "RateLimited",
    "Refused",
    "Replies",
    "Reply",
    "Room",
    "ServerTrouble",
    "State",
    "Store",
    "StoredMessage",
    "Unreachable",
    "Wake",
    "WrongPassword",
    "check",
    "login",
]


def __getattr__(name: str) -> type[Link]:
    """`Link` is loaded when it is asked for: the workspace opens its files long before."""
    if name == "Link":
        from smartup_tui.matrix.link import Link  # noqa: PLC0415

        return Link
    raise AttributeError(name)
