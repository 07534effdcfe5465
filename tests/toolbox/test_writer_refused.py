"""The writer and each way in which a real Forgejo refuses, loses or delays a write: one lawful commit, or a calm no."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from smartup_tui.forge.blobs import blob_id
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.embedded.context import VERSIONS
from smartup_tui.forge.embedded.faults import Fault, FaultKind
from smartup_tui.forge.models import CommitRequest, FileChange, Identity
from smartup_tui.ledger.rowset import RowCache
from smartup_tui.toolbox import writer
from smartup_tui.toolbox.jobs import Job
from smartup_tui.toolbox.result import Request, Result
from smartup_tui.toolbox.writer import Writer
from tests.toolbox.scenario import REPO, Place, claim, codes, new_ledger, running, seed

WRITE = "/contents"
REJECTED = "PushRejected Error: exit status 1 - ! [remote rejected] 1f3d -> main (%s) /srv/git/2_workplace.git"
LOST_RACES = [
    (500, ""),
    (500, "PushOutOfDate Error: exit status 1 - ! [rejected] 1f3d -> main (non-fast-forward)"),
    (500, REJECTED % "failed to update ref"),
    (500, REJECTED % "cannot lock ref 'refs/heads/main': is at 1f3d but expected 2a4e"),
    (403, REJECTED % "failed to update ref"),
    (403, REJECTED % "cannot lock ref 'refs/heads/main': is at 1f3d but expected 2a4e"),
    (409, "sha does not match [given: 1f3d, expected: 2a4e]"),
    (422, "sha does not match [given: 1f3d, expected: 2a4e]"),
    (422, "repository file already exists [path: wiki/6_1/page.md]"),
]
RULES = [
    (403, "user cannot commit to repo [user: toolbox]"),
    (403, "path is protected and can not be changed [path: master-events.csv]"),
    (403, "token does not have at least one of required scope(s): [write:repository]"),
    (403, REJECTED % "pre-receive hook declined"),
    (404, "branch does not exist [name: main]"),
]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with running(tmp_path_factory.mktemp("refused"), new_ledger()) as found:
        yield found


@pytest.fixture
def place(shared: Place) -> Iterator[Place]:
    """The ledger of all these tests: each has tasks of its own, and leaves it whole."""
    shared.faults.clear()
    yield shared
    shared.faults.clear()


@pytest.fixture
def believing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read once is taken for the newest until the forge says otherwise, however slow this machine is."""
    monkeypatch.setattr(writer, "OPTIMISTIC", 600.0)


def page(number: int) -> str:
    return f"wiki/6_1/6_1_2/6_1_2_{number}.md"


def posts(place: Place) -> int:
    return sum(method == "POST" for method, _ in place.faults.requests)


def in_one_batch(place: Place, requests: Sequence[Request]) -> list[Result]:
    """Bring commands to their answers as one batch."""
    store = place.store()
    store.start()
    try:
        jobs = [Job(request) for request in requests]
        Writer(store, place.rules, RowCache(), place.clock).process(jobs)
        return [job.future.result(0) for job in jobs]
    finally:
        store.close()


def remove(place: Place, path: str, content: bytes) -> None:
    """As a foreign hand would."""

    async def commit() -> None:
        hand = Identity("hand", "hand@owners.invalid")
        change = FileChange.delete(path, blob_id(content))
        async with ForgeClient(place.server.address, place.token) as client:
            await client.change_files(REPO, CommitRequest("main", "By hand", (change,), hand, hand))

    asyncio.run(commit())


def test_each_form_of_a_lost_race_is_tried_again(place: Place) -> None:
    toolbox, before = place.toolbox(), len(place.commits())
    for number, (status, message) in enumerate(LOST_RACES, start=10):
        place.faults.plan(Fault(FaultKind.STATUS, "POST", WRITE, status=status, message=message))
        assert codes([toolbox.perform(claim("maria", number))]) == ["ok"], message
    assert len(place.commits()) == before + len(LOST_RACES)
    place.whole()


def test_a_rule_of_the_forge_is_said_calmly_and_once(place: Place) -> None:
    toolbox, before = place.toolbox(), place.commits()
    for number, (status, message) in enumerate(RULES, start=30):
        place.faults.clear()
        place.faults.plan(Fault(FaultKind.STATUS, "POST", WRITE, times=9, status=status, message=message))
        result = toolbox.perform(claim("maria", number))
        assert (result.status, codes([result])) == (503, ["forge_unavailable"])
        assert not {"srv", "receive", "toolbox", "scope"} & set(str(result.to_json()).replace("/", " ").split())
        assert posts(place) == 1
    assert place.commits() == before


