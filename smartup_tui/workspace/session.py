"""Where the workspace was left: the screen, and of each screen its view, its filter and what was marked.

A small file in the profile's state. It is a convenience: one that is missing, damaged or of another program is no file.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from smartup_tui.files.whole import replace_file

_LARGEST: Final = 64_000
_LONGEST: Final = 300
_MOST: Final = 40


@dataclass(frozen=True, slots=True)
class Kept:
    """How a screen was left: its view, the words of its filter, and the id of what was marked."""

    view: str = ""
    words: str = ""
    marked: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """How a profile's workspace was left. `screen` is empty for a first start."""

    screen: str = ""
    screens: Mapping[str, Kept] = field(default_factory=dict)


def load(file: Path) -> Session:
    """What was kept; an empty session where nothing usable was."""
    try:
        with file.open("rb") as held:
            found = json.loads(held.read(_LARGEST))
        screens = found["screens"]
        return Session(_text(found["screen"]), {_text(name): _kept(screens[name]) for name in list(screens)[:_MOST]})
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return Session()


def save(file: Path, session: Session) -> None:
    """Keep a session. One that can not be written is no reason to stop anybody."""
    with contextlib.suppress(OSError):
        replace_file(file, json.dumps(asdict(session)).encode("ascii"))


def _kept(value: Mapping[str, Any]) -> Kept:
    return Kept(*(_text(value.get(name, "")) for name in ("view", "words", "marked")))


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise TypeError
    return value
