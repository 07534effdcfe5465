"""Synchronising whatever happens: in any order and interrupted anywhere, by several processes, for several ledgers."""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from smartup_tui.config import Home, write_profile
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.embedded.faults import Fault, FaultKind
from smartup_tui.forge.errors import ForgeError, RateLimited
from smartup_tui.forge.models import CommitRequest, FileChange, RepoRef
from smartup_tui.ledger import tables
from smartup_tui.ledger.compose import compose
from smartup_tui.ledger.index.ingest import ingest
from smartup_tui.ledger.index.store import Index
from smartup_tui.ledger.tree import MappingTree, Tree
from smartup_tui.secrets import open_store
from smartup_tui.workspace.places import FORGE_TOKEN, Places
from smartup_tui.workspace.sync_job import Synchroniser
from smartup_tui.workspace.sync_messages import Failed, Message, Synced
from smartup_tui.workspace.sync_worker import SyncWorker
from tests.ledger.index.test_ingest import content
from tests.support.ledger_forge import TOOLBOX, LedgerForge, ledger_forge
from tests.support.organisation import Organisation, company
from tests.workspace.test_watching import Branch, lawful

PATIENCE = 120


@pytest.fixture(scope="module")
def forge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LedgerForge]:
    with ledger_forge(tmp_path_factory.mktemp("together")) as found:
        yield found


def home_in(forge: LedgerForge, folder: Path, *names: str) -> Home:
    """Another owner's home that reads from the forge: a profile for each repository."""
    home = Home.find(folder)
    for name in names:
        profile = msgspec.structs.replace(forge.profile, ledger_repo=name)
        write_profile(home, name, profile, default=name == names[0])
        open_store("file", home).set(name, FORGE_TOKEN, forge.token)
    text = home.config_file.read_text(encoding="utf-8")
    home.config_file.write_text(f'secrets = "file"\n{text}', encoding="utf-8")
    return home


