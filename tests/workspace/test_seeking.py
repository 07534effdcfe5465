"""Long looks through the read model, beside the keys."""

from __future__ import annotations

import queue
import threading
from pathlib import Path

import pytest

from smartup_tui.ledger.index.ingest import ingest
from smartup_tui.ledger.index.store import Index
from smartup_tui.workspace.seeking import Seeker
from tests.support.organisation import Organisation

PATIENCE = 60.0
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with Index(tmp_path / "index.db", writable=True) as index:
        ingest(index, Organisation().register().tree)
    return tmp_path / "index.db"


def test_an_answer_comes_on_another_thread(path: Path) -> None:
    answers: queue.Queue[tuple[str, str]] = queue.Queue()
    Seeker(path).ask(lambda index: index.commit, lambda commit: answers.put((commit, threading.current_thread().name)))
    commit, name = answers.get(timeout=PATIENCE)
    with Index(path) as index:
        assert commit == index.commit
    assert name != threading.current_thread().name


def test_another_question_breaks_off_the_one_before_it(path: Path) -> None:
    answers: queue.Queue[str] = queue.Queue()
    begun, ended = threading.Event(), threading.Event()

    def endless(index: Index) -> str:
        begun.set()
        try:
            return str(index.connection.execute(ENDLESS).fetchone())
        finally:
            ended.set()

    seeker = Seeker(path)
    seeker.ask(endless, answers.put)
    assert begun.wait(PATIENCE)
    seeker.ask(lambda _: "second", answers.put)
    assert ended.wait(PATIENCE)
    assert answers.get(timeout=PATIENCE) == "second"
    assert answers.empty()


def test_what_is_dropped_is_not_answered(path: Path) -> None:
    answers: queue.Queue[str] = queue.Queue()
    going, done = threading.Event(), threading.Event()

    def slow(index: Index) -> str:
        going.set()
        assert done.wait(PATIENCE)
        return index.commit

    seeker = Seeker(path)
    seeker.ask(slow, answers.put)
    assert going.wait(PATIENCE)
    seeker.drop()
    done.set()
    seeker.ask(lambda _: "next", answers.put)
    assert answers.get(timeout=PATIENCE) == "next"
