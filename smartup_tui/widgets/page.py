"""A page of the wiki: Markdown, wrapped to the width and read by scrolling. Only what is reached is worked out."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.strip import Strip
from textual.widget import Widget

from smartup_tui.widgets.glyphs import Glyphs, glyphs_of, tone_style
from smartup_tui.widgets.markdown import Block, PageTone, blocks, chunks
from smartup_tui.widgets.wrapping import Line, lines_of


class PageView(Widget, can_focus=True):
    """Shows Markdown; `show` replaces it. Scrolls by keys of vim or arrows and keeps its place when resized."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "page--muted",
        "page--lead",
        "page--strong",
        "page--emphasis",
        "page--code",
    }
    DEFAULT_CSS = """
    PageView {
        height: 1fr;
        & > .page--muted { color: $muted; text-style: $muted-style; }
        & > .page--lead { color: $primary; text-style: bold; }
        & > .page--strong { text-style: bold; }
        & > .page--emphasis { text-style: italic; }
        & > .page--code { color: $accent; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_lines(-1)", "up", show=False),
        Binding("down,j", "scroll_lines(1)", "down", show=False),
        Binding("pageup,ctrl+b", "scroll_pages(-1.0)", "page up", show=False),
        Binding("pagedown,space,ctrl+f", "scroll_pages(1.0)", "page down", show=False),
        Binding("ctrl+u", "scroll_pages(-0.5)", "half a page up", show=False),
        Binding("ctrl+d", "scroll_pages(0.5)", "half a page down", show=False),
        Binding("home", "scroll_top", "top", show=False),
        Binding("end,G", "scroll_bottom", "end", show=False),
    ]

    def __init__(self, markdown: str = "", *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.markdown = markdown
        """What is shown, whole."""
        self._parts: list[str] = chunks(markdown)
        self._blocks: list[Block] = []
        self._after: list[Block] = []
        """What follows the Markdown, made by who shows the page."""
        self._lines: list[Line] = []
        self._starts: list[int] = []
        """The first line of each block that is laid out."""
        self._laid_for = 0
        self._top = 0

    @property
    def top(self) -> int:
        """The first line shown, from 0."""
        return self._top

    def show(self, markdown: str, *, keep_place: bool = False, after: Sequence[Block] = ()) -> None:
        """Show this page, from its beginning (or, for a newer version of the same page, from where it was).

        `after` are cleaned blocks that follow what is Markdown.
        """
        self.markdown = markdown
        self._parts = chunks(markdown)
        self._after = list(after)
        self._blocks.clear()
        self._lay_out_again()
        self._top = self._bounded(self._top) if keep_place else 0
        self.refresh()

    def stand_at(self, top: int) -> None:
        """Come back to where the reader was: to the first line that was shown."""
        self._top = self._bounded(top)
        self.refresh()

    # Keys and mouse

    def action_scroll_lines(self, lines: int) -> None:
        self._move(self._top + lines)

    def action_scroll_pages(self, pages: float) -> None:
        self._move(self._top + int(self.size.height * pages))

    def action_scroll_top(self) -> None:
        self._move(0)

    def action_scroll_bottom(self) -> None:
        self._move(self._last_top())

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._move(self._top + 3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._move(self._top - 3)

    # Painting

    def on_resize(self) -> None:
        if self.size.width == self._laid_for:
            return
        place = bisect_right(self._starts, self._top) - 1
        within = self._top - self._starts[place] if self._starts else 0
        self._lay_out_again()
        if place >= 0:
            while len(self._starts) <= place and self._lay_out_next():
                pass
            self._top = self._bounded(self._starts[min(place, len(self._starts) - 1)] + within)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        cells = self.size.width
        self._lay_out_to(self._top + y)
        index = self._top + y
        if index >= len(self._lines):
            return Strip.blank(cells, self._style(""))
        segments = [Segment(text, self._style(tone)) for text, tone in self._lines[index]]
        return Strip(segments).adjust_cell_length(cells, self._style(""))

    def _style(self, tone: PageTone) -> Style:
        return self.get_component_rich_style(f"page--{tone}") if tone else tone_style(self, "")

    # What is worked out so far

    def _move(self, top: int) -> None:
        top = self._bounded(top)
        if top != self._top:
            self._top = top
            self.refresh()

    @property
    def _finished(self) -> bool:
        return not self._parts and not self._after and len(self._starts) == len(self._blocks)

    def _bounded(self, top: int) -> int:
        """A first line, so that none is shown behind the page's last one; laid out as far as is seen from there."""
        self._lay_out_to(top + self.size.height)
        return max(0, min(top, len(self._lines) - self.size.height if self._finished else top))

    def _last_top(self) -> int:
        while self._lay_out_next():
            pass
        return max(0, len(self._lines) - self.size.height)

    def _lay_out_to(self, line: int) -> None:
        while len(self._lines) <= line and self._lay_out_next():
            pass

    def _lay_out_next(self) -> bool:
        """Lay out one more block; False when the page is finished."""
        glyphs = glyphs_of(self)
        while len(self._starts) == len(self._blocks):
            if self._parts:
                self._blocks += self._parsed(self._parts.pop(0), glyphs)
            elif self._after:
                self._blocks.append(self._after.pop(0))
            else:
                return False
        block = self._blocks[len(self._starts)]
        if block.gap and self._lines:
            self._lines.append(())
        self._starts.append(len(self._lines))
        self._lines += lines_of(block, self.size.width - 1, glyphs.rule)
        return True

    def _parsed(self, part: str, glyphs: Glyphs) -> list[Block]:
        return blocks(part, glyphs.quote, glyphs.bullet)

    def _lay_out_again(self) -> None:
        self._lines.clear()
        self._starts.clear()
        self._laid_for = self.size.width
