"""Reading the wiki: found by words, walked by links, and told how it came to be so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from smartup_tui.app import WorkspaceApp
from smartup_tui.ledger.index.store import Index
from smartup_tui.screens.filter_line import FilterInput
from smartup_tui.screens.learn import LearnScreen
from smartup_tui.screens.tasks import TasksScreen
from smartup_tui.workspace.state import News
from tests.screens.test_hostile import HOSTILE, harmless
from tests.screens.test_journeys import Seat
from tests.support.organisation import Organisation
from tests.support.quiet_workspace import QuietWorkspace
from tests.support.wiki import GUIDE, HANDBOOK, StillDesk, keep_past, reading, with_past


@pytest.fixture(scope="module")
def org() -> Organisation:
    return reading()


class Reader(Seat):
    """The owner in the wiki."""

    desk: StillDesk

    @property
    def learn(self) -> LearnScreen:
        screen = self.app.screen
        assert isinstance(screen, LearnScreen)
        return screen

    async def find(self, words: str) -> None:
        """Type words into the filter, and go to the list."""
        await self.press("slash")
        self.learn.query_one(FilterInput).insert_text_at_cursor(words)
        await self.pilot.pause()
        await self.press("enter")

    async def read(self, path: str) -> None:
        self.learn.show_entity(path)
        await self.pilot.pause()


@asynccontextmanager
async def reader(
    root: Path, org: Organisation, size: tuple[int, int] = (120, 40), *, kept: bool = True
) -> AsyncIterator[Reader]:
    workspace = QuietWorkspace(root, None, org)
    desk = with_past(workspace, kept=kept)
    app = WorkspaceApp(workspace)
    try:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            owner = Reader(app, pilot, workspace)
            owner.desk = desk
            await owner.press("9")
            yield owner
    finally:
        workspace.stop()


async def test_the_tree_begins_at_home_and_unfolds(tmp_path: Path, org: Organisation) -> None:
    async with reader(tmp_path, org) as owner:
        assert owner.learn.path == "wiki/home.md"
        await owner.read(GUIDE)
        assert owner.learn.path == GUIDE
        assert "- 6_1_0 Tasks, Onboarding flow" in owner.picture
        assert "Newcomers ask the same five questions." in owner.picture
        await owner.press("left")
        assert "Onboarding flow" in owner.picture
        await owner.press("left")
        assert "+ 6_1_0 Tasks, Onboarding flow" in owner.picture
        await owner.press("right", "right")
        assert owner.learn.path == GUIDE
        await owner.press("c")
        assert "You hold the attacker's seat of 6_1_0_0 already." in owner.reply  # the page is a task's


async def test_words_find_pages_and_notes_and_show_where(tmp_path: Path, org: Organisation) -> None:
    async with reader(tmp_path, org) as owner:
        await owner.find("schlussel")
        assert "[Schlüssel]" in owner.picture
        assert "1 of 1" in owner.picture
        await owner.press("enter")
        assert owner.learn.path == HANDBOOK
        assert owner.learn.focused is owner.learn.page
        await owner.press("escape", "escape")
        assert owner.learn.words == ""
        await owner.find("noted backup")
        assert "s_3 6_7_0_0 [Backup]" in owner.picture
        assert "[noted]" in owner.picture
        await owner.find("")
        await owner.find(" qqq")
        assert "Nothing found." in owner.picture


async def test_links_are_walked_and_the_way_back_is_the_way_come(tmp_path: Path, org: Organisation) -> None:
    async with reader(tmp_path, org) as owner:
        await owner.read(HANDBOOK)
        await owner.press("n")
        assert "▸the guide" in owner.picture
        assert "Enter opens 6_1_0_0 Draft the owners' guide." in owner.reply
        await owner.press("enter")
        assert owner.learn.path == GUIDE
        await owner.press("backspace")
        assert owner.learn.path == HANDBOOK
        assert "▸the guide" in owner.picture  # the link in hand is in hand again
        await owner.press("alt+right")
        assert owner.learn.path == GUIDE
        await owner.press("alt+left", "alt+left")
        assert "where you began" in owner.reply
        await owner.press("n", "n", "n", "n")
        assert "Review" in owner.reply  # an award has no page: it is shown on its screen
        await owner.press("N")
        await owner.press("enter")
        assert "Notes of s_3" in owner.picture.replace("›", "")


async def test_what_leads_out_is_said_and_copied_and_never_opened(tmp_path: Path, org: Organisation) -> None:
    copied: list[str] = []
    async with reader(tmp_path, org) as owner:
        owner.app.copy_to_clipboard = copied.append  # type: ignore[assignment, method-assign]
        await owner.read(HANDBOOK)
        address = "https://example.org/manual/of/the/pump?page=7"
        for _ in range(20):
            await owner.press("n")
            if address in owner.reply:
                break
        assert address in owner.reply
        await owner.press("enter")
        assert owner.learn.path == HANDBOOK
        await owner.press("y")
        assert copied == [address]


async def test_notes_are_read_by_date_and_by_task(tmp_path: Path, org: Organisation) -> None:
    async with reader(tmp_path, org) as owner:
        await owner.press("h")
        assert "1 of 3" in owner.picture
        assert "attacker: ›@maria" in owner.picture
        await owner.press("b", "j")
        assert "Done and noted." in owner.picture
        await owner.press("o")
        await owner.pilot.pause()
        assert isinstance(owner.app.screen, TasksScreen)
        found = owner.app.screen.task_in_hand()
        assert found is not None
        assert found.task_id == "6_7_0_0"


async def test_what_changed_is_read_offline_and_says_from_when(tmp_path: Path, org: Organisation) -> None:
    async with reader(tmp_path, org) as owner:
        await owner.read(HANDBOOK)
        await owner.press("d")
        assert [request.path for request in owner.desk.asked] == [HANDBOOK]
        assert "3 versions as of 14:05" in owner.picture
        right = [line.partition("│")[2] for line in owner.picture.splitlines()]
        assert any("then ask @[tomas twice]." in line for line in right)
        assert any("then ask @[aisha]." in line for line in right)
        await owner.press("m", "j", "j")
        assert "Since 1 Feb 10:30, robbert_founder" in owner.picture
        owner.desk.failed("The forge can not be reached. Check the network.")
        await owner.tell_of(News.SYNC)
        assert "The forge can not be reached." in owner.picture
        await owner.press("p")
        assert owner.learn.path != ""


async def test_a_past_that_comes_is_shown_when_it_is_there(tmp_path: Path, org: Organisation) -> None:
    async with reader(tmp_path, org, kept=False) as owner:
        await owner.press("d")
        await owner.press("p")
        await owner.read(HANDBOOK)
        await owner.press("d")
        assert "No version here." in owner.picture
        keep_past(owner.desk)
        await owner.tell_of(News.SYNC)
        assert "3 versions" in owner.picture
        assert "comment" in owner.picture


async def test_g_goes_to_anything(tmp_path: Path, org: Organisation) -> None:
    async with reader(tmp_path, org) as owner:
        await owner.press("1", "g")
        await owner.type("how we")
        assert "How we restore" in owner.picture
        assert "on Learn" in owner.picture
        await owner.press("enter")
        await owner.pilot.pause()
        assert owner.learn.path == HANDBOOK
        await owner.press("g")
        await owner.type("6_7_0")
        await owner.press("tab", "enter")
        await owner.pilot.pause()
        assert isinstance(owner.app.screen, TasksScreen)
        await owner.press("g")
        await owner.type("nobody at all")
        await owner.press("enter")
        assert "There is nothing that" in owner.reply
        await owner.press("!", "up")
        assert owner.line.text == ""  # where one went is in no history of commands
        await owner.press("escape")
        assert owner.workspace.sent == []


@pytest.mark.parametrize("text", ["\n\n".join(HOSTILE), HOSTILE[5]], ids=("all", "long"))
async def test_hostile_pages_are_text(tmp_path: Path, org: Organisation, text: str) -> None:
    async with reader(tmp_path, org, (80, 24)) as owner:
        with Index(owner.workspace.places.index, writable=True) as index:
            for statement in (
                "UPDATE pages SET title = :text",
                "UPDATE page_text SET body = :text || ' work ' || :text",
                "UPDATE notes SET text = :text, title = :text, attacker = :text",
                "UPDATE objectives SET title = :text",
            ):
                index.connection.execute(statement, {"text": text})
        owner.app.asked = True
        await owner.hear(owner.workspace.synced)
        harmless(owner)
        await owner.find("work")
        harmless(owner)
        for keys in (("j",), ("enter",), ("n",), ("escape", "escape"), ("h",), ("b", "j"), ("p", "d")):
            await owner.press(*keys)
            harmless(owner)
