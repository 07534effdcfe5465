"""Final rows move to segments: which, when, whole, and without anybody noticing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartup_tui.ledger import tables
from smartup_tui.ledger.economy.effects_rolling import ROLL
from smartup_tui.ledger.index.ingest import ingest
from smartup_tui.ledger.index.store import Index
from smartup_tui.ledger.rowset import segment_paths
from smartup_tui.ledger.schema import Table
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.tree import MappingTree, Tree
from smartup_tui.ledger.verify import CommitInfo, HistoryCheck, Severity, verify
from tests.support.organisation import Organisation, company, edited

SCORES: dict[str, Any] = {"effort": 10, "learning": 10, "collaboration": 10}


def finished(org: Organisation, size: str = "small", share: int = 100) -> str:
    """A task of maria and jonas whose award is paid; its id."""
    task = org.task(size)
    org.seats(task, "maria", "jonas")
    session = org.session(task, "maria", "jonas")
    award = org.do("assess_work", "captain", session_id=session, **SCORES, share=share).entity.id
    org.do("validate_sc", "designer", pending_id=award, decision="approve")
    org.wait(hours=49).settle()
    return task


def live(org: Organisation, table: Table[Any]) -> list[str]:
    part = org.snapshot.rows(table).live
    return [] if part is None else [getattr(row, table.key[0]) for row in part.rows]


def rolls(org: Organisation) -> list[datetime]:
    return [s.now for s in org.sealed if s.events[0].action == ROLL]


def contents(tree: Tree) -> dict[str, set[Any]]:
    return {table.name: set(Snapshot(tree).rows(table)) for table in tables.TABLES if table is not tables.EVENTS}


def test_the_rows_of_a_paid_task_move_together_at_the_midnight_after_thirty_days() -> None:
    org = company()
    task = finished(org)
    minted = org.snapshot.rows(tables.CREDITS)[-1].timestamp
    due = datetime(minted.year, minted.month, minted.day, tzinfo=UTC) + timedelta(days=31)
    before = contents(org.tree)
    org.settle(due - timedelta(seconds=1))
    assert live(org, tables.TASKS) == [task]
    org.settle(due)
    assert rolls(org) == [due]
    for table in (tables.TASKS, tables.CLOCK):
        assert live(org, table) == []
        assert segment_paths(table, org.tree) == (f"{table.segments}000001.csv",)
    assert set(live(org, tables.PENDING)) == {"g_1", "g_2", "g_3"}  # the founding tranches wait
    after = contents(org.tree)
    for name in ("task-budgets", "work_clock", "pending-sc"):
        assert after[name] == before[name]
    assert org.settle(due + timedelta(hours=20)) == 0


def test_everything_goes_on_with_rolled_rows() -> None:
    org = company()
    task = finished(org)
    org.wait(days=40).settle()
    assert org.ask("task", "maria", task_id=task).data
    assert task in str(org.ask("my_tasks", "maria").data) or org.ask("my_tasks", "maria").message
    assert org.refused("claim_task", "maria", task_id=task).code == "task_over"
    second = finished(org)
    assert second == "6_7_0_1"
    assert [row.session_id for row in org.snapshot.rows(tables.CLOCK)] == ["s_1", "s_2"]
    assert org.snapshot.award("g_5")
    assert [f for f in verify(org.tree).findings if f.severity is Severity.ERROR] == []


def test_what_may_still_change_stays() -> None:
    org = company()
    half = finished(org, "medium", share=50)
    quiet = org.task("small", "Nobody wants it")
    waiting = org.task("small", "Done, not assessed")
    org.seats(waiting, "maria", "jonas").session(waiting, "maria", "jonas")
    org.do("cancel_task", "captain", task_id=waiting, reason="Not needed any more.")
    org.wait(days=60).settle()
    assert live(org, tables.TASKS) == [half, quiet, waiting]
    assert live(org, tables.CLOCK) == ["s_2"]  # the first is paid; this one may still be assessed
    org.do("assess_work", "captain", session_id="s_2", **SCORES, share=0)
    org.do("validate_sc", "designer", pending_id="g_5", decision="approve")
    org.wait(days=40).settle()
    assert live(org, tables.TASKS) == [half, quiet]
    assert live(org, tables.CLOCK) == []


def test_segments_fill_up_before_the_next_begins() -> None:
    org = edited(company(), "policies/validation-rules.yml", b"segment_rows: 1000", b"segment_rows: 3")
    for _ in range(5):
        finished(org)
    org.wait(days=40).settle()
    assert segment_paths(tables.TASKS, org.tree) == ("work/task-budgets/000001.csv", "work/task-budgets/000002.csv")
    sizes = [(org.tree.read(path) or b"").count(b"\n") - 1 for path in segment_paths(tables.TASKS, org.tree)]
    assert sizes == [3, 2]
    assert [row.task_id for row in org.snapshot.rows(tables.TASKS)] == [f"6_7_0_{number}" for number in range(5)]


def test_comments_and_foreign_columns_stay_and_come_along() -> None:
    org = company()
    finished(org)
    data = (org.tree.read(tables.TASKS.path) or b"").split(b"\n")
    data = [data[0] + b",mood", b"# kept", *(line + b",good" for line in data[1:] if line)]
    files = {path: org.tree.read(path) or b"" for path in org.tree.paths()}
    files[tables.TASKS.path] = b"\n".join(data) + b"\n"
    other = Organisation(org.now, MappingTree(files))
    other.wait(days=40).settle()
    assert other.tree.read(tables.TASKS.path) == data[0] + b"\n# kept\n"
    moved = other.tree.read("work/task-budgets/000001.csv") or b""
    assert moved.startswith(data[0] + b"\n6_7_0_0")
    assert moved.endswith(b",good\n")


@given(looks=st.lists(st.integers(1, 30), min_size=1, max_size=12))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whenever_anybody_looks_the_same_ledger_results(looks: list[int]) -> None:
    def played(looks: list[int]) -> Organisation:
        org = company()
        for _ in range(3):
            finished(org)
        end = org.now + timedelta(days=90)
        for days in looks:
            org.settle(min(org.now + timedelta(days=days), end))
        org.settle(end)
        return org

    often, seldom = played(looks), played([])
    for table in (tables.TASKS, tables.CLOCK, tables.PENDING):
        for path in (*segment_paths(table, seldom.tree), table.path):
            assert often.tree.read(path) == seldom.tree.read(path)


def test_the_check_of_the_history_takes_rolled_rows_and_names_a_changed_one() -> None:
    org = company()
    finished(org)
    before = org.tree
    org.wait(days=40).settle()
    changed = ("master-events.csv", "work/task-budgets.csv", "work/task-budgets/000001.csv")
    info = CommitInfo("1" * 40, "toolbox", "toolbox@owners.invalid", "toolbox", "", org.now, changed)
    check = HistoryCheck()
    check.step(info, before, org.tree)
    assert [f for f in check.findings if f.severity is Severity.ERROR] == []
    path = "work/task-budgets/000001.csv"
    forged = edited(org, path, b"25.00", b"95.00")
    check.step(CommitInfo("2" * 40, "x", "x@example.org", "x", "", org.now, (path,)), org.tree, forged.tree)
    assert {"edited_log", "unaudited"} == {f.kind for f in check.findings if f.severity is Severity.ERROR}


def test_the_read_model_follows(tmp_path: Any) -> None:
    org = company()
    finished(org)
    with Index(tmp_path / "index.sqlite", writable=True) as index:
        ingest(index, org.tree)
        before = set(index.connection.execute('SELECT task_id, status FROM "task-budgets"'))
        org.wait(days=40).settle()
        ingest(index, org.tree)
        rows = list(index.connection.execute('SELECT task_id, status FROM "task-budgets"'))
    assert len(rows) == len(before) == 1
    assert set(rows) == before
