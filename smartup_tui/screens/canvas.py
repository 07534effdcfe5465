"""What the terminal shows, cell by cell, so that only what has changed is written to it.

Textual writes every line of a widget that asks for a repaint; over a slow link, and to whoever watches the bytes, most
of that is what is there already. Here each frame is compared with the one before: equal cells are not written again, a
colour that is set is not set again, and a frame without a difference writes nothing at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Size
from textual.strip import Strip

from smartup_tui.text import width

Frame = ChopsUpdate | LayoutUpdate
"""What Textual's compositor gives out: the whole screen, or some spans of some lines."""

_SURE = re.compile("[ -~\u00a0-\u00ac\u00ae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u21ff\u2500-\u25fc\u2713\u2717]*")
"""Text of which every terminal shows each character in one cell."""
_RUN = re.compile(r"(.)\1*", re.DOTALL)
_UNKNOWN = "\0"
_SECOND = "\1"
"""The second half of a wide letter."""
_PRIVATE, _PENS = 0xF0000, 0x21
_NEAR = 5
"""A move over so many cells costs more than writing them again."""
_OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "7": "27", "9": "29", "21": "24"}
_SEEN_ON_BLANKS = frozenset({"4", "7", "9", "21", "53"})
"""Underlined, reversed, struck, doubly underlined, overlined: a blank with these is not the same as one without."""


@dataclass(frozen=True, slots=True)
class Pen:
    """How a cell is written: attributes, and the parameters that set its colours ("" is the terminal's own)."""

    attributes: frozenset[str] = frozenset()
    ink: str = ""
    ground: str = ""
    is_blank: bool = False
    """Only the ground is seen: the ink and what makes letters bold may stay as they are."""


_PLAIN = Pen()


class _Pens:
    """Pens as single characters, so that those of a line are a string."""

    def __init__(self) -> None:
        self._pens: list[Pen] = []
        self._marks: dict[Pen, str] = {}
        self._styles: dict[Style | None, tuple[str, str, _Marking]] = {}

    def of(self, style: Style | None, colours: ColorSystem) -> tuple[str, str, _Marking]:
        """The mark of a style, that of a blank in it, and both as a translation of text."""
        found = self._styles.get(style)
        if found is None:
            codes = Strip.render_style(style, "", colours).removesuffix("\x1b[0m")[2:-1] if style is not None else ""
            pen = _pen(codes.split(";") if codes else [])
            bare = pen.attributes.isdisjoint(_SEEN_ON_BLANKS)
            mark = self._mark(pen)
            blank = self._mark(Pen(ground=pen.ground, is_blank=True)) if bare else mark
            found = self._styles[style] = mark, blank, _Marking(mark, blank)
        return found

    def __getitem__(self, mark: str) -> Pen:
        return self._pens[ord(mark) - _PENS]

    def _mark(self, pen: Pen) -> str:
        found = self._marks.get(pen)
        if found is None:
            found = self._marks[pen] = chr(_PENS + len(self._pens))
            self._pens.append(pen)
        return found


class _Marking(dict[int, str]):
    """Translates text to the marks of its pens."""

    def __init__(self, mark: str, blank: str) -> None:
        super().__init__({0x20: blank})
        self._mark = mark

    def __missing__(self, letter: int) -> str:
        self[letter] = self._mark
        return self._mark


class _Letters:
    """What one cell shows where that is not one sure character, as a single character of private use."""

    def __init__(self) -> None:
        self._marks: dict[str, str] = {}
        self.shown: dict[int, str] = {ord(_SECOND): ""}
        """For `str.translate`, back to what is written."""

    def of(self, text: str, cells: int) -> str:
        """Text as exactly so many cells."""
        found: list[str] = []
        for letter in text:
            taken = width(letter)
            if taken == 0 and found:
                at = len(found) - (1 if found[-1] != _SECOND else 2)
                found[at] = self._mark(found[at].translate(self.shown) + letter)
            else:
                found += [letter if _SURE.fullmatch(letter) else self._mark(letter), *_SECOND * (taken - 1)]
        if len(found) > cells:  # the compositor's count of cells holds, whatever ours is
            found[cells - 1 :] = [self._mark("".join(found[cells - 1 :]).translate(self.shown))]
        return "".join(found) + _SECOND * (cells - len(found))

    def _mark(self, shown: str) -> str:
        found = self._marks.get(shown)
        if found is None:
            found = self._marks[shown] = chr(_PRIVATE + len(self._marks))
            self.shown[ord(found)] = shown
        return found