def built(tree: Tree, folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """What readers see of a read model that is built of these files at once."""
    with Index(folder / "built.db", writable=True) as index:
        ingest(index, tree)
        return content(index)


def shown(home: Home, name: str) -> dict[str, list[tuple[object, ...]]]:
    with Index(Places.of(home, name).index) as index:
        return content(index)


class Interruption(Exception):  # noqa: N818 - as from a key
    """Somebody stops it."""


FAULTS = st.builds(
    Fault,
    kind=st.sampled_from([FaultKind.DROP_AFTER, FaultKind.SHORT, FaultKind.SPOILED, FaultKind.GARBAGE]),
    path=st.sampled_from(["/git/trees/", "/git/blobs", "/raw/", "/archive/"]),
    method=st.just("GET"),
    times=st.integers(1, 4),
    skip=st.integers(0, 2),
)
ROUNDS = st.lists(
    st.tuples(st.integers(1, 5), st.none() | FAULTS, st.none() | st.integers(0, 12), st.booleans()),
    min_size=1,
    max_size=3,
)


@settings(
    max_examples=4,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rounds=ROUNDS)
def test_however_a_ledger_is_followed_it_is_shown_as_if_built_at_once(
    forge: LedgerForge, rounds: list[tuple[int, Fault | None, int | None, bool]]
) -> None:
    """Commands come in commits of some; a synchronisation may meet faults, be stopped at any step, or lack room."""

    async def story(folder: Path) -> None:
        home = home_in(forge, folder, forge.profile.ledger_repo)
        commands = list(lawful().commands)
        async with ForgeClient(forge.server.address, forge.token) as client:
            branch = Branch(forge, client)
            await branch.begin(lawful().begin)
            for size, fault, stop, no_room in rounds:
                draft = compose(branch.tree, [commands.pop(0) for _ in range(min(size, len(commands)))])
                await branch.write({file.path: file.content for file in draft.files}, draft.message)
                forge.faults.clear()
                if fault is not None:
                    forge.faults.plan(fault)
                await tried(home, stop, folder if no_room else None)
        forge.faults.clear()
        await tried(home, None, None)
        assert shown(home, forge.profile.ledger_repo) == built(branch.tree, folder)

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(story(Path(folder)))


async def tried(home: Home, stop: int | None, no_room: Path | None) -> None:
    """One synchronisation, stopped at its `stop`th step, or without room on the disk for the read model."""
    steps = 0

    def tell(_step: str, _done: int, _total: int) -> None:
        nonlocal steps
        steps += 1
        if stop is not None and steps > stop:
            raise Interruption

    synchroniser = Synchroniser(home)
    try:
        with pytest.MonkeyPatch.context() as patch:
            if no_room is not None:
                patch.setattr("smartup_tui.workspace.sync_job.Index", SmallIndex)
            with suppress(Interruption, ForgeError, sqlite3.OperationalError):
                await synchroniser.run(tell)
    finally:
        await synchroniser.close()


class SmallIndex(Index):
    """A read model on a disk that has room for a few pages more."""

    def __init__(self, path: Path, *, writable: bool = False) -> None:
        super().__init__(path, writable=writable)
        pages = self.connection.execute("PRAGMA page_count").fetchone()[0]
        self.connection.execute(f"PRAGMA max_page_count = {pages + 3}")


async def publish(forge: LedgerForge, repo: RepoRef, files: dict[str, bytes]) -> None:
    async with ForgeClient(forge.server.address, forge.token) as client:
        changes = tuple(FileChange.create(path, data) for path, data in files.items())
        await client.change_files(repo, CommitRequest("main", "files", changes, TOOLBOX, TOOLBOX))


def files_of(org: Organisation) -> dict[str, bytes]:
    return {path: org.tree.read(path) or b"" for path in org.tree.paths()}


async def test_ledgers_lie_side_by_side_and_nothing_of_the_identities_is_kept(
    forge: LedgerForge, tmp_path: Path
) -> None:
    owner, secret = forge.profile.forge_owner, b"Maria Real-Name, born in Utrecht"
    one, two = company(), Organisation().register().teams()
    for name, files in (
        ("one", files_of(one)),
        ("two", files_of(two)),
        ("0_identity", {"identity-mapping.csv": secret}),
    ):
        forge.server.store.create_repository(RepoRef(owner, name))
        await publish(forge, RepoRef(owner, name), files)
    home = home_in(forge, tmp_path, "one", "two")
    forge.faults.clear()
    for name in ("one", "two", "one"):
        synchroniser = Synchroniser(home, name)
        await synchroniser.run(lambda _step, _done, _total: None)
        await synchroniser.prove()
        await synchroniser.close()
    assert shown(home, "one") == built(one.tree, tmp_path / "x")
    assert shown(home, "two") == built(two.tree, tmp_path / "y")
    with Index(Places.of(home, "two").index) as index:
        assert index.count(tables.OWNERS) == 1
    # Even with a token that may read everything, as an administrator's.
    assert not [path for _, path in forge.faults.requests if "identity" in path]
    kept = [path for folder in (home.cache, home.state) for path in folder.rglob("*") if path.is_file()]
    assert len(kept) > 20
    assert not [path for path in kept if secret in path.read_bytes()]


async def test_a_pause_that_the_forge_asks_for_is_kept(forge: LedgerForge, tmp_path: Path) -> None:
    home = home_in(forge, tmp_path, forge.profile.ledger_repo)
    synchroniser = Synchroniser(home)
    forge.faults.clear()
    forge.faults.plan(Fault(FaultKind.STATUS, path="/branches/", status=429, retry_after="600"))
    for _ in range(3):
        with pytest.raises(RateLimited) as caught:
            await synchroniser.run(lambda _step, _done, _total: None)
        assert 500 < (caught.value.retry_after or 0) <= 600
    assert len(forge.faults.requests) == 1
    await synchroniser.close()


async def test_three_processes_may_synchronise_one_home_at_once(forge: LedgerForge, tmp_path: Path) -> None:
    name = "busy"
    repo = RepoRef(forge.profile.forge_owner, name)
    forge.server.store.create_repository(repo)
    org = company()
    await publish(forge, repo, files_of(org))
    home = home_in(forge, tmp_path / "home", name)
    command = [sys.executable, "-m", "smartup_tui.workspace.sync_process", str(tmp_path / "home"), name]
    heard: queue.Queue[Message] = queue.Queue()
    workers = [SyncWorker(command, heard.put) for _ in range(3)]
    try:
        for extra in (b"", b"\nMore.\n"):
            if extra:
                path = "wiki/home.md"
                data = (org.tree.read(path) or b"") + extra
                request = FileChange.update(path, data, org.tree.blob_id(path) or "")
                async with ForgeClient(forge.server.address, forge.token) as client:
                    await client.change_files(repo, CommitRequest("main", "more", (request,), TOOLBOX, TOOLBOX))
            for worker in workers:
                worker.request()
            done: list[Message] = []
            while len(done) < len(workers):
                message = await asyncio.to_thread(heard.get, timeout=PATIENCE)
                if isinstance(message, Synced | Failed):
                    done.append(message)
            assert [type(one) for one in done] == [Synced] * 3, done
            changed = {**files_of(org), "wiki/home.md": (org.tree.read("wiki/home.md") or b"") + extra}
            assert shown(home, name) == built(MappingTree(changed), tmp_path / f"built{len(extra)}")
    finally:
        for worker in workers:
            worker.stop()
