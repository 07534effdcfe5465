"""`smartup send` where nobody answers: nothing is lost, and the exit code says what happened."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from smartup_tui.cli.sending import _report
from smartup_tui.config import Home
from smartup_tui.matrix.outbox import FILE_NAME as OUTBOX_FILE
from smartup_tui.matrix.outbox import Outbox, State
from smartup_tui.matrix.store import FILE_NAME as STORE_FILE
from smartup_tui.matrix.store import Store
from smartup_tui.matrix.wire import Event, RoomDelta, SyncBatch, read_event
from smartup_tui.secrets import open_store
from smartup_tui.workspace.delivery import Delivery, Standing
from smartup_tui.workspace.places import MATRIX_TOKEN, Places
from tests.cli.test_reading import Shell
from tests.support.owner_home import PROFILE, make_home, organisation

TEAM_ROOM = "!team7:smartup0.org"


def state(kind: str, content: dict[str, object], key: str = "") -> Event:
    event = read_event(
        {
            "type": kind,
            "event_id": f"${kind}{key}",
            "sender": PROFILE.engelbot[0],
            "origin_server_ts": 1,
            "state_key": key,
            "content": content,
        }
    )
    assert event is not None
    return event


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An owner who was once connected and is offline now."""
    home = make_home(tmp_path, organisation())
    text = home.config_file.read_text(encoding="utf-8")
    home.config_file.write_text(f'secrets = "file"\n{text}', encoding="utf-8")
    open_store("file", home).set("smartup", MATRIX_TOKEN, "a-token")
    folder = Places.of(home, "smartup").matrix
    folder.mkdir(parents=True, mode=0o700)
    store = Store(folder / STORE_FILE, PROFILE.user_id)
    room = (
        state("m.room.create", {}),
        state("m.room.name", {"name": "3_7 Backend"}),
        state("m.room.member", {"membership": "join"}, PROFILE.user_id),
        state("org.smartup.room", {"kind": "team", "id": "3_7"}),
    )
    batch = SyncBatch("s1", (RoomDelta(TEAM_ROOM, "join", room),), 0)
    store.apply(batch, received_at=datetime.now(UTC), catch_up=False, page_back=None)
    store.close()
    return tmp_path


@pytest.fixture
def shell(home: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(home, capsys)


@pytest.fixture
def outbox(home: Path) -> Iterator[Outbox]:
    found = Outbox(Places.of(Home.find(home), "smartup").matrix / OUTBOX_FILE)
    yield found
    found.close()


@pytest.mark.parametrize("wait", [(), ("--wait",)])
def test_what_can_not_be_sent_stays_in_the_outbox(shell: Shell, outbox: Outbox, wait: tuple[str, ...]) -> None:
    assert shell("send", "!claim_task 6_7_0_1", *wait, "--timeout", "1", "--json") == 3
    found = json.loads(shell.out)
    assert found["standing"] == "waiting"
    assert set(found) == {"command", "id", "standing", "lines", "result"}
    (row,) = outbox.rows()
    assert (row.room_id, row.body, row.state) == (TEAM_ROOM, "!claim_task 6_7_0_1", State.QUEUED)
    assert found["id"] == row.id


def test_the_answer_for_people_says_that_it_waits(shell: Shell) -> None:
    assert shell("send", "claim_task 6_7_0_1", "--timeout", "soon") == 2
    assert "'soon' is no number of seconds, such as 60" in shell.err
    assert shell("send", "claim_task 6_7_0_1", "--timeout", "1") == 3
    assert "Waiting to be sent." in shell.out
    assert "It is kept" in shell.out
    assert "a-token" not in shell.out + shell.err


@pytest.mark.parametrize(
    ("standing", "waited", "at_once"),
    [("done", 0, 0), ("answered", 0, 0), ("refused", 1, 0), ("failed", 1, 1), ("dropped", 1, 1), ("waiting", 3, 3),
     ("held", 3, 3), ("unknown", 3, 3), ("sent", 4, 0)],
)  # fmt: skip
def test_the_exit_code_says_what_became_of_it(standing: str, waited: int, at_once: int) -> None:
    """With `--wait`, and without it: then what was sent has done its part."""
    given = Delivery("1", "!wallet", "!desk", Standing(standing), ("Said.",), datetime.now(UTC))
    for wait, code in ((True, waited), (False, at_once)):
        assert _report(given, Namespace(wait=wait, json=False)) == code


def test_a_room_that_is_not_known(shell: Shell, outbox: Outbox) -> None:
    assert shell("send", "!claim_task 6_7_0_1", "--room", "elsewhere", "--timeout", "1") == 2
    assert "You are in no room with this name." in shell.err
    assert outbox.rows() == []


def test_without_a_login_nothing_is_begun(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_home(tmp_path, organisation())
    shell = Shell(tmp_path, capsys)
    assert shell("send", "!claim_task 6_7_0_1", "--timeout", "1") == 5
    assert "no login" in shell.err
    assert "smartup doctor" in shell.err


def test_what_is_not_answered_yet_says_where_the_answer_comes(capsys: pytest.CaptureFixture[str]) -> None:
    sent = Delivery("1", "!wallet", TEAM_ROOM, Standing.SENT, ("Sent; not answered yet.",), datetime.now(UTC))
    assert _report(sent, Namespace(wait=False, json=False)) == 0
    assert "comes into the room; --wait prints it" in capsys.readouterr().out
    assert _report(sent, Namespace(wait=True, json=False)) == 4
    assert "comes into the room." in capsys.readouterr().out
