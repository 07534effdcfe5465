"""The index of names says what the tables say, and finds every part of a name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from smartup_tui.ledger.index import names
from smartup_tui.ledger.index.ingest import ingest
from smartup_tui.ledger.index.name_lines import KINDS
from smartup_tui.ledger.index.store import Index
from tests.support.owner_home import organisation

TITLES = st.text("aåÅbI% _\"'\t-", max_size=12)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with Index(tmp_path_factory.mktemp("names") / "index.db", writable=True) as found:
        ingest(found, organisation().tree)
        yield found


def task_titles(index: Index) -> dict[str, str]:
    return dict(index.connection.execute('SELECT task_id, title FROM "task-budgets"'))


def test_every_row_has_its_name_once(index: Index) -> None:
    counted = {
        kind: len([row for row in index.connection.execute("SELECT rowid FROM names") if row[0] >> 56 == number])
        for number, kind in enumerate(KINDS)
    }
    tables = ("objectives", '"book-of-owners"', "roles", "teams", "proposals", "pages", '"task-budgets"')
    there = [index.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]
    assert list(counted.values()) == there


def test_what_is_gone_is_found_no_more(tmp_path: Path) -> None:
    with Index(tmp_path / "index.db", writable=True) as index:
        ingest(index, organisation().tree)
        assert "task" in {name.kind for name in names.found(index, "backup drill", 9)}
        index.connection.execute("DELETE FROM \"task-budgets\" WHERE task_id = '6_7_0_0'")
        assert "task" not in {name.kind for name in names.found(index, "backup drill", 9)}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(titles=st.lists(TITLES, min_size=1, max_size=6), wanted=TITLES)
@example(titles=["IÅå"], wanted="ÅÅ")
def test_what_holds_every_word_is_found(index: Index, titles: list[str], wanted: str) -> None:
    before = task_titles(index)
    changed = dict(zip(before, titles, strict=False))
    for task_id, title in changed.items():
        index.connection.execute('UPDATE "task-budgets" SET title = ? WHERE task_id = ?', (title, task_id))
    lines = {key: f"{key}\t{title.replace(chr(9), ' ')}".lower() for key, title in task_titles(index).items()}
    words = wanted.lower().split()
    expected = {key for key, line in lines.items() if words and all(word in line for word in words)}
    assert {name.key for name in names.found(index, wanted, 99) if name.kind == "task"} == expected


@pytest.mark.parametrize("slip", ["bakup", "bcakup", "backpu", "bockup", "backuq", "packup"])
def test_a_slip_of_the_hand_leaves_enough_to_be_found_by(index: Index, slip: str) -> None:
    assert "backup" in " ".join(name.line for name in names.alike(index, slip, 400))
