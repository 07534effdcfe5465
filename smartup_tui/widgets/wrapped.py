"""A few lines of plain text, as high as they need; a line that is too long goes on below, indented as it began."""

from __future__ import annotations

from collections.abc import Iterable

from rich.segment import Segment
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from smartup_tui.text import clean, fit, width
from smartup_tui.widgets.command import LINE_BREAK
from smartup_tui.widgets.glyphs import Tone, glyphs_of, tone_style

_LONGEST = 9_000


class WrappedText(Widget):
    """Lines, each in one tone. It has no focus and does not scroll.

    A line break inside of one is shown by a sign, so that the text is what it is.
    """

    DEFAULT_CSS = """
    WrappedText { height: auto; width: 1fr; }
    """

    def __init__(self, most: int | None = None, *, id: str | None = None) -> None:  # noqa: A002 (Textual's word)
        """`most` is how many lines of the screen it may take; what is more is cut with a sign."""
        super().__init__(id=id)
        self._most = most
        self._given: tuple[tuple[str, Tone], ...] = ()
        self._laid: tuple[int, list[tuple[str, Tone]]] = (-1, [])

    @property
    def text(self) -> str:
        """What it says, whole."""
        return "\n".join(text for text, _ in self._given)

    def show(self, lines: Iterable[tuple[str, Tone]]) -> None:
        """Say this; foreign text may be in it."""
        given = tuple((clean(text, _LONGEST).replace("\n", LINE_BREAK), tone) for text, tone in lines)
        if given != self._given:
            self._given = given
            self._laid = (-1, [])
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 (Textual's)
        return len(self._lines(width))

    def render_line(self, y: int) -> Strip:
        cells = self.size.width
        lines = self._lines(cells)
        text, tone = lines[y] if y < len(lines) else ("", "")
        return Strip([Segment(fit(text, cells), tone_style(self, tone))], cells)

    def _lines(self, cells: int) -> list[tuple[str, Tone]]:
        if self._laid[0] != cells:
            found = [(line, tone) for text, tone in self._given for line in wrap(text, max(1, cells))]
            if self._most is not None and len(found) > self._most:
                last, tone = found[self._most - 1]
                sign = glyphs_of(self).ellipsis
                cut = fit(last, max(0, cells - width(sign) - 1)).rstrip() + sign
                found = [*found[: self._most - 1], (cut, tone)]
            self._laid = (cells, found)
        return self._laid[1]


def wrap(text: str, cells: int) -> list[str]:
    """A text in lines of at most so many cells, broken at blanks where there are any, indented as it begins."""
    begin = len(text) - len(text.lstrip(" "))
    indent = " " * min(begin, cells // 2)
    room = cells - len(indent)
    lines: list[str] = []
    line = ""
    for word in text[begin:].split(" "):
        longer = f"{line} {word}" if line else word
        if width(longer) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while width(line) > room:
            head = _head(line, room)
            lines.append(head)
            line = line[len(head) :]
    return [indent + found for found in (*lines, line)]


def _head(text: str, cells: int) -> str:
    """The longest beginning that fits, one character at least."""
    end = min(len(text), cells)
    while end > 1 and width(text[:end]) > cells:
        end -= 1
    return text[:end]
