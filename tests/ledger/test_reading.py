"""What a command reads of a ledger with a long past: the newest files, and none of what is final."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from smartup_tui.ledger import tables
from smartup_tui.ledger.economy.work import next_id
from smartup_tui.ledger.rowset import RowCache
from smartup_tui.ledger.settle import next_effect
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.tree import MappingTree
from tests.support.organisation import Organisation, company

SEGMENTS: Final = 60
"""Full files of the audit trail, one for each day before the organisation's first command; and of the work clock."""


class Watched(MappingTree):
    """A tree that remembers which files were read."""

    read_paths: set[str]

    def read(self, path: str) -> bytes | None:
        """The file."""
        self.read_paths.add(path)
        return super().read(path)

    def read_of(self, prefix: str) -> int:
        """How many files below a folder were read."""
        return sum(path.startswith(prefix) for path in self.read_paths)


def long_past(org: Organisation, *, settled: bool) -> Watched:
    """The organisation's ledger with old segments below; `settled` puts the karma rows of each first of a month in."""
    files = {path: org.tree.read(path) or b"" for path in org.tree.paths()}
    events, clocks = (",".join(table.header) for table in (tables.EVENTS, tables.CLOCK))
    first = org.now - timedelta(days=SEGMENTS + 1)
    for number in range(1, SEGMENTS + 1):
        at = f"{first + timedelta(days=number):%Y-%m-%dT%H:%M:%SZ}"
        told = f"maria stopped s_{number}.,api:stop_work,ok,$old-{number}"
        row = f"{at},OLD{number},maria,stop_work,session,s_{number},{told}"
        files[f"{tables.EVENTS.segments}{number:06}.csv"] = f"{events}\n{row}\n".encode()
        row = f"s_{number},6_7_0_0,maria,jonas,maria,{at},{at},{at},stopped"
        files[f"{tables.CLOCK.segments}{number:06}.csv"] = f"{clocks}\n{row}\n".encode()
    if settled:
        month = datetime(org.now.year, org.now.month, 1, tzinfo=org.now.tzinfo)
        row = f"{month:%Y-%m-%dT%H:%M:%SZ},KARMA,5,,maria,2025-12,,,active_month,"
        files[tables.KARMA.path] = f"{','.join(tables.KARMA.header)}\n{row}\n".encode()
    tree = Watched(files)
    tree.read_paths = set()
    return tree


def test_the_first_look_for_time_effects_reads_only_what_is_not_settled() -> None:
    """Whatever the age of the audit trail: the karma log tells which month was the last."""
    org = company()
    org.task()
    tree = long_past(org, settled=True)
    assert next_effect(Snapshot(tree, RowCache()), org.now) is None
    assert tree.read_of(tables.EVENTS.segments) == 0
    assert tree.read_of(tables.CLOCK.segments) == 0
    tree.read_paths.clear()
    effect = next_effect(Snapshot(tree, RowCache()), org.now + timedelta(days=31))
    assert effect is not None
    assert effect.kind == "decay"
    assert 0 < tree.read_of(tables.EVENTS.segments) < 10  # the days of the month that is over, and a margin


def test_what_waits_is_looked_for_among_what_is_not_final() -> None:
    """The queue of reviews and the running clock read no finished session."""
    org = company()
    org.task()
    tree = long_past(org, settled=True)
    snapshot = Snapshot(tree, RowCache())
    assert snapshot.running_session("maria") is None
    assert snapshot.task("6_7_0_0") is not None
    asked = Organisation(org.now, tree).ask("review_queue", "captain")
    assert asked.message == "Nothing waits for review."
    assert tree.read_of(tables.CLOCK.segments) == 0


def test_a_number_is_never_used_again_though_its_row_is_final() -> None:
    """The next id counts on from finished rows; each of their files is counted once."""
    org = company()
    cache = RowCache()
    tree = long_past(org, settled=True)
    assert next_id("s", Snapshot(tree, cache).rows(tables.CLOCK)) == f"s_{SEGMENTS + 1}"
    tree.read_paths.clear()
    assert next_id("s", Snapshot(tree, cache).rows(tables.CLOCK)) == f"s_{SEGMENTS + 1}"
    assert not tree.read_paths
