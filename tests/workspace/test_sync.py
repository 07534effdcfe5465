"""From the forge to the read model: the syncing process on an embedded forge, whole and failing."""

from __future__ import annotations

import queue
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from smartup_tui.forge.embedded.faults import Fault, FaultKind
from smartup_tui.ledger.index import queries
from smartup_tui.ledger.index.store import Index
from smartup_tui.secrets import open_store
from smartup_tui.workspace.places import FORGE_TOKEN, Places
from smartup_tui.workspace.sync_messages import Failed, IssuesRead, Message, Progress, Proved, Synced
from smartup_tui.workspace.sync_worker import SyncWorker
from tests.support.ledger_forge import LedgerForge, ledger_forge
from tests.support.owner_home import NOW, organisation


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[LedgerForge]:
    with ledger_forge(tmp_path) as found:
        yield found


class Syncer:
    """The real process, asked as the workspace asks it."""

    def __init__(self, forge: LedgerForge, root: Path) -> None:
        self.messages: queue.Queue[Message] = queue.Queue()
        command = [sys.executable, "-m", "smartup_tui.workspace.sync_process", str(root), "smartup"]
        self.worker = SyncWorker(command, self.messages.put)
        self.index = Places.of(forge.home, "smartup").index

    def sync(self) -> Synced | Failed:
        self.worker.request()
        while isinstance(found := self.messages.get(timeout=60), Progress | Proved | IssuesRead):
            pass
        return found


@pytest.fixture
def syncer(forge: LedgerForge, tmp_path: Path) -> Iterator[Syncer]:
    found = Syncer(forge, tmp_path / "home")
    yield found
    found.worker.stop()


async def test_what_is_on_the_forge_is_in_the_read_model(forge: LedgerForge, syncer: Syncer) -> None:
    org = organisation()
    await forge.publish(org.tree)
    first = syncer.sync()
    assert isinstance(first, Synced)
    assert "task-budgets" in first.tables
    with Index(syncer.index) as index:
        assert queries.problems(index) == []
        running = queries.running_session(index, "maria")
        assert running is not None
        assert running.task_id == "6_1_0_0"
        assert (index.meta("as_of") or "").endswith("Z")
    again = syncer.sync()
    assert isinstance(again, Synced)
    assert again.tables == ()
    org.now = NOW
    org.do("stop_work", "maria", notes="done")
    await forge.publish(org.tree)
    later = syncer.sync()
    assert isinstance(later, Synced)
    assert "work_clock" in later.tables
    assert "teams" not in later.tables
    assert not later.rewritten
    with Index(syncer.index) as index:
        assert queries.running_session(index, "maria") is None


async def test_a_broken_row_is_a_problem_with_its_line_and_the_rest_is_read(forge: LedgerForge, syncer: Syncer) -> None:
    from smartup_tui.ledger.tree import MappingTree

    org = organisation()
    files = {path: org.tree.read(path) or b"" for path in org.tree.paths()}
    path = "work/task-budgets.csv"
    lines = files[path].split(b"\n")
    lines[2] = lines[2].replace(b",25.00,", b",much,").replace(b",small,", b",tiny,")
    files[path] = b"\n".join(lines)
    await forge.publish(MappingTree(files))
    assert isinstance(syncer.sync(), Synced)
    with Index(syncer.index) as index:
        found = queries.problems(index)
        assert [(p, line) for p, line, _, _ in found] == [(path, 3)]
        assert len(queries.task_window(index, queries.TaskFilter())) == 5


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(FaultKind.STATUS, status=401, times=99), "Unauthorized"),
        (Fault(FaultKind.STATUS, status=404, times=99), "NotFound"),
        (Fault(FaultKind.GARBAGE, times=99), "Malformed"),
    ],
)
async def test_a_failing_forge_is_told_by_kind_and_nothing_is_lost(
    forge: LedgerForge, syncer: Syncer, fault: Fault, kind: str
) -> None:
    org = organisation()
    await forge.publish(org.tree)
    assert isinstance(syncer.sync(), Synced)
    forge.faults.plan(fault)
    failed = syncer.sync()
    assert isinstance(failed, Failed)
    assert failed.kind == kind
    assert failed.message
    assert failed.hint
    with Index(syncer.index) as index:
        assert queries.task(index, "6_1_0_0") is not None
    forge.faults.clear()
    assert isinstance(syncer.sync(), Synced)


async def test_without_a_forge_it_is_unreachable(forge: LedgerForge, syncer: Syncer) -> None:
    forge.server.close()
    failed = syncer.sync()
    assert isinstance(failed, Failed)
    assert failed.kind == "Unreachable"


async def test_a_wrong_token_is_said(forge: LedgerForge, syncer: Syncer) -> None:
    await forge.publish(organisation().tree)
    open_store("file", forge.home).set("smartup", FORGE_TOKEN, "wrong-token")
    failed = syncer.sync()
    assert isinstance(failed, Failed)
    assert failed.kind == "Unauthorized"
    assert "wrong-token" not in f"{failed}"


def test_a_configuration_that_can_not_be_read_is_an_answer_too(forge: LedgerForge, syncer: Syncer) -> None:
    forge.home.config_file.write_text("profile = 3", encoding="utf-8")
    for _ in range(2):
        failed = syncer.sync()
        assert isinstance(failed, Failed)
        assert failed.kind == "ConfigError"
