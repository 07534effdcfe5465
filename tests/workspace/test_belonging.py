"""A profile that is given another account or another ledger shows, recalls and sends nothing of the one before."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from smartup_tui.cli import main
from smartup_tui.config import Home, Profile, Settings, write_profile
from smartup_tui.workspace.doctor import commands_set_aside
from smartup_tui.workspace.history import load_history, remember
from smartup_tui.workspace.places import Places
from smartup_tui.workspace.workspace import Workspace
from tests.support.owner_home import PROFILE, make_home, organisation

ELSEWHERE = msgspec.structs.replace(PROFILE, forge_url="http://127.0.0.1:9", forge_owner="Second_Coop")
JONAS = msgspec.structs.replace(PROFILE, user_id="@jonas:smartup0.org", alias="jonas")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path, organisation())


def opened(home: Home, profile: Profile) -> Workspace:
    return Workspace(home, "smartup", profile, Settings())


def test_another_ledger_does_not_show_the_rows_of_the_one_before(home: Home) -> None:
    first = opened(home, PROFILE)
    first.send("!claim_task 6_7_0_1", "!work:x")
    first.stop()
    proof = Places.of(home, "smartup").proof
    proof.write_text("findings")

    second = opened(home, ELSEWHERE)
    assert second.reader is None
    assert not proof.exists()
    assert [d.text for d in second.waiting()] == ["!claim_task 6_7_0_1"]  # it is the same account
    second.stop()
    opened(home, PROFILE).stop()
    assert proof.read_text() == "findings"


def test_the_command_line_shows_nothing_of_another_ledger(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    today = ["--home", str(home.config.parent), "today"]
    assert main(today) == 0
    assert "6_1_0_0" in capsys.readouterr().out
    write_profile(home, "smartup", ELSEWHERE, default=True)
    assert main(today) == 3  # the other one can not be reached
    assert "6_1_0_0" not in capsys.readouterr().out


def test_another_account_neither_sends_nor_recalls_what_was_said_before(home: Home) -> None:
    maria = opened(home, PROFILE)
    maria.send("!vote p_1 yes", "!work:x")
    remember(maria.places.history, "!vote p_1 yes")
    maria.stop()

    jonas = opened(home, JONAS)
    assert jonas.waiting() == ()
    (kept,) = commands_set_aside(home, "smartup")
    assert "one command of @maria:smartup0.org" in kept.found  # it has not vanished
    assert "vote" not in kept.found
    assert load_history(jonas.places.history) == []
    assert jonas.reader is None  # what another token could see
    remember(jonas.places.history, "!wallet")
    jonas.stop()

    again = opened(home, PROFILE)
    assert [d.text for d in again.waiting()] == ["!vote p_1 yes"]
    assert load_history(again.places.history) == ["vote p_1 yes"]
    assert list(commands_set_aside(home, "smartup")) == []
    again.stop()
