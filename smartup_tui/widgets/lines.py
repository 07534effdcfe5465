"""The lines of the frame: header, rule, reply, progress and keys. One cell high each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from smartup_tui.text import clean, clean_line, fit, width
from smartup_tui.widgets.glyphs import Glyphs, Tone, glyphs_of, tone_style

Piece = tuple[str, Tone]

_LONG = 2_000


class OneLine(Widget):
    """A line of pieces, left and right. Repaints only when what it says has changed."""

    DEFAULT_CSS = """
    OneLine { height: 1; width: 1fr; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 (Textual's word)
        super().__init__(id=id, classes=classes)
        self._left: tuple[Piece, ...] = ()
        self._right: tuple[Piece, ...] = ()

    @property
    def text(self) -> str:
        """What the line says, without its place."""
        return "  ".join(part for part in ("".join(t for t, _ in side) for side in (self._left, self._right)) if part)

    def set_line(self, left: Iterable[Piece], right: Iterable[Piece] = ()) -> None:
        """Say this; foreign text may be in it. The right side gives way where both do not fit."""
        pieces = tuple(_cleaned(left)), tuple(_cleaned(right))
        if pieces != (self._left, self._right):
            self._left, self._right = pieces
            self.refresh()

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 (there is one)
        cells = self.size.width
        right = self._right if _width(self._left) + _width(self._right) + 2 <= cells else ()
        room = cells - _width(right)
        line = _fit(self._left, room, glyphs_of(self).ellipsis)
        return Strip([Segment(t, tone_style(self, tone)) for t, tone in (*line, *right)], cells)


class FrameHeader(OneLine):
    """` Smartup Zero · maria · work license · 4_3_1          as of 14:02`."""

    def show(self, parts: Sequence[str], as_of: str = "") -> None:
        """Organisation, alias, license, role (what is known); `as_of` is the age of the view in words."""
        dot = f" {glyphs_of(self).dot} "
        known = [clean_line(part) for part in parts if part]
        left: list[Piece] = [(" ", ""), *((known[0], "lead") for _ in known[:1])]
        left += [(dot + part, "") for part in known[1:]]
        self.set_line(left, [(f"{as_of} ", "muted")] if as_of else [])

    def render_line(self, y: int) -> Strip:
        """The age of the view stays; where the window is narrow, roles and license give way to it."""
        whole, cells = self._left, self.size.width - _width(self._right) - 2
        least = whole[:3]  # a margin, the organisation and the alias
        if self._right and _width(least) <= cells:
            while _width(self._left) > cells:
                self._left = self._left[:-1]
        try:
            return super().render_line(y)
        finally:
            self._left = whole


class Rule(OneLine):
    """A line across."""

    DEFAULT_CSS = """
    Rule { color: $rule; }
    """

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 (there is one)
        return Strip([Segment(glyphs_of(self).rule * self.size.width, tone_style(self, ""))], self.size.width)


class ReplyLine(OneLine):
    """Where an answer appears: it stays until the next one. `full` is all of an answer of several lines."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's word)
        super().__init__(id=id)
        self.full = ""
        self.remarks = False
        """Whether it says a sentence about what was in hand, which is over when something else is."""

    def answered(self, text: str, *, ok: bool, at: str = "", room: str = "") -> None:
        """The answer to a command: a sign and the time, its first line, and the room it came from."""
        glyphs = glyphs_of(self)
        sign = glyphs.yes if ok else glyphs.no
        tone: Tone = "done" if ok else "alert"
        self._say(sign, tone, text, at, room)

    def waiting(self, text: str, *, at: str = "", room: str = "") -> None:
        """Something is on its way, or waits for the network."""
        self._say(glyphs_of(self).waiting, "muted", text, at, room)

    def say(self, text: str) -> None:
        """A plain sentence, for instance why a key does nothing now."""
        self._say(" ", "", text, "", "")
        self.remarks = True

    def progress(self, what: str, done: int, total: int | None, unit: str = "") -> None:
        """How far long work is, in place."""
        self.full = ""
        self.set_line(progress_pieces(glyphs_of(self), what, done, total, unit))

    def clear(self) -> None:
        self.full = ""
        self.set_line([])

    def render_line(self, y: int) -> Strip:
        """The answer comes before its room; what still does not fit is said to be there, with the key that shows it."""
        whole = self._left, self._right
        if _width(self._left) + 1 > self.size.width - _width(self._right):
            self._right = ()
        cut = _width(self._left) + 1 > self.size.width - _width(self._right)
        if self.full and (cut or "\n" in self.full.strip()):
            self._right = (("v: more  ", "muted"), *self._right)
            self._left = tuple(_fit(self._left, self.size.width - _width(self._right) - 2, glyphs_of(self).ellipsis))
        try:
            return super().render_line(y)
        finally:
            self._left, self._right = whole

    def _say(self, sign: str, tone: Tone, text: str, at: str, room: str) -> None:
        self.full, self.remarks = clean(text), False
        first = self.full.strip().partition("\n")[0]
        when = f"{at}  " if at else ""
        left: list[Piece] = [(f" {sign} ", tone), (f"{when}{first}", "")]
        self.set_line(left, [(f"room: {clean_line(room, 30)} ", "muted")] if room else [])


class ProgressLine(OneLine):
    """Amounts of long work, in place: `First sync  ██████░░░░  1,200 of 3,000 rooms`."""

    def show(self, what: str, done: int, total: int | None, unit: str = "") -> None:
        """How far it is; `total` None where it is not known."""
        self.set_line(progress_pieces(glyphs_of(self), what, done, total, unit))

    def clear(self) -> None:
        self.set_line([])


@dataclass(frozen=True, slots=True)
class KeyHint:
    """A key and what it does; `reason` says why it can not be used now.

    `keep` survives a narrow window; of the others those of the highest `rank` are left out first.
    """

    key: str
    words: str
    reason: str = ""
    keep: bool = False
    rank: int = 0


class KeyBar(OneLine):
    """The keys of this screen. A key that is not possible now is dim and in brackets, and `reason` says why."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's word)
        super().__init__(id=id)
        self._hints: tuple[KeyHint, ...] = ()

    def show(self, hints: Sequence[KeyHint]) -> None:
        """The keys, most important first."""
        self._hints = tuple(hints)
        self._fill()

    def reason(self, key: str) -> str:
        """Why this key does nothing now; empty if it works or is not here."""
        return next((hint.reason for hint in self._hints if hint.key == key), "")

    def on_resize(self) -> None:
        self._fill()

    def _fill(self) -> None:
        shown = list(self._hints)
        while shown and _width(self._pieces(shown)) > max(self.size.width, 1):
            least = max(range(len(shown)), key=lambda i: (not shown[i].keep, shown[i].rank, i))
            shown.pop(least)
        self.set_line(self._pieces(shown))

    def _pieces(self, hints: Sequence[KeyHint]) -> list[Piece]:
        pieces: list[Piece] = []
        for hint in hints:
            if hint.reason:
                pieces.append((f" ({hint.key} {hint.words})", "muted"))
            else:
                pieces += [(f" {hint.key}", "lead"), (f" {hint.words}", "")]
            pieces.append((" ", ""))
        return pieces


_BAR = 20


def progress_pieces(glyphs: Glyphs, what: str, done: int, total: int | None, unit: str) -> list[Piece]:
    """A bar with amounts; only the amount where the total is not known."""
    unit = f" {unit}" if unit else ""
    if total is None or total <= 0:
        return [(f" {what}  ", ""), (f"{done:,}{unit}", "muted")]
    full = min(_BAR, done * _BAR // total)
    bar = glyphs.bar_full * full, glyphs.bar_empty * (_BAR - full)
    return [(f" {what}  ", ""), (bar[0], "lead"), (bar[1], "muted"), (f"  {done:,} of {total:,}{unit}", "")]


def _cleaned(pieces: Iterable[Piece]) -> Iterable[Piece]:
    for text, tone in pieces:
        if text:
            yield clean(text, _LONG, 1), tone


def _width(pieces: Iterable[Piece]) -> int:
    return sum(width(text) for text, _ in pieces)


def _fit(pieces: Sequence[Piece], cells: int, ellipsis: str) -> list[Piece]:
    fitted: list[Piece] = []
    for text, tone in pieces:
        taken = width(text)
        if taken > cells:
            fitted.append((fit(text, cells, ellipsis=ellipsis), tone))
            return fitted
        fitted.append((text, tone))
        cells -= taken
    fitted.append((" " * cells, ""))
    return fitted
