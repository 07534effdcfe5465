"""What a conversation consists of, and how it becomes lines of a width in cells. Foreign text is cleaned here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from smartup_tui.text import clean, fit, width
from smartup_tui.widgets.glyphs import Tone
from smartup_tui.widgets.lines import Piece

NARROWEST = 10
_RULE_ENDS = "-- -"
"""What stands around the words of a rule, at least."""
_TOKENS = re.compile(r" +|[^ ]+")


@dataclass(frozen=True, slots=True)
class Part:
    """One line that is cut where it is too long, text that goes on below, or a rule with a few words in it."""

    pieces: tuple[Piece, ...]
    kind: Literal["line", "text", "rule", "quote"] = "line"
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """Something said or happened. One that is not `marked` by the cursor is passed over (days, remarks)."""

    id: str
    parts: tuple[Part, ...]
    marks: bool = True


Lines = list[tuple[Piece, ...]]


def lines_of(part: Part, room: int, *, rule: str, quote: str, ellipsis: str) -> Lines:
    """The lines of one part, at most `room` cells wide; the signs are those of the application."""
    pieces = [(clean(text, lines=400), tone) for text, tone in part.pieces]
    cells = max(NARROWEST, room - part.indent)
    indent: tuple[Piece, ...] = ((" " * part.indent, ""),) if part.indent else ()
    if part.kind == "text":
        return [
            (*indent, (line, tone))
            for text, tone in pieces
            for paragraph in text.split("\n")
            for line in folded(paragraph, cells)
        ]
    if part.kind == "quote":
        pieces.insert(0, (f"{quote} ", "muted"))
    line = _cut(pieces, cells - len(_RULE_ENDS) if part.kind == "rule" else cells, ellipsis)
    if part.kind == "rule":
        taken = sum(width(text) for text, _ in line)
        line = [(rule * 2 + " ", "muted"), *line, (" " + rule * max(0, cells - taken - 4), "muted")]
    return [(*indent, *line)]


def _cut(pieces: Sequence[Piece], cells: int, ellipsis: str) -> list[Piece]:
    cut: list[Piece] = []
    for text, tone in pieces:
        one_line: tuple[str, Tone] = (text.replace("\n", " "), tone)
        taken = width(one_line[0])
        if taken > cells:
            return [*cut, (fit(one_line[0], cells, ellipsis=ellipsis), tone)] if cells else cut
        cut.append(one_line)
        cells -= taken
    return cut


def folded(text: str, cells: int) -> list[str]:
    """One line of text as several of at most so many cells, broken at blanks; the blanks that begin it are kept."""
    lines: list[str] = []
    line, taken = "", 0
    for token in _TOKENS.findall(text):
        wide = width(token)
        if taken + wide <= cells:
            line, taken = line + token, taken + wide
            continue
        if token[0] == " ":
            if line.strip():
                lines.append(line)
                line, taken = "", 0
            continue
        if line.strip():
            lines.append(line.rstrip())
            line, taken = "", 0
        elif taken + wide > cells:
            line, taken = "", 0
        for character in token:
            wide = width(character)
            if taken + wide > cells:
                lines.append(line)
                line, taken = "", 0
            line, taken = line + character, taken + wide
    return [*lines, line.rstrip()] if line.strip() or not lines else lines
