"""What lies on disk is plain git: other programs may read it and push to it, and a push is never overwritten."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from smartup_tui.forge import errors
from smartup_tui.forge.blobs import blob_id
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.embedded.commits import build_tree
from smartup_tui.forge.embedded.history import changed_files
from smartup_tui.forge.embedded.objects import GitRepository, LostRaceError
from smartup_tui.forge.models import FileChange
from tests.forge.conftest import REPO, Place, write

ENVIRONMENT = {
    **os.environ,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_AUTHOR_NAME": "x",
    "GIT_AUTHOR_EMAIL": "x@owners.invalid",
    "GIT_COMMITTER_NAME": "x",
    "GIT_COMMITTER_EMAIL": "x@owners.invalid",
}


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *words], env=ENVIRONMENT, capture_output=True, text=True, check=True
    )
    assert "error" not in done.stderr
    return done.stdout


async def test_a_clone_has_every_file_and_the_repository_is_sound(
    place: Place, client: ForgeClient, tmp_path: Path
) -> None:
    files = {f"wiki/{index % 3}/{index:02}.md": b"page %d" % index for index in range(30)}
    await write(client, *(FileChange.create(path, data) for path, data in files.items()))
    await write(client, FileChange.delete("wiki/0/00.md", blob_id(b"page 0")), FileChange.create("wiki.md", b"x"))
    bare = place.server.store.repository_path(REPO)
    git(bare, "fsck", "--full", "--strict")
    git(tmp_path, "clone", "-q", str(bare), "clone")
    expected = {path: data for path, data in files.items() if path != "wiki/0/00.md"} | {"wiki.md": b"x"}
    clone = tmp_path / "clone"
    found = {str(path.relative_to(clone)): path.read_bytes() for path in clone.rglob("*.md")}
    assert found == expected
    assert git(clone, "log", "--format=%an %cn").splitlines() == ["sanna toolbox"] * 2


async def test_a_push_from_outside_is_seen_and_built_upon(place: Place, client: ForgeClient, tmp_path: Path) -> None:
    await write(client, FileChange.create("a.md", b"1"))
    bare = place.server.store.repository_path(REPO)
    git(tmp_path, "clone", "-q", str(bare), "clone")
    clone = tmp_path / "clone"
    (clone / "b.md").write_bytes(b"outside")
    git(clone, "add", "b.md")
    git(clone, "commit", "-qm", "outside")
    git(clone, "push", "-q", "origin", "HEAD:main")
    pushed = git(clone, "rev-parse", "HEAD").strip()
    assert (await client.branch(REPO, "main")).commit == pushed
    result = await write(client, FileChange.update("b.md", b"inside", blob_id(b"outside")))
    assert result.parents == (pushed,)


async def test_packing_by_git_changes_nothing_for_readers_and_writers(place: Place, client: ForgeClient) -> None:
    bare = place.server.store.repository_path(REPO)
    commit = await write(client, FileChange.create("a.md", b"0"), FileChange.create("x/b.md", b"2"))
    for number in range(4):
        git(bare, "gc", "-q", "--prune=now")
        assert await client.raw(REPO, "x/b.md", commit.sha) == b"2"
        assert (await client.tree(REPO, commit.sha)).entries[0].size == 1
        change = FileChange.update("a.md", b"%d" % (number + 1), blob_id(b"%d" % number))
        commit = await write(client, change)
        assert (await client.branch(REPO, "main")).commit == commit.sha
    assert (await client.commits(REPO, "main"))[1] == 5
    git(bare, "fsck", "--full", "--strict")


async def test_a_branch_that_moved_meanwhile_is_not_overwritten(place: Place, client: ForgeClient) -> None:
    first = await write(client, FileChange.create("a.md", b"1"))
    second = await write(client, FileChange.create("b.md", b"1"))
    repository = place.server.store.git(REPO)
    with pytest.raises(LostRaceError):
        repository.move_branch("main", first.sha, first.sha)
    with pytest.raises(LostRaceError):
        repository.move_branch("main", None, first.sha)
    assert repository.tip("main") == second.sha


async def test_a_held_lock_is_a_lost_race_and_an_old_one_is_broken(place: Place, client: ForgeClient) -> None:
    await write(client, FileChange.create("a.md", b"1"))
    lock = place.server.store.repository_path(REPO) / "refs" / "heads" / "main.lock"
    lock.touch()
    with pytest.raises(errors.Conflict) as caught:
        await write(client, FileChange.create("b.md", b"1"))
    assert caught.value.reason is errors.ConflictReason.RACE
    # Who is no administrator is not told why a request ended in a 500.
    store = place.server.store
    store.create_user("plain")
    store.grant_access(REPO, "plain", "write")
    async with place.client(store.create_token("plain", "t")) as plain:
        with pytest.raises(errors.Ambiguous):
            await write(plain, FileChange.create("b.md", b"1"))
    assert lock.exists()
    old = time.time() - 60
    os.utime(lock, (old, old))
    assert (await write(client, FileChange.create("b.md", b"1"))).sha
    assert not lock.exists()


async def test_a_refused_write_leaves_no_object_behind(place: Place, client: ForgeClient) -> None:
    await write(client, FileChange.create("a.md", b"1"))
    objects = place.server.store.repository_path(REPO) / "objects"
    before = sorted(objects.rglob("*"))
    with pytest.raises(errors.Conflict):
        await write(client, FileChange.create("new.md", b"new"), FileChange.update("a.md", b"2", "1" * 40))
    assert sorted(objects.rglob("*")) == before


def test_only_touched_folders_are_written(tmp_path: Path) -> None:
    repository = GitRepository.create(tmp_path / "r.git", "main")
    blob = (0o100644, repository.add_blob(b"x"))
    base = build_tree(repository, None, {f"{a}/{b}/{c}": blob for a in "abc" for b in "def" for c in "ghi"})
    before = {path for path in (tmp_path / "r.git" / "objects").rglob("??/*") if path.is_file()}
    other = (0o100644, repository.add_blob(b"y"))
    changed = build_tree(repository, base, {"a/d/g": other})
    after = {path for path in (tmp_path / "r.git" / "objects").rglob("??/*") if path.is_file()}
    assert changed is not None
    assert len(after - before) == 4
    gone: dict[str, tuple[int, str] | None] = {f"a/d/{c}": None for c in "ghi"}
    tree = build_tree(repository, base, gone)
    assert tree is not None
    assert repository.find(tree, "a/d") is None
    assert repository.find(tree, "a/e/g") is not None
    repository.close()


async def test_a_file_that_becomes_a_folder_is_told_as_both(place: Place, client: ForgeClient) -> None:
    await write(client, FileChange.create("a", b"1"))
    await write(client, FileChange.delete("a", blob_id(b"1")), FileChange.create("b", b"1"))
    commit = await write(client, FileChange.create("a/inner", b"1"))
    assert changed_files(place.server.store.git(REPO), commit.sha) == [("a/inner", "added")]
