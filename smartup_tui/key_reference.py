"""Writes docs/keys.md, every key and its id: `python -m smartup_tui.key_reference docs`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import smartup_tui.app  # noqa: F401 - its keys are among them
from smartup_tui.screens.frame import SCREENS
from smartup_tui.screens.keymap import EVERYWHERE, Action, actions, shown_keys

_HEAD: Final = """\
# Keys

<!-- Made by `make reference` from the bindings themselves; change them there. -->

`?` shows the keys of the screen that is open. This is all of them, with the id by which another key is given:

```toml
# config.toml
[settings.keymap]
everywhere-refresh = "f5"
table-move = "ctrl+n,down"
```

Several keys are separated by commas. A key is written as it is typed (`r`, `R`, `!`) or by its name: `f5`, `space`,
`tab`, `escape`, `pageup`, `ctrl+r`, `shift+tab`. What can not be is refused when the workspace starts, with the file,
the action, and what the key does there already. `Ctrl+C` and `Ctrl+Q` always quit.
"""
_TITLES: Final = {
    EVERYWHERE: ("Everywhere", "On every screen, also where a screen's own table below does not name it."),
    "lists": ("Screens with a list", "Beside the keys of each list, which the screens below have."),
    "table": ("In a list", "While a list has the focus."),
    "page": ("In a page", "While a page has the focus."),
    "command-line": ("In the command line", "While a command is written."),
    "filter": ("In the filter", "While it is written in."),
}


def keys_page() -> str:
    """The page, in Markdown."""
    known = actions()
    scopes = list(dict.fromkeys(action.scope for action in known))
    first = [EVERYWHERE, "lists", *(name.lower() for name in SCREENS), *_TITLES]
    scopes.sort(key=lambda scope: (first.index(scope) if scope in first else len(first), scope))
    return "\n".join([_HEAD, *(_part(scope, [a for a in known if a.scope == scope]) for scope in scopes)])


def _part(scope: str, found: Iterable[Action]) -> str:
    title, about = _TITLES.get(scope, (scope.replace("-", " ").capitalize(), ""))
    rows = [f"| `{a.id}` | {_keys(a)} | {a.words or a.id.removeprefix(f'{scope}-').replace('-', ' ')} |" for a in found]
    head = [f"## {title}", "", *([about, ""] if about else [])]
    return "\n".join([*head, "| id | keys | what it does |", "|---|---|---|", *rows, ""])


def _keys(action: Action) -> str:
    return " ".join(f"`{shown_keys(key)}`" for key in action.keys).replace("|", "\\|")


def main() -> int:
    """Write the page into the folder that the command line names."""
    if len(sys.argv) != 2:
        print("usage: python -m smartup_tui.key_reference FOLDER", file=sys.stderr)
        return 2
    Path(sys.argv[1], "keys.md").write_text(keys_page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
