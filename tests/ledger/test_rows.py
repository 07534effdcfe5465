"""Typed rows: what is wrong is said with file, line and column, and never hides the rest."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartup_tui.ledger import tables
from smartup_tui.ledger.rowset import RowCache, parse_part
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.tree import MappingTree, Overlay, Tree, as_base, blob_id
from tests.ledger.files import ORGANISATION, award, clock, csv, ledger, owner, task

PATH = tables.TASKS.path


def tasks_file(*lines: str, header: str | None = None) -> bytes:
    return "\n".join([header or ",".join(tables.TASKS.header), *lines, ""]).encode()


ROW = "6_1_2_{0},T,5_1_2,3_7,small,25.00,open,,,,maria,2026-01-05T09:00:00Z,"


def test_one_bad_row_never_hides_the_rest() -> None:
    data = tasks_file(
        ROW.format(0), "# a comment", ROW.format(1).replace("25.00", "lots"), ROW.format(2) + ",extra", ROW.format(3)
    )
    rows = Snapshot(MappingTree({PATH: data})).rows(tables.TASKS)
    assert [row.task_id for row in rows] == ["6_1_2_0", "6_1_2_3"]
    first, second = rows.problems
    assert (first.path, first.line, first.column) == (PATH, 4, "budget_sc")
    assert "lots" in first.message
    assert "two decimal places" in first.expected
    assert second.line == 5
    assert "14 cells" in second.message
    assert str(first).startswith("work/task-budgets.csv:4, budget_sc: ")


def test_columns_may_stand_in_another_order_and_others_beside_them() -> None:
    header = "note," + ",".join(reversed(tables.TASKS.header))
    data = tasks_file("kept," + ",".join(reversed(ROW.format(0).split(","))), header=header)
    rows = Snapshot(MappingTree({PATH: data})).rows(tables.TASKS)
    assert rows.problems == ()
    assert rows[0] == task("6_1_2_0", "T")


def test_a_missing_required_column_is_named() -> None:
    header = ",".join(name for name in tables.TASKS.header if name not in ("budget_sc", "wiki_path"))
    rows = Snapshot(MappingTree({PATH: tasks_file("x", header=header)})).rows(tables.TASKS)
    assert [(p.line, p.column) for p in rows.problems] == [(1, "budget_sc")]
    assert len(rows) == 0


def test_a_missing_optional_column_is_no_problem() -> None:
    header = ",".join(tables.TASKS.header[:-1])
    rows = Snapshot(MappingTree({PATH: tasks_file(ROW.format(0)[:-1], header=header)})).rows(tables.TASKS)
    assert rows.problems == ()
    assert rows[0].wiki_path is None


@pytest.mark.parametrize("data", [b"", b"\n\n", b"# only a comment\n"])
def test_a_file_without_a_header_is_one_problem(data: bytes) -> None:
    rows = Snapshot(MappingTree({PATH: data})).rows(tables.TASKS)
    assert len(rows.problems) == 1
    assert "no header" in rows.problems[0].message


def test_a_table_without_a_file_is_empty() -> None:
    snapshot = Snapshot(MappingTree({}))
    assert list(snapshot.rows(tables.TASKS)) == []
    assert snapshot.task("6_1_2_0") is None
    assert snapshot.problems == ()


def test_a_second_row_of_one_entity_is_reported_and_the_first_counts() -> None:
    data = csv(tables.TASKS, [task("6_1_2_0", "first"), task("6_1_2_1")]) + ROW.format(0).encode() + b"\n"
    snapshot = Snapshot(MappingTree({PATH: data}))
    assert snapshot.rows(tables.TASKS).problems[0].line == 4
    found = snapshot.task("6_1_2_0")
    assert found is not None
    assert found.title == "first"


def test_segments_come_first_in_the_order_of_their_numbers() -> None:
    table = tables.CLAIMS
    header = ",".join(table.header)
    rows = {n: f"{header}\n2026-01-0{n}T00:00:00Z,6_1_2_{n},maria,attacker,claim,\n".encode() for n in (1, 2, 3)}
    tree = MappingTree(
        {
            table.path: rows[3],
            "work/task_claimed/000002.csv": rows[2],
            "work/task_claimed/000001.csv": rows[1],
            "work/task_claimed/notes.txt": b"no segment",
        }
    )
    assert [row.task_id for row in Snapshot(tree).rows(table)] == ["6_1_2_1", "6_1_2_2", "6_1_2_3"]


def test_an_unchanged_file_is_read_once_for_all_snapshots() -> None:
    class Counting(MappingTree):
        reads = 0

        def read(self, path: str) -> bytes | None:
            Counting.reads += 1
            return super().read(path)

    files = {PATH: csv(tables.TASKS, [task("6_1_2_0")])}
    cache = RowCache()
    first = Snapshot(Counting(files), cache).rows(tables.TASKS)
    second = Snapshot(Counting(files), cache).rows(tables.TASKS)
    assert Counting.reads == 0  # nobody has looked yet
    assert list(first) == list(second)
    assert Counting.reads == 1
    assert first[0] is second[0]


def test_a_moved_file_with_a_bad_row_is_reported_where_it_lies_now() -> None:
    data = tasks_file(ROW.format(0), "broken")
    cache = RowCache()
    Snapshot(MappingTree({PATH: data}), cache).rows(tables.TASKS)
    moved = MappingTree({"work/task-budgets/000001.csv": data, PATH: tasks_file(ROW.format(1))})
    problems = Snapshot(moved, cache).rows(tables.TASKS).problems
    assert [p.path for p in problems] == ["work/task-budgets/000001.csv"]


LINES = st.sampled_from([ROW.format(n) for n in range(4)] + ["broken", "# comment", "", '6_1_2_9,"open', '"",""'])


@given(st.lists(LINES, max_size=6), st.lists(LINES, max_size=6), st.booleans())
@settings(max_examples=150, deadline=None)
def test_reading_on_gives_what_reading_anew_gives(before: list[str], after: list[str], end: bool) -> None:
    earlier = tasks_file(*before) if end else tasks_file(*before)[:-1]
    later = earlier + ("\n".join(after) + "\n").encode()
    known = parse_part(tables.TASKS, earlier, PATH)
    known.index(("task_id",))
    known.index(("status", "title"))
    grown = parse_part(tables.TASKS, later, PATH, known)
    fresh = parse_part(tables.TASKS, later, PATH)
    assert (grown.rows, grown.lines, grown.problems) == (fresh.rows, fresh.lines, fresh.problems)
    for fields in (("task_id",), ("status", "title")):
        assert grown.index(fields) == fresh.index(fields)


def test_a_cache_keeps_the_newest_versions_and_few_old_ones() -> None:
    cache = RowCache()
    trees = [MappingTree({PATH: csv(tables.TASKS, [task(f"6_1_2_{n}")])}) for n in range(200)]
    for number, tree in enumerate(trees):
        assert Snapshot(tree, cache).rows(tables.TASKS)[0].task_id == f"6_1_2_{number}"
        assert Snapshot(trees[0], cache).rows(tables.TASKS)[0].task_id == "6_1_2_0"
    assert len(cache._parts) < 50
    assert Snapshot(trees[5], cache).rows(tables.TASKS)[0].task_id == "6_1_2_5"


def test_a_cache_may_be_shared_between_threads() -> None:
    cache = RowCache()
    versions = [MappingTree({PATH: csv(tables.TASKS, [task(f"6_1_2_{i}") for i in range(n)])}) for n in range(1, 40)]
    wrong: list[Any] = []

    def read() -> None:
        for n, tree in enumerate(versions, start=1):
            snapshot = Snapshot(tree, cache)
            if len(snapshot.rows(tables.TASKS)) != n or snapshot.task(f"6_1_2_{n - 1}") is None:
                wrong.append(n)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_look_ups_of_a_snapshot() -> None:
    snapshot = Snapshot(ledger(ORGANISATION))
    maria = snapshot.owner("maria")
    assert maria is not None
    assert snapshot.owner_by_matrix_id("@maria:smartup0.org") == maria
    assert snapshot.owner_by_matrix_id("") is None
    assert snapshot.owner("nobody") is None
    log = snapshot.session_log("s_1")
    assert log is not None
    assert log.summary == "Corrected"
    assert [row.pending_id for row in snapshot.award("g_1")] == ["g_1"]
    assert snapshot.rows(tables.PENDING).get("g_1", "attacker") is not None
    with pytest.raises(ValueError, match="pending_id, adm_role"):
        snapshot.rows(tables.PENDING).get("g_1")
    with pytest.raises(ValueError, match="log"):
        snapshot.rows(tables.EVENTS).get("x")


def test_a_matrix_id_that_two_owners_have_identifies_nobody() -> None:
    twin = replace(owner("twin", number=98), matrix_id="@maria:smartup0.org")
    snapshot = Snapshot(ledger({tables.OWNERS: [owner("maria", number=99), twin]}))
    assert snapshot.owner_by_matrix_id("@maria:smartup0.org") is None


def test_a_partner_who_has_not_confirmed_has_no_clock() -> None:
    waiting = Snapshot(ledger({tables.CLOCK: [clock("s_1", "running", confirmed=False)]}))
    assert waiting.running_session("maria") is not None
    assert waiting.running_session("jonas") is None
    paired = Snapshot(ledger({tables.CLOCK: [clock("s_1", "running"), clock("s_0")]}))
    assert paired.running_session("jonas") is not None
    assert paired.running_session("walter") is None


def test_an_award_of_two_rows_is_decided_together() -> None:
    other = replace(award("g_1", "s_1", "50", beneficiary="jonas"), adm_role="defender")
    snapshot = Snapshot(ledger({tables.PENDING: [award("g_1", "s_1", "50"), other, award("g_2", "s_2", "50")]}))
    assert [row.beneficiary for row in snapshot.award("g_1")] == ["maria", "jonas"]
    assert snapshot.rows(tables.PENDING).problems == ()


def test_layers_of_trees() -> None:
    base = MappingTree({"a.csv": b"1", "b.csv": b"2", "c/d.csv": b"3"}, "abc")
    first = Overlay(base, {"b.csv": b"20", "e.csv": b"5"})
    second = Overlay(first, {"b.csv": b"200"})
    assert second.read("b.csv") == b"200"
    assert second.read("e.csv") == b"5"
    assert second.read("a.csv") == b"1"
    assert second.blob_id("b.csv") == blob_id(b"200")
    assert second.paths() == ["a.csv", "b.csv", "c/d.csv", "e.csv"]
    assert second.paths("c/") == ["c/d.csv"]
    assert second.commit == "abc"
    assert second.base is base
    assert Overlay(as_base(second), {}).base is not base
    assert as_base(second).read("b.csv") == b"200"
    assert base.blob_id("missing") is None
    done: Tree = base
    for number in range(3000):
        done = as_base(Overlay(done, {f"n/{number % 7}.md": b"%d" % number}))
    assert done.read("n/0.md") == b"2996"
    assert done.blob_id("n/0.md") == blob_id(b"2996")
    assert done.paths("n/") == [f"n/{number}.md" for number in range(7)]
    assert done.paths() == [*base.paths(), *done.paths("n/")]
    assert done.commit == "abc"
    assert blob_id(b"") == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
