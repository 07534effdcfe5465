"""What the system does not let us keep is said in words; other errors are not explained away."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from smartup_tui.files.trouble import trouble_of


def test_a_full_disk_is_named_whoever_met_it(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "small.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA max_page_count = 2")
        connection.execute("CREATE TABLE words (text)")
        with pytest.raises(sqlite3.OperationalError) as raised:
            connection.execute("INSERT INTO words VALUES (?)", ("x" * 100_000,))
    for error, where in (
        (raised.value, "."),
        (OSError(errno.ENOSPC, "No space left on device", "/srv/maria/outbox"), " (/srv/maria/outbox)."),
    ):
        found = trouble_of(error)
        assert found is not None
        assert found.message == f"The disk is full; nothing more can be kept on this machine{where}"
        assert "Make room" in found.hint


def test_a_folder_that_is_not_ours_is_named() -> None:
    found = trouble_of(PermissionError(errno.EACCES, "Permission denied", "/srv/maria"))
    assert found is not None
    assert "can not be opened or written (/srv/maria)" in found.message


def test_other_errors_are_about_something_else() -> None:
    for error in (OSError(errno.ECONNREFUSED, "refused"), sqlite3.OperationalError("no such table"), ValueError()):
        assert trouble_of(error) is None
