"""After a jump one key leads back, and another forward again, whichever screens it joined."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from smartup_tui.ledger import tables
from smartup_tui.ledger.index.ingest import ingest
from smartup_tui.ledger.index.store import Index
from smartup_tui.ledger.tree import MappingTree
from smartup_tui.screens.browse import BrowseScreen
from smartup_tui.screens.explain import ExplainScreen
from smartup_tui.screens.learn import LearnScreen
from tests.screens.test_journeys import Seat, seat
from tests.support.organisation import Organisation
from tests.support.wiki import GUIDE, HANDBOOK, reading, with_past

BEGAN = "This is where you began"


@pytest.fixture(scope="module")
def org() -> Organisation:
    return reading()


class Traveller(Seat):
    """The owner on their way."""

    @property
    def list(self) -> BrowseScreen:
        screen = self.screen
        assert isinstance(screen, BrowseScreen)
        return screen

    @property
    def at(self) -> tuple[str, str | None]:
        """The screen, and the thing or the row in hand."""
        screen = self.screen
        return screen.NAME, screen.entity_in_hand if isinstance(screen, BrowseScreen) else screen.main_list.selected

    def explains(self) -> bool:
        """Whether an explanation lies over the screen."""
        return isinstance(self.screen, ExplainScreen)

    async def go(self, name: str) -> None:
        """Jump by `g`."""
        await self.press("g")
        await self.type(name)
        await self.press("enter")
        await self.pilot.pause()

    async def there_and_back(self, *keys: str) -> tuple[str, str | None]:
        """Jump by these keys and come back to where it was; answers where it led."""
        before = self.screen.here()
        await self.press(*keys)
        await self.pilot.pause()
        there = self.at
        await self.press("backspace")
        assert self.screen.here() == before
        return there


@asynccontextmanager
async def traveller(root: Path, org: Organisation) -> AsyncIterator[Traveller]:
    async with seat(root, org) as owner:
        yield Traveller(owner.app, owner.pilot, owner.workspace)


async def test_every_jump_has_its_way_back(tmp_path: Path, org: Organisation) -> None:
    async with traveller(tmp_path, org) as owner:
        await owner.press("tab")
        assert await owner.there_and_back("enter") == ("Tasks", "6_7_0_0")  # Today's task
        assert await owner.there_and_back("t") == ("Tasks", "6_1_0_1")
        await owner.press("exclamation_mark")
        await owner.type("task 6_7_0_2")
        await owner.press("enter")
        assert owner.at == ("Tasks", "6_7_0_2")  # it is answered here
        await owner.press("ctrl+o")
        assert owner.at == ("Today", "6_7_0_0")
        assert await owner.there_and_back("ctrl+p", *"aisha", "enter") == ("People", "aisha")
        await owner.press("3", "down")
        assert (await owner.there_and_back("enter"))[0] == "Review"  # what a row of the wallet is for
        await owner.press("2", "a", "slash", *"index", "enter", "tab")
        before = owner.screen.here()
        await owner.go("maria")
        assert owner.at == ("People", "maria")
        await owner.press("alt+left")
        assert owner.screen.here() == before
        assert owner.screen.focused is owner.list.page
        assert owner.workspace.sent == []


async def test_back_and_forward_say_where_they_end(tmp_path: Path, org: Organisation) -> None:
    async with traveller(tmp_path, org) as owner:
        assert "Bksp" not in owner.picture
        await owner.press("2", "a", "j", "backspace")
        assert BEGAN in owner.reply
        first = owner.at
        await owner.go("6_7_0_2")
        await owner.go("6_7_0_2")  # to where one is: nothing to come back from
        assert owner.at == ("Tasks", "6_7_0_2")
        assert "Bksp back" in owner.picture
        await owner.press("backspace")
        assert owner.at == first
        await owner.press("backspace")
        assert BEGAN in owner.reply
        await owner.press("alt+right", "alt+right")
        assert owner.at == ("Tasks", "6_7_0_2")
        assert "nothing to go forward to" in owner.reply
        await owner.press("1", "3", "backspace")  # turning to another screen was no jump
        assert owner.at == first
        # What is written is deleted, and not left.
        await owner.press("slash", *"ab", "backspace", "ctrl+o", "alt+left")
        assert owner.list.words == "a"
        await owner.press("escape", "exclamation_mark", "x", "backspace", "backspace")
        assert owner.line.is_open
        assert owner.screen.NAME == "Tasks"


async def test_pages_that_were_read_come_before_where_the_owner_came_from(tmp_path: Path, org: Organisation) -> None:
    async with traveller(tmp_path, org) as owner:
        await owner.go("how we restore")
        learn = owner.screen
        assert isinstance(learn, LearnScreen)
        await owner.press("n", "enter")
        assert learn.path == GUIDE
        await owner.press("n", "n", "n")
        below = learn.linked.hand, learn.page.top
        await owner.press("o")
        assert owner.at == ("Tasks", "6_1_0_0")
        await owner.press("backspace")
        assert learn.path == GUIDE
        assert (learn.linked.hand, learn.page.top) == below
        await owner.press("backspace")
        assert learn.path == HANDBOOK
        assert learn.focused is learn.page
        await owner.press("backspace")
        assert owner.screen.NAME == "Today"
        await owner.press("alt+right", "alt+right", "alt+right")
        assert owner.at == ("Tasks", "6_1_0_0")

        with_past(owner.workspace)
        await owner.press("9", "backspace", "d", "escape", "j")
        version = owner.list.table.selected
        await owner.go("aisha")
        await owner.press("9", "j", "backspace")
        assert owner.list.table.selected == version
        await owner.press("h", "j")
        note = owner.list.table.selected
        await owner.go("aisha")
        await owner.press("9", "k", "backspace")
        assert owner.list.table.selected == note
        await owner.press("p", "slash", *"backup", "enter", "j")
        found = owner.list.table.selected
        await owner.go("aisha")
        await owner.press("9", "escape", "escape", "backspace")
        assert owner.list.words == "backup"
        assert owner.list.table.selected == found


async def test_out_of_an_explanation_and_back_into_it(tmp_path: Path, org: Organisation) -> None:
    async with traveller(tmp_path, org) as owner:
        await owner.press("3", "equals_sign", "space", "down", "right", "down")
        left = owner.at, owner.picture.splitlines()[4:-3]
        await owner.press("enter")
        assert owner.screen.NAME != "Wallet"
        await owner.press("backspace")
        assert owner.explains()
        assert (owner.at, owner.picture.splitlines()[4:-3]) == left
        await owner.press("backspace")
        assert not owner.explains()
        assert owner.screen.NAME == "Wallet"
        await owner.press("backspace")
        assert BEGAN in owner.reply
        await owner.press("alt+right")
        assert owner.screen.NAME != "Wallet"
        # One that lies over where a jump leads gives way.
        await owner.press("2", "a", "equals_sign", "1")
        await owner.go("6_7_0_2")
        assert not owner.explains()
        assert owner.at == ("Tasks", "6_7_0_2")


async def test_rows_that_are_not_known_by_what_they_show_are_found_again(tmp_path: Path, org: Organisation) -> None:
    async with traveller(tmp_path, org) as owner:
        await owner.press("0", "slash", *"6_7_0_0", "enter", "j", "j")  # events, of which many are about one thing
        row = owner.list.table.selected
        await owner.go("aisha")
        await owner.press("0", "escape", "backspace")
        assert owner.list.table.selected == row
        await owner.press("8", "j")
        room = owner.at
        await owner.go("6_1_0_0")
        await owner.press("8", "k", "backspace")
        assert owner.at == room


async def test_what_is_named_is_gone_to_from_wherever_it_stands(tmp_path: Path, org: Organisation) -> None:
    async with traveller(tmp_path, org) as owner:
        await owner.press("2", "a", "f")
        assert "5_1_0" in owner.picture  # the page beside the list names it
        await owner.type("5_1")
        await owner.press("tab", "enter")
        await owner.pilot.pause()
        assert owner.at == ("Objectives", "5_1_0")
        await owner.press("backspace")
        assert owner.screen.NAME == "Tasks"
        await owner.press("4", "slash", *"zzz", "enter", "f")
        assert "Nothing else is named here" in owner.reply
        owner.screen.say("See g_4.")
        await owner.press("f")  # one thing is gone to at once
        await owner.pilot.pause()
        assert owner.at == ("Review", "g_4")


def _without(org: Organisation, task_id: str) -> MappingTree:
    files = {path: org.tree.read(path) or b"" for path in org.tree.paths()}
    lines = files[tables.TASKS.path].splitlines(keepends=True)
    files[tables.TASKS.path] = b"".join(line for line in lines if not line.startswith(f"{task_id},".encode()))
    return MappingTree(files, "without")


async def test_what_is_gone_leaves_its_place(tmp_path: Path, org: Organisation) -> None:
    async with traveller(tmp_path, org) as owner:
        await owner.press("2", "a", *"jjj")
        gone, after = owner.at[1] or "", owner.list.table.source.rows(owner.list.table.cursor + 1, 1)[0].cells[0]
        await owner.press("tab")
        await owner.go("aisha")
        with Index(owner.workspace.places.index, writable=True) as index:
            ingest(index, _without(org, gone))
        await owner.hear(owner.workspace.synced)
        await owner.press("backspace")
        assert owner.at == ("Tasks", after)
        assert owner.screen.focused is owner.list.table
        assert gone not in owner.picture


async def test_before_anything_is_read_it_leads_back_too(tmp_path: Path) -> None:
    async with seat(tmp_path, None) as owner:
        await owner.press("t", "backspace")
        assert owner.screen.NAME == "Today"
