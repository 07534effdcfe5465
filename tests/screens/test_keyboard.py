"""By keyboard alone: all that can have the focus is reached, what a click does a key does, and `?` names every key."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from textual.dom import DOMNode
from textual.widget import Widget

from smartup_tui.config import Settings
from smartup_tui.screens import keymap
from smartup_tui.screens.forms.fields import ChoiceField
from smartup_tui.screens.frame import SCREENS
from smartup_tui.screens.key_help import key_help
from smartup_tui.screens.keymap import shown_keys
from smartup_tui.screens.owner_screen import OwnerScreen
from smartup_tui.screens.reading import ReadingScreen
from smartup_tui.screens.tasks import TasksScreen
from smartup_tui.text import width
from smartup_tui.widgets.table import VirtualTable
from smartup_tui.widgets.tabs import Tabs
from smartup_tui.widgets.timeline import Timeline
from tests.screens.gallery import Walker, stop, walker
from tests.support.full_house import house
from tests.support.local_time import utc

__all__ = ["utc"]

SIZE = (80, 24)
CLICKED = {Tabs, VirtualTable, Timeline, ChoiceField}
"""What answers to a click; that keys do the same is seen below."""
OVER = (
    stop("the command line", "1!"),
    stop("the palette", "1", "ctrl+p"),
    stop("problems", "1P"),
    stop("what is not sent", "1w"),
    stop("a filter", "2/"),
    stop("an export", "2E"),
    stop("an explanation", "3="),
    stop("a message", "8/", *"2_work", "enter", "enter", *"kj", "a"),
)
"""What is written, chosen or read over a screen."""


@pytest.fixture
async def maria(tmp_path: Path) -> AsyncIterator[Walker]:
    async with walker(house(tmp_path, Settings(theme="dark")), SIZE) as owner:
        yield owner


@pytest.mark.timeout(600)  # seconds of work, but many where others want the processor too
async def test_each_screen_is_used_by_keys_and_says_which(maria: Walker) -> None:
    """Its tab is clicked, its number does the same; Tab goes everywhere on it, and `?` names what its keys do."""
    faults: list[str] = []
    for number, name in enumerate(SCREENS, 1):
        await maria.pilot.click(Tabs, offset=(next(p.start for p in maria.screen.tabs.places() if p.name == name), 0))
        await maria.pilot.pause()
        screen = maria.screen
        assert name == screen.NAME
        assert screen.active_bindings[str(number % 10)].binding.action == f"go('{name}')"
        faults += [f"{name}: Tab does not reach {widget}" for widget in await _out_of_reach(maria)]
        faults += [f"{name}: {fault}" for fault in (*_not_named(screen), *_dead(screen))]
        await maria.press("question_mark")
        over = maria.app.screen
        assert isinstance(over, ReadingScreen)
        assert over._markdown == key_help(screen, name)
        await maria.press("escape")
    assert not faults, "\n".join(faults)


@pytest.mark.timeout(600)
async def test_what_opens_over_a_screen_is_used_by_keys_and_left(maria: Walker) -> None:
    for where in OVER:
        await maria.at(where)
        assert maria.app.screen.focused is not None, where.name
        assert not await _out_of_reach(maria), where.name
        await maria.leave()
        assert not maria.screen.has_class("-filtering")
        assert isinstance(maria.app.screen, OwnerScreen), where.name


async def test_a_form_is_filled_in_by_keys_or_clicks(tmp_path: Path) -> None:
    async with walker(house(tmp_path, Settings(theme="dark"), "aisha"), SIZE) as aisha:
        await aisha.at(stop("a new task", "2an"))
        assert not await _out_of_reach(aisha)
        field = aisha.app.screen.query(ChoiceField).first()
        while aisha.app.screen.focused is not field:
            await aisha.press("tab")
        await aisha.press("right")
        wanted = field.typed
        await aisha.press("right")
        assert field.typed != wanted
        await aisha.pilot.click(field, offset=(_place_of(field, wanted), 0))
        await aisha.pilot.pause()
        assert field.typed == wanted


def _place_of(field: ChoiceField, wanted: str) -> int:
    at = 0
    for choice, text in field._texts():
        if choice == wanted:
            break
        at += width(text)
    return at + 1


async def _out_of_reach(owner: Walker) -> set[Widget]:
    """What takes keys and never gets the focus by Tab. Where Tab completes what is written, Esc leaves that first."""
    screen = owner.app.screen
    missing = set(screen.focus_chain) - {screen.focused}
    for _ in range(4 * len(missing)):  # Tab shows other lists on the way, too
        before = screen.focused
        await owner.press("tab")
        if screen.focused is before:
            await owner.press("escape")
        missing.discard(screen.focused or before)
        if not missing or owner.app.screen is not screen:
            break
    return missing


# What answers to a click


def test_nothing_answers_to_a_click_that_has_no_key() -> None:
    keymap.actions()  # all screens and widgets are imported
    clicked = {kind for kind in _ours(Widget) if any("click" in name or "mouse_down" in name for name in vars(kind))}
    assert clicked == CLICKED, "see that a key does it too, here"


def _ours(root: type[DOMNode]) -> set[type[DOMNode]]:
    found = {kind for kind in root.__subclasses__() if kind.__module__.startswith("smartup_tui.")}
    return found.union(*(_ours(kind) for kind in root.__subclasses__()))


async def test_a_row_and_a_message_are_marked_and_opened_by_key_as_by_click(maria: Walker) -> None:
    await maria.at(stop("the third task", "2ajj"))
    screen = maria.screen
    assert isinstance(screen, TasksScreen)
    third = screen.table.selected
    await maria.press("home")
    assert screen.table.selected != third
    for _ in "mark", "open":
        await maria.pilot.click("#list", offset=(4, 3))  # the first line are the titles
        await maria.pilot.pause()
        assert screen.table.selected == third
    clicked = screen.focused
    await maria.press("tab", "enter")
    assert screen.focused is clicked is screen.page

    await maria.at(stop("a room", "8/", *"2_work", "enter", "enter", "k"))
    timeline = maria.screen.query_one(Timeline)
    wanted, line = timeline.selected, timeline._row_of(timeline._cursor)
    await maria.press("j")
    assert timeline.selected != wanted
    await maria.pilot.click(Timeline, offset=(4, line))
    await maria.pilot.pause()
    assert timeline.selected == wanted


# What `?` says

_EXCEPT = frozenset({"screen.copy_text", "other_room"})
"""Textual's own, for a selection that there is not; and what the command line alone does."""
_SHORT = {"Bksp": "Backspace", "1-0": "1"}


