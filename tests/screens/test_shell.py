"""What is offered over every screen: palette, copying, export, pictures, coming back, other organisations, own keys."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import msgspec
import pytest

from smartup_tui.app import WorkspaceApp
from smartup_tui.config import Settings, write_profile
from smartup_tui.config_error import ConfigError
from smartup_tui.screens.export import ExportScreen
from smartup_tui.screens.keymap import actions, check
from smartup_tui.screens.palette import PaletteScreen
from smartup_tui.screens.reading import ReadingScreen
from smartup_tui.screens.tasks import TasksScreen
from smartup_tui.widgets.field import Field
from tests.screens.test_journeys import Seat, seat
from tests.support.organisation import Organisation
from tests.support.owner_home import PROFILE, organisation


@pytest.fixture(scope="module")
def org() -> Organisation:
    return organisation()


async def write(owner: Seat, text: str) -> None:
    owner.app.screen.query_one(Field).insert_text_at_cursor(text)
    await owner.pilot.pause()


async def until_closed(owner: Seat, kind: type[object]) -> None:
    for _ in range(500):
        if not isinstance(owner.app.screen, kind):
            break
        await owner.pilot.pause(0.02)
    assert not isinstance(owner.app.screen, kind)


# The palette


async def test_the_palette_goes_to_a_thing(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org) as owner:
        await owner.press("ctrl+p")
        assert isinstance(owner.app.screen, PaletteScreen)
        await write(owner, "bakup")
        assert "6_7_0_0" in owner.picture
        await owner.press("enter")
        await owner.pilot.pause()
        screen = owner.screen
        assert isinstance(screen, TasksScreen)
        assert screen.entity_in_hand == "6_7_0_0"


async def test_the_palette_begins_a_command_and_sends_nothing(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org) as owner:
        await owner.press("ctrl+p")
        await write(owner, "!claim")
        assert "!claim_task <task_id>" in owner.picture
        await owner.press("enter")
        assert owner.line.text == "claim_task "
        assert owner.workspace.sent == []


async def test_what_is_not_possible_says_why_and_stays(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org) as owner:
        await owner.press("ctrl+p")
        await write(owner, "!register_smartup")
        assert "command line" in owner.picture
        await owner.press("enter")
        assert isinstance(owner.app.screen, PaletteScreen)
        await owner.press("escape")
        assert owner.screen.NAME == "Today"


async def test_the_palette_does_what_a_key_does(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org) as owner:
        await owner.press("2", "ctrl+p")
        await write(owner, "could not be read")
        await owner.press("enter")
        await owner.pilot.pause()
        assert isinstance(owner.app.screen, ReadingScreen)
        await owner.press("escape", "ctrl+p")
        await write(owner, "my teams")
        await owner.press("enter")
        await owner.pilot.pause()
        screen = owner.screen
        assert isinstance(screen, TasksScreen)
        assert screen.view.name == "team"


async def test_tab_takes_the_name_and_arrows_choose(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org) as owner:
        await owner.press("ctrl+p", "down", "tab")
        assert owner.app.screen.query_one(Field).value == "Tasks"
        await owner.press("ctrl+p")
        assert owner.screen.NAME == "Today"


async def test_the_palette_works_before_anything_was_read(tmp_path: Path) -> None:
    async with seat(tmp_path, None) as owner:
        await owner.press("ctrl+p")
        await write(owner, "wallet")
        await owner.press("enter")
        assert owner.screen.NAME == "Wallet"


# Copy, export, picture


async def test_y_copies_the_id_in_hand(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org) as owner:
        await owner.press("2", "a", "y")
        assert owner.app.clipboard == "6_1_0_0"
        assert "Copied: 6_1_0_0." in owner.reply
        await owner.press("1", "y")
        assert owner.app.clipboard.startswith("6_")
        await owner.press("3", "y")
        assert "Copied" in owner.reply  # a movement has no id: its words


async def test_a_table_is_exported_as_it_is_narrowed(tmp_path: Path, org: Organisation) -> None:
    folder = tmp_path / "exports"
    async with seat(tmp_path, org, Settings(export_folder=str(folder))) as owner:
        await owner.press("2", "a", "slash", *"wiki", "enter", "E")
        assert isinstance(owner.app.screen, ExportScreen)
        assert "one row" in owner.picture
        await owner.press("enter")
        await until_closed(owner, ExportScreen)
        file = folder / "smartup-tasks-all-filtered-2026-03-02.csv"
        assert str(file.name) in owner.reply
        rows = list(csv.DictReader(file.read_text().splitlines()))
        assert [row["title"] for row in rows] == ["Index the wiki"]
        assert rows[0]["budget_sc"] == "25.00"
        await owner.press("E", "tab", "enter")
        await until_closed(owner, ExportScreen)
        assert json.loads(file.with_suffix(".json").read_text())[0]["title"] == "Index the wiki"


async def test_a_file_that_is_there_is_never_overwritten(tmp_path: Path, org: Organisation) -> None:
    (tmp_path / "mine.csv").write_text("mine")
    async with seat(tmp_path, org, Settings(export_folder=str(tmp_path))) as owner:
        await owner.press("2", "E")
        owner.app.screen.query_one(Field).value = "mine"
        await owner.press("enter")
        assert owner.app.screen.query_one(Field).value == "mine-2.csv"
        assert "beside it" in owner.picture
        await owner.press("enter")
        await until_closed(owner, ExportScreen)
        assert (tmp_path / "mine.csv").read_text() == "mine"
        assert (tmp_path / "mine-2.csv").exists()


async def test_the_screen_is_written_as_a_picture(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org, Settings(export_folder=str(tmp_path / "pictures"))) as owner:
        await owner.press("3", "S")
        assert "smartup-wallet-2026-03-02-1405.svg" in owner.reply
        assert "<svg" in (tmp_path / "pictures" / "smartup-wallet-2026-03-02-1405.svg").read_text()


async def test_a_folder_that_can_not_be_written_is_said(tmp_path: Path, org: Organisation) -> None:
    (tmp_path / "file").write_text("")
    async with seat(tmp_path, org, Settings(export_folder=str(tmp_path / "file" / "below"))) as owner:
        await owner.press("S")
        assert "can not be made" in owner.reply
        await owner.press("2", "E", "enter")
        await owner.pilot.pause()
        assert "Nothing was written" in owner.picture


# Coming back


async def test_it_opens_where_it_was_left(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org) as owner:
        await owner.press("2", "a", "slash", *"5_7_0", "enter", "j")
        screen = owner.screen
        assert isinstance(screen, TasksScreen)
        left = screen.entity_in_hand
        assert left is not None
        await owner.press("q")
    async with seat(tmp_path, org) as owner:
        screen = owner.screen
        assert isinstance(screen, TasksScreen)
        assert (screen.view.name, screen.words, screen.entity_in_hand) == ("all", "5_7_0", left)
        home = owner.workspace.home  # another profile begins where it was left itself
        assert owner.app._session_file.is_relative_to(home.profile_state(owner.workspace.name))
        await owner.press("1")
        assert owner.screen.NAME == "Today"


async def test_who_wants_begins_anew(tmp_path: Path, org: Organisation) -> None:
    settings = Settings(restore_session=False)
    async with seat(tmp_path, org, settings) as owner:
        await owner.press("2", "q")
    async with seat(tmp_path, org, settings) as owner:
        assert owner.screen.NAME == "Today"
        assert not owner.app._session_file.exists()


# Other organisations


async def test_another_organisation_is_opened_by_its_name(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org) as owner:
        write_profile(owner.workspace.home, "second", msgspec.structs.replace(PROFILE, organisation="Second Coop"))
        await owner.press("ctrl+p")
        await write(owner, "second")
        assert "Second Coop" in owner.picture
        await owner.press("enter")
        await owner.pilot.pause()
        assert owner.app.next_profile == "second"


async def test_who_has_the_mouse_is_said(tmp_path: Path, org: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    async with seat(tmp_path, org) as owner:
        taken: list[bool] = []
        monkeypatch.setattr(type(owner.app), "mouse", property(lambda _: taken[-1:] == [True]))
        monkeypatch.setattr(owner.app, "set_mouse", taken.append)
        await owner.press("M")
        assert "Click and wheel work now; M gives the mouse back." in owner.reply
        await owner.press("M")
        assert "The mouse is the terminal's own again." in owner.reply


# The owner's own keys


async def test_another_key_does_it_and_is_shown(tmp_path: Path, org: Organisation) -> None:
    keymap = {"everywhere-refresh": "f5", "table-move": "n,down", "everywhere-go-tasks": "T"}
    async with seat(tmp_path, org, Settings(keymap=keymap)) as owner:
        await owner.press("r")
        assert owner.workspace.refreshes == 1  # the one of the start
        await owner.press("f5")
        assert owner.workspace.refreshes == 2
        assert "F5 refresh" in owner.picture
        await owner.press("2")
        assert owner.screen.NAME == "Today"
        await owner.press("T", "a", "n")
        screen = owner.screen
        assert isinstance(screen, TasksScreen)
        assert screen.table.cursor == 1
        await owner.press("j")
        assert screen.table.cursor == 1
        await owner.press("question_mark")
        assert "F5 ask for what is new" in " ".join(owner.picture.split())


async def test_before_the_first_reading_the_owners_own_key_is_named(tmp_path: Path) -> None:
    async with seat(tmp_path, None, Settings(keymap={"everywhere-refresh": "f5"})) as owner:
        await owner.hear(lambda: owner.workspace.failed("stopped", "Reading was stopped."))
        assert "F5 reads it." in owner.picture


async def test_ctrl_c_quits_whatever_the_keymap_says(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org, Settings(keymap={"everywhere-quit": "Q"})) as owner:
        await owner.press("q")
        assert not owner.app.is_leaving
        await owner.press("ctrl+c")
        assert owner.app.is_leaving


def test_every_action_has_an_id_of_its_own() -> None:
    found = actions()
    assert {"everywhere-refresh", "everywhere-palette", "tasks-view-open", "table-move-back"} <= {a.id for a in found}
    assert all(action.keys and action.id == action.id.strip("-") for action in found)


@pytest.mark.parametrize(
    ("keymap", "said"),
    [
        ({"everywhere-refesh": "f5"}, ("there is no such action", "everywhere-refresh")),
        ({"everywhere-refresh": "contrl+x"}, ("'contrl+x' is no key", "ctrl")),
        ({"everywhere-refresh": ""}, ("no key is named", "f2")),
        ({"everywhere-refresh": "ctrl+c"}, ("always quits", "another")),
        ({"everywhere-refresh": "w"}, ("commands that are not sent", "everywhere-waiting")),
        ({"everywhere-refresh": "z"}, None),
        ({"tasks-view-mine": "j"}, ("down", "page-scroll-lines")),
        ({"tasks-view-mine": "o"}, ("open", "tasks-view-open")),
        ({"tasks-view-mine": "o", "tasks-view-open": "m"}, None),
        ({"today-go-tasks-open": "o"}, None),
        ({"command-line-complete": "x"}, ("written into the text", "ctrl+")),
        ({"command-line-complete": "ctrl+n"}, None),
        ({"everywhere-jump": "@"}, None),
    ],
)
def test_a_keymap_that_can_not_be_is_refused_in_words(
    tmp_path: Path, keymap: dict[str, str], said: tuple[str, str] | None
) -> None:
    file = tmp_path / "config.toml"
    if said is None:
        check(file, keymap)
        return
    with pytest.raises(ConfigError) as caught:
        check(file, keymap)
    assert caught.value.message.startswith(f"{file}: settings.keymap.{next(iter(keymap))}: ")
    assert said[0] in caught.value.message
    assert said[1] in f"{caught.value.message} {caught.value.hint}"


def test_the_application_is_still_one(org: Organisation) -> None:
    assert WorkspaceApp.ENABLE_COMMAND_PALETTE is False
