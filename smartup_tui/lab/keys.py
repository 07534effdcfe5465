"""The lab's secrets: random, one file each, readable by their owner alone, never in an argument or the environment."""

from __future__ import annotations

import secrets
from pathlib import Path

from smartup_tui.config import write_private


class Keys:
    """The secrets in one folder, by name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, name: str) -> Path:
        """The file of a secret, for the settings of a part."""
        return self._folder / name

    def get(self, name: str) -> str:
        """The secret; FileNotFoundError when there is none."""
        return self.path(name).read_text(encoding="utf-8").strip()

    def put(self, name: str, value: str) -> None:
        """Keep a secret that somebody else has made."""
        write_private(self.path(name), f"{value}\n".encode())

    def make(self, name: str) -> str:
        """The secret, made now if there is none yet."""
        try:
            return self.get(name)
        except FileNotFoundError:
            value = secrets.token_urlsafe(32)
            self.put(name, value)
            return value
