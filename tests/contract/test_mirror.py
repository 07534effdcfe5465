"""The mirror against a whole forge: first download, nothing new, an append, a page, and opening without the network."""

from __future__ import annotations

from pathlib import Path

import pytest

from smartup_tui.forge import plan
from smartup_tui.forge.archive import Unpacker
from smartup_tui.forge.blobs import blob_id
from smartup_tui.forge.cache import BlobCache
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.models import FileChange, RepoRef
from smartup_tui.forge.state import load_state
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

    kept = load_state(cache_folder, client.origin, repo, "main")
    assert kept is not None
    offline = kept.view(cache)
    assert offline.commit == second.sha
    assert {path: offline.read(path) for path in offline.paths()} == {
        "log.csv": longer,
        "wiki/a/p.md": b"page",
        "wiki/b/q.md": b"other page",
    }


async def test_a_commit_comes_whole_in_one_archive(
    client: ForgeClient, repo: RepoRef, write: Write, cache_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"log.csv": b"id\n" + b"1\n" * 5000, "empty.md": b"", "crlf.md": b"a\r\nb\r\n"}
    files |= {f"wiki/{'long-name-' * 15}{n}/ø {n}.md": b"page %d" % n for n in range(12)}
    commit = (await write(*(FileChange.create(path, data) for path, data in files.items()))).sha
    unpacker = Unpacker(1 << 20)
    found = [file async for piece in client.archive(repo, commit) for file in unpacker.feed(piece)]
    assert sorted(found) == sorted(files.values())
    assert unpacker.finished

    async def refused(*_: object) -> dict[str, bytes | None]:
        raise AssertionError("the archive was enough")

    monkeypatch.setattr(plan, "ARCHIVE_FILES", 10)
    monkeypatch.setattr(client, "blobs", refused)
    monkeypatch.setattr(client, "raw", refused)
    view = (await Mirror(client, repo, "main", BlobCache(cache_folder / "blobs"), cache_folder).refresh()).view
    assert {path: view.read(path) for path in view.paths()} == files
