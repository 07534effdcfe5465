"""Long looks through the read model, on a thread of their own, so that keys never wait for one."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

from smartup_tui.ledger.index.store import Index

T = TypeVar("T")

_STEPS = 20_000
"""Of SQLite's machine, a millisecond or so, after which it asks whether to go on."""

_log = logging.getLogger(__name__)


class Seeker:
    """Answers one question at a time: a new one breaks off the one before it.

    An answer that was ready already may still come; who asks again tells them apart.
    """

    def __init__(self, path: Path) -> None:
        """Look in the read model in this file."""
        self._path = path
        self._look: _Look[Any] | None = None

    def ask(self, find: Callable[[Index], T], answer: Callable[[T], object]) -> None:
        """Find something; `answer` is called with it on the seeking thread, unless another question comes first."""
        self.drop()
        self._look = look = _Look(self._path, find, answer)
        threading.Thread(target=look.run, name="seek", daemon=True).start()

    def drop(self) -> None:
        """Break off what is looked for; it will not be answered."""
        if self._look is not None:
            self._look.drop()
            self._look = None


class _Look(Generic[T]):
    def __init__(self, path: Path, find: Callable[[Index], T], answer: Callable[[T], object]) -> None:
        self._path = path
        self._find = find
        self._answer = answer
        self._dropped = False

    def run(self) -> None:
        try:
            with Index(self._path) as index:
                index.connection.set_progress_handler(self._is_dropped, _STEPS)
                found = self._find(index)
        except (FileNotFoundError, sqlite3.Error):
            if not self._dropped:
                _log.exception("a look through the read model failed")
            return
        if not self._dropped:
            self._answer(found)

    def drop(self) -> None:
        self._dropped = True

    def _is_dropped(self) -> bool:
        return self._dropped
