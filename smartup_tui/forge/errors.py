"""What can go wrong between us and the forge, one class per meaning.

Every error carries ``message`` (one sentence for the owner) and ``hint`` (the way out). Neither holds an address, an
object id, a token or a path of the server; ``detail`` holds the server's own words for the log file, cleaned and cut.
"""

# ruff: noqa: N818 - the names say what happened and are read as such; all derive from ForgeError

from __future__ import annotations

import enum

_LONGEST_DETAIL = 300


class ForgeError(Exception):
    """Base of all errors of the forge.

    ``status`` is the HTTP status, or None when no answer came. ``detail`` is for logs only, never for a screen.
    """

    message = "The forge could not do this."
    hint = "Try again in a moment."

    def __init__(
        self, message: str | None = None, *, hint: str | None = None, status: int | None = None, detail: str = ""
    ) -> None:
        self.message = message if message is not None else type(self).message
        self.hint = hint if hint is not None else type(self).hint
        self.status = status
        self.detail = detail[:_LONGEST_DETAIL]
        super().__init__(self.message)


class Unreachable(ForgeError):
    """No connection, or it broke while reading. On a write: raised only when the request was certainly never sent."""

    message = "The forge can not be reached."
    hint = "Check the network and the forge's address; what is already downloaded stays readable."


class TimedOut(Unreachable):
    """A read got no answer in time."""

    message = "The forge did not answer in time."
    hint = "Try again in a moment; what is already downloaded stays readable."


class Unauthorized(ForgeError):
    """401: the token is missing, wrong or expired."""

    message = "The forge does not accept this login."
    hint = "`smartup setup` takes a new token; the forge makes one under Settings, Applications."


class Forbidden(ForgeError):
    """403: the login is fine, the right is missing (or a rule of the repository refused the write)."""

    message = "This login has no right to do this on the forge."
    hint = "Ask an administrator of the forge for the right, or use a token with a wider scope."


class NotFound(ForgeError):
    """404 (also 400 for an unknown object): absent, or invisible to this login."""

    message = "The forge has no such thing, or this login can not see it."
    hint = "Check the name, and that this login may see the repository."


class Gone(NotFound):
    """A redirect that is not followed: the repository has moved, or the address belongs to another server."""

    message = "The repository has moved."
    hint = "Set its new address in the configuration."


class ConflictReason(enum.Enum):
    """Why a write lost."""

    STALE = "stale"
    """A file changed since it was read."""
    EXISTS = "exists"
    """What was to be created is already there."""
    RACE = "race"
    """Another write took the branch at the same moment."""


class Conflict(ForgeError):
    """The write was refused because the repository moved on. Nothing was written; read again and compute again."""

    message = "Somebody else changed this at the same moment."
    hint = "Nothing was written; read again and repeat."

    def __init__(self, reason: ConflictReason, *, status: int | None = None, detail: str = "") -> None:
        message = "This already exists on the forge." if reason is ConflictReason.EXISTS else None
        super().__init__(message, status=status, detail=detail)
        self.reason = reason


class Ambiguous(ForgeError):
    """A write whose outcome is unknown: it may have happened. Never repeat it before reading the branch."""

    message = "The forge did not say whether this was written."
    hint = "The ledger is read again to find out; nothing is repeated blindly."


class RateLimited(ForgeError):
    """429: refused before it was done. ``retry_after`` is in seconds when the server named it."""

    message = "The forge asks for a pause."
    hint = "Wait a little and try again."

    def __init__(self, *, retry_after: float | None = None, status: int | None = 429, detail: str = "") -> None:
        minutes = None if retry_after is None else round(retry_after / 60)
        super().__init__(
            hint=f"Try again in {minutes} minutes." if (minutes or 0) > 1 else None, status=status, detail=detail
        )
        self.retry_after = retry_after


class Archived(ForgeError):
    """423: the repository is archived, so it is read-only."""

    message = "This repository is archived and can not be changed."
    hint = "An administrator of the forge can take it out of the archive."


class QuotaExceeded(ForgeError):
    """413: the owner's quota is used up, or a proxy refuses a body of this size."""

    message = "The forge has no room left for this, or it is too large."
    hint = "Ask an administrator of the forge for more room, or send less at once."


class Invalid(ForgeError):
    """400 or 422: the forge understood the request and refuses its content."""

    message = "The forge refuses this content."
    hint = "This is a fault of the program; the log file has the details."


class ServerError(ForgeError):
    """5xx on a read (also an unexpected status). ``retry_after`` is in seconds when the server named it."""

    message = "The forge has a problem of its own."
    hint = "Try again later; what is already downloaded stays readable."

    def __init__(
        self,
        message: str | None = None,
        *,
        retry_after: float | None = None,
        status: int | None = None,
        detail: str = "",
    ) -> None:
        super().__init__(message, status=status, detail=detail)
        self.retry_after = retry_after


class Malformed(ForgeError):
    """The answer is not what the API promises: not JSON, fields missing, or bytes that do not match their git id."""

    message = "The forge's answer makes no sense."
    hint = "Check that the address is a Forgejo server, and that no proxy changes its answers."
