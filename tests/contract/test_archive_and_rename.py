"""A commit's files in one archive, and a repository that has another name now."""

from __future__ import annotations

import secrets

import httpx
import pytest

from smartup_tui.forge import errors
from smartup_tui.forge.archive import Unpacker
from smartup_tui.forge.blobs import blob_id
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.models import CommitRequest, FileChange, RepoRef
from tests.contract.conftest import AUTHOR, SERVICE, Target, Write

FILES = {
    "log.csv": b"id,text\n" + b"1,row\n" * 5000,
    "wiki/a/seite mit \u00fcmlaut.md": "Gr\u00fc\u00dfe".encode(),
    "wiki/" + "long-name-" * 20 + ".md": b"a name of more than a hundred letters",
    "empty.md": b"",
}


async def unpacked(client: ForgeClient, repo: RepoRef, commit: str) -> list[bytes]:
    unpacker, found = Unpacker(1 << 24), []
    async for piece in client.archive(repo, commit):
        found += unpacker.feed(piece)
    assert unpacker.finished
    return found


async def test_an_archive_holds_the_files_of_a_commit(client: ForgeClient, repo: RepoRef, write: Write) -> None:
    first = await write(*(FileChange.create(path, data) for path, data in FILES.items()))
    second = await write(FileChange.update("log.csv", b"other\n", blob_id(FILES["log.csv"])))
    wanted = {blob_id(data) for data in FILES.values()}
    assert {blob_id(data) for data in await unpacked(client, repo, first.sha)} >= wanted
    assert b"other\n" in await unpacked(client, repo, second.sha)


async def test_an_archive_of_what_is_not_there_is_absent(
    target: Target, client: ForgeClient, repo: RepoRef, write: Write
) -> None:
    made = await write(FileChange.create("a.md", b"1"))
    with pytest.raises(errors.NotFound):
        await unpacked(client, repo, "no-such-branch")  # of an id that is unknown, 12 never answers
    async with ForgeClient(target.url) as stranger:
        with pytest.raises(errors.NotFound):
            await unpacked(stranger, repo, made.sha)


async def test_a_renamed_repository_is_read_by_its_old_name_and_not_written(
    client: ForgeClient, http: httpx.AsyncClient, target: Target
) -> None:
    old = RepoRef(target.organization, "r" + secrets.token_hex(4))
    new = RepoRef(old.owner, old.name + "-new")
    await client.create_repository(old.owner, old.name, private=True)
    try:
        first = CommitRequest("main", "m", (FileChange.create("a.md", b"1"),), AUTHOR, SERVICE)
        made = await client.change_files(old, first)
        (await http.patch(f"/repos/{old}", json={"name": new.name})).raise_for_status()
        assert (await client.branch(old, "main")).commit == made.sha
        assert await client.raw(old, "a.md", made.sha) == b"1"
        assert (await client.repository(old)).ref == new
        more = CommitRequest("main", "m", (FileChange.create("b.md", b"1"),), AUTHOR, SERVICE)
        with pytest.raises(errors.Gone):
            await client.change_files(old, more)
        assert (await client.change_files(new, more)).sha
    finally:
        for ref in (new, old):
            try:
                await client.delete_repository(ref)
            except errors.NotFound:
                continue
            break
