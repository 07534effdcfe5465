"""The few signs that are drawn, and what stands for them where only ASCII is wanted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from rich.style import Style
    from textual.widget import Widget

Tone = Literal["", "muted", "lead", "done", "alert"]
"""What a piece of text is: plain, beside the point, leading, good, in need of attention. Words say it too."""

TONES: tuple[Tone, ...] = ("", "muted", "lead", "done", "alert")

TONE_CLASSES = {"tone--muted", "tone--lead", "tone--done", "tone--alert"}
TONE_CSS = """
    & > .tone--muted { color: $muted; text-style: $muted-style; }
    & > .tone--lead { color: $primary; text-style: bold; }
    & > .tone--done { color: $accent; }
    & > .tone--alert { color: $error; text-style: bold; }
"""
"""For a widget's `COMPONENT_CLASSES` and `DEFAULT_CSS`."""


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Every sign outside ASCII that the frame draws."""

    cursor: str = "▸"
    ellipsis: str = "…"
    rule: str = "─"
    yes: str = "✓"
    no: str = "✗"
    waiting: str = "…"
    dot: str = "·"
    bar_full: str = "█"
    bar_empty: str = "░"
    quote: str = "│"
    bullet: str = "•"
    steps: str = " ▁▂▃▄▅▆▇█"
    """One cell of a column, from nothing to full."""
    link: str = "›"
    folded: str = "+"
    unfolded: str = "-"


UNICODE = Glyphs()
ASCII = Glyphs(
    cursor=">",
    ellipsis="~",
    rule="-",
    yes="ok",
    no="no",
    waiting="..",
    dot="-",
    bar_full="#",
    bar_empty=".",
    quote="|",
    bullet="*",
    steps=" .:#",
    link="^",
)


def glyphs_of(widget: Widget) -> Glyphs:
    """The signs for this widget's application: ASCII if its settings say so."""
    settings = getattr(widget.app, "settings", None)
    return ASCII if getattr(settings, "ascii", False) else UNICODE


def tone_style(widget: Widget, tone: Tone) -> Style:
    """The rich style of a tone in this widget, as the theme has it now."""
    if not tone:
        return widget.rich_style
    return widget.get_component_rich_style(f"tone--{tone}")
