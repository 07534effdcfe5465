"""Commits are asked of the forge once: who, what changed, which row came from which commit; then they are here."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from smartup_tui.forge.embedded.faults import Fault, FaultKind
from smartup_tui.forge.errors import ForgeError, NotFound
from smartup_tui.ledger import tables
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.workspace.commit_asking import Deed
from smartup_tui.workspace.past_desk import PastDesk
from smartup_tui.workspace.past_process import asking
from smartup_tui.workspace.past_store import PastStore
from smartup_tui.workspace.places import Places
from tests.support.ledger_forge import LedgerForge, ledger_forge
from tests.support.ledger_history import publish_history
from tests.support.organisation import company
from tests.support.users import until

_PATIENCE = 60


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[LedgerForge]:
    with ledger_forge(tmp_path) as found:
        yield found


async def test_a_row_leads_to_its_commit_and_its_changed_lines(forge: LedgerForge) -> None:
    org = company()
    task_id = org.task()
    org.seats(task_id, "maria", "jonas")
    await publish_history(forge, org)
    events = Snapshot(org.tree).rows(tables.EVENTS)
    event = next(row for row in events if row.action == "claim_task" and row.actor == "jonas")
    async with asking(forge.home, None) as asker:
        deed = Deed(event.event_id, event.request_id, event.timestamp)
        found = await asker.commit_of(deed)
        assert found.author == "jonas"
        assert event.request_id in found.message
        changes = await asker.changes(found.sha)
        assert changes.commit.sha == found.sha
        assert changes.commit.signature == ""
        claims = changes.of("work/task_claimed.csv")
        assert claims is not None
        assert [line.sign for line in claims.lines if line.sign != " "] == ["+"]
        assert ",jonas,defender,claim" in claims.lines[-1].text
        with pytest.raises(NotFound, match="No commit"):
            await asker.commit_of(Deed("01NOBODY", "r-0", event.timestamp))
        # Of a command with several rows the commit names the first; the others are found by their request.
        assert (await asker.commit_of(Deed("E-second-row", event.request_id, event.timestamp))).sha == found.sha
        # What was answered is here for good.
        forge.faults.plan(Fault(FaultKind.STATUS, status=401, times=99))
        assert await asker.commit_of(deed) == found
        assert await asker.changes(found.sha) == changes
        with pytest.raises(ForgeError, match="login"):
            await asker.changes("0" * 40)
    offline = PastStore(Places.of(forge.home, "smartup"))
    assert offline.commit_of(event.event_id) == found
    assert offline.changes(found.sha) == changes


async def test_the_workspace_asks_and_never_waits(forge: LedgerForge, tmp_path: Path) -> None:
    org = company()
    await publish_history(forge, org)
    event = Snapshot(org.tree).rows(tables.EVENTS)[-1]
    command = [sys.executable, "-m", "smartup_tui.workspace.past_process", str(tmp_path / "home"), "smartup"]
    desk = PastDesk(Places.of(forge.home, "smartup"), command, lambda: None)
    news: list[None] = []
    desk.subscribe(lambda: news.append(None))
    try:
        assert desk.of_event(event, ask=False).under_way is False
        assert desk.of_event(event).under_way
        found = until(lambda: desk.of_event(event, ask=False).value, seconds=_PATIENCE)
        assert found is not None
        desk.changes(found.sha)
        changes = until(lambda: desk.changes(found.sha, ask=False).value, seconds=_PATIENCE)
        assert changes is not None
        assert changes.of("master-events.csv") is not None
        until(lambda: len(news) >= 2, seconds=_PATIENCE)
        nobody = replace(event, event_id="01NOBODY", request_id="r-0")
        desk.of_event(nobody)
        until(lambda: desk.of_event(nobody, ask=False).failure, seconds=_PATIENCE)
    finally:
        desk.stop()
    assert not desk.changes("1" * 40).under_way


def test_a_damaged_answer_is_asked_for_again(tmp_path: Path) -> None:
    names = {name: tmp_path / name for name in Places.__dataclass_fields__}
    store = PastStore(Places(**{**names, "index": tmp_path / "cache" / "index.db"}))
    file = store._commit("events", "E1")
    file.parent.mkdir(parents=True)
    file.write_bytes(b'{"sha": 1}')
    assert store.commit_of("E1") is None
