"""The keys of a screen as a page, made from the bindings themselves, so that it can not be out of date."""

from __future__ import annotations

from collections.abc import Iterable

from textual.binding import Binding
from textual.screen import Screen
from textual.widget import Widget

_NAMES = {
    "exclamation_mark": "!",
    "colon": ":",
    "question_mark": "?",
    "slash": "/",
    "escape": "Esc",
    "shift+tab": "Shift+Tab",
    "tab": "Tab",
    "enter": "Enter",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "up": "↑",
    "down": "↓",
    "home": "Home",
    "end": "End",
}


def key_help(screen: Screen[None]) -> str:
    """Markdown: the keys that act, then those that move."""
    acting = list(_lines([*_bindings(screen), *_bindings(screen.app)]))
    focused: list[Widget] = [screen.focused] if screen.focused is not None else []
    moving = list(_lines(binding for widget in focused for binding in _bindings(widget)))
    parts = ["\n".join(acting)]
    if moving:
        parts.append("## In the list or page\n\n" + "\n".join(moving))
    return "\n\n".join(parts)


def _bindings(node: Screen[None] | Widget | object) -> Iterable[Binding]:
    found = getattr(node, "_bindings", None)
    if found is not None:
        for bindings in found.key_to_bindings.values():
            yield from bindings


def _lines(bindings: Iterable[Binding]) -> Iterable[str]:
    """One line for each action: all its keys, and what it does."""
    keys: dict[str, list[str]] = {}
    words: dict[str, str] = {}
    for binding in bindings:
        if not binding.description:
            continue
        keys.setdefault(binding.action, []).append(_shown(binding.key))
        words.setdefault(binding.action, binding.description)
    for action, description in words.items():
        yield f"- `{' '.join(dict.fromkeys(keys[action]))}` {description}"


def _shown(key: str) -> str:
    if key in _NAMES:
        return _NAMES[key]
    return key.replace("ctrl+", "Ctrl+")
