"""Who may see and do what: an invisible repository is absent, a visible one without the right refuses."""

from __future__ import annotations

import httpx
import pytest

from smartup_tui.forge import errors
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.models import CommitRequest, FileChange, RepoRef
from tests.contract.conftest import AUTHOR, SERVICE, Account, Login, Target, Write

CHANGE = CommitRequest("main", "m", (FileChange.create("new.md", b"1"),), AUTHOR, SERVICE)
FIRST = CommitRequest("main", "m", (FileChange.create("a.md", b"1"),), AUTHOR, SERVICE)


async def grant(http: httpx.AsyncClient, repo: RepoRef, account: Account, permission: str) -> None:
    answer = await http.put(f"/repos/{repo}/collaborators/{account.login}", json={"permission": permission})
    answer.raise_for_status()


async def test_a_wrong_token_is_refused_everywhere(target: Target, repo: RepoRef) -> None:
    async with ForgeClient(target.url, "0" * 40) as client:
        with pytest.raises(errors.Unauthorized):
            await client.user()
        with pytest.raises(errors.Unauthorized):
            await client.repository(repo)
        with pytest.raises(errors.Unauthorized):
            await client.change_files(repo, CHANGE)


async def test_a_wrong_token_is_refused_even_where_none_is_needed(target: Target) -> None:
    async with ForgeClient(target.url, "0" * 40) as client:
        with pytest.raises(errors.Unauthorized):
            await client.version()
    async with ForgeClient(target.url) as client:
        assert (await client.version()).major >= 12


async def test_without_a_login_a_private_repository_is_absent(target: Target, repo: RepoRef) -> None:
    async with ForgeClient(target.url) as client:
        with pytest.raises(errors.NotFound):
            await client.repository(repo)
        with pytest.raises(errors.NotFound):
            await client.change_files(repo, CHANGE)


async def test_without_a_login_a_public_repository_is_read_only(
    target: Target, client: ForgeClient, repo: RepoRef
) -> None:
    public = RepoRef(repo.owner, repo.name + "-public")
    await client.create_repository(public.owner, public.name, private=False)
    try:
        await client.change_files(public, CHANGE)
        async with ForgeClient(target.url) as anonymous:
            assert await anonymous.raw(public, "new.md", "main") == b"1"
            with pytest.raises(errors.Unauthorized):
                await anonymous.change_files(public, CHANGE)
    finally:
        await client.delete_repository(public)


async def test_a_stranger_does_not_see_a_private_repository(login: Login, repo: RepoRef, write: Write) -> None:
    await write(FileChange.create("a.md", b"1"))
    stranger = await login("write:repository")
    with pytest.raises(errors.NotFound):
        await stranger.branch(repo, "main")
    with pytest.raises(errors.NotFound):
        await stranger.raw(repo, "a.md", "main")
    with pytest.raises(errors.NotFound):
        await stranger.change_files(repo, CHANGE)
    assert repo not in {found.ref for found in await stranger.repositories()}


async def test_a_reader_reads_and_does_not_write(
    login: Login, account: Account, http: httpx.AsyncClient, repo: RepoRef, write: Write
) -> None:
    await write(FileChange.create("a.md", b"1"))
    await grant(http, repo, account, "read")
    reader = await login("write:repository")
    assert await reader.raw(repo, "a.md", "main") == b"1"
    assert not (await reader.repository(repo)).can_push
    assert not (await reader.branch(repo, "main")).can_push
    with pytest.raises(errors.Forbidden):
        await reader.change_files(repo, CHANGE)


async def test_a_token_without_the_scope_is_refused(
    login: Login, account: Account, http: httpx.AsyncClient, repo: RepoRef, write: Write
) -> None:
    await write(FileChange.create("a.md", b"1"))
    await grant(http, repo, account, "write")
    reader = await login("read:repository")
    assert (await reader.branch(repo, "main")).can_push
    with pytest.raises(errors.Forbidden):
        await reader.change_files(repo, CHANGE)
    with pytest.raises(errors.Forbidden):
        await reader.user()
    writer = await login("write:repository")
    assert (await writer.change_files(repo, CHANGE)).sha


async def test_a_token_for_public_repositories_is_refused_on_a_private_one(
    login: Login, account: Account, http: httpx.AsyncClient, repo: RepoRef
) -> None:
    limited = await login("public-only", "write:repository")
    with pytest.raises(errors.NotFound):
        await limited.repository(repo)
    await grant(http, repo, account, "write")
    with pytest.raises(errors.Forbidden):
        await limited.repository(repo)


async def test_a_protected_branch_takes_pushes_of_those_named_only(
    login: Login, account: Account, client: ForgeClient, http: httpx.AsyncClient, repo: RepoRef
) -> None:
    await client.change_files(repo, FIRST)
    await grant(http, repo, account, "write")
    operator = (await client.user()).login
    await client.protect_branch(repo, "main", [operator])
    assert await client.protected_branches(repo) == ("main",)
    writer = await login("write:repository")
    seen = await writer.branch(repo, "main")
    assert seen.protected
    assert not seen.can_push
    with pytest.raises(errors.Forbidden):
        await writer.change_files(repo, CHANGE)
    assert (await client.branch(repo, "main")).can_push
    assert (await client.change_files(repo, CHANGE)).sha


async def test_an_archived_repository_is_read_only(
    client: ForgeClient, http: httpx.AsyncClient, repo: RepoRef, write: Write
) -> None:
    await write(FileChange.create("a.md", b"1"))
    (await http.patch(f"/repos/{repo}", json={"archived": True})).raise_for_status()
    assert (await client.repository(repo)).archived
    with pytest.raises(errors.Archived):
        await client.change_files(repo, CHANGE)
    assert await client.raw(repo, "a.md", "main") == b"1"
    (await http.patch(f"/repos/{repo}", json={"archived": False})).raise_for_status()


async def test_names_are_taken_once(client: ForgeClient, repo: RepoRef) -> None:
    with pytest.raises(errors.Conflict):
        await client.create_organization(repo.owner)
    with pytest.raises(errors.Conflict):
        await client.create_repository(repo.owner, repo.name)
