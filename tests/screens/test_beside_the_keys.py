"""What takes long in a large ledger is looked for beside the keys: shown when it is found, unless the owner went on."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from smartup_tui.ledger.index import queries
from smartup_tui.screens import explain
from smartup_tui.screens.palette import PaletteScreen
from smartup_tui.screens.tasks import TasksScreen
from smartup_tui.workspace.explain import reckoned
from smartup_tui.workspace.palette import Entry
from tests.screens.test_journeys import Seat, seat
from tests.support.organisation import Organisation
from tests.support.owner_home import organisation


@pytest.fixture(scope="module")
def org() -> Organisation:
    return organisation()


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """However small it is, this ledger counts as large."""
    monkeypatch.setattr(queries, "MANY", 0)


async def comes(owner: Seat, condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.01)
            await owner.pilot.pause()


def shown(owner: Seat) -> list[Entry]:
    palette = owner.app.screen
    assert isinstance(palette, PaletteScreen)
    return palette._shown


async def test_a_slip_of_the_hand_is_found_in_the_palette(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org) as owner:
        await owner.press("2", "ctrl+p", *"6_7_0_0")
        assert "6_7_0_0" in [entry.name for entry in shown(owner)]  # what the index knows is there at once
        await owner.press(*["backspace"] * 7, *"bakup", "space", *"dril")
        await comes(owner, lambda: "6_7_0_0" in [entry.name for entry in shown(owner)])
        await owner.press("enter")
        assert isinstance(owner.screen, TasksScreen)
        assert owner.screen.entity_in_hand == "6_7_0_0"


async def test_enter_means_what_is_typed_though_it_is_still_looked_for(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org) as owner:
        await owner.press("ctrl+p", *"bakup", "space", *"dril", "enter")
        assert isinstance(owner.screen, TasksScreen)
        assert owner.screen.entity_in_hand == "6_7_0_0"


async def test_two_letters_within_a_word_are_found(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org) as owner:
        await owner.press("ctrl+p", *"ku")
        await comes(owner, lambda: any("ackup" in entry.words for entry in shown(owner)))


async def test_an_explanation_opens_when_it_is_reckoned(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org) as owner:
        await owner.press("3", "equals_sign")
        await comes(owner, lambda: isinstance(owner.screen, explain.ExplainScreen))
        assert owner.screen.query_one("#list").has_focus
        assert "Wallet of" in owner.picture
        await owner.press("escape")
        assert owner.screen.NAME == "Wallet"
        assert "Reckoning" not in owner.reply


async def test_an_explanation_that_comes_too_late_does_not_open(
    tmp_path: Path, org: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone_on = threading.Event()

    def late(*given: Any) -> Any:
        gone_on.wait(60)
        return reckoned(*given)

    monkeypatch.setattr(explain, "reckoned", late)
    async with seat(tmp_path, org) as owner:
        await owner.press("3", "equals_sign")
        assert "Reckoning" in owner.reply
        await owner.press("exclamation_mark")
        owner.screen.say("said last")
        gone_on.set()
        await comes(owner, lambda: "said last" not in owner.reply)
        assert owner.line.is_open
        assert not isinstance(owner.screen, explain.ExplainScreen)
