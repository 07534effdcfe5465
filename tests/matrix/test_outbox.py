"""The outbox keeps what it was given, whoever adds to it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from smartup_tui.matrix.database import NewerDatabaseError
from smartup_tui.matrix.outbox import Kind, Outbox, State


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox.db"


@pytest.fixture
def outbox(path: Path) -> Iterator[Outbox]:
    opened = Outbox(path)
    yield opened
    opened.close()


def test_a_row_is_there_for_another_process_at_once(outbox: Outbox, path: Path) -> None:
    row = outbox.put("!desk", "!wallet", {"org.example": 1})
    other = Outbox(path)
    assert other.get(row.id) == row
    other.close()
    assert row.state is State.QUEUED
    assert row.content["org.example"] == 1
    assert row.txn_id == row.id


def test_what_was_put_outlives_a_power_cut(outbox: Outbox) -> None:
    """SQLite waits for the disk with every transaction, also in its write-ahead log."""
    assert outbox._database.connection().execute("PRAGMA synchronous").fetchone()[0] == 2


def test_the_file_is_for_its_owner_only(outbox: Outbox, path: Path) -> None:
    outbox.put("!desk", "!wallet")
    for file in path.parent.iterdir():
        assert file.stat().st_mode & 0o077 == 0, file.name


def test_the_same_transaction_id_is_one_row(outbox: Outbox) -> None:
    first = outbox.put("!desk", "Done.", kind=Kind.REPLY, txn_id="re-$1", in_reply_to="$1")
    again = outbox.put("!desk", "Done, differently.", kind=Kind.REPLY, txn_id="re-$1", in_reply_to="$1")
    assert again == first
    assert len(outbox.rows()) == 1
    assert first.content["m.relates_to"] == {"m.in_reply_to": {"event_id": "$1"}}


def test_rows_of_many_threads_and_connections_all_arrive(outbox: Outbox, path: Path) -> None:
    def add(name: str) -> None:
        mine = Outbox(path)
        for n in range(10):
            mine.put("!desk", f"{name}-{n}")
        mine.close()

    threads = [threading.Thread(target=add, args=(f"t{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({row.body for row in outbox.rows()}) == 40


def test_listeners_hear_of_changes_until_they_stop(outbox: Outbox) -> None:
    heard: list[str] = []
    stop = outbox.listen(lambda: heard.append("x"))
    row = outbox.put("!desk", "!wallet")
    outbox.drop(row.id)
    stop()
    outbox.put("!desk", "!clock")
    assert heard == ["x", "x"]


def test_only_what_waits_for_a_decision_can_be_released(outbox: Outbox) -> None:
    row = outbox.put("!desk", "!wallet")
    assert outbox.release(row.id) == row
    outbox.sent(row, "$1")
    dropped = outbox.drop(row.id)
    assert dropped is not None
    assert dropped.state is State.SENT
    assert outbox.release("no such row") is None


def test_a_dropped_row_that_was_sent_after_all_says_so(outbox: Outbox) -> None:
    row = outbox.put("!desk", "!wallet")
    outbox.trying(row, 0)
    outbox.drop(row.id)
    assert [r.id for r in outbox.unsettled()] == [row.id]
    outbox.sent(row, "$1")
    found = outbox.get(row.id)
    assert found is not None
    assert (found.state, found.event_id) == (State.SENT, "$1")


def test_a_file_of_a_newer_version_is_refused_and_left_alone(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version=99")
    connection.close()
    with pytest.raises(NewerDatabaseError, match="newer version"):
        Outbox(path)
