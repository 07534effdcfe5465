"""How Engelbot is, in a small file that a supervisor can read: no port, and nothing left behind but the file."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from smartup_tui.files.whole import replace_file

FILE_NAME: Final = "health.json"
EVERY: Final = 2.0
"""Seconds between two signs of life."""
STALE: Final = 15.0
"""A file older than this many seconds is no sign of life."""


@dataclass(frozen=True, slots=True)
class Health:
    """`link` is the state of the link to the homeserver; `ledger` and `toolbox` whether they answered last."""

    pid: int
    at: float
    link: str
    ledger: bool
    toolbox: bool
    waiting: int
    error: str = ""

    @property
    def ready(self) -> bool:
        """Whether commands are heard, and owners told from strangers."""
        return self.link == "online" and self.ledger


def write(folder: Path, health: Health) -> None:
    """Replace the file in one step."""
    replace_file(folder / FILE_NAME, json.dumps(asdict(health)).encode("utf-8"))


def read(folder: Path, *, now: float | None = None) -> Health | None:
    """The last sign of life; None when there is none, or only an old one."""
    try:
        found = Health(**json.loads((folder / FILE_NAME).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return found if (time.time() if now is None else now) - found.at < STALE else None


def remove(folder: Path) -> None:
    """Nobody is here any more."""
    (folder / FILE_NAME).unlink(missing_ok=True)
