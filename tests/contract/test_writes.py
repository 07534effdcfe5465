"""What writing to a forge does, and above all when it refuses."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from smartup_tui.forge import errors
from smartup_tui.forge.blobs import blob_id
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.errors import ConflictReason
from smartup_tui.forge.models import CommitRequest, FileChange, RepoRef
from tests.contract.conftest import AUTHOR, SERVICE, Target, Write, body_of

STALE = "2" * 40


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


async def post(http: httpx.AsyncClient, repo: RepoRef, *files: Mapping[str, str], **more: Any) -> httpx.Response:
    return await http.post(f"/repos/{repo}/contents", json={"branch": "main", "message": "m", "files": files, **more})


async def test_several_files_are_one_commit_with_its_people_times_and_trailers(
    client: ForgeClient, repo: RepoRef
) -> None:
    message = "Start work\n\nThe session runs.\n\nCommand: 01J sanna $event start_work\n"
    moment = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    request = CommitRequest(
        "main",
        message,
        (FileChange.create("wiki/p.md", b"page"), FileChange.create("log.csv", b"id\n")),
        AUTHOR,
        SERVICE,
        authored_at=moment,
        committed_at=moment,
    )
    result = await client.change_files(repo, request)
    found = await client.commit(repo, result.sha)
    assert found.message.strip() == message.strip()
    assert (found.author, found.committer) == (AUTHOR, SERVICE)
    assert (found.authored_at, found.committed_at) == (moment, moment)
    assert result.parents == ()
    assert result.blobs == {"wiki/p.md": blob_id(b"page"), "log.csv": blob_id(b"id\n")}
    assert (await client.branch(repo, "main")).commit == result.sha
    assert {entry.path for entry in (await client.tree(repo, result.tree)).entries} == {"log.csv", "wiki"}


async def test_the_next_commit_follows_the_one_before(client: ForgeClient, repo: RepoRef, write: Write) -> None:
    first = await write(FileChange.create("a.md", b"1"))
    second = await write(FileChange.update("a.md", b"2", blob_id(b"1")))
    assert second.parents == (first.sha,)
    assert not (await client.repository(repo)).empty


async def test_a_stale_file_refuses_the_whole_commit(client: ForgeClient, repo: RepoRef, write: Write) -> None:
    first = await write(FileChange.create("a.md", b"1"), FileChange.create("b.md", b"1"))
    with pytest.raises(errors.Conflict) as caught:
        await write(FileChange.create("c.md", b"1"), FileChange.update("a.md", b"2", STALE))
    assert caught.value.reason is ConflictReason.STALE
    assert (await client.branch(repo, "main")).commit == first.sha


async def test_a_stale_delete_in_a_commit_conflicts(repo: RepoRef, write: Write) -> None:
    await write(FileChange.create("a.md", b"1"))
    with pytest.raises(errors.Conflict) as caught:
        await write(FileChange.delete("a.md", STALE))
    assert caught.value.reason is ConflictReason.STALE


async def test_creating_what_exists_conflicts(write: Write) -> None:
    await write(FileChange.create("a.md", b"1"))
    with pytest.raises(errors.Conflict) as caught:
        await write(FileChange.create("a.md", b"2"))
    assert caught.value.reason is ConflictReason.EXISTS


async def test_an_unchanged_file_guards_the_others(client: ForgeClient, repo: RepoRef, write: Write) -> None:
    guard = blob_id(b"guard")
    await write(FileChange.create("guard", b"guard"), FileChange.create("a.md", b"1"))
    await write(FileChange.update("guard", b"guard", guard), FileChange.update("a.md", b"2", blob_id(b"1")))
    await write(FileChange.update("guard", b"moved", guard))
    with pytest.raises(errors.Conflict):
        await write(FileChange.update("guard", b"guard", guard), FileChange.update("a.md", b"3", blob_id(b"2")))
    assert await client.raw(repo, "a.md", "main") == b"2"


async def test_a_deleted_file_is_gone_with_its_empty_folder(client: ForgeClient, repo: RepoRef, write: Write) -> None:
    await write(FileChange.create("wiki/deep/a.md", b"1"), FileChange.create("b.md", b"1"))
    last = await write(FileChange.delete("wiki/deep/a.md", blob_id(b"1")))
    assert [entry.path for entry in (await client.tree(repo, last.sha, recursive=True)).entries] == ["b.md"]


async def test_writing_the_same_bytes_makes_an_empty_commit(client: ForgeClient, repo: RepoRef, write: Write) -> None:
    first = await write(FileChange.create("a.md", b"1"))
    second = await write(FileChange.update("a.md", b"1", blob_id(b"1")))
    assert second.sha != first.sha
    assert second.tree == first.tree
    assert (await client.commit(repo, second.sha)).files == ()


async def test_a_missing_branch_is_not_found(client: ForgeClient, repo: RepoRef, write: Write) -> None:
    await write(FileChange.create("a.md", b"1"))
    request = CommitRequest("other", "m", (FileChange.create("b.md", b"1"),), AUTHOR, SERVICE)
    with pytest.raises(errors.NotFound):
        await client.change_files(repo, request)


async def test_a_new_branch_is_made_once(client: ForgeClient, repo: RepoRef, write: Write) -> None:
    first = await write(FileChange.create("a.md", b"1"))
    request = CommitRequest("main", "m", (FileChange.create("b.md", b"1"),), AUTHOR, SERVICE, new_branch="side")
    made = await client.change_files(repo, request)
    assert (await client.branch(repo, "side")).commit == made.sha
    assert (await client.branch(repo, "main")).commit == first.sha
    with pytest.raises(errors.Conflict) as caught:
        await client.change_files(repo, request)
    assert caught.value.reason is ConflictReason.EXISTS


async def test_refusals_of_several_files_have_their_statuses(
    http: httpx.AsyncClient, repo: RepoRef, write: Write, target: Target
) -> None:
    await write(FileChange.create("a.md", b"1"), FileChange.create("dir/b.md", b"1"))
    sha = blob_id(b"1")

    async def status(**file: str) -> tuple[int, str]:
        answer = await post(http, repo, file)
        return answer.status_code, body_of(answer)["message"]

    code, words = await status(operation="update", path="a.md", content=encoded("2"), sha=STALE)
    assert (code, words) == (409, f"sha does not match [given: {STALE}, expected: {sha}]")
    code, words = await status(operation="update", path="a.md", content=encoded("2"))
    assert (code, words) == (422, "a SHA or commit ID must be provided when updating a file")
    code, words = await status(operation="create", path="a.md", content=encoded("2"))
    assert (code, words) == (422, "repository file already exists [path: a.md]")
    assert (await status(operation="update", path="no.md", content=encoded("2"), sha=sha))[0] == 500
    assert (await status(operation="delete", path="no.md", sha=sha))[0] == 500
    assert (await status(operation="paint", path="a.md", content=encoded("2"), sha=sha))[0] == 500
    assert (await status(operation="create", path="x/.git/config", content=encoded("2")))[0] == 422
    assert (await status(operation="create", path="a.md/below.md", content=encoded("2")))[0] == 422
    assert (await status(operation="create", path="dir", content=encoded("2")))[0] == 422
    assert (await status(operation="create", path="n.md", content="*no base64*"))[0] == 422


async def test_refusals_of_one_file_have_their_statuses(http: httpx.AsyncClient, repo: RepoRef, write: Write) -> None:
    await write(FileChange.create("a.md", b"1"))
    address = f"/repos/{repo}/contents/a.md"
    absent = f"/repos/{repo}/contents/no.md"
    good, sha = encoded("2"), blob_id(b"1")

    async def delete(where: str, value: str | None) -> httpx.Response:
        return await http.request("DELETE", where, json={"message": "m", **({"sha": value} if value else {})})

    assert (await http.post(address, json={"content": good})).status_code == 422
    assert (await http.put(address, json={"content": good})).status_code == 422
    assert (await http.put(address, json={"content": good, "sha": STALE})).status_code == 409
    assert (await http.put(absent, json={"content": good, "sha": sha})).status_code == 500
    assert (await delete(address, None)).status_code == 422
    stale = await delete(address, STALE)
    assert (stale.status_code, body_of(stale)["message"][:18]) == (400, "sha does not match")
    assert (await delete(absent, sha)).status_code == 404
    assert (await http.put(address, json={"content": good, "sha": sha})).status_code == 200
    assert (await delete(address, blob_id(b"2"))).status_code == 200
    assert (await http.post(address, json={"content": good})).status_code == 201


async def test_the_answer_echoes_files_and_null_for_a_deleted_one(
    http: httpx.AsyncClient, repo: RepoRef, write: Write
) -> None:
    await write(FileChange.create("a.md", b"1"), FileChange.create("b.md", b"1"))
    sha = blob_id(b"1")
    answer = await post(
        http,
        repo,
        {"operation": "update", "path": "a.md", "content": encoded("2"), "sha": sha},
        {"operation": "delete", "path": "b.md", "sha": sha},
    )
    assert answer.status_code == 201
    files = body_of(answer)["files"]
    assert (files[0]["sha"], files[0]["content"]) == (blob_id(b"2"), encoded("2"))
    assert files[1] is None


async def test_one_person_given_stands_for_both_and_none_means_the_token(
    http: httpx.AsyncClient, client: ForgeClient, repo: RepoRef, write: Write
) -> None:
    await write(FileChange.create("a.md", b"1"))
    person = {"name": AUTHOR.name, "email": AUTHOR.email}
    answer = await post(http, repo, {"operation": "create", "path": "b", "content": ""}, author=person)
    found = await client.commit(repo, body_of(answer)["commit"]["sha"])
    assert (found.author, found.committer) == (AUTHOR, AUTHOR)
    answer = await post(http, repo, {"operation": "create", "path": "c", "content": ""})
    found = await client.commit(repo, body_of(answer)["commit"]["sha"])
    assert found.author == found.committer
    assert found.author != AUTHOR


async def test_in_an_empty_repository_an_update_makes_the_file_and_its_branch_the_default(
    http: httpx.AsyncClient, client: ForgeClient, repo: RepoRef
) -> None:
    update = {"operation": "update", "path": "a.md", "content": encoded("1"), "sha": STALE}
    assert (await http.put(f"/repos/{repo}/contents/a.md", json=update)).status_code == 422
    assert (await post(http, repo, update | {"operation": "delete"})).status_code == 404
    assert (await post(http, repo, update, branch="ledger")).status_code == 201
    assert await client.raw(repo, "a.md", "ledger") == b"1"
    assert (await client.repository(repo)).default_branch == "ledger"


async def test_paths_are_put_right_before_they_are_looked_at(
    http: httpx.AsyncClient, client: ForgeClient, repo: RepoRef, write: Write
) -> None:
    await write(FileChange.create("a.md", b"1"))

    async def status(path: str) -> int:
        return (await post(http, repo, {"operation": "create", "path": path, "content": ""})).status_code

    assert [await status(path) for path in ("./a.md", "x/../a.md", "/b.md", "../c.md", ".", "")] == [
        422,
        422,
        500,
        500,
        422,
        422,
    ]
    assert [await status(path) for path in ("x//y.md", "z/./z.md", "v/w/../v.md")] == [201, 201, 201]
    found = await client.tree(repo, (await client.branch(repo, "main")).commit, recursive=True)
    assert {"x/y.md", "z/z.md", "v/v.md"} <= {entry.path for entry in found.entries}


async def test_one_path_twice_in_a_request_is_refused(http: httpx.AsyncClient, repo: RepoRef, write: Write) -> None:
    first = await write(FileChange.create("a.md", b"1"))
    twice = {"operation": "create", "path": "b.md", "content": encoded("1")}
    assert (await post(http, repo, twice, twice)).status_code == 422
    assert (await http.get(f"/repos/{repo}/branches/main")).json()["commit"]["id"] == first.sha


async def test_a_branch_name_that_git_refuses_is_refused(http: httpx.AsyncClient, repo: RepoRef, write: Write) -> None:
    await write(FileChange.create("a.md", b"1"))
    file = {"operation": "create", "path": "b.md", "content": ""}
    assert (await post(http, repo, file, new_branch="a..b")).status_code == 422
    assert (await http.get(f"/repos/{repo}/branches/a..b")).status_code == 404


async def test_six_writers_lose_no_row(client: ForgeClient, repo: RepoRef, write: Write, target: Target) -> None:
    rows = 5 if target.embedded else 2
    await write(FileChange.create("log.csv", b"id\n"))

    async def append(row: bytes) -> None:
        for _ in range(200):
            commit = (await client.branch(repo, "main")).commit
            data = await client.raw(repo, "log.csv", commit)
            if row in data.split(b"\n"):
                return
            try:
                await write(FileChange.update("log.csv", data + row + b"\n", blob_id(data)))
            except (errors.Conflict, errors.Ambiguous):
                continue
            return
        pytest.fail("a writer never got through")

    async def writer(number: int) -> None:
        for index in range(rows):
            await append(b"%d-%d" % (number, index))

    await asyncio.gather(*(writer(number) for number in range(6)))
    lines = (await client.raw(repo, "log.csv", "main")).split()
    assert sorted(lines[1:]) == sorted(b"%d-%d" % (n, i) for n in range(6) for i in range(rows))
    assert (await client.commits(repo, "main", limit=1))[1] == 1 + 6 * rows
