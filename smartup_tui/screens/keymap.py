"""The owner's own keys: `[settings.keymap]` of the configuration gives another key to an action by its id.

An id is the place and the action as they are declared (`everywhere-refresh`, `tasks-view-open`), so every binding has
one that stays the same; `docs/keys.md` lists them. A keymap that can not be used is refused in words before anything
is shown.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from textual.app import App
from textual.binding import Binding, BindingsMap
from textual.dom import DOMNode
from textual.keys import Keys, key_to_character
from textual.screen import ModalScreen, Screen
from textual.widgets import Input

from smartup_tui.config_error import ConfigError

EVERYWHERE: Final = "everywhere"
_SCOPES: Final = {
    "OwnerScreen": EVERYWHERE,
    "BrowseScreen": "lists",
    "NarrowingScreen": "lists",
    "VirtualTable": "table",
    "PageView": "page",
    "Prompt": "command-line",
    "FilterInput": "filter",
}
_ALWAYS_QUIT: Final = ("ctrl+c", "ctrl+q")
_NAMED: Final = {key.value for key in Keys} | {"space", "minus", "plus"}
_NAMES: Final = {
    "exclamation_mark": "!",
    "colon": ":",
    "question_mark": "?",
    "slash": "/",
    "equals_sign": "=",
    "plus": "+",
    "minus": "-",
    "escape": "Esc",
    "backspace": "Bksp",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
}
_ACTION: Final = re.compile(r"(?:app\.|screen\.)?(?P<name>\w+)(?:\((?P<arguments>.*)\))?")


@dataclass(frozen=True, slots=True)
class Action:
    """One action that a key does: its id, the class that declares it, its keys and what they do."""

    id: str
    scope: str
    kind: type[DOMNode]
    keys: tuple[str, ...]
    words: str


def declared(kind: type[DOMNode]) -> list[Binding]:
    """The bindings that a class itself declares, one key each, with their ids; the keys that always quit have none."""
    scope = scope_of(kind)
    found = Binding.make_bindings(vars(kind).get("BINDINGS", ()))
    return [replace(b, id=b.id or f"{scope}-{_slug(b.action)}" if b.key not in _ALWAYS_QUIT else "") for b in found]


def scope_of(kind: type[DOMNode]) -> str:
    """The place of a class's bindings, as ids and the list of keys call it."""
    if issubclass(kind, App):
        return EVERYWHERE
    name = _SCOPES.get(kind.__name__)
    if name is None:
        short = re.sub(r"(Screen|View|Input|Table)$", "", kind.__name__)
        name = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", short or kind.__name__).lower()
    return name


def effective(kind: type[DOMNode], keymap: Mapping[str, str]) -> list[Binding]:
    """The bindings that a class declares, with the owner's keys."""
    found: list[Binding] = []
    done: set[str] = set()
    for binding in declared(kind):
        wanted = keymap.get(binding.id or "")
        if wanted is None:
            found.append(binding)
        elif binding.id not in done:
            done.add(binding.id or "")
            found += [replace(binding, key=key, key_display=None) for key in keys_of(wanted)]
    return found


def keys_of(text: str) -> list[str]:
    """The keys of a setting, as Textual names them; the text must have passed `check`."""
    wanted = [part.strip() for part in text.split(",")] if text.strip() != "," else [","]
    return [b.key for key in wanted for b in Binding.make_bindings([Binding(key, "none")])]


def remap(node: DOMNode, keymap: Mapping[str, str]) -> None:
    """Give a new screen, widget or application the owner's keys."""
    kinds = [kind for kind in type(node).__mro__ if kind.__module__.startswith("smartup_tui.")]
    changed = [k for k in kinds if issubclass(k, DOMNode) and any(b.id in keymap for b in declared(k))]
    if not changed:
        return
    merged: dict[str, list[Binding]] = {}
    for kind in reversed(type(node).__mro__):
        if issubclass(kind, DOMNode):
            ours = kind.__module__.startswith("smartup_tui.")
            own = effective(kind, keymap) if ours else [*Binding.make_bindings(vars(kind).get("BINDINGS", ()))]
            fresh: dict[str, list[Binding]] = {}
            for binding in own:
                fresh.setdefault(binding.key, []).append(binding)
            merged.update(fresh)
    node._bindings = BindingsMap.from_keys(merged)  # noqa: SLF001 - Textual's own keymap can not tell who has which key


