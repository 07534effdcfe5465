"""Whatever a network, a proxy, a forge or a disk does to a refresh: it is right, or it fails and the next is right."""

from __future__ import annotations

import asyncio
import errno
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from smartup_tui.files.whole import replace_file
from smartup_tui.forge import cache, errors, plan, walk
from smartup_tui.forge.blobs import blob_id
from smartup_tui.forge.cache import BlobCache
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.embedded.faults import Fault, FaultKind
from smartup_tui.forge.fetching import Progress
from smartup_tui.forge.models import FileChange, RepoRef
from smartup_tui.forge.sync import Mirror
from smartup_tui.forge.view import TreeView
from smartup_tui.forge.walk import Listing
from tests.forge.conftest import REPO, Place, request, write

LOG = b"timestamp,event\n" + b"".join(b"%06d,something happened\n" % index for index in range(1500))
BEFORE = {"log.csv": LOG, **{f"wiki/{index % 3}/{index}.md": b"page %d" % index for index in range(12)}}
AFTER = BEFORE | {"log.csv": LOG + b"more\n", "wiki/1/1.md": b"changed", "wiki/new.md": b"new"}


_NUMBERS = iter(range(1_000_000))


def contents(view: TreeView) -> dict[str, bytes | None]:
    return {path: view.read(path) for path in view.paths()}


async def first(client: ForgeClient) -> None:
    await write(client, *(FileChange.create(path, data) for path, data in BEFORE.items()))


async def second(client: ForgeClient) -> None:
    await write(
        client,
        FileChange.update("log.csv", AFTER["log.csv"], blob_id(LOG)),
        FileChange.update("wiki/1/1.md", b"changed", blob_id(b"page 1")),
        FileChange.create("wiki/new.md", b"new"),
    )


# --- Who asks, and under which name


async def test_a_token_that_may_only_read_is_enough(
    place: Place, client: ForgeClient, cache: BlobCache, tmp_path: Path
) -> None:
    place.server.store.create_user("maria")
    place.server.store.grant_access(REPO, "maria", "read")
    token = place.server.store.create_token("maria", "reading", ["read:repository"])
    async with place.client(token) as reader:
        await follows(place, client, Mirror(reader, REPO, "main", cache, tmp_path / "state"))


async def test_a_public_repository_needs_no_token(place: Place, cache: BlobCache, tmp_path: Path) -> None:
    repo = RepoRef(REPO.owner, "public")
    place.server.store.create_repository(repo, private=False)
    async with place.client() as writer, ForgeClient(place.server.address) as reader:
        mirror = Mirror(reader, repo, "main", cache, tmp_path / "state")
        assert (await mirror.refresh()).view.commit == ""
        await writer.change_files(repo, request(FileChange.create("log.csv", LOG)))
        assert contents((await mirror.refresh()).view) == {"log.csv": LOG}
        with pytest.raises(errors.NotFound):
            await Mirror(reader, REPO, "main", cache, tmp_path / "state").refresh()


async def test_a_renamed_repository_is_followed(
    place: Place, client: ForgeClient, mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "ARCHIVE_FILES", 10)
    await first(client)
    place.server.store.rename_repository(REPO, "ledger")
    assert contents((await mirror.refresh()).view) == BEFORE
    assert any("/ledger/archive/" in path for _, path in place.asked)
    with pytest.raises(errors.Gone):
        await second(client)
    assert (await mirror.refresh()).changed == ()


async def follows(place: Place, client: ForgeClient, mirror: Mirror) -> None:
    """Two commits are seen; of the log that grew only the end comes."""
    await first(client)
    assert contents((await mirror.refresh()).view) == BEFORE
    await second(client)
    place.faults.clear()
    assert contents((await mirror.refresh()).view) == AFTER


# --- Answers that are not what was asked for


@pytest.mark.parametrize("kind", [FaultKind.NO_RANGE, FaultKind.OTHER_RANGE, FaultKind.SHORT, FaultKind.SPOILED])
async def test_a_new_end_that_does_not_fit_is_not_believed(
    place: Place, client: ForgeClient, mirror: Mirror, kind: FaultKind
) -> None:
    await first(client)
    await mirror.refresh()
    await second(client)
    place.faults.plan(Fault(kind, path="/raw/log.csv"))
    assert contents((await mirror.refresh()).view) == AFTER


async def test_a_proxy_that_compresses_everything_changes_nothing(
    place: Place, client: ForgeClient, mirror: Mirror
) -> None:
    place.faults.plan(Fault(FaultKind.COMPRESSED, method="GET", times=10_000))
    await first(client)
    assert contents((await mirror.refresh()).view) == BEFORE
    await second(client)
    assert contents((await mirror.refresh()).view) == AFTER


ENDPOINTS = ("/branches/", "/git/trees/", "/git/blobs", "/raw/", "/commits", "")
STATUSES = (401, 403, 404, 408, 413, 423, 429, 500, 502, 503, 504)
FAULTS = st.one_of(
    st.builds(
        Fault,
        kind=st.sampled_from(
            [FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER, FaultKind.CUT, FaultKind.SHORT, FaultKind.SPOILED,
             FaultKind.GARBAGE, FaultKind.OTHER_RANGE, FaultKind.NO_RANGE, FaultKind.COMPRESSED]
        ),
        method=st.just("GET"), path=st.sampled_from(ENDPOINTS), times=st.integers(1, 4), skip=st.integers(0, 3),
    ),
    st.builds(
        Fault,
        kind=st.just(FaultKind.STATUS), method=st.just("GET"), path=st.sampled_from(ENDPOINTS),
        times=st.integers(1, 4), skip=st.integers(0, 3), status=st.sampled_from(STATUSES), retry_after=st.just("0"),
    ),
)  # fmt: skip


