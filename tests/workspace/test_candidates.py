"""What completes: ids by their beginning, titles by any word, quickly at any size."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from smartup_tui.catalogue.complete import complete
from smartup_tui.catalogue.explain import explain
from smartup_tui.catalogue.model import Kind
from smartup_tui.ledger.index.store import Index
from smartup_tui.workspace.candidates import Candidates
from smartup_tui.workspace.places import Places
from tests.support.owner_home import make_home, organisation

GUIDE = ("6_1_0_0", "Draft the owners' guide")


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    home = make_home(tmp_path, organisation())
    with Index(Places.of(home, "smartup").index, writable=True) as found:
        yield found


@pytest.mark.parametrize("prefix", ["6_1_0_0", "6_1_0_", "draft", "DRAFT", "guide", "gui", "owners'"])
def test_a_task_is_found_by_id_and_by_any_word(index: Index, prefix: str) -> None:
    assert GUIDE in Candidates(index).candidates(Kind.TASK, prefix, 12)


def test_a_slug_and_a_hyphen_find_the_title(index: Index) -> None:
    assert ("6_1_0_1", "Proof-read the passport") in Candidates(index).candidates(Kind.TASK, "read", 12)
    assert Candidates(index).candidates(Kind.TASK, "draft-the", 12) == [GUIDE]


@pytest.mark.parametrize("prefix", ["%", "_", "\\", "6%", "'", '"', "zzz", "\t", "\n"])
def test_signs_mean_nothing_of_their_own(index: Index, prefix: str) -> None:
    found = Candidates(index).candidates(Kind.TASK, prefix, 12)
    assert len(found) in (0, 6)  # nothing, or all where only a blank was typed


def test_what_is_over_comes_last_and_the_exact_id_first(index: Index) -> None:
    index.connection.execute('UPDATE "task-budgets" SET status = "completed" WHERE task_id = "6_1_0_0"')
    ids = [key for key, _ in Candidates(index).candidates(Kind.TASK, "6_1", 12)]
    assert ids == ["6_1_0_1", "6_1_0_0"]
    assert Candidates(index).candidates(Kind.TASK, "6_1_0_0", 12)[0] == GUIDE


def test_a_pending_award_is_offered_once(index: Index) -> None:
    ids = [key for key, _ in Candidates(index).candidates(Kind.PENDING, "g_", 12)]
    assert len(ids) == len(set(ids)) > 3


def test_an_entity_is_anything_with_an_id(index: Index) -> None:
    found = Candidates(index)
    assert found.candidates(Kind.ENTITY, "s_1", 12)[0][0] == "s_1"
    assert ("maria", "work") in found.candidates(Kind.ENTITY, "mar", 12)
    assert GUIDE in found.candidates(Kind.ENTITY, "draft", 12)


def test_titles_are_read_anew_with_a_new_commit(index: Index) -> None:
    found = Candidates(index)
    assert found.candidates(Kind.TASK, "harbour", 12) == []
    index.connection.execute('UPDATE "task-budgets" SET title = "See the harbour" WHERE task_id = "6_1_0_0"')
    index.connection.execute("UPDATE meta SET value = 'next' WHERE key = 'commit'")
    assert found.candidates(Kind.TASK, "harbour", 12) == [("6_1_0_0", "See the harbour")]


def test_completing_and_explaining_are_felt_by_nobody_at_100000_tasks(index: Index) -> None:
    connection = index.connection
    columns = [row[1] for row in connection.execute('PRAGMA table_info("task-budgets")')]
    values = dict(zip(columns, connection.execute('SELECT * FROM "task-budgets"').fetchone(), strict=True))
    words = ("draft", "owners", "guide", "backup", "drill", "treasury", "harbour")
    connection.execute("BEGIN")
    marks = ", ".join("?" * len(columns))
    rows = (
        {
            **values,
            "row": 9 << 32 | n,
            "task_id": f"6_{n % 7}_{n % 50}_{n}",
            "title": f"{words[n % 7]} {words[n % 5]} {n}",
        }
        for n in range(100_000)
    )
    connection.executemany(f'INSERT INTO "task-budgets" VALUES({marks})', ([row[c] for c in columns] for row in rows))
    connection.execute("COMMIT")
    found = Candidates(index)
    found.candidates(Kind.TASK, "warm", 12)
    for text in ("claim_task ", "claim_task 6_", "claim_task 6_3_1", "claim_task dr", "claim_task zzzz", "task 99999"):
        best = min(_seconds(text, found) for _ in range(5))
        assert best < 0.05, text  # a tenth of it on a good machine


def _seconds(text: str, found: Candidates) -> float:
    before = time.thread_time()  # what others do on this machine does not count
    complete(text, len(text), found)
    explain(text, found)
    return time.thread_time() - before
