"""The mirror against a whole forge: first download, nothing new, an append, a page, and opening without the network."""

from __future__ import annotations

from pathlib import Path

from smartup_tui.forge.blobs import blob_id
from smartup_tui.forge.cache import BlobCache
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.models import FileChange, RepoRef
from smartup_tui.forge.state import cached_view
from smartup_tui.forge.sync import Mirror
from tests.contract.conftest import Write


async def test_a_mirror_follows_the_branch(
    client: ForgeClient, repo: RepoRef, write: Write, cache_folder: Path
) -> None:
    cache = BlobCache(cache_folder / "blobs")
    mirror = Mirror(client, repo, "main", cache, cache_folder)
    empty = await mirror.refresh()
    assert (empty.view.commit, empty.view.paths()) == ("", ())

    log = b"id,text\n" + b"".join(b"%05d,row\n" % index for index in range(4000))
    first = await write(FileChange.create("log.csv", log), FileChange.create("wiki/a/p.md", b"page"))
    seen = await mirror.refresh()
    assert seen.view.commit == first.sha
    assert seen.view.read("log.csv") == log
    assert (await mirror.refresh()).changed == ()

    longer = log + b"04000,row\n"
    second = await write(
        FileChange.update("log.csv", longer, blob_id(log)), FileChange.create("wiki/b/q.md", b"other page")
    )
    seen = await mirror.refresh()
    assert (seen.view.commit, seen.old_commit, seen.rewritten) == (second.sha, first.sha, False)
    assert [change.path for change in seen.changed] == ["log.csv", "wiki/b/q.md"]
    assert seen.view.read("log.csv") == longer

    offline = cached_view(cache_folder, cache, client.origin, repo, "main")
    assert offline is not None
    assert offline.commit == second.sha
    assert {path: offline.read(path) for path in offline.paths()} == {
        "log.csv": longer,
        "wiki/a/p.md": b"page",
        "wiki/b/q.md": b"other page",
    }