def _not_named(screen: OwnerScreen) -> Iterator[str]:
    """Keys that do something on the screen, or that its last line offers, and that are not on its page of keys."""
    offered = [key for act in screen.acts() for key in act.key.split()]
    offered += [_SHORT.get(key, key) for hint in screen.keys._hints for key in hint.key.split()]
    yield from (f"? does not name {key}, which is offered" for key in offered if key not in _named(screen))
    for widget in screen.focus_chain:
        screen.set_focus(widget, scroll_visible=False)
        for key, found in screen.active_bindings.items():
            if found.binding.action not in _EXCEPT and shown_keys(key) not in _named(screen):
                yield f"? on {widget} does not name {shown_keys(key)}, which does {found.binding.action}"


def _dead(screen: OwnerScreen) -> Iterator[str]:
    """Keys that `?` names and that nothing answers to, and keys whose action there is not."""
    answered: set[str] = set()
    for widget in screen.focus_chain:
        screen.set_focus(widget, scroll_visible=False)
        for key, found in screen.active_bindings.items():
            answered.add(shown_keys(key))
            where, _, name = found.binding.action.partition("(")[0].rpartition(".")
            place: DOMNode = {"app": screen.app, "screen": screen}.get(where, found.node)
            if not hasattr(place, f"action_{name}"):
                yield f"{shown_keys(key)} on {widget} asks {place} for {name}, which it can not do"
        yield from (f"? on {widget} names {key}, which does nothing" for key in _named(screen) - answered)


def _named(screen: OwnerScreen) -> set[str]:
    parts = key_help(screen, screen.NAME).split("## ")
    here = "".join(part for part in parts if not part.startswith("In the command line"))
    return {key for keys in re.findall(r"^- `(.*)`\s", here, re.MULTILINE) for key in keys.split()}
