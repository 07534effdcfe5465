"""The real Engelbot as a process, on a disk that fails: `python -m tests.chaos.engelbot CONFIG PLAN`.

PLAN is a file of lines `NUMBER FILE WHEN SKIP`: the transaction on FILE after SKIP others fails, before it began,
instead of being committed, or although it was committed. What came to pass is written beside it.
"""

from __future__ import annotations

import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from smartup_tui.engelbot.main import run
from smartup_tui.matrix.database import Database

BEFORE, INSTEAD, AFTER = "before", "instead", "after"


class Disk:
    """Fails transactions as the plan says, each line once in the life of the plan, whoever reads it."""

    def __init__(self, plan: Path) -> None:
        self._plan = plan
        self._done = plan.with_suffix(".done")
        self._guard = threading.Lock()
        self._skipped: dict[str, int] = {}

    def verdict(self, file: str) -> str:
        """When the transaction that begins now fails; empty when it does not."""
        with self._guard:
            done = self._done.read_text().split("\n") if self._done.exists() else []
            for line in self._plan.read_text().splitlines():
                _, name, when, skip = line.split()
                if name != file or line in done:
                    continue
                skipped = self._skipped.get(line, 0)
                if skipped < int(skip):
                    self._skipped[line] = skipped + 1
                    continue
                with self._done.open("a") as out:
                    out.write(line + "\n")
                return when
        return ""


def fail(disk: Disk) -> None:
    """Let the files of Engelbot lie on that disk."""
    transaction = Database.transaction

    @contextmanager
    def failing(database: Database) -> Iterator[sqlite3.Connection]:
        when = disk.verdict(database.path.name)
        if when == BEFORE:
            raise sqlite3.OperationalError("database or disk is full")
        with transaction(database) as connection:
            yield connection
            if when == INSTEAD:
                raise sqlite3.OperationalError("disk I/O error")
        if when == AFTER:
            raise sqlite3.OperationalError("disk I/O error")

    Database.transaction = failing  # type: ignore[method-assign,assignment]


if __name__ == "__main__":
    fail(Disk(Path(sys.argv[2])))
    sys.exit(run(Path(sys.argv[1])))
