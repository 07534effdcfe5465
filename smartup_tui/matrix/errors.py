"""What can go wrong between us and a homeserver, in the owner's words.

`message` is a calm sentence for the owner, `hint` the way out. Neither ever holds a token, a password or an address
with a query string.
"""

# ruff: noqa: N818 - the names say what is the case and are read as such; all derive from MatrixError

from __future__ import annotations

from datetime import timedelta


class MatrixError(Exception):
    """Any failure of the homeserver or of the way to it."""

    default_hint = ""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = self.default_hint if hint is None else hint


class Unreachable(MatrixError):
    """No usable answer came back.

    `reached` is False when the request can not have left this machine (no connection), so nothing can have happened;
    True when the homeserver may have handled it.
    """

    default_hint = "Check the network; nothing is lost, sending goes on by itself."

    def __init__(self, message: str, *, reached: bool, hint: str | None = None) -> None:
        super().__init__(message, hint)
        self.reached = reached


class NotAMatrixServer(MatrixError):
    """Something answers at the address, but it does not speak Matrix."""

    default_hint = "Check the homeserver address, for example https://matrix.example.org."


class ServerTrouble(MatrixError):
    """The homeserver, or a proxy before it, answered with a fault of its own (5xx, unreadable body)."""

    default_hint = "The homeserver has trouble; sending goes on by itself."

    def __init__(self, message: str, *, status: int, hint: str | None = None) -> None:
        super().__init__(message, hint)
        self.status = status


class RateLimited(MatrixError):
    """The homeserver asks us to wait; it has not acted on the request."""

    default_hint = "The homeserver limits how fast messages may follow; waiting is automatic."

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__(f"The homeserver asks to wait {max(1, round(retry_after.total_seconds()))} s.")
        self.retry_after = retry_after


class LoginNeeded(MatrixError):
    """The access token is not, or no longer, accepted."""

    default_hint = "`smartup setup` logs you in again."


class WrongPassword(LoginNeeded):
    """The homeserver refused the user name or the password."""

    default_hint = "Check the user name and the password and try again."


class Refused(MatrixError):
    """The homeserver understood and said no; asking again changes nothing. `code` is Matrix' own error code."""

    default_hint = "Ask in your team's room, or choose another room."

    def __init__(self, message: str, *, code: str, hint: str | None = None) -> None:
        super().__init__(message, hint)
        self.code = code


class Forbidden(Refused):
    """We may not do this there (not in the room, or without the power)."""


class NotFound(Refused):
    """The room, event, alias or state does not exist, or is hidden from us."""


class EncryptedRoom(MatrixError):
    """The room is, or once was, encrypted, so a command would go out unprotected or be lost."""

    default_hint = "Use a room without encryption, for example your desk room."

    def __init__(self) -> None:
        super().__init__("This room is encrypted; commands are never sent in clear to it.")
