"""A page whose links are walked and followed by keys. A sign stands in front of each; the one in hand has another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, Protocol

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from smartup_tui.widgets.glyphs import Glyphs, glyphs_of, tone_style
from smartup_tui.widgets.markdown import Block, PageTone, blocks, is_sign, link_number
from smartup_tui.widgets.page import PageView


class Leads(Protocol):
    """What can be followed from a page, as its owner knows it."""

    def leads(self, target: str) -> bool:
        """Whether a link leads anywhere."""

    def in_text(self, text: str) -> Iterable[tuple[int, int, str]]:
        """Links that a text has without being marked as such: start, end, target."""

    def is_outside(self, target: str) -> bool:
        """Whether a link leads out of the wiki."""


class LinkedPage(PageView):
    """Shows Markdown with links; `n` and `N` walk them, Enter follows the one in hand."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"page--link", "page--hand"}
    DEFAULT_CSS = """
    LinkedPage {
        & > .page--link { color: $accent; text-style: underline; }
        & > .page--hand { color: $cursor-ink; background: $cursor-ground; text-style: $cursor-style; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "walk(1)", "next link", show=False),
        Binding("N", "walk(-1)", "link before", show=False),
        Binding("enter", "follow", "follow the link", show=False),
    ]

    class Taken(Message):
        """Another link is in hand; None: there is none in this direction."""

        def __init__(self, target: str | None) -> None:
            super().__init__()
            self.target = target

    class Followed(Message):
        """Enter on a link."""

        def __init__(self, target: str) -> None:
            super().__init__()
            self.target = target

    def __init__(self, leads: Leads, *, id: str | None = None) -> None:  # noqa: A002 (Textual's word)
        super().__init__(id=id)
        self._leads = leads
        self._targets: list[str] = []
        self._lines_of: dict[int, int] = {}
        """The line of each link that is laid out."""
        self._seen_to = 0
        self._hand: int | None = None

    @property
    def target(self) -> str | None:
        """Where the link in hand leads."""
        return self._targets[self._hand] if self._hand is not None and self._hand < len(self._targets) else None

    @property
    def hand(self) -> int | None:
        """Which link is in hand, from 0."""
        return self._hand

    def show(self, markdown: str, *, keep_place: bool = False, after: Sequence[Block] = ()) -> None:
        """Show this page; the link in hand stays only on a newer version of the same page."""
        self._targets.clear()
        if not keep_place:
            self._hand = None
        super().show(markdown, keep_place=keep_place, after=after)

    def stand_at(self, top: int, hand: int | None = None) -> None:
        """Come back to where the reader was, with the link that was in hand."""
        self._hand = hand
        super().stand_at(top)

    def seek(self, wanted: Callable[[str], bool]) -> bool:
        """Bring the first line that is `wanted` into view; False when there is none."""
        line = 0
        while line < len(self._lines) or self._lay_out_next():
            if line < len(self._lines) and wanted("".join(text for text, _ in self._lines[line])):
                self._show_line(line)
                return True
            line += line < len(self._lines)
        return False

    # Keys

    def action_walk(self, step: int) -> None:
        chosen = self._next(step)
        if chosen is not None:
            self._hand = chosen
            self._show_line(self._lines_of[chosen])
        self.post_message(self.Taken(self._targets[chosen] if chosen is not None else None))

    def action_follow(self) -> None:
        if self.target is None:
            self.action_walk(1)
        else:
            self.post_message(self.Followed(self.target))

    # Inside

    def _next(self, step: int) -> int | None:
        """The link after or before the one in hand; where that is out of sight, the next one from what is shown."""
        bottom = self._top + self.size.height
        self._lay_out_to(bottom)
        self._find_lines()
        place = self._lines_of.get(self._hand) if self._hand is not None else None
        if self._hand is not None and place is not None and self._top <= place < bottom:
            wanted = self._hand + step
        elif step > 0:
            wanted = next((n for n, line in self._lines_of.items() if line >= self._top), len(self._lines_of))
        else:
            wanted = max((n for n, line in self._lines_of.items() if line < bottom), default=-1)
        while wanted not in self._lines_of and wanted >= 0 and self._lay_out_next():
            self._find_lines()
        return wanted if wanted in self._lines_of else None

    def _find_lines(self) -> None:
        for number in range(self._seen_to, len(self._lines)):
            for _, tone in self._lines[number]:
                if is_sign(tone):
                    self._lines_of.setdefault(link_number(tone) or 0, number)
        self._seen_to = len(self._lines)

    def _show_line(self, line: int) -> None:
        """Scroll, if need be, so that a line stands in the upper half."""
        if not self._top <= line < self._top + self.size.height:
            self._top = self._bounded(line - self.size.height // 3)
        self.refresh()

    def _lay_out_again(self) -> None:
        super()._lay_out_again()
        self._lines_of.clear()
        self._seen_to = 0

    def _parsed(self, part: str, glyphs: Glyphs) -> list[Block]:
        return blocks(part, glyphs.quote, glyphs.bullet, _Counted(self._leads, self._targets))

    def render_line(self, y: int) -> Strip:
        strip = super().render_line(y)
        if not any(is_sign(tone) for _, tone in self._line(y)):
            return strip
        # The sign that the text has is one cell; what stands for it here may be drawn otherwise.
        glyphs, cells = glyphs_of(self), self.size.width
        segments = [
            Segment(self._sign(tone, glyphs) if is_sign(tone) else text, self._style(tone))
            for text, tone in self._line(y)
        ]
        return Strip(segments).adjust_cell_length(cells, tone_style(self, ""))

    def _line(self, y: int) -> tuple[tuple[str, PageTone], ...]:
        index = self._top + y
        return self._lines[index] if index < len(self._lines) else ()

    def _sign(self, tone: PageTone, glyphs: Glyphs) -> str:
        return glyphs.cursor if link_number(tone) == self._hand else glyphs.link

    def _style(self, tone: PageTone) -> Style:
        number = link_number(tone)
        if number is None:
            return super()._style(tone)
        return self.get_component_rich_style("page--hand" if number == self._hand else "page--link")


class _Counted:
    """Numbers the links of a page in the order in which they are met."""

    def __init__(self, leads: Leads, targets: list[str]) -> None:
        self._leads = leads
        self._targets = targets

    def number(self, target: str) -> int | None:
        if not self._leads.leads(target):
            return None
        self._targets.append(target)
        return len(self._targets) - 1

    def in_text(self, text: str) -> Iterable[tuple[int, int, str]]:
        return self._leads.in_text(text)

    def is_outside(self, target: str) -> bool:
        return self._leads.is_outside(target)
