"""The ledger at hand: nobody waits for it, and a fresh one is really fresh."""

from __future__ import annotations

import asyncio

import pytest

from smartup_tui.engelbot import reading as reading_module
from smartup_tui.engelbot.reading import Reading, wanted
from smartup_tui.ledger.tree import Tree
from tests.engelbot import fakes
from tests.engelbot.fakes import FakeSource


class Slow(FakeSource):
    """A forge that answers when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.let = asyncio.Event()

    async def refresh(self) -> Tree:
        """The tree of the moment in which it was asked."""
        tree = self.tree
        await self.let.wait()
        self.reads += 1
        assert tree is not None
        return tree


async def test_a_glance_never_waits_and_asks_at_most_once_at_a_time() -> None:
    source = Slow()
    source.kept = fakes.ledger()
    reading = Reading(source, max_age=0)
    assert [reading.glance() is not None for _ in range(5)] == [True] * 5
    source.let.set()
    assert await reading.fresh() is not None
    assert source.reads == 2
    await reading.close()


async def test_fresh_means_asked_for_after_the_question() -> None:
    source = Slow()
    reading = Reading(source, max_age=0)
    reading.glance()
    await asyncio.sleep(0)
    source.tree = fakes.ledger(owners=["maria", "jonas", "lena"])
    source.let.set()
    snapshot = await reading.fresh()
    assert snapshot is not None
    assert snapshot.owner("lena") is not None
    await reading.close()


async def test_without_a_forge_there_is_nothing_fresh_and_the_old_one_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    source = FakeSource()
    reading = Reading(source, max_age=0)
    assert await reading.fresh() is not None
    source.tree = None
    assert await reading.fresh() is None
    assert reading.latest is not None
    assert reading.reachable is False
    monkeypatch.setattr(reading_module, "PATIENCE", 0.01)
    stuck = Reading(Slow())
    assert await stuck.fresh() is None
    await stuck.close()
    await reading.close()


async def test_rows_are_not_read_again_when_the_commit_is_the_same() -> None:
    source = FakeSource()
    reading = Reading(source, max_age=0)
    assert await reading.fresh() is await reading.fresh()
    assert source.reads == 2
    await reading.close()


def test_only_what_a_pre_check_reads_is_downloaded() -> None:
    assert wanted("work/task-budgets.csv")
    assert wanted("work/task-budgets/000001.csv")
    assert wanted("policies/karma-rules.yml")
    assert not wanted("master-events.csv")
    assert not wanted("karma/transactions/000001.csv")
    assert not wanted("wiki/6_1/6_1_2/6_1_2_0_guide.md")
