"""What a command reads after a start does not grow with the age of the organisation (ledger.md §2, Segments).

The same ledger with a few full segments below it and with many: once it is known what they hold, the commands read the
same number of files.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from smartup_tui.ledger import tables
from smartup_tui.ledger.economy import totals
from smartup_tui.ledger.rows import CreditTransaction, KarmaTransaction, MasterEvent, PendingSC, TaskBudget, WorkClock
from smartup_tui.ledger.rowset import RowCache
from smartup_tui.ledger.schema import Table
from smartup_tui.ledger.segment_index import SegmentIndex
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.tree import MappingTree
from tests.ledger.files import csv
from tests.support.organisation import START, Organisation, company

LONG_AGO = START - timedelta(days=400)
PER_FILE = 5
BUSY = "maria"


@cache
def _company() -> dict[str, bytes]:
    org = company()
    org.task()
    org.do("kudos", "jonas", alias=BUSY, amount=3, reason="For the guide.")
    files = {path: org.tree.read(path) or b"" for path in org.tree.paths()}
    # The months before are settled, as they are in every ledger of that age.
    first = START.replace(day=1, hour=0)
    thanks = KarmaTransaction(first, "KARMA", 5, None, BUSY, "2025-12", "", None, "active_month", None)
    return files | {tables.KARMA.path: csv(tables.KARMA, [thanks, *org.snapshot.rows(tables.KARMA)])}


def aged(segments: int) -> dict[str, bytes]:
    """The company with so many full segments of old rows below each of its busy tables."""
    files = dict(_company())
    for number in range(segments):
        numbers = range(number * PER_FILE, (number + 1) * PER_FILE)
        for table, make in _MADE.items():
            files[f"{table.segments}{number + 1:06}.csv"] = csv(table, [make(n) for n in numbers])
    return files


_MADE: dict[Table[Any], Any] = {
    tables.EVENTS: lambda n: MasterEvent(
        LONG_AGO, f"OLD{n}", "jonas", "vote", "task", f"6_1_9_{n}", "", "api:vote", "ok", f"$old{n}"
    ),
    tables.TASKS: lambda n: TaskBudget(
        f"6_7_1_{n}", "Old", "5_7_1", "3_7", "small", Decimal(25), "completed", "jonas", "captain", None, "captain",
        LONG_AGO, None,
    ),
    tables.CLOCK: lambda n: WorkClock(
        f"s_{n + 1}", f"6_7_1_{n}", "jonas", "captain", "jonas", LONG_AGO, LONG_AGO, LONG_AGO, "stopped"
    ),
    tables.PENDING: lambda n: PendingSC(
        f"g_{n + 4}", LONG_AGO, f"s_{n + 1}", f"6_7_1_{n}", "jonas", "attacker", Decimal("22.50"), 10, 10, 10,
        Decimal(100), Decimal(100), "designer", "paid", LONG_AGO, "robbert_founder", LONG_AGO, "",
    ),
    tables.CREDITS: lambda n: CreditTransaction(
        LONG_AGO, "MINT", Decimal("22.50"), None, "jonas", f"g_{n + 4}", "", "designer", "task_award", None
    ),
    tables.KARMA: lambda n: KarmaTransaction(
        LONG_AGO, "KARMA", 1, None, "jonas", None, "", BUSY, "kudos", None
    ),
}  # fmt: skip


class Reading(MappingTree):
    """A tree that notes which of its full segments are read."""

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(files)
        self.segments: set[str] = set()

    def read(self, path: str) -> bytes | None:
        if path[-10:-4].isdecimal():
            self.segments.add(path)
        return super().read(path)


def a_day(tree: Reading, known: SegmentIndex | None) -> Organisation:
    """Work, pay, thanks and questions, by a Toolbox that has just been started."""
    org = Organisation(START + timedelta(hours=1), tree)
    org._cache = RowCache(known)
    org.do("create_task", "captain", objective_id="5_7_0", size="small", title="Next", why="It helps.")
    task = org.snapshot.rows(tables.TASKS).live_rows[-1].task_id
    org.seats(task, BUSY, "captain")
    session = org.session(task, BUSY, "captain")
    award = org.do(
        "assess_work", "robbert_founder", session_id=session, effort=10, learning=10, collaboration=10
    ).entity.id
    org.do("validate_sc", "designer", pending_id=award, decision="approve")
    org.do("kudos", BUSY, alias="captain", amount=2, reason="Well prepared.")
    org.wait(hours=49).do("redeem", BUSY, amount="10")
    org.do("claim_task", "jonas", task_id="6_7_0_0")
    org.do("propose", "robbert_founder", title="Meet on Mondays", text="At nine.", kind="general")
    for question in ("my_tasks", "wallet", "clock", "treasury", "review_queue", "who", "open_tasks"):
        org.ask(question, BUSY)
    return org


def told(org: Organisation) -> list[str]:
    """What the day has added to the registers and the credit log."""
    registers: tuple[Table[Any], ...] = (tables.TASKS, tables.CLOCK, tables.PENDING, tables.CREDITS)
    return [repr(row) for table in registers for row in org.snapshot.rows(table).live_rows]


def test_a_day_of_commands_after_a_start_reads_no_more_of_an_old_ledger_than_of_a_young_one(tmp_path: Path) -> None:
    reads = {}
    for segments in (4, 24):
        files, index = aged(segments), SegmentIndex(tmp_path / f"{segments}.sqlite")
        first = Reading(files)
        afresh = a_day(first, index)
        assert len(first.segments) > segments, "the first start looks at what was there before it"
        index.close()
        again, index = Reading(files), SegmentIndex(tmp_path / f"{segments}.sqlite")
        after = a_day(again, index)
        index.close()
        assert told(after) == told(afresh) == told(a_day(Reading(files), None))
        reads[segments] = len(again.segments)
        ids = [row.pending_id for row in after.snapshot.rows(tables.PENDING).live_rows]
        assert ids[-1] == f"g_{segments * PER_FILE + 4}", "numbers are never used again, wherever their rows are"
    assert reads[24] == reads[4], again.segments


def test_sums_are_those_of_all_rows(tmp_path: Path) -> None:
    with closing(SegmentIndex(tmp_path / "index.sqlite")) as index:
        for _ in range(2):
            snapshot = Snapshot(MappingTree(aged(6)), RowCache(index))
            assert totals.outstanding(snapshot) == totals.live(snapshot, "jonas") == Decimal("22.50") * 6 * PER_FILE
            assert totals.karma(snapshot, "jonas") == 6 * PER_FILE
            assert totals.last_award(snapshot, "jonas") == totals.last_movement(snapshot) == LONG_AGO
            assert totals.awarded_on(snapshot, "jonas", LONG_AGO.date()) == Decimal("22.50") * 6 * PER_FILE
            assert totals.awarded_on(snapshot, "jonas", START.date()) == 0
            assert totals.last_taken(snapshot) is None


def _broken(folder: Path) -> Iterator[Path]:
    """Places in which nothing can be remembered."""
    damaged = folder / "damaged.sqlite"
    damaged.write_bytes(b"This is no database. " * 500)
    yield damaged
    (folder / "file").write_bytes(b"")
    yield folder / "file" / "below.sqlite"


def test_an_index_that_can_not_be_used_costs_time_and_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    wanted = told(a_day(Reading(aged(4)), None))
    for path in _broken(tmp_path):
        with closing(SegmentIndex(path)) as index:
            assert told(a_day(Reading(aged(4)), index)) == wanted
        assert "can not be used" in caplog.text
        caplog.clear()


def test_an_index_is_used_again_when_the_trouble_is_over(tmp_path: Path) -> None:
    """A disk that was full for a moment must not make a Toolbox slow until somebody starts it again."""
    damaged, blocked = _broken(tmp_path)
    for path in (damaged, blocked):
        index = SegmentIndex(path, rest=0.0)
        a_day(Reading(aged(4)), index)
        if path == blocked:
            path.parent.unlink()  # the folder can be made now
        a_day(Reading(aged(4)), index)
        after = Reading(aged(4))
        a_day(after, index)
        index.close()
        remembering = Reading(aged(4))
        with closing(SegmentIndex(path)) as index:
            a_day(remembering, index)
        assert len(after.segments) == len(remembering.segments) < 4 * len(_MADE)


def test_what_another_version_remembered_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, files = tmp_path / "index.sqlite", aged(4)
    for version in (1, 2):
        monkeypatch.setattr("smartup_tui.ledger.segment_index._VERSION", version)
        index, tree = SegmentIndex(path), Reading(files)
        assert Snapshot(tree, RowCache(index)).session("s_1") is not None
        assert len(tree.segments) == 4
        index.close()


def test_an_index_that_fails_while_it_is_asked_hides_no_row(tmp_path: Path) -> None:
    index, tree = SegmentIndex(tmp_path / "index.sqlite"), Reading(aged(4))
    assert Snapshot(tree, RowCache(index)).session("s_1") is not None
    assert index._database is not None
    index._database.close()  # as when the disk goes away between two questions
    assert Snapshot(tree, RowCache(index)).session("s_1") is not None
    assert Snapshot(tree, RowCache(index)).session("s_2") is not None


def test_two_versions_of_the_program_at_one_index_hide_nothing_from_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files, indexes = aged(4), []
    for version in (1, 2):
        monkeypatch.setattr("smartup_tui.ledger.segment_index._VERSION", version)
        indexes.append(SegmentIndex(tmp_path / "index.sqlite"))
    for index in (*indexes, *indexes):
        snapshot = Snapshot(Reading(files), RowCache(index))
        assert [snapshot.session(f"s_{n}") is not None for n in (1, 5, 20, 21)] == [True, True, True, False]
        assert totals.outstanding(snapshot) == Decimal("22.50") * 4 * PER_FILE
    for index in indexes:
        index.close()
