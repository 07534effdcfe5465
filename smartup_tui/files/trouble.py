"""What is said where the system does not let us keep a file: the disk is full, read only, or not ours to write."""

from __future__ import annotations

import errno
import sqlite3
from dataclasses import dataclass
from typing import Final

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_NOT_OURS: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_SQLITE_NOT_OURS: Final = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN})
_PRIMARY: Final = 0xFF
"""The bits of SQLite's extended result codes that say what kind of error it is."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why nothing can be kept, and the way out."""

    message: str
    hint: str


def trouble_of(error: BaseException) -> Trouble | None:
    """What to say of an error while a file was opened or written; None where it is about something else."""
    full, not_ours = False, False
    if isinstance(error, OSError):
        full, not_ours = error.errno in _FULL, error.errno in _NOT_OURS
    elif isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
        full, not_ours = code == sqlite3.SQLITE_FULL, code in _SQLITE_NOT_OURS
    where = f" ({error.filename})" if isinstance(error, OSError) and error.filename else ""
    if full:
        message = f"The disk is full; nothing more can be kept on this machine{where}."
        return Trouble(message, "Make room on it, then do this again. What was kept before is still there.")
    if not_ours:
        message = f"What is kept on this machine can not be opened or written{where}."
        return Trouble(message, "Its folder and files must be yours to read and write; `smartup doctor` looks at them.")
    return None
