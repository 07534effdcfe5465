"""The way to the homeserver: a link with its own thread, a durable outbox, the stored stream, rooms and answers.

`Link` joins them; `Outbox` is what we want to say, `Store` what we have heard, `Replies` which of it answers us,
`rooms` what a room is for. `http_session` speaks HTTP. Nothing here knows a rule of the ledger.
Names are loaded when first used: the workspace's first picture needs the outbox, and the rest comes after it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartup_tui.facade import loader

if TYPE_CHECKING:
    from smartup_tui.matrix.account import check as check
    from smartup_tui.matrix.account import login as login
    from smartup_tui.matrix.device import Account as Account
    from smartup_tui.matrix.errors import EncryptedRoom as EncryptedRoom
    from smartup_tui.matrix.errors import Forbidden as Forbidden
    from smartup_tui.matrix.errors import LoginNeeded as LoginNeeded
    from smartup_tui.matrix.errors import MatrixError as MatrixError
    from smartup_tui.matrix.errors import NotAMatrixServer as NotAMatrixServer
    from smartup_tui.matrix.errors import NotFound as NotFound
    from smartup_tui.matrix.errors import RateLimited as RateLimited
    from smartup_tui.matrix.errors import Refused as Refused
    from smartup_tui.matrix.errors import ServerTrouble as ServerTrouble
    from smartup_tui.matrix.errors import Unreachable as Unreachable
    from smartup_tui.matrix.errors import WrongPassword as WrongPassword
    from smartup_tui.matrix.link import Link as Link
    from smartup_tui.matrix.outbox import Kind as Kind
    from smartup_tui.matrix.outbox import Outbox as Outbox
    from smartup_tui.matrix.outbox import OutboxRow as OutboxRow
    from smartup_tui.matrix.outbox import State as State
    from smartup_tui.matrix.replies import Reply as Reply
    from smartup_tui.matrix.rooms import Invite as Invite
    from smartup_tui.matrix.rooms import Room as Room
    from smartup_tui.matrix.status import LinkState as LinkState
    from smartup_tui.matrix.status import LinkStatus as LinkStatus
    from smartup_tui.matrix.status import Wake as Wake
    from smartup_tui.matrix.store import Store as Store
    from smartup_tui.matrix.store import StoredMessage as StoredMessage

_HOMES = {
    "Account": "device",
    "EncryptedRoom": "errors",
    "Forbidden": "errors",
    "Invite": "rooms",
    "Kind": "outbox",
    "Link": "link",
    "LinkState": "status",
    "LinkStatus": "status",
    "LoginNeeded": "errors",
    "MatrixError": "errors",
    "NotAMatrixServer": "errors",
    "NotFound": "errors",
    "Outbox": "outbox",
    "OutboxRow": "outbox",
    "RateLimited": "errors",
    "Refused": "errors",
    "Reply": "replies",
    "Room": "rooms",
    "ServerTrouble": "errors",
    "State": "outbox",
    "Store": "store",
    "StoredMessage": "store",
    "Unreachable": "errors",
    "Wake": "status",
    "WrongPassword": "errors",
    "check": "account",
    "login": "account",
}

__all__ = [*_HOMES]  # noqa: PLE0604 - the table above is the one list of names
__getattr__ = loader(__name__, _HOMES)
