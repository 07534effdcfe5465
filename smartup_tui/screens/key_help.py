"""The keys of a screen as a page, made from the bindings themselves, so that it can not be out of date."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widget import Widget

from smartup_tui.widgets.command import Prompt

_NAMES: Final = {
    "exclamation_mark": "!",
    "colon": ":",
    "question_mark": "?",
    "slash": "/",
    "escape": "Esc",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "up": "↑",
    "down": "↓",
}
_SENDING: Final = (Binding("enter", "send", "send it"), Binding("ctrl+o", "other_room", "send it to another room"))


def key_help(screen: Screen[None], name: str, everywhere: Sequence[BindingType]) -> str:
    """Markdown: the keys that act on a task, those of this screen, of every screen, of the command line and the list.

    `everywhere` are the bindings that all screens share, among them those that act.
    """
    shared = [b for b in everywhere if isinstance(b, Binding)]
    acting = [b for b in shared if b.action.startswith("act(")]
    own = [b for b in type(screen).BINDINGS if isinstance(b, Binding)]
    application = [b for b in type(screen.app).BINDINGS if isinstance(b, Binding)]
    focused = screen.focused
    groups = (
        ("On the marked task", acting),
        (f"In {name}", own),
        ("Everywhere", [b for b in shared if b not in acting and b.show] + application),
        ("In the command line", [*_SENDING, *_of(Prompt)]),
        ("In the list or page", _of(type(focused)) if focused is not None else []),
    )
    return "\n\n".join(f"## {title}\n\n" + "\n".join(_lines(bindings)) for title, bindings in groups if bindings)


def _of(kind: type[Widget]) -> list[Binding]:
    return [binding for binding in kind.BINDINGS if isinstance(binding, Binding)]


def _lines(bindings: Iterable[Binding]) -> Iterable[str]:
    """One line for each action: all its keys, and what it does."""
    keys: dict[str, list[str]] = {}
    words: dict[str, str] = {}
    for binding in bindings:
        if binding.description:
            keys.setdefault(binding.action, []).extend(_shown(key) for key in binding.key.split(","))
            words.setdefault(binding.action, binding.description)
    for action, description in words.items():
        yield f"- `{' '.join(dict.fromkeys(keys[action]))}` {description}"


def _shown(key: str) -> str:
    """A key as it is printed on keyboards: `Ctrl+C`, `Shift+Tab`, `PgUp`, but `c` and `R` as they are typed."""
    *held, last = key.split("+")
    name = _NAMES.get(last, last.capitalize() if len(last) > 1 else last.upper() if held else last)
    return "+".join([*(part.capitalize() for part in held), name])