@dataclass(slots=True)
class _Row:
    """The cells of a line, and their pens."""

    letters: str
    pens: str
    sure: bool = True


@dataclass(slots=True)
class _Writer:
    """The sequence that paints a frame. It begins and ends with the terminal's own colours."""

    pens: _Pens
    shown: dict[int, str]
    parts: list[str] = field(default_factory=list)
    pen: Pen = _PLAIN
    mark: str = ""
    at: tuple[int, int] | None = None

    def write(self, y: int, row: _Row, start: int, end: int) -> None:
        """Cells `start` up to `end` of a line, in which no cell is unknown."""
        if self.at != (start, y):
            near = self.at is not None and self.at[1] == y and row.sure
            self.parts.append(f"\x1b[{start - self.at[0]}C" if near and self.at else f"\x1b[{y + 1};{start + 1}H")
        for run in _RUN.finditer(row.pens, start, end):
            if run[1] != self.mark:
                self._take(self.pens[run[1]])
                self.mark = run[1]
            text = row.letters[run.start() : run.end()]
            self.parts.append(text if row.sure else text.translate(self.shown))
        self.at = (end, y) if row.sure else None

    def _take(self, pen: Pen) -> None:
        now = self.pen
        if pen.is_blank:
            bare = now.attributes.isdisjoint(_SEEN_ON_BLANKS)
            pen = Pen(now.attributes, now.ink, pen.ground) if bare else Pen(ground=pen.ground)
        codes = sorted({_OFF.get(attribute, "0") for attribute in now.attributes - pen.attributes})
        if "0" in codes:
            codes, now = ["0"], _PLAIN
        kept = frozenset() if "22" in codes else now.attributes  # bold and dim are taken off by the same
        codes += sorted(pen.attributes - kept)
        if pen.ink != now.ink:
            codes.append(pen.ink or "39")
        if pen.ground != now.ground:
            codes.append(pen.ground or "49")
        if codes:
            self.parts.append(f"\x1b[{';'.join(codes)}m")
        self.pen = pen

    @property
    def sequence(self) -> str:
        return "".join(self.parts) + ("\x1b[0m" if self.pen != _PLAIN else "")


class Canvas:
    """The frame that the terminal shows, as far as this program has painted it."""

    def __init__(self) -> None:
        self._size = Size(0, 0)
        self._rows: list[_Row] = []
        self._pens = _Pens()
        self._letters = _Letters()

    def forget(self) -> None:
        """Something else has painted on the terminal: what is painted next is written in full."""
        self._size = Size(0, 0)

    def paint(self, frame: Frame, size: Size, colours: ColorSystem) -> str:
        """What to write so that a terminal of this size shows the frame too; "" where it does already."""
        if size != self._size:
            self._size = size
            self._rows = [_Row(_UNKNOWN * size.width, _UNKNOWN * size.width) for _ in range(size.height)]
        writer = _Writer(self._pens, self._letters.shown)
        for y, pieces in _whole_lines(frame) if isinstance(frame, LayoutUpdate) else _spans(frame):
            if 0 <= y < size.height:
                after = self._painted(self._rows[y], pieces, colours)
                _write_changes(writer, y, self._rows[y], after)
                self._rows[y] = after
        return writer.sequence

    def _painted(self, before: _Row, pieces: Iterable[tuple[int, Strip]], colours: ColorSystem) -> _Row:
        """A line as it is when these pieces are painted over it."""
        letters: list[str] = []
        pens: list[str] = []
        at, sure, cells = 0, before.sure, self._size.width
        for x, strip in pieces:
            letters.append(_uncut(before.letters, at, x))
            pens.append(before.pens[at:x])
            at = x
            for text, style, control in strip:
                if control or not text:
                    continue
                _, blank, marking = self._pens.of(style, colours)
                if _SURE.fullmatch(text) is None:
                    sure = False
                    text = self._letters.of(text, cell_len(text))  # noqa: PLW2901 (the same text, by its cells)
                letters.append(text)
                pens.append(blank * len(text) if text.isspace() else text.translate(marking))
                at += len(text)
        letters.append(_uncut(before.letters, at, cells))
        pens.append(before.pens[at:])
        line = "".join(letters)[:cells]
        return _Row(line, "".join(pens)[:cells], sure or _SURE.fullmatch(line.replace(_UNKNOWN, "")) is not None)


