"""What can be wrong with a lab, in words."""

from __future__ import annotations


class LabError(Exception):
    """The lab can not do what was asked; `message` says why and `hint` the way out. Never holds a secret."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class LabStopped(Exception):  # noqa: N818 (it is no error: somebody asked for it)
    """Somebody ended the lab while it was being built."""
