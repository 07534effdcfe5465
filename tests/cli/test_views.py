"""What Learn, Review and Rooms show, without the window."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from smartup_tui.config import Home
from smartup_tui.ledger.index.store import Index
from smartup_tui.matrix.store import FILE_NAME, Store
from smartup_tui.matrix.wire import Event, RoomDelta, SyncBatch, read_event
from smartup_tui.workspace.places import Places
from tests.cli.test_reading import Shell
from tests.cli.test_sending import TEAM_ROOM
from tests.cli.test_sending import home as home_with_room
from tests.support.judging import PENDING, TO_ASSESS
from tests.support.owner_home import PROFILE, make_home

__all__ = ["home_with_room"]

UGLY = "\x1b]0;own\x07\x1b[2J"


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    from tests.support.full_house import full_house

    make_home(tmp_path, full_house())
    return Shell(tmp_path, capsys)


def test_what_waits_for_a_judgement_is_listed_and_told(shell: Shell) -> None:
    found = shell.json("review")["sessions"]
    assert TO_ASSESS in [one["session"] for one in found]
    assert set(found[0]) == {"session", "task", "title", "pair", "stopped_at", "minutes"}
    (award,) = shell.json("review", "--pending")["awards"]
    assert (award["award"], award["amount"], award["for"]) == (PENDING, "22.00", ["jonas", "aisha"])
    assert set(award) == {"award", "task", "title", "for", "amount", "status"}
    assert shell("review", "--running") == 0
    assert shell.out.split()[:5] == ["AWARD", "TASK", "FOR", "SC", "STANDING"]
    assert "contested" in shell.out
    assert shell("review", TO_ASSESS) == 0
    assert "aisha or robbert_founder can assess it." in shell.out
    assert PENDING in shell.json("review", PENDING)["text"]
    assert shell("review", f"g_99{UGLY}") == 1
    assert "There is no session or award g_99" in shell.err


def test_a_page_is_read_by_its_id_its_title_or_its_path(shell: Shell, tmp_path: Path) -> None:
    with Index(Places.of(Home.find(tmp_path), "smartup").index, writable=True) as index:
        index.connection.execute(
            "UPDATE page_text SET body = body || ?", (f"\n{UGLY}\n" + "line\n" * 500 + "The end.",)
        )
    by_id = shell.json("page", "6_7_0_0")
    assert (by_id["title"], by_id["author"]) == ("6_7_0_0 Draft the owners' guide", "robbert_founder")
    assert shell.json("page", by_id["path"]) == shell.json("page", "Draft", "the", "owners'", "guide") == by_id
    assert shell("page", "6_7_0_0") == 0
    assert shell.out.startswith("6_7_0_0 Draft the owners' guide\nby robbert_founder, 2026-01-05\n")
    assert "The end." in shell.out  # all of it
    assert shell("page", "nothing like it") == 1
    assert "smartup search" in shell.err


def test_rooms_and_what_was_said_in_them_are_read_offline(
    home_with_room: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shell = Shell(home_with_room, capsys)
    store = Store(Places.of(Home.find(home_with_room), "smartup").matrix / FILE_NAME, PROFILE.user_id)
    texts = ("First", f"Second {UGLY}", "Third\nin two lines")
    said = tuple(_said(number, text) for number, text in enumerate(texts, 1))
    batch = SyncBatch("s2", (RoomDelta(TEAM_ROOM, "join", timeline=said),), 0)
    store.apply(batch, received_at=datetime.now(UTC), catch_up=False, page_back=None)
    store.close()
    (room,) = shell.json("rooms")["rooms"]
    assert (room["id"], room["about"]) == (TEAM_ROOM, "3_7")
    found = shell.json("rooms", "3_7", "--limit", "2")
    assert [one["text"] for one in found["messages"]] == ["Second ␛]0;own␇␛[2J", "Third\nin two lines"]
    assert {one["name"] for one in found["messages"]} == {"jonas"}
    assert shell("rooms", *room["name"].split()) == 0
    assert "jonas\n  First\n" in shell.out
    assert "  in two lines\n" in shell.out
    assert shell("rooms") == 0
    assert room["name"] in shell.out
    assert shell("rooms", "elsewhere") == 1
    assert "You are in no room" in shell.err


def _said(number: int, text: str) -> Event:
    event = read_event(
        {
            "type": "m.room.message",
            "event_id": f"${number}",
            "sender": "@jonas:smartup0.org",
            "origin_server_ts": 1_772_460_000_000 + number,
            "content": {"msgtype": "m.text", "body": text},
        }
    )
    assert event is not None
    return event
