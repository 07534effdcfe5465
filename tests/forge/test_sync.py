"""The mirror asks little, downloads only what changed, survives interruption, and opens without the network."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from smartup_tui.forge import errors
from smartup_tui.forge.blobs import blob_id
from smartup_tui.forge.bridge import LoopThread
from smartup_tui.forge.cache import BlobCache
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.embedded.faults import Fault, FaultKind
from smartup_tui.forge.fetching import Progress
from smartup_tui.forge.models import FileChange
from smartup_tui.forge.state import load_state, state_file
from smartup_tui.forge.sync import Mirror
from tests.forge.conftest import REPO, Place, request, write

LOG = b"timestamp,event\n" + b"".join(b"%06d,something happened\n" % index for index in range(3000))


async def filled(client: ForgeClient) -> None:
    pages = (FileChange.create(f"wiki/6_{index % 4}/6_{index}.md", b"page %d" % index) for index in range(60))
    await write(client, FileChange.create("log.csv", LOG), FileChange.create("notes.md", b"notes"), *pages)


def raws(place: Place) -> list[str]:
    return [path for _, path in place.asked if "/raw/" in path]


async def test_nothing_new_costs_one_request(place: Place, client: ForgeClient, mirror: Mirror) -> None:
    await filled(client)
    await mirror.refresh()
    place.faults.clear()
    again = await mirror.refresh()
    assert [path for _, path in place.asked] == [f"/api/v1/repos/{REPO}/branches/main"]
    assert again.changed == ()
    assert again.old_commit == again.view.commit


async def test_the_first_refresh_has_everything_in_few_requests(
    place: Place, client: ForgeClient, mirror: Mirror
) -> None:
    await filled(client)
    place.faults.clear()
    seen: list[Progress] = []
    first = await mirror.refresh(seen.append)
    assert len(first.view.paths()) == 62
    assert len(first.view.paths("wiki/6_1/")) == 15
    assert len(place.asked) <= 6
    assert (seen[-1].files_done, seen[-1].bytes_done) == (seen[-1].files, seen[-1].bytes)
    assert first.old_commit is None
    assert len(first.changed) == 62
    asked = len(place.asked)
    assert first.view.read("wiki/6_3/6_3.md") == b"page 3"
    assert first.view.read("no.md") is None
    assert len(place.asked) == asked


async def test_of_a_log_that_grew_only_the_end_is_fetched(place: Place, client: ForgeClient, mirror: Mirror) -> None:
    await filled(client)
    await mirror.refresh()
    await write(client, FileChange.update("log.csv", LOG + b"new row\n", blob_id(LOG)))
    place.faults.clear()
    seen: list[Progress] = []
    grown = await mirror.refresh(seen.append)
    assert grown.view.read("log.csv") == LOG + b"new row\n"
    assert [change.path for change in grown.changed] == ["log.csv"]
    assert not grown.rewritten
    assert len(raws(place)) == 1
    assert seen[-1].bytes == len(b"new row\n")


async def test_a_proxy_that_drops_the_range_changes_nothing(place: Place, client: ForgeClient, mirror: Mirror) -> None:
    await filled(client)
    await mirror.refresh()
    await write(client, FileChange.update("log.csv", LOG + b"new row\n", blob_id(LOG)))
    place.faults.plan(Fault(FaultKind.NO_RANGE, path="/raw/"))
    assert (await mirror.refresh()).view.read("log.csv") == LOG + b"new row\n"


async def test_a_log_whose_old_rows_changed_is_fetched_whole(place: Place, client: ForgeClient, mirror: Mirror) -> None:
    await filled(client)
    await mirror.refresh()
    forged = LOG.replace(b"000007,something", b"000007,anything") + b"more\n" * 3
    await write(client, FileChange.update("log.csv", forged, blob_id(LOG)))
    place.faults.clear()
    assert (await mirror.refresh()).view.read("log.csv") == forged
    assert len(raws(place)) == 2


async def test_unchanged_folders_are_not_listed_again(place: Place, client: ForgeClient, mirror: Mirror) -> None:
    await filled(client)
    await mirror.refresh()
    await write(client, FileChange.update("wiki/6_1/6_1.md", b"changed", blob_id(b"page 1")))
    place.faults.clear()
    await mirror.refresh()
    listings = [path for _, path in place.asked if "/git/trees/" in path]
    assert len(listings) == 3
    assert not any("recursive" in path for path in listings)


async def test_a_file_that_moves_is_not_downloaded_again(place: Place, client: ForgeClient, mirror: Mirror) -> None:
    await filled(client)
    await mirror.refresh()
    await write(
        client,
        FileChange.create("log/000001.csv", LOG),
        FileChange.update("log.csv", b"timestamp,event\nnew\n", blob_id(LOG)),
    )
    place.faults.clear()
    moved = await mirror.refresh()
    assert moved.view.read("log/000001.csv") == LOG
    assert raws(place) == []


async def test_a_rewritten_branch_is_told(place: Place, client: ForgeClient, mirror: Mirror) -> None:
    await filled(client)
    old = (await client.branch(REPO, "main")).commit
    await write(client, FileChange.create("a.md", b"1"))
    await mirror.refresh()
    git = place.server.store.git(REPO)
    git.move_branch("main", git.tip("main"), old)
    back = await mirror.refresh()
    assert back.rewritten
    assert back.view.commit == old
    assert [(change.path, change.after) for change in back.changed] == [("a.md", None)]
    await write(client, FileChange.create("b.md", b"1"))
    assert not (await mirror.refresh()).rewritten


async def test_a_problem_of_the_server_is_no_rewritten_branch(
    place: Place, client: ForgeClient, mirror: Mirror
) -> None:
    await filled(client)
    await mirror.refresh()
    await write(client, FileChange.create("a.md", b"1"))
    place.faults.plan(Fault(FaultKind.STATUS, "GET", f"/{REPO.name}/commits", status=500))
    grown = await mirror.refresh()
    assert not grown.rewritten
    assert grown.view.read("a.md") == b"1"
    await write(client, FileChange.create("b.md", b"1"))
    place.faults.plan(Fault(FaultKind.STATUS, "GET", f"/{REPO.name}/commits", times=20, status=500))
    with pytest.raises(errors.ServerError):
        await mirror.refresh()
    place.faults.clear()
    assert not (await mirror.refresh()).rewritten


async def test_a_commit_that_the_server_does_not_know_any_more_is_a_rewritten_branch(
    place: Place, client: ForgeClient, mirror: Mirror
) -> None:
    await filled(client)
    await mirror.refresh()
    await write(client, FileChange.create("a.md", b"1"))
    place.faults.plan(Fault(FaultKind.STATUS, "GET", f"/{REPO.name}/commits", status=500))
    place.faults.plan(Fault(FaultKind.STATUS, "GET", "/git/commits/", status=404))
    assert (await mirror.refresh()).rewritten


async def test_a_repository_without_commits_is_an_empty_view(client: ForgeClient, mirror: Mirror) -> None:
    empty = await mirror.refresh()
    assert (empty.view.commit, list(empty.view.paths())) == ("", [])
    await write(client, FileChange.create("a.md", b"1"))
    assert (await mirror.refresh()).view.read("a.md") == b"1"


async def test_a_missing_branch_is_an_error(client: ForgeClient, cache: BlobCache, tmp_path: Path) -> None:
    await write(client, FileChange.create("a.md", b"1"))
    with pytest.raises(errors.NotFound):
        await Mirror(client, REPO, "other", cache, tmp_path).refresh()


@pytest.mark.parametrize("skip", range(6))
async def test_an_interrupted_refresh_leaves_the_old_view_and_completes_later(
    place: Place, client: ForgeClient, cache: BlobCache, tmp_path: Path, skip: int
) -> None:
    await filled(client)
    before = await Mirror(client, REPO, "main", cache, tmp_path).refresh()
    changes = [FileChange.update(f"wiki/6_{i % 4}/6_{i}.md", b"new %d" % i, blob_id(b"page %d" % i)) for i in range(60)]
    after = await write(client, FileChange.update("log.csv", LOG * 2, blob_id(LOG)), *changes)
    place.faults.plan(Fault(FaultKind.DROP_BEFORE, method="GET", skip=skip, times=999))
    mirror = Mirror(client, REPO, "main", cache, tmp_path)
    with pytest.raises(errors.Unreachable):
        await mirror.refresh()
    kept = Mirror(client, REPO, "main", cache, tmp_path).cached()
    assert kept is not None
    assert kept.commit == before.view.commit
    assert kept.read("wiki/6_1/6_1.md") == b"page 1"
    place.faults.clear()
    whole = await mirror.refresh()
    assert whole.view.commit == after.sha
    assert whole.view.read("log.csv") == LOG * 2
    assert all(whole.view.read(change.path) == change.content for change in changes)


@pytest.mark.parametrize("kind", [FaultKind.CUT, FaultKind.DROP_AFTER, FaultKind.GARBAGE])
async def test_a_broken_answer_is_repeated_or_refused_but_never_believed(
    place: Place, client: ForgeClient, mirror: Mirror, kind: FaultKind
) -> None:
    await filled(client)
    place.faults.plan(Fault(kind, path="/raw/log.csv"))
    place.faults.plan(Fault(kind, path="/git/blobs"))
    for _ in range(3):
        try:
            found = (await mirror.refresh()).view
            break
        except errors.Malformed:
            continue
    assert found.read("log.csv") == LOG
    assert found.read("wiki/6_1/6_1.md") == b"page 1"


async def test_it_opens_at_once_without_the_network(
    place: Place, client: ForgeClient, mirror: Mirror, cache: BlobCache, tmp_path: Path
) -> None:
    assert mirror.cached() is None
    await filled(client)
    await mirror.refresh()
    place.faults.clear()
    origin = client.origin
    state = load_state(tmp_path / "state", origin, REPO, "main")
    assert state is not None
    assert state.view(cache).read("log.csv") == LOG
    assert place.asked == []
    assert load_state(tmp_path / "state", "https://other.invalid", REPO, "main") is None


@pytest.mark.parametrize("damage", [b"", b"{", b'{"format": 1}', b"null"])
async def test_a_damaged_memory_is_forgotten(
    client: ForgeClient, cache: BlobCache, tmp_path: Path, damage: bytes
) -> None:
    await filled(client)
    await Mirror(client, REPO, "main", cache, tmp_path).refresh()
    state_file(tmp_path, client.origin, REPO, "main").write_bytes(damage)
    fresh = Mirror(client, REPO, "main", cache, tmp_path)
    assert fresh.cached() is None
    assert len((await fresh.refresh()).view.paths()) == 62


async def test_what_the_cache_lost_is_fetched_again_though_nothing_changed(
    client: ForgeClient, cache: BlobCache, tmp_path: Path
) -> None:
    await filled(client)
    await Mirror(client, REPO, "main", cache, tmp_path / "state").refresh()
    sha = blob_id(b"notes")
    (tmp_path / "blobs" / sha[:2] / sha[2:]).unlink()
    view = (await Mirror(client, REPO, "main", cache, tmp_path / "state").refresh()).view
    assert view.cached("notes.md")


async def test_files_that_are_not_eager_come_when_they_are_read(
    place: Place, client: ForgeClient, cache: BlobCache, tmp_path: Path
) -> None:
    await filled(client)
    mirror = Mirror(client, REPO, "main", cache, tmp_path / "state", eager=lambda path: path.endswith(".csv"))
    view = (await mirror.refresh()).view
    assert view.cached("log.csv")
    assert not view.cached("wiki/6_1/6_1.md")
    assert await asyncio.to_thread(view.read, "wiki/6_1/6_1.md") == b"page 1"
    await mirror.fetch(view, view.paths("wiki/6_2/"))
    place.faults.clear()
    assert view.read("wiki/6_2/6_2.md") == b"page 2"
    assert place.asked == []
    with pytest.raises(RuntimeError, match="event loop"):
        view.read("notes.md")


async def test_a_page_that_was_never_downloaded_says_so_offline(
    client: ForgeClient, cache: BlobCache, tmp_path: Path
) -> None:
    await filled(client)
    await Mirror(client, REPO, "main", cache, tmp_path / "state", eager=lambda _: False).refresh()
    offline = Mirror(client, REPO, "main", cache, tmp_path / "state").cached()
    assert offline is not None
    with pytest.raises(errors.Unreachable) as caught:
        offline.read("notes.md")
    assert "not on this machine yet" in caught.value.message


async def test_an_own_commit_is_taken_over_without_asking(
    place: Place, client: ForgeClient, mirror: Mirror, cache: BlobCache, tmp_path: Path
) -> None:
    await filled(client)
    await mirror.refresh()
    wanted = request(
        FileChange.update("log.csv", LOG + b"x\n", blob_id(LOG)),
        FileChange.create("wiki/new/p.md", b"p"),
        FileChange.delete("notes.md", blob_id(b"notes")),
    )
    result = await client.change_files(REPO, wanted)
    place.faults.clear()
    view = await mirror.applied(wanted, result)
    assert view is not None
    assert place.asked == []
    fresh = (await Mirror(client, REPO, "main", cache, tmp_path / "fresh").refresh()).view
    assert (view.commit, view.files) == (fresh.commit, fresh.files)
    assert (await mirror.refresh()).changed == ()
    await write(client, FileChange.create("wiki/new/q.md", b"q"))
    assert (await mirror.refresh()).view.read("wiki/new/q.md") == b"q"


async def test_an_own_commit_after_somebody_elses_is_not_taken_over(client: ForgeClient, mirror: Mirror) -> None:
    await filled(client)
    await mirror.refresh()
    await write(client, FileChange.create("theirs.md", b"1"))
    ours = request(FileChange.create("ours.md", b"1"))
    assert await mirror.applied(ours, await client.change_files(REPO, ours)) is None
    assert [change.path for change in (await mirror.refresh()).changed] == ["ours.md", "theirs.md"]


async def test_any_commit_of_the_past_can_be_seen(client: ForgeClient, mirror: Mirror) -> None:
    await filled(client)
    first = (await client.branch(REPO, "main")).commit
    await write(client, FileChange.update("notes.md", b"newer", blob_id(b"notes")))
    await mirror.refresh()
    past = await mirror.view_at(first)
    await mirror.fetch(past, ["notes.md"])
    assert past.read("notes.md") == b"notes"
    assert (await mirror.refresh()).view.read("notes.md") == b"newer"


async def test_refreshes_at_the_same_time_wait_for_each_other(client: ForgeClient, mirror: Mirror) -> None:
    await filled(client)
    views = await asyncio.gather(*(mirror.refresh() for _ in range(4)))
    assert len({found.view.commit for found in views}) == 1


def test_synchronous_code_may_use_a_loop_of_its_own(place: Place, tmp_path: Path) -> None:
    with LoopThread() as loop:
        client = place.client()
        loop.run(filled(client))
        mirror = Mirror(client, REPO, "main", BlobCache(tmp_path / "b"), tmp_path / "s", eager=lambda _: False)
        view = loop.run(mirror.refresh()).view
        assert view.read("log.csv") == LOG
        found: list[bytes | None] = []
        readers = [threading.Thread(target=lambda: found.append(view.read("notes.md"))) for _ in range(4)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        assert found == [b"notes"] * 4
        loop.run(client.aclose())