def bindings_of(screen: Screen[Any], app: App[Any]) -> Iterator[Binding]:
    """What keys do on a screen, its own first, then those of every screen, one binding for each action as the screen
    runs it.
    """
    keymap = keymap_of(app)
    for node in (screen, app):
        for kind in type(node).__mro__:
            if kind.__module__.startswith("smartup_tui.") and issubclass(kind, DOMNode):
                for binding in joined(effective(kind, keymap)):
                    away = node is app and "." not in binding.action
                    yield replace(binding, action=f"app.{binding.action}") if away else binding


def joined(bindings: Iterable[Binding]) -> Iterator[Binding]:
    """One binding for each action, with all its keys."""
    found: dict[str, Binding] = {}
    for binding in bindings:
        known = found.get(binding.action)
        if known is None:
            found[binding.action] = binding
        else:
            words = known.description or binding.description
            found[binding.action] = replace(known, key=f"{known.key},{binding.key}", description=words)
    yield from found.values()


def keymap_of(app: App[Any]) -> Mapping[str, str]:
    """The owner's keys."""
    settings = getattr(app, "settings", None)
    return settings.keymap if settings is not None else {}


def shown_keys(keys: str) -> str:
    """Keys as they are printed on keyboards: `Ctrl+C`, `Shift+Tab`, `PgUp`, but `c` and `R` as they are typed."""
    return " ".join(dict.fromkeys(_shown(key) for key in keys.split(",")))


def _shown(key: str) -> str:
    *held, last = key.split("+")
    name = _NAMES.get(last) or (key_to_character(last) or "" if not held else "")
    if not name or not name.isprintable() or name == " ":
        name = last.capitalize() if len(last) > 1 else last.upper() if held else last
    return "+".join([*(part.capitalize() for part in held), name])


def new_keys(screen: Screen[Any], app: App[Any]) -> dict[str, str]:
    """How the keys that the owner has changed are shown on this screen, by how they are shown by default."""
    keymap = keymap_of(app)
    if not keymap:
        return {}
    kinds = {k for node in (screen, app, *screen.query("*")) for k in type(node).__mro__ if issubclass(k, DOMNode)}
    changed: dict[str, str] = {}
    for kind in kinds:
        if kind.__module__.startswith("smartup_tui."):
            for binding in declared(kind):
                wanted = keymap.get(binding.id or "")
                if wanted is not None:
                    changed[_shown(binding.key)] = shown_keys(",".join(keys_of(wanted)))
    return changed


# Checking


@cache
def actions() -> tuple[Action, ...]:
    """Every action of every screen and widget, and of the application when it is loaded. Imports them all."""
    from smartup_tui import screens, widgets  # noqa: PLC0415

    for package in (screens, widgets):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    found: dict[str, Action] = {}
    for kind in sorted(_kinds(DOMNode), key=lambda k: (scope_of(k), k.__qualname__)):
        for binding in joined(b for b in declared(kind) if b.id):
            known = found.get(binding.id or "")
            keys = tuple(binding.key.split(","))
            if known is not None:
                keys = tuple(dict.fromkeys((*known.keys, *keys)))
            words = binding.description or (known.words if known else "")
            found[binding.id or ""] = Action(binding.id or "", scope_of(kind), kind, keys, words)
    return tuple(found.values())


def _kinds(root: type[DOMNode]) -> Iterator[type[DOMNode]]:
    for kind in root.__subclasses__():
        if kind.__module__.startswith("smartup_tui.") and "BINDINGS" in vars(kind):
            yield kind
        yield from _kinds(kind)


