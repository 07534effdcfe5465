"""Opening a form over a screen, and the drafts that wait for the next opening."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from smartup_tui.screens.forms.form import Outcome
    from smartup_tui.screens.owner_screen import OwnerScreen
    from smartup_tui.workspace.workspace import Workspace

_Key = tuple[str, tuple[tuple[str, str], ...]]
_drafts: WeakKeyDictionary[Workspace, dict[_Key, Mapping[str, str]]] = WeakKeyDictionary()


def open_form(screen: OwnerScreen, command: str, prefilled: Mapping[str, str] | None = None) -> None:
    """Open the form of a command (its name in the catalogue) over a screen, with what is known filled in.

    Its result is put into the screen's command line. What was filled in and left comes back at the next opening for
    the same thing.
    """
    from smartup_tui.catalogue.commands import CATALOGUE  # noqa: PLC0415 - a form is seldom opened
    from smartup_tui.screens.forms.form import CommandForm  # noqa: PLC0415

    given = dict(prefilled or {})
    key = (command, tuple(sorted(given.items())))
    values = {**given, **_of(screen.workspace).get(key, {})}
    form = CommandForm(CATALOGUE[command], values, screen.workspace)
    screen.app.push_screen(form, partial(_closed, screen, key))


def _closed(screen: OwnerScreen, key: _Key, outcome: Outcome | None) -> None:
    if outcome is None:
        return
    if outcome.text is None:
        _of(screen.workspace)[key] = outcome.values
        return
    _of(screen.workspace).pop(key, None)
    screen.open_command(outcome.text)


def _of(workspace: Workspace) -> dict[_Key, Mapping[str, str]]:
    return _drafts.setdefault(workspace, {})
