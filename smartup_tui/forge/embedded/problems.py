"""The errors the embedded forge answers with, in Forgejo's statuses and words."""

from __future__ import annotations

from typing import Literal

Mode = Literal["v15", "v16"]
"""Which server is imitated: they differ in how a lost race looks."""


class ApiError(Exception):
    """An answer other than success. The message of a 500 is shown to administrators only, as on a real server."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Moved(Exception):  # noqa: N818 - no error: the repository is elsewhere
    """The repository of a request has the path ``owner/name`` now."""

    def __init__(self, old: str, new: str) -> None:
        super().__init__(old, new)
        self.old, self.new = old, new


def not_found() -> ApiError:
    """Absent, or invisible to this login: the two look the same."""
    return ApiError(404, "The target couldn't be found.")


def stale(given: str, expected: str, *, status: int = 409) -> ApiError:
    """The blob id in a request is not the file's."""
    return ApiError(status, f"sha does not match [given: {given}, expected: {expected}]")


def lost_race(mode: Mode, *, in_flight: bool) -> ApiError:
    """Another write took the branch first. Up to version 15 always a 500; from 16 a 403 while both were in flight."""
    if not in_flight:
        return ApiError(500, "PushOutOfDate Error: exit status 1: ! [rejected] (non-fast-forward)")
    words = "PushRejected Error: exit status 1 - ! [remote rejected] (failed to update ref)"
    return ApiError(403 if mode == "v16" else 500, words)
