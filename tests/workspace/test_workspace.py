"""The one object between the screens and the world."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from smartup_tui.matrix.outbox import State
from smartup_tui.workspace.delivery import Standing
from smartup_tui.workspace.history import load_history, remember
from smartup_tui.workspace.state import News
from smartup_tui.workspace.sync_messages import Failed, Progress, Synced
from tests.support.owner_home import make_home, organisation
from tests.support.quiet_workspace import QuietWorkspace


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[QuietWorkspace]:
    found = QuietWorkspace(tmp_path, None, organisation())
    yield found
    found.stop()


def test_a_command_is_on_disk_before_anything_else_and_closed_by_its_answer(workspace: QuietWorkspace) -> None:
    heard: list[News] = []
    workspace.subscribe(heard.append)
    given = workspace.send("!claim_task 6_7_0_1", "!work:x")
    assert given.standing is Standing.WAITING
    assert given.open
    assert [d.text for d in workspace.waiting()] == ["!claim_task 6_7_0_1"]
    workspace.answer("✓ maria took the seat.\n\nBudget 25.00 SC.")
    found = workspace.delivery(given.command_id)
    assert found is not None
    assert found.standing is Standing.DONE
    assert found.lines == ("maria took the seat.", "Budget 25.00 SC.")
    assert workspace.waiting() == ()
    assert News.DELIVERY in heard
    assert workspace.refreshes == 1  # what it changed is read


def test_a_refusal_changes_nothing_and_asks_for_nothing(workspace: QuietWorkspace) -> None:
    given = workspace.send("!claim_task 6_7_0_1", "!work:x")
    workspace.answer("✗ No free seat.", ok=False)
    found = workspace.delivery(given.command_id)
    assert found is not None
    assert found.standing is Standing.REFUSED
    assert workspace.refreshes == 0


def test_what_was_not_sent_waits_for_the_owner(workspace: QuietWorkspace) -> None:
    given = workspace.send("!stop_work done", "!work:x")
    outbox = workspace.connection.outbox
    outbox.hold_overdue(given.written_at.timestamp() + 3600, workspace.connection._max_age)
    held = workspace.waiting()[0]
    assert held.standing is Standing.HELD
    assert held.lines[0] == "Not sent in time. Send it now, or let it go?"
    workspace.release(given.command_id)
    assert workspace.waiting()[0].standing is Standing.WAITING
    workspace.drop(given.command_id)
    assert workspace.waiting() == ()
    row = outbox.get(given.command_id)
    assert row is not None
    assert row.state is State.DROPPED
    assert workspace.delivery("no such command") is None


def test_the_state_follows_what_the_syncing_process_says(workspace: QuietWorkspace) -> None:
    workspace.receive(Progress("tables", 1, 2))
    assert workspace.state.progress == Progress("tables", 1, 2)
    workspace.receive(Failed(1, "Unreachable", "m", "h"))
    assert workspace.state.failure == Failed(1, "Unreachable", "m", "h")
    assert not workspace.state.progress
    workspace.receive(Synced(2, "c", (), rewritten=True))
    workspace.receive(Synced(3, "c", ()))
    assert not workspace.state.failure
    assert workspace.state.generation == 2
    assert workspace.state.rewritten  # said until somebody has looked


def test_a_read_model_that_was_built_again_is_opened_and_old_lists_still_read(workspace: QuietWorkspace) -> None:
    from smartup_tui.ledger.index.queries import TaskFilter, task_window

    first = workspace.reader
    assert first is not None
    window = task_window(first.index, TaskFilter())
    workspace.places.index.unlink()
    for suffix in ("-wal", "-shm"):
        workspace.places.index.with_name(workspace.places.index.name + suffix).unlink(missing_ok=True)
    assert workspace.reader is first  # while it is being built there is the old one
    make_home(workspace.places.index.parents[3], organisation())
    assert workspace.reader is not None
    assert workspace.reader is not first
    assert len(window.rows(0, 3)) == 3


@pytest.mark.parametrize(
    ("text", "room"),
    [
        ("!stop_work done", "!guide:x"),  # the task of the running session
        ("!claim_task 6_7_0_1", "!team7:x"),
        ("!comment 6_7_0_1 Well said", "!team7:x"),  # about anything: the thing itself says where
        ("!object p_7 Not on market days", "!work:x"),
        ("!wallet", "!desk:x"),
        ("!help", "!desk:x"),
    ],
)
def test_rooms_of_commands(workspace: QuietWorkspace, text: str, room: str) -> None:
    choice = workspace.room_for(text)
    assert choice is not None
    assert choice.room.room_id == room
    assert workspace.room_for("just talk") is None


def test_history_is_kept_privately_and_survives_garbage(tmp_path: Path) -> None:
    file = tmp_path / "state" / "history"
    remember(file, "!claim_task 6_1_0_0")
    remember(file, "!stop_work über\nzwei Zeilen")
    with file.open("ab") as out:
        out.write(b'\xff\xfe not json\n{"a": 1}\n')
    remember(file, "!wallet")
    assert load_history(file) == ["claim_task 6_1_0_0", "stop_work über\nzwei Zeilen", "wallet"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert all(json.loads(line) for line in file.read_bytes().splitlines()[:2])
    assert load_history(tmp_path / "none") == []
    remember(tmp_path / "state" / "history" / "below-a-file", "!wallet")  # no reason to stop anybody's work