def test_a_lasting_error_is_never_called_unwritten(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Up to version 15 a hook's refusal and a mirror's look as a lost race does: 500 without a word."""
    monkeypatch.setattr(writer, "TRIES", 2)
    toolbox, before = place.toolbox(), len(place.commits())
    place.faults.plan(Fault(FaultKind.STATUS, "POST", WRITE, times=2, status=500))
    request = claim("maria", 40)
    assert codes([toolbox.perform(request)]) == ["outcome_unknown"]
    again = toolbox.perform(request)
    assert again.ok
    assert not again.repeated
    assert len(place.commits()) == before + 1


@pytest.mark.usefixtures("believing")
def test_a_page_that_a_foreign_hand_made_or_removed_meanwhile(place: Place) -> None:
    seed(place, {page(52): b"soon gone"})
    toolbox = place.toolbox()
    assert toolbox.perform(claim("maria", 51)).ok
    seed(place, {page(53): b"foreign"})
    place.faults.clear()
    assert toolbox.perform(claim("maria", 53)).ok  # 422: it exists
    assert posts(place) == 2
    remove(place, page(52), b"soon gone")
    place.faults.clear()
    assert toolbox.perform(claim("maria", 52)).ok  # 500: it does not
    assert posts(place) == 2
    place.whole()


def test_what_the_forge_refuses_of_a_batch_harms_nobody_else(place: Place) -> None:
    seed(place, {page(65) + "/in-the-way.md": b"x"})  # 422: a folder is where the page should be
    results = in_one_batch(place, [claim("maria", 61), claim("jonas", 65), claim("lena", 62)])
    assert codes(results) == ["ok", "forge_unavailable", "ok"]


@pytest.mark.parametrize(("status", "task"), [(413, 70), (422, 80)])
def test_a_batch_that_is_refused_as_a_whole_goes_one_by_one(place: Place, status: int, task: int) -> None:
    before = len(place.commits())
    place.faults.plan(Fault(FaultKind.STATUS, "POST", WRITE, status=status))
    assert codes(in_one_batch(place, [claim("maria", task + n) for n in range(3)])) == ["ok"] * 3
    assert len(place.commits()) == before + 3


def test_a_forge_that_may_overwrite_is_not_written_until_it_is_upgraded(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Below version 12 a file whose id is missing is overwritten in silence."""
    toolbox = place.toolbox()
    for old in ("11.0.15+gitea-1.22.0", "development"):
        monkeypatch.setitem(VERSIONS, "v15", old)
        result = toolbox.perform(claim("maria", 90))
        assert (result.status, codes([result])) == (503, ["forge_unavailable"])
        assert posts(place) == 0
    monkeypatch.setitem(VERSIONS, "v15", "12.0.0+gitea-1.22.0")
    assert toolbox.perform(claim("maria", 90)).ok


def test_a_lost_answer_is_found_below_the_commit_of_another(place: Place) -> None:
    toolbox, standby = place.toolbox(), place.toolbox()
    before = len(place.commits())
    place.faults.plan(Fault(FaultKind.DROP_AFTER, "POST", WRITE, delay=60))
    future = toolbox.submit(claim("maria", 95))
    deadline = time.monotonic() + 60
    while len(place.commits()) == before:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert standby.perform(claim("jonas", 96)).ok
    place.faults.clear()  # which ends the wait
    result = future.result(120)
    assert result.ok
    assert not result.repeated
    assert result.commits == {"2_workplace": place.commits()[before]}
    assert len(place.commits()) == before + 2
    place.whole()


def test_a_write_that_arrives_after_its_repetition_is_refused(tmp_path: Path) -> None:
    with running(tmp_path, new_ledger()) as place:
        place.faults.plan(Fault(FaultKind.SLOW, "POST", WRITE, delay=60))
        toolbox = place.toolbox(write_timeout=0.5)
        assert toolbox.perform(claim("maria", 1)).ok
        assert posts(place) >= 2
        place.faults.clear()  # now the first goes on
        place.server.close()  # and is finished
        assert len(place.commits()) == 2
        place.whole()