def check(file: Path, keymap: Mapping[str, str]) -> None:
    """Raise a `ConfigError` in words for the first thing of a keymap that can not be: an unknown action, something
    that is no key, or a key that does something else there already.
    """
    if not keymap:
        return
    known = {action.id: action for action in actions()}
    for name, text in keymap.items():
        place = f"settings.keymap.{name}"
        if name not in known:
            near = difflib.get_close_matches(name, known, 1, 0.5)
            hint = f"Did you mean {near[0]}?" if near else "The list of keys in the documentation has all ids."
            raise ConfigError(file, place, "there is no such action", hint)
        for key in text.split(","):
            _check_key(file, place, known[name], key.strip())
    after = {a.id: tuple(keys_of(keymap[a.id])) if a.id in keymap else a.keys for a in known.values()}
    for name in keymap:
        for other in known.values():
            both = set(after[name]) & set(after[other.id]) - (set(known[name].keys) & set(other.keys))
            if other.id != name and both and _meet(known[name], other):
                what = f"the key {_shown(min(both))} does something else there already: {other.words or other.id}"
                raise ConfigError(file, f"settings.keymap.{name}", what, f"Take another key, or give {other.id} one.")


def _check_key(file: Path, place: str, action: Action, key: str) -> None:
    *held, last = key.split("+") if len(key) > 1 else (key,)
    if not key:
        raise ConfigError(file, place, "no key is named", "Write it as r, R, f2, ctrl+r, space or pageup.")
    named = len(last) == 1 or last in _NAMED or key in _NAMED or key_to_character(last) is not None
    if not named or any(part not in ("ctrl", "shift", "alt") for part in held):
        near = difflib.get_close_matches(key.lower(), sorted(_NAMED), 1)
        hint = f"Did you mean {near[0]}? " if near else ""
        raise ConfigError(file, place, f"{key!r} is no key", f"{hint}Write it as r, R, f2, ctrl+r, space or pageup.")
    if key in _ALWAYS_QUIT:
        raise ConfigError(file, place, f"{_shown(key)} always quits", "Take another key.")
    if issubclass(action.kind, Input) and not held and (len(last) == 1 or last == "space"):
        raise ConfigError(file, place, f"{key} would be written into the text", "Take one with ctrl+, or f2 and so on.")


def _meet(one: Action, other: Action) -> bool:
    """Whether two actions can be meant by the same key press."""
    if one.scope == other.scope:
        return True
    if issubclass(one.kind, Input) or issubclass(other.kind, Input):
        return False  # what is written in has its keys to itself
    rank = {_rank(one), _rank(other)}
    return rank not in ({"screen"}, {"modal"}, {"widget"}, {"modal", "screen"}, {"modal", "everywhere"})


def _rank(action: Action) -> str:
    if action.scope in (EVERYWHERE, "lists"):
        return "everywhere"
    if issubclass(action.kind, ModalScreen):
        return "modal"
    return "screen" if issubclass(action.kind, Screen) else "widget"


def _slug(action: str) -> str:
    """`app.go('Tasks', 'open')` is go-tasks-open, `page(-0.5)` page-half-back, `act('claim_task')` claim-task."""
    found = _ACTION.fullmatch(action)
    assert found is not None, action
    name = found["name"]
    words = [] if name == "act" else [name.removeprefix("app_").removeprefix("action_")]
    for argument in (found["arguments"] or "").split(","):
        text = argument.strip().strip("'\"")
        if re.fullmatch(r"-?[0-9.]+", text):
            size = abs(float(text))
            words += [] if size == 1 else ["half"] if size == 0.5 else [f"{size:g}"]
            words += ["back"] if text.startswith("-") else []
        else:
            words.append(text)
    return re.sub(r"[^a-z0-9]+", "-", "-".join(words).lower()).strip("-")
