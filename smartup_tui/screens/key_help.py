"""The keys of a screen as a page, made from the bindings themselves, so that it can not be out of date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen

from smartup_tui.screens.keymap import EVERYWHERE, effective, joined, keymap_of, scope_of, shown_keys
from smartup_tui.text import width
from smartup_tui.widgets.command import Prompt

_SENDING: Final = Binding("enter", "send", "send it")
_BLANK: Final = "\N{NO-BREAK SPACE}"
"""Markdown keeps it, so that what the keys do stands in a column."""


def key_help(screen: Screen[Any], name: str) -> str:
    """Markdown: the keys that act on a task, those of this screen, of every screen, of the command line and the list,
    as this owner has them.
    """
    keymap = keymap_of(screen.app)
    shared = [*_of(type(screen), keymap, everywhere=True)]
    acting = [b for b in shared if b.action.startswith("act(")]
    application = [*_of(type(screen.app), keymap, everywhere=True)]
    focused = screen.focused
    groups = (
        ("On the marked task", acting),
        (f"In {name}", [*_of(type(screen), keymap, everywhere=False)]),
        ("Everywhere", [b for b in (*shared, *application) if b not in acting]),
        ("In the command line", [_SENDING, *effective(Prompt, keymap)]),
        ("In the list or page", [*_of(type(focused), keymap, everywhere=False)] if focused is not None else []),
    )
    told = [(title, [*_lines(bindings)]) for title, bindings in groups if bindings]
    column = max((width(keys) for _, lines in told for keys, _ in lines), default=0) + 2
    return "\n\n".join(f"## {title}\n\n" + "\n".join(_in_columns(lines, column)) for title, lines in told)


def _in_columns(lines: Iterable[tuple[str, str]], column: int) -> Iterator[str]:
    for keys, words in lines:
        yield f"- `{keys}`{_BLANK * (column - width(keys))}{words}"


def _of(kind: type[DOMNode], keymap: Mapping[str, str], *, everywhere: bool) -> Iterator[Binding]:
    """What a class and those it is made from declare, either for all screens or for this one; a key that does something
    else in the class itself is told once.
    """
    told: set[str] = set()
    for found in kind.__mro__:
        if not found.__module__.startswith("smartup_tui.") or not issubclass(found, DOMNode):
            continue
        fresh = [binding for binding in effective(found, keymap) if binding.key not in told]
        told.update(binding.key for binding in fresh)
        if (scope_of(found) == EVERYWHERE) is everywhere:
            yield from fresh


def _lines(bindings: Iterable[Binding]) -> Iterator[tuple[str, str]]:
    """For each action all its keys, and what it does."""
    for binding in joined(bindings):
        if binding.description:
            yield shown_keys(binding.key), binding.description
