"""Replacing a file whole or not at all, so that whoever reads it sees the old one or the new one, never half of it."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from itertools import count

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
_BORN = time.time_ns()
_NUMBERS = count()


def replace_file(path: str | os.PathLike[str], data: bytes, *, lasting: bool = False) -> None:
    """Put `data` in the file's place, readable by its owner alone; folders that are missing are made.

    `lasting`: the bytes are on the disk before they take the old ones' place, for what can not be made again. A link is
    replaced, not followed. Raises `OSError`; the old file is then as it was.
    """
    folder, name = os.path.split(path)
    # Thousands in a first download: a name of our own costs less than `tempfile`'s, and less to import. The time is
    # in it since numbers of processes return: what a killed one has left must not stand in the way.
    part = os.path.join(folder, f".new-{os.getpid():x}-{_BORN:x}-{next(_NUMBERS):x}")  # noqa: PTH118 (pathlib is slow)
    try:
        descriptor = os.open(part, _NEW, 0o600)
    except FileNotFoundError:
        _make_folder(folder)
        descriptor = os.open(part, _NEW, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            if lasting:
                file.flush()
                os.fsync(descriptor)
        os.replace(part, os.path.join(folder, name))  # noqa: PTH105, PTH118
    except BaseException:
        with suppress(OSError):
            os.unlink(part)  # noqa: PTH108
        raise


def _make_folder(folder: str) -> None:
    """For its owner alone, and so are those above it that are missing: `os.makedirs` leaves these open to all."""
    above = os.path.dirname(folder)  # noqa: PTH120
    if above and not os.path.isdir(above):  # noqa: PTH112
        _make_folder(above)
    try:
        os.mkdir(folder, 0o700)  # noqa: PTH102
    except FileExistsError:
        if not os.path.isdir(folder):  # noqa: PTH112
            raise


__all__ = ["replace_file"]
