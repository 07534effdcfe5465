"""Where only ASCII is wanted, every sign that is no letter is shown by one that is, also in sentences and pages."""

from __future__ import annotations

from typing import Final

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_SIGNS: Final = {
    '"': "“”„‟«»″",
    "'": "‘’‚‛‹›′",
    "~": "…≈±",
    "-": "‐‑‒–—―−·─",
    "*": "•◦▪",
    "x": "×✗✘",
    "/": "÷",
    "+": "✓✔┌┐└┘├┤┬┴┼╭╮╰╯",
    ">": "→▸▶",
    "<": "←◂◀",
    "^": "↑",
    "v": "↓",
    "|": "↵│┃▏▎▍▌▋▊▉",
    "=": "═",
    "#": "§█▇▆▅",
    "_": "▁▂▃▄",
    ".": "░▒▓",
    " ": "\u00a0\u2002\u2003\u2009\u202f",
    "?": "\ufffd" + "".join(map(chr, range(0x2400, 0x2422))),
}
"""One cell each, as what they stand for. The frame's own signs (`widgets.glyphs`) say more and come before."""
_TABLE: Final = str.maketrans({sign: plain for plain, signs in _SIGNS.items() for sign in signs})


class AsciiSigns(LineFilter):
    """Translates what is about to be shown. Letters are the owners' own, and stay."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - Textual's signature
        """The same segments in ASCII signs."""
        return [s if s.text.isascii() else Segment(s.text.translate(_TABLE), s.style, s.control) for s in segments]
