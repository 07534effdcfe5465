"""Commits are asked of the forge in the background: who, what changed, which row came from which commit."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from smartup_tui.forge.embedded.faults import Fault, FaultKind
from smartup_tui.ledger import tables
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.workspace.commit_values import Asked
from smartup_tui.workspace.commits import CommitReader
from tests.support.ledger_forge import LedgerForge, ledger_forge
from tests.support.ledger_history import publish_history
from tests.support.organisation import company

_DEADLINE = 30.0


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[LedgerForge]:
    with ledger_forge(tmp_path) as found:
        yield found


class Asker:
    """A reader that is waited for."""

    def __init__(self, forge: LedgerForge) -> None:
        self.reader = CommitReader(forge.home, "smartup", forge.profile)
        self.came = threading.Semaphore(0)
        self.reader.subscribe(self.came.release)

    def wait(self, ask: Callable[..., Asked[Any]], *about: Any) -> Asked[Any]:
        first = ask(*about)
        if first.under_way:
            assert self.came.acquire(timeout=_DEADLINE)
        return ask(*about, ask=False)

    def value(self, ask: Callable[..., Asked[Any]], *about: Any) -> Any:
        found = self.wait(ask, *about)
        assert found.value is not None, found.failure
        return found.value


@pytest.fixture
def asker(forge: LedgerForge) -> Iterator[Asker]:
    found = Asker(forge)
    yield found
    found.reader.stop()


async def test_a_row_leads_to_its_commit_and_its_changed_lines(forge: LedgerForge, asker: Asker) -> None:
    org = company()
    task_id = org.task()
    org.seats(task_id, "maria", "jonas")
    await publish_history(forge, org)
    events = Snapshot(org.tree).rows(tables.EVENTS)
    event = next(row for row in events if row.action == "claim_task" and row.actor == "jonas")
    found = asker.wait(asker.reader.of_event, event.event_id, event.timestamp)
    assert found.value is not None, found.failure
    assert found.value.author == "jonas"
    assert event.request_id in found.value.message
    changes = asker.value(asker.reader.changes, found.value.sha)
    assert changes.commit.sha == found.value.sha
    assert changes.commit.signature == ""
    claims = changes.of("work/task_claimed.csv")
    assert [line.sign for line in claims.lines if line.sign != " "] == ["+"]
    assert ",jonas,defender,claim" in claims.lines[-1].text
    unknown = asker.wait(asker.reader.of_event, "01NOBODY", event.timestamp)
    assert "No commit" in unknown.failure


async def test_the_history_of_a_page(forge: LedgerForge, asker: Asker) -> None:
    org = company()
    task_id = org.task()
    org.seats(task_id, "maria", "jonas")
    org.session(task_id, "maria", "jonas")
    await publish_history(forge, org)
    path = Snapshot(org.tree).rows(tables.TASKS)[0].wiki_path or ""
    history = asker.value(asker.reader.history, path)
    assert history.total == len(history.commits) >= 2
    assert history.commits[0].at >= history.commits[-1].at
    assert asker.value(asker.reader.history, "wiki/nothing.md").commits == ()


async def test_a_failure_is_said_and_asked_again(forge: LedgerForge, asker: Asker) -> None:
    await publish_history(forge, company())
    forge.faults.plan(Fault(FaultKind.STATUS, status=401, times=99))
    assert "login" in asker.wait(asker.reader.history, "wiki/home.md").failure
    forge.faults.clear()
    assert asker.reader.history("wiki/home.md", ask=False).failure
    assert asker.wait(asker.reader.history, "wiki/home.md").value is not None


def test_it_ends_at_once_and_answers_nothing_more(forge: LedgerForge) -> None:
    asker = Asker(forge)
    forge.faults.plan(Fault(FaultKind.STATUS, status=503, times=99))
    asker.reader.history("wiki/home.md")
    asker.reader.stop()
    assert not asker.reader.of_event("x", datetime.now().astimezone()).under_way