def _uncut(letters: str, start: int, end: int) -> str:
    """What stays of a line; where half of a wide letter is painted over, the other half is blank."""
    kept = letters[start:end]
    if kept.startswith(_SECOND):
        kept = " " + kept[1:]
    if kept and end < len(letters) and letters[end] == _SECOND:
        kept = kept[:-1] + " "
    return kept


def _pen(codes: list[str]) -> Pen:
    """The parameters of a sequence, sorted into attributes and colours."""
    attributes: set[str] = set()
    ink = ground = ""
    while codes:
        code = codes.pop(0)
        if code in {"38", "48"}:
            count = 4 if codes[0] == "2" else 2
            whole = ";".join([code, *codes[:count]])
            del codes[:count]
            ink, ground = (whole, ground) if code == "38" else (ink, whole)
        elif code in {"39", "49"}:
            continue
        elif len(code) > 1 and code[0] in "39":
            ink = code
        elif len(code) > 1 and (code[0] == "4" or code.startswith("10")):
            ground = code
        else:
            attributes.add(code)
    return Pen(frozenset(attributes), ink, ground)


def _whole_lines(frame: LayoutUpdate) -> Iterator[tuple[int, list[tuple[int, Strip]]]]:
    for y, strips in enumerate(frame.strips, frame.region.y):
        x, pieces = frame.region.x, []
        for strip in strips:
            pieces.append((x, strip))
            x += strip.cell_length
        yield y, pieces


def _spans(frame: ChopsUpdate) -> Iterator[tuple[int, list[tuple[int, Strip]]]]:
    """The lines of a frame with what is painted of them: where it begins, and its cells."""
    for y, left, right in frame.spans:
        pieces: list[tuple[int, Strip]] = []
        for end, (x, strip) in zip(frame.chop_ends[y], frame.chops[y].items(), strict=False):
            if strip is not None and x < right and end > left:
                pieces.append((x, strip if end <= right else strip.crop(0, right - x)))
        yield y, pieces


def _write_changes(writer: _Writer, y: int, before: _Row, after: _Row) -> None:
    letters, pens = after.letters, after.pens
    if letters == before.letters and pens == before.pens:
        return
    if not (before.sure and after.sure):
        # Terminals disagree about such text: what is known of the line is written from its beginning.
        for known in re.finditer(f"[^{_UNKNOWN}]+", letters):
            writer.write(y, after, *known.span())
        return
    both = zip(letters, before.letters, pens, before.pens, strict=True)
    changed = [x for x, (new, old, pen, old_pen) in enumerate(both) if new != old or pen != old_pen]
    at = 0
    while at < len(changed):
        start = end = changed[at]
        while at < len(changed) and _is_near(after, end, changed[at]):
            end = changed[at]
            at += 1
        writer.write(y, after, start, end + 1)


def _is_near(row: _Row, one: int, other: int) -> bool:
    """Whether what stands between two changed cells is written again sooner than passed over."""
    between = other - one - 1
    if between <= 0:
        return True
    return between < _NEAR and row.pens[one + 1 : other] == row.pens[one] * between