@settings(
    max_examples=8,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(planned=st.lists(FAULTS, min_size=1, max_size=3))
def test_after_any_faults_the_next_refresh_is_right(
    place: Place, tmp_path_factory: pytest.TempPathFactory, planned: list[Fault]
) -> None:
    """And while they last, what is shown is one commit or the other, whole."""

    async def story(folder: Path) -> None:
        repo = RepoRef(REPO.owner, f"f{next(_NUMBERS)}")
        place.server.store.create_repository(repo)
        async with place.client() as client:

            async def change(*changes: FileChange) -> None:
                await client.change_files(repo, request(*changes))

            await change(*(FileChange.create(path, data) for path, data in BEFORE.items()))
            mirror = Mirror(client, repo, "main", BlobCache(folder / "blobs"), folder / "state")
            await mirror.refresh()
            await change(
                FileChange.update("log.csv", AFTER["log.csv"], blob_id(LOG)),
                FileChange.update("wiki/1/1.md", b"changed", blob_id(b"page 1")),
                FileChange.create("wiki/new.md", b"new"),
            )
            place.faults.clear()
            for fault in planned:
                place.faults.plan(fault)
            with suppress(errors.ForgeError):
                await mirror.refresh()
            held = Mirror(client, repo, "main", BlobCache(folder / "blobs"), folder / "state").cached()
            assert held is not None
            assert contents(held) in (BEFORE, AFTER)
            place.faults.clear()
            assert contents((await mirror.refresh()).view) == AFTER

    asyncio.run(story(tmp_path_factory.mktemp("faults")))


# --- Interruptions, and a ledger that moves


async def test_a_ledger_that_changes_while_it_is_read_is_shown_at_one_commit(
    client: ForgeClient, mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    await first(client)
    listed = walk.list_commit

    async def then_changed(*arguments: Any) -> Listing:
        listing = await listed(*arguments)
        monkeypatch.setattr("smartup_tui.forge.sync.list_commit", listed)
        await second(client)
        return listing

    monkeypatch.setattr("smartup_tui.forge.sync.list_commit", then_changed)
    assert contents((await mirror.refresh()).view) == BEFORE
    assert contents((await mirror.refresh()).view) == AFTER


@pytest.mark.parametrize("by_archive", [False, True])
async def test_a_refresh_may_be_cancelled_at_any_moment(
    place: Place, client: ForgeClient, mirror: Mirror, monkeypatch: pytest.MonkeyPatch, by_archive: bool
) -> None:
    monkeypatch.setattr(plan, "ARCHIVE_FILES", 10 if by_archive else 1000)
    monkeypatch.setattr(plan, "BLOB_BATCH", 4)
    await first(client)
    tasks: list[asyncio.Task[object]] = []
    left = 0

    def tell(_progress: Progress) -> None:
        nonlocal left
        left -= 1
        if left <= 0:
            tasks[-1].cancel()

    for number in range(1, 20, 4):
        left = number
        tasks.append(asyncio.create_task(mirror.refresh(tell)))
        with suppress(asyncio.CancelledError):
            await tasks[-1]
    assert contents((await mirror.refresh()).view) == BEFORE
    assert [other for other in asyncio.all_tasks() if other is not asyncio.current_task()] == []


# --- Disks


async def test_a_full_disk_is_said_and_leaves_what_was_there(
    client: ForgeClient, mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    await first(client)
    await mirror.refresh()
    await second(client)
    room = [1]

    def write_while_there_is_room(path: Path, data: bytes) -> None:
        if not room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        room.pop()
        replace_file(path, data)

    monkeypatch.setattr(cache, "replace_file", write_while_there_is_room)
    with pytest.raises(OSError, match="No space"):
        await mirror.refresh()
    held = mirror.cached()
    assert held is not None
    assert contents(held) == BEFORE
    room += [1] * 100
    assert contents((await mirror.refresh()).view) == AFTER


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_bit_that_flips_on_disk_is_noticed(
    place: Place, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    async def story(folder: Path) -> None:
        async with place.client() as client:
            if (await client.repository(REPO)).empty:
                await first(client)
            mirror = Mirror(client, REPO, "main", BlobCache(folder / "blobs"), folder / "state")
            await mirror.refresh()
            files = sorted(path for path in (folder / "blobs").glob("??/*"))
            file = data.draw(st.sampled_from(files))
            held = bytearray(file.read_bytes())
            at = data.draw(st.integers(0, 8 * len(held) - 1))
            held[at // 8] ^= 1 << at % 8
            file.write_bytes(held)
            view = (await Mirror(client, REPO, "main", BlobCache(folder / "blobs"), folder / "state").refresh()).view
            assert await asyncio.to_thread(contents, view) == BEFORE

    asyncio.run(story(tmp_path_factory.mktemp("bits")))
