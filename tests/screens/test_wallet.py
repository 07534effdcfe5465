"""Wallet: what was paid out, what waits to be, and what moved."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest

from smartup_tui.app import WorkspaceApp
from smartup_tui.cli import main
from smartup_tui.ledger.index import queries
from smartup_tui.ledger.index.store import Index
from smartup_tui.ledger.index.wallet import karma_window
from smartup_tui.ledger.index.windows import Window
from smartup_tui.ledger.tables import KARMA
from smartup_tui.screens import wallet as wallet_screen
from smartup_tui.screens.export import sheet_of
from smartup_tui.screens.key_help import key_help
from smartup_tui.screens.wallet import WalletScreen
from tests.screens.test_journeys import Seat, seat
from tests.support import owner_home
from tests.support.organisation import FOUNDER, Organisation, edited
from tests.support.quiet_workspace import QuietWorkspace
from tests.toolbox.operations.test_redemptions import organisation


@pytest.fixture(scope="module")
def org() -> Organisation:
    return owner_home.organisation()


async def test_what_was_redeemed_and_what_is_queued_stand_beside_the_live_credits(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    org = organisation(("maria", "120.50"), ("maria", "30"))
    org.do("pay_redemption", FOUNDER, redemption_id="r_1", reference="Bank 7")
    async with seat(tmp_path, org) as owner:
        await owner.press("3")
        lines = [" ".join(line.split()) for line in owner.picture.splitlines()]
        assert "Live 379.50 SC queued for redemption 30.00 SC redeemed 120.50 SC" in lines
        assert any(line.startswith("Treasury 4879.50 EUR") for line in lines)
    assert main(["--home", str(tmp_path), "wallet"]) == 0
    said = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert {"live 379.50 SC", "queued 30.00 SC for redemption", "redeemed 120.50 SC"} <= set(said)


def wallet(owner: Seat) -> WalletScreen:
    assert isinstance(owner.screen, WalletScreen)
    return owner.screen


async def test_words_narrow_each_of_the_lists(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org, size=(80, 24)) as owner:
        await owner.press("3", "tab")
        assert "▸ SK that moved" in owner.picture
        assert "1 of 4" in owner.picture
        await owner.press("slash", *"doc")
        assert "1 of 2" in owner.picture
        assert "Enter to the list, as it is narrowed" in owner.picture
        await owner.press("enter", "tab")
        assert "Nothing found. Esc clears the words." in owner.picture  # the words go along
        await owner.press("escape")
        assert "▸ Pending SC" in owner.picture
        assert wallet(owner).entity_in_hand == "g_5"
        await owner.press("slash", *"consensus", "enter", "p", "slash")
        assert "At the end of each month" not in owner.picture  # what is typed is for the list
        await owner.press(*" mar", "enter")
        assert wallet(owner).entity_in_hand == "g_5"


async def test_the_list_and_its_words_are_there_again_and_go_into_a_file(tmp_path: Path, org: Organisation) -> None:
    first = QuietWorkspace(tmp_path, None, org)
    app = WorkspaceApp(first)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("3", "tab", "slash", *"doc", "enter", "j")
        await pilot.pause()
        app.keep_session()
    first.stop()
    second = QuietWorkspace(tmp_path)
    app = WorkspaceApp(second)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, WalletScreen)
        assert (screen.view.name, screen.words, screen.entity_in_hand) == ("karma", "doc", "s_1")
        sheet = sheet_of(screen)
        assert sheet is not None
        assert (sheet.name, sheet.columns, sheet.count) == ("smartup-wallet-karma-filtered", KARMA.header, 2)
    second.stop()


async def test_a_row_is_read_whole_beside_the_list(tmp_path: Path, org: Organisation) -> None:
    said = "Stayed until midnight so that the demonstration of the whole workspace could begin on time in the morning."
    longer = edited(org, "karma/transactions.csv", b"Monthly decay", said.encode())
    async with seat(tmp_path, longer, size=(80, 24)) as owner:
        await owner.press("3", "tab", "j")
        beside = "".join(line[49:].strip() + " " for line in owner.picture.splitlines()[10:20])
        assert said in " ".join(beside.split())
        await owner.press("enter")  # it is for nothing that could be opened
        assert wallet(owner).page.has_focus
        await owner.press("escape")
        assert wallet(owner).table.has_focus
        assert "▸ SK that moved" in owner.picture
        await owner.press("tab", "tab")
        assert wallet(owner).page.has_focus
        keys = key_help(owner.screen, "Wallet")
        assert "pending SC, the page" in keys
        assert keys.partition("## Everywhere")[0].count("`Tab`") == 1  # what it does on other screens is not told
        await owner.press("tab")
        assert wallet(owner).table.has_focus
        assert "▸ SC that moved" in owner.picture


async def test_letters_do_not_wait_for_a_long_list(
    tmp_path: Path, org: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MANY", 0)
    going = threading.Event()

    def slowly(index: Index, alias: str, text: str) -> Window[Any]:
        assert not text or going.wait(60)
        return karma_window(index, alias, text)

    monkeypatch.setitem(wallet_screen._LISTS, "karma", (KARMA, slowly))
    async with seat(tmp_path, org) as owner:
        await owner.press("3", "tab", "slash", *"doc")
        assert "looking" in owner.picture
        assert "doc" in owner.picture
        going.set()
        async with asyncio.timeout(60):
            while "1 of 2" not in owner.picture:
                await owner.pilot.pause(0.02)
        await owner.press("enter")
        assert wallet(owner).entity_in_hand == "s_2"
