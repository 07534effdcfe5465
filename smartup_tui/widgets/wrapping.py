"""Blocks of a page as lines of a given width, in cells. Nothing is cut off: what is too long goes on below."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from smartup_tui.text import fit, width
from smartup_tui.widgets.markdown import Block, PageTone, Run

Line = tuple[Run, ...]

_PARTS = re.compile(r"\n| +|[^ \n]+")
_NARROWEST = 8


def lines_of(block: Block, cells: int, rule: str = "─") -> list[Line]:
    """The lines of one block, without the blank one before it."""
    cells = max(cells, _NARROWEST)
    room = max(cells - max(width(block.first), width(block.rest)), _NARROWEST)
    if block.kind == "rule":
        body: list[Line] = [((rule * room, "muted"),)]
    elif block.kind == "table":
        body = list(_table(block, room, rule))
    elif block.kind == "code":
        body = [((piece, "code"),) for piece in _hard("".join(text for text, _ in block.runs), room)]
    else:
        body = _wrap(block.runs, room)
    lines: list[Line] = []
    for number, line in enumerate(body or [()]):
        prefix = block.rest if number else block.first
        lines.append((((prefix, "muted"), *line)) if prefix else line)
    return lines


def _wrap(runs: Sequence[Run], cells: int) -> list[Line]:
    lines: list[Line] = []
    line: list[Run] = []
    taken = 0
    blank: Run | None = None
    glued: list[Run] = []
    """Pieces without a blank between them, which belong on one line (a word and the comma after its emphasis)."""

    def end_word() -> None:
        nonlocal taken, blank, line
        if not glued:
            return
        wide = sum(width(text) for text, _ in glued)
        if line and taken + (1 if blank else 0) + wide > cells:
            lines.append(tuple(line))
            line, taken, blank = [], 0, None
        if blank and line:
            line.append(blank)
            taken += 1
        blank = None
        for text, tone in glued:
            for piece in _hard(text, cells, cells - taken):
                if taken and taken + width(piece) > cells:
                    lines.append(tuple(line))
                    line, taken = [], 0
                # What held words together has done so; on the terminal it is a blank like any other.
                line.append((piece.replace("\N{NO-BREAK SPACE}", " "), tone))
                taken += width(piece)
        glued.clear()

    for text, tone in runs:
        for part in _PARTS.findall(text):
            if part == "\n":
                end_word()
                lines.append(tuple(line))
                line, taken, blank = [], 0, None
            elif part[0] == " ":
                end_word()
                blank = (" ", tone)
            else:
                glued.append((part, tone))
    end_word()
    if line:
        lines.append(tuple(line))
    return lines


def _hard(text: str, cells: int, first: int | None = None) -> list[str]:
    """Cut at exactly so many cells; `first` is the room left on the line where it begins."""
    if width(text) <= (cells if first is None else first) or width(text) <= cells:
        return [text]
    pieces: list[str] = []
    piece, taken, room = "", 0, cells if first is None or first <= 0 else first
    for character in text:
        wide = width(character)
        if piece and taken + wide > room:
            pieces.append(piece)
            piece, taken, room = "", 0, cells
        piece += character
        taken += wide
    return [*pieces, piece]


def _table(block: Block, cells: int, rule: str) -> Iterator[Line]:
    columns = max((len(row) for row in block.rows), default=0)
    widths = [max((_wide(row[c]) for row in block.rows if c < len(row)), default=1) or 1 for c in range(columns)]
    room = max(cells - 2 * (columns - 1), columns)
    while sum(widths) > room and max(widths) > 1:
        widths[widths.index(max(widths))] -= 1
    for number, row in enumerate(block.rows):
        tone: PageTone = "strong" if number == 0 else ""
        split = [_wrap(row[c] if c < len(row) else (), widths[c]) or [()] for c in range(columns)]
        for line in range(max(map(len, split), default=1)):
            parts: list[Run] = []
            for column, pieces in enumerate(split):
                right = column < len(block.right) and block.right[column]
                parts += [("  ", tone)] if column else []
                parts += _cell(pieces[line] if line < len(pieces) else (), widths[column], tone, right=right)
            while parts and not parts[-1][0].strip():
                parts.pop()
            yield tuple(parts)
        if number == 0:
            yield (("  ".join(rule * w for w in widths), "muted"),)


def _cell(runs: Line, cells: int, tone: PageTone, *, right: bool) -> list[Run]:
    """One line of a cell in exactly so many cells."""
    taken = _wide(runs)
    if taken > cells:  # a wide character in a column of one
        return [(fit("".join(text for text, _ in runs), cells), tone)]
    shown = [(text, own or tone) for text, own in runs]
    padding = (" " * (cells - taken), tone)
    return [padding, *shown] if right else [*shown, padding]


def _wide(runs: Sequence[Run]) -> int:
    return sum(width(text) for text, _ in runs)
