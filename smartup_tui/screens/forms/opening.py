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
_finished: WeakKeyDictionary[Workspace, _Key] = WeakKeyDictionary()
"""The form whose text went to the command line last: a draft until the command is given."""


def open_form(screen: OwnerScreen, command: str, prefilled: Mapping[str, str] | None = None) -> None:
    """Open the form of a command (its name in the catalogue) over a screen, with what is known filled in.

    Its result is put into the screen's command line. What was filled in and left, here or there, comes back at the
    next opening for the same thing.
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
    _of(screen.workspace)[key] = outcome.values
    if outcome.text is not None:
        _finished[screen.workspace] = key
        screen.open_command(outcome.text)


def given(workspace: Workspace, command: str) -> None:
    """A command of this name was given: what its form was finished with is no draft any more."""
    key = _finished.get(workspace)
    if key is not None and key[0] == command:
        del _finished[workspace]
        _of(workspace).pop(key, None)


def _of(workspace: Workspace) -> dict[_Key, Mapping[str, str]]:
    return _drafts.setdefault(workspace, {})
