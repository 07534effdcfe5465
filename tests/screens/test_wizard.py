"""The first run: each answer checked in words, nothing stored before the end, and then all of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from textual import events

from smartup_tui import config
from smartup_tui.config import Home, Settings
from smartup_tui.matrix.errors import NotAMatrixServer, Unreachable
from smartup_tui.screens.wizard.app import WizardApp
from smartup_tui.screens.wizard.screen import WizardScreen
from smartup_tui.screens.wizard.state import Setup
from smartup_tui.screens.wizard.steps import STEPS
from smartup_tui.secrets import open_store
from smartup_tui.widgets.field import Field
from smartup_tui.workspace import setup_draft, setup_login
from tests.support.ledger_forge import LedgerForge, ledger_forge
from tests.support.owner_home import PROFILE, organisation
from tests.support.setting_up import FakeHomeserver


@pytest.fixture
def homeserver(monkeypatch: pytest.MonkeyPatch) -> FakeHomeserver:
    server = FakeHomeserver()
    server.install(monkeypatch)
    return server


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[LedgerForge]:
    with ledger_forge(tmp_path / "there") as found:
        yield found


class Newcomer:
    """Somebody at the wizard."""

    def __init__(self, app: WizardApp, pilot: Any) -> None:
        self.app, self.pilot = app, pilot

    @property
    def screen(self) -> WizardScreen:
        assert isinstance(self.app.screen, WizardScreen)
        return self.app.screen

    @property
    def title(self) -> str:
        return self.screen.step.title

    @property
    def picture(self) -> str:
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips)

    def type(self, *keys: str) -> None:
        """Keys that come all at once, as somebody fast or a paste brings them."""
        for key in keys:
            self.app.post_message(events.Key(key, key if len(key) == 1 else None))

    async def until(self, condition: Callable[[], object]) -> None:
        for _ in range(1500):
            if condition():
                return
            await self.pilot.pause(0.02)
        raise AssertionError(self.picture)

    def value(self, name: str) -> str:
        return self.screen.query_one(f"#{name}", Field).value

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()
        for _ in range(1500):  # until the check that a key began has ended
            if self.app._exit or not isinstance(self.app.screen, WizardScreen) or not self.screen.is_turning:
                break
            await self.pilot.pause(0.02)
        await self.pilot.pause()


@asynccontextmanager
async def newcomer(home: Home, size: tuple[int, int] = (100, 30)) -> AsyncIterator[Newcomer]:
    app = WizardApp(Setup(home), Settings())
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield Newcomer(app, pilot)


async def login(owner: Newcomer, **other: str) -> None:
    said = {"homeserver": "https://matrix.example.org", "user": "@maria:smartup0.org", "password": "correct horse"}
    await go(owner, **{**said, **other})


async def go(owner: Newcomer, **values: str) -> None:
    """Fill lines in, and press Enter in the last one."""
    for name, value in values.items():
        owner.screen.query_one(f"#{name}", Field).value = value
    fields = [*owner.screen.query(Field)]
    if fields:
        fields[-1].focus()
    await owner.pilot.pause()
    await owner.press("enter")


async def test_from_nothing_to_a_profile(tmp_path: Path, homeserver: FakeHomeserver, forge: LedgerForge) -> None:
    await forge.publish(organisation().tree)
    home = Home.find(tmp_path / "mine")
    async with newcomer(home) as owner:
        assert owner.title == STEPS[0].title
        assert "smartup demo" in owner.picture
        await owner.press("enter")
        await login(owner)
        assert owner.title == "Forge"
        assert "@maria:smartup0.org is logged in" in owner.picture
        await go(owner, forge_url=forge.server.address, token=forge.token)
        assert "Smartup_Zero/2_workplace" in owner.picture
        await go(owner)
        assert "knows @maria:smartup0.org as maria" in owner.picture
        assert owner.screen.query_one("#organisation", Field).value == "Smartup Zero"
        await go(owner)
        assert "Nothing is stored yet" in owner.picture
        assert not config.load(home).profiles
        await go(owner, secrets="file")
        assert owner.app.state.stored == "smartup-zero"
    name, profile = config.load(home).choose()
    assert (name, profile.alias, profile.forge_owner) == ("smartup-zero", "maria", "Smartup_Zero")
    assert profile.engelbot == ("@engelbot:smartup0.org",)
    store = open_store("file", home)
    assert store.get(name, "matrix-token") == "token-by-password"
    assert store.get(name, "forge-token") == forge.token
    assert config.load(home).secrets == "file"
    assert "correct horse" not in home.config_file.read_text()
    assert homeserver.logged_out == []


async def test_what_is_wrong_is_said_with_the_way_out(tmp_path: Path, homeserver: FakeHomeserver) -> None:
    async with newcomer(Home.find(tmp_path)) as owner:
        await owner.press("enter")
        await login(owner, homeserver="http://matrix.example.org")
        assert "Use https://matrix.example.org" in owner.picture
        await login(owner, user="correct horse")
        assert "A full Matrix id is such as" in owner.picture
        assert owner.app.state.draft == setup_draft.Draft()  # a password in the wrong line is not to be kept
        await login(owner, password="wrong-secret")
        assert "The user name or the password is not right." in owner.picture
        assert "wrong-secret" not in owner.picture
        assert owner.screen.query_one("#password", Field).has_focus
        homeserver.fault = Unreachable("The homeserver can not be reached.", reached=False)
        await login(owner)
        assert "can not be reached" in owner.picture
        assert owner.screen.query_one("#homeserver", Field).has_focus
        homeserver.fault = None
        await login(owner, homeserver="matrix.example.org")
        assert owner.title == "Forge"
        await go(owner, forge_url="http://127.0.0.1:9")
        assert "The forge can not be reached." in owner.picture
        await go(owner, token="two words")
        assert "A token has no blanks" in owner.picture


async def test_a_token_does_instead_of_a_password(tmp_path: Path, homeserver: FakeHomeserver) -> None:
    async with newcomer(Home.find(tmp_path)) as owner:
        await owner.press("enter")
        await login(owner, password="", token="no-such-token")
        assert "does not accept this token" in owner.picture
        await login(owner, password="", token="token-of-maria")
        assert owner.title == "Forge"
        await owner.press("escape")
        assert "You are logged in" in owner.picture
        await go(owner, token="")
        assert owner.title == "Forge"  # no second login for going back


async def test_a_repository_that_is_no_ledger(tmp_path: Path, homeserver: FakeHomeserver, forge: LedgerForge) -> None:
    async with newcomer(Home.find(tmp_path / "mine")) as owner:
        await owner.press("enter")
        await login(owner)
        await go(owner, forge_url=forge.server.address, token="no-such-token")
        assert "does not accept this token" in owner.picture
        assert owner.screen.query_one("#token", Field).has_focus
        # All that the wizard asks for: it can not say whose it is.
        await go(owner, token=forge.server.store.create_token("toolbox", "reading", ["read:repository"]))
        await go(owner, repository="Smartup_Zero/other")
        assert "is not there or not visible" in owner.picture
        await go(owner, repository="nonsense")
        assert "Owner and name are wanted" in owner.picture
        await go(owner, repository="Smartup_Zero/2_workplace")
        assert owner.title == "The ledger's repository"  # it is empty


async def test_it_can_be_left_and_taken_up_again(tmp_path: Path, homeserver: FakeHomeserver) -> None:
    home = Home.find(tmp_path)
    async with newcomer(home) as owner:
        await owner.press("enter")
        await login(owner)
        state = owner.app.state
        await owner.press("escape", "escape", "escape")
        assert owner.app._exit
    setup_draft.keep_draft(home, state.draft)
    assert state.entered is not None
    await setup_login.give_up(state.entered)
    assert homeserver.logged_out == ["token-by-password"]
    kept = (home.state / "setup.json").read_text()
    assert "correct horse" not in kept
    assert "token" not in kept
    assert not home.config_file.exists()
    async with newcomer(home) as owner:
        assert "@maria:smartup0.org" in owner.picture
        await owner.press("enter")
        assert owner.screen.query_one("#homeserver", Field).value == "https://matrix.example.org"
        assert owner.screen.query_one("#password", Field).has_focus


async def test_the_matrix_id_leads_to_its_homeserver(tmp_path: Path, homeserver: FakeHomeserver) -> None:
    async with newcomer(Home.find(tmp_path)) as owner:
        await owner.press("enter")
        assert "found by your Matrix id" in owner.picture
        await login(owner, homeserver="")
        assert "is logged in at https://matrix.smartup0.org" in owner.picture
        await owner.press("escape")
        assert owner.value("homeserver") == "https://matrix.smartup0.org"
        homeserver.fault = NotAMatrixServer("It does not say where.", "Write the homeserver's address.")
        await login(owner, homeserver="")
        assert "It does not say where." in owner.picture
        assert owner.screen.query_one("#homeserver", Field).has_focus


async def test_a_token_in_the_wrong_line_is_asked_of_nobody(tmp_path: Path, homeserver: FakeHomeserver) -> None:
    async with newcomer(Home.find(tmp_path)) as owner:
        await owner.press("enter")
        await login(owner)
        await go(owner, forge_url="d20056297db5e51ed1cb18162c7b47ec9fc2f6b8")
        assert "The forge's address is such as https://example.org." in owner.picture
        assert not owner.app.state.draft.forge_url


async def test_a_token_without_rights_and_one_that_may_not_read_issues(
    tmp_path: Path, homeserver: FakeHomeserver, forge: LedgerForge
) -> None:
    await forge.publish(organisation().tree)
    async with newcomer(Home.find(tmp_path / "mine")) as owner:
        await owner.press("enter")
        await login(owner)
        assert "read:repository and, for the teams' issues, read:issue" in " ".join(owner.picture.split())
        token = forge.server.store.create_token("toolbox", "nothing", ["read:user"])
        await go(owner, forge_url=forge.server.address, token=token)
        assert "The token may not read repositories." in owner.picture
        assert "scopes read:repository and read:issue" in " ".join(owner.picture.split())
        assert owner.screen.query_one("#token", Field).has_focus
        await go(owner, token=forge.server.store.create_token("toolbox", "some", ["read:repository"]))
        await go(owner)
        assert owner.title == "You"
        assert "it may not read issues, so those of the teams are not shown" in owner.picture


async def test_what_is_there_is_kept_when_nothing_is_typed(
    tmp_path: Path, homeserver: FakeHomeserver, forge: LedgerForge
) -> None:
    await forge.publish(organisation().tree)
    home = Home.find(tmp_path / "mine")
    profile = msgspec.structs.replace(
        PROFILE, homeserver="https://matrix.smartup0.org", forge_url=forge.server.address, rooms={"desk": "!kept"}
    )
    config.write_profile(home, "first", profile)
    config.write_secret_kind(home, "file")
    store = open_store("file", home)
    store.set("first", "matrix-token", "token-of-maria")
    store.set("first", "forge-token", forge.token)
    async with newcomer(home) as owner:
        assert owner.value("profile") == "first"
        await owner.press("enter")
        assert "Your login is kept." in owner.picture
        await go(owner)
        assert owner.title == "Forge"
        assert "kept; none for a public ledger" in owner.picture
        for _ in range(3):
            await go(owner)
        assert "Profile        first (it is there already, and changed)" in owner.picture
        assert "with a token" in owner.picture
        await go(owner)
        assert owner.app.state.stored == "first"
    assert config.load(home).profiles["first"].rooms == {"desk": "!kept"}
    assert (store.get("first", "matrix-token"), store.get("first", "forge-token")) == ("token-of-maria", forge.token)
    # Another name is another organisation, and begins with nothing.
    async with newcomer(home) as owner:
        await go(owner, profile="Second Coop")
        assert "Your Matrix id leads to your homeserver" in owner.picture
        assert not owner.value("user")
        assert owner.app.state.draft.name == "second-coop"
        # A login that does not stand any more is asked for again.
        await owner.press("escape")
        homeserver.tokens.clear()
        await go(owner, profile="first")
        await go(owner)
        assert "The login that was kept does not stand any more." in owner.picture
        assert owner.screen.query_one("#password", Field).has_focus


async def test_what_is_typed_right_behind_enter_never_lands_in_the_line_before(
    tmp_path: Path, homeserver: FakeHomeserver
) -> None:
    async with newcomer(Home.find(tmp_path)) as owner:
        await owner.press("enter")
        homeserver.answers.clear()
        owner.type(*"@maria:smartup0.org", "enter", *"correct horse", "enter")
        await owner.until(lambda: owner.screen.is_turning and owner.value("password") == "correct horse")
        assert owner.value("user") == "@maria:smartup0.org"
        # While it looks, what is typed is for the page that comes; an Enter would answer what nobody has read.
        ahead = [*"git.example", "tab", *"a-token", "enter", *"more"]
        owner.type(*ahead)
        await owner.until(lambda: len(owner.app._typed) == len(ahead))
        assert owner.value("password") == "correct horse"
        homeserver.answers.set()
        await owner.until(lambda: owner.title == "Forge" and owner.value("token") == "a-token")
        assert owner.value("forge_url") == "git.example"
        assert "a-token" not in owner.picture
        # Where another page does not come, it is forgotten; Esc stops the looking at once.
        await owner.press("escape")
        homeserver.answers.clear()
        owner.type(*"wrong", "enter", *"git")
        await owner.until(lambda: len(owner.app._typed) == 3)
        homeserver.answers.set()
        await owner.until(lambda: not owner.screen.is_turning and "is not right" in owner.picture)
        assert owner.value("password") == "wrong"
        homeserver.answers.clear()
        owner.type("enter", *"git")
        await owner.until(lambda: len(owner.app._typed) == 3)
        await owner.press("escape")
        assert "Stopped." in owner.picture
        assert owner.value("password") == "wrong"
        homeserver.answers.set()
