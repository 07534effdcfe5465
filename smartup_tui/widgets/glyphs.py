"""The few signs that are drawn, and what stands for them where only ASCII is wanted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from rich.style import Style
from textual.color import Color

if TYPE_CHECKING:
    from textual.app import App
    from textual.widget import Widget

Tone = Literal["", "muted", "lead", "done", "alert"]
"""What a piece of text is: plain, beside the point, leading, good, in need of attention. Words say it too."""


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
    return ASCII if wants_ascii(widget.app) else UNICODE


def wants_ascii(app: App[Any]) -> bool:
    """Whether the application's settings, where it has such, want nothing but ASCII drawn."""
    return bool(getattr(getattr(app, "settings", None), "ascii", False))


def tone_style(widget: Widget, tone: Tone) -> Style:
    """The rich style of a tone in this widget, as the theme has it now.

    Made from the theme, not by component classes: those would be styled anew for each line of each screen.
    """
    own = widget.get_component_rich_style()  # of no component: the widget's own, but kept until its styles change
    return own + _tones(widget.app)[tone] if tone else own


_KNOWN: dict[str, dict[Tone, Style]] = {}
"""By the name of the theme."""


def _tones(app: App[Any]) -> dict[Tone, Style]:
    if app.theme not in _KNOWN:
        colours = app.theme_variables
        _KNOWN[app.theme] = {
            "muted": _style(colours["muted"], dim=True if colours["muted-style"] == "dim" else None),
            "lead": _style(colours["primary"], bold=True),
            "done": _style(colours["accent"]),
            "alert": _style(colours["error"], bold=True),
        }
    return _KNOWN[app.theme]


def _style(colour: str, *, bold: bool | None = None, dim: bool | None = None) -> Style:
    return Style(color=Color.parse(colour).rich_color, bold=bold, dim=dim)
