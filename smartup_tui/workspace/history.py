"""The commands an owner has given, for the command line's Up key: one JSON text a line, the newest last."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

_KEPT = 500


def load_history(file: Path) -> list[str]:
    """What was given before, oldest first; lines that can not be read are left out."""
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    found = []
    for line in lines[-_KEPT:]:
        with contextlib.suppress(ValueError):
            value = json.loads(line)
            if isinstance(value, str):
                found.append(value.removeprefix("!"))
    return found


def remember(file: Path, text: str) -> None:
    """Add a command. A history that can not be written is no reason to stop anybody's work."""
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as out:
            out.write(json.dumps(text, ensure_ascii=False) + "\n")
