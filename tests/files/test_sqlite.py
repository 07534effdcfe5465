"""What every SQLite file of ours is: its owner's alone, in write-ahead mode, changed whole or not at all."""

from __future__ import annotations

import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path

import pytest

from smartup_tui.files.sqlite import connect, is_damaged, remove, transaction


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "notes.db"


@pytest.fixture
def connection(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect(file, synchronous="NORMAL")) as found:
        found.execute("CREATE TABLE note(text)")
        yield found


def notes(connection: sqlite3.Connection) -> list[str]:
    return [text for (text,) in connection.execute("SELECT text FROM note")]


def test_file_and_folder_are_their_owners_alone(file: Path, connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO note VALUES('mine')")
    found = {path.name: stat.S_IMODE(path.stat().st_mode) for path in file.parent.iterdir()}
    assert found == {"notes.db": 0o600, "notes.db-wal": 0o600, "notes.db-shm": 0o600}
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_an_error_takes_the_whole_block_back(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE UNIQUE INDEX once ON note(text)")
    with pytest.raises(sqlite3.IntegrityError), transaction(connection):
        connection.executemany("INSERT INTO note VALUES(?)", [("half",), ("half",)])
    with transaction(connection):
        connection.execute("INSERT INTO note VALUES('whole')")
    assert notes(connection) == ["whole"]


def test_a_commit_that_fails_leaves_no_open_transaction(connection: sqlite3.Connection) -> None:
    connection.executescript(
        "PRAGMA foreign_keys = ON; CREATE TABLE room(id INTEGER PRIMARY KEY);"
        "CREATE TABLE message(room REFERENCES room DEFERRABLE INITIALLY DEFERRED);"
    )
    with pytest.raises(sqlite3.IntegrityError), transaction(connection):
        connection.execute("INSERT INTO message VALUES(7)")
    with transaction(connection):
        connection.execute("INSERT INTO note VALUES('after')")
    assert notes(connection) == ["after"]


def test_nobody_writes_between_a_blocks_reading_and_its_writing(file: Path, connection: sqlite3.Connection) -> None:
    with closing(connect(file, synchronous="NORMAL")) as other, transaction(connection):
        other.execute("PRAGMA busy_timeout = 0")
        with pytest.raises(sqlite3.OperationalError, match="locked"), transaction(other):
            pass
        assert notes(other) == []  # readers do not wait


def _write(file: Path) -> None:
    with closing(connect(file, synchronous="NORMAL")) as connection, transaction(connection):
        connection.execute("CREATE TABLE IF NOT EXISTS note(text)")
        connection.execute("INSERT INTO note VALUES('here')")


def test_processes_that_make_the_same_file_wait_for_each_other(file: Path) -> None:
    with get_context("spawn").Pool(4) as pool:
        pool.map(_write, [file] * 12, chunksize=1)
    with closing(connect(file, synchronous="NORMAL")) as connection:
        assert len(notes(connection)) == 12


def test_a_damaged_file_is_told_from_a_busy_one(file: Path, connection: sqlite3.Connection) -> None:
    with closing(connect(file, synchronous="NORMAL")) as other, transaction(connection):
        other.execute("PRAGMA busy_timeout = 0")
        with pytest.raises(sqlite3.OperationalError) as busy, transaction(other):
            pass
    assert not is_damaged(busy.value)
    connection.close()
    remove(file)
    file.write_bytes(b"This is no database. " * 100)
    with pytest.raises(sqlite3.DatabaseError) as damaged:
        connect(file, synchronous="NORMAL")
    assert is_damaged(damaged.value)
    remove(file)
    assert list(file.parent.iterdir()) == []


def test_a_disk_that_can_not_be_written_is_said_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def waited(_seconds: float) -> None:
        raise AssertionError("waiting does not make room")

    monkeypatch.setattr(time, "sleep", waited)
    file = tmp_path / "notes.db"
    file.touch()
    read_only = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)
    monkeypatch.setattr(sqlite3, "connect", lambda *_given, **_options: read_only)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        connect(file, synchronous="NORMAL")
