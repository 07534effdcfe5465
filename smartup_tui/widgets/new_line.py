"""The keys that begin a new line where Enter sends or goes on, the same wherever text of several lines is written."""

from __future__ import annotations

from enum import Enum
from typing import Final, cast

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS

ALT_ENTER: Final = "alt+enter"
NEW_LINE: Final = frozenset({ALT_ENTER, "ctrl+j", "shift+enter"})


class _MoreKeys(Enum):
    NEW_LINE = ALT_ENTER


# Most terminals send Alt+Enter as Escape and Return, of which Textual makes a mere Enter: it would send half a message.
cast("dict[str, tuple[Enum, ...]]", ANSI_SEQUENCES_KEYS)["\x1b\r"] = (_MoreKeys.NEW_LINE,)
