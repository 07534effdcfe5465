"""What reading a forge gives, on whichever forge is under test."""

from __future__ import annotations

import httpx
import pytest

from smartup_tui.forge import errors
from smartup_tui.forge.blobs import blob_id
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.models import EntryKind, FileChange, RepoRef
from tests.contract.conftest import Write, body_of

NOWHERE = "1" * 40
ODD_NAMES = [
    "with space.md",
    "hash#and?mark.md",
    "100%25 sure.md",
    "naïve-日本.md",
    "plus+and&amp.md",
    "brackets[1].md",
]


async def test_the_version_allows_safe_writes(client: ForgeClient) -> None:
    found = await client.version()
    assert found.major >= 12
    assert found.safe_writes


async def test_an_empty_repository_has_no_branch_no_commits_and_no_content(
    client: ForgeClient, http: httpx.AsyncClient, repo: RepoRef
) -> None:
    assert (await client.repository(repo)).empty
    with pytest.raises(errors.NotFound):
        await client.branch(repo, "main")
    assert await client.commits(repo, "main") == ((), 0)
    listing = await http.get(f"/repos/{repo}/contents")
    assert (listing.status_code, listing.json()) == (200, [])
    assert (await http.get(f"/repos/{repo}/commits")).status_code == 409


async def test_a_visible_repository_is_listed(client: ForgeClient, repo: RepoRef) -> None:
    found = {each.ref: each for each in await client.repositories()}
    assert found[repo].private
    assert found[repo].can_push


async def test_trees_list_names_kinds_sizes_and_ids(client: ForgeClient, repo: RepoRef, write: Write) -> None:
    commit = await write(
        FileChange.create("a.csv", b"id\n1\n"),
        FileChange.create("wiki/6_1/page.md", b"# page\n"),
        FileChange.create("wiki/home.md", b""),
    )
    flat = await client.tree(repo, commit.sha)
    assert [(entry.path, entry.kind, entry.size) for entry in flat.entries] == [
        ("a.csv", EntryKind.FILE, 5),
        ("wiki", EntryKind.FOLDER, 0),
    ]
    folder = flat.entries[1].sha
    assert {entry.path for entry in (await client.tree(repo, folder)).entries} == {"6_1", "home.md"}
    whole = {entry.path: entry for entry in (await client.tree(repo, commit.sha, recursive=True)).entries}
    assert set(whole) == {"a.csv", "wiki", "wiki/6_1", "wiki/6_1/page.md", "wiki/home.md"}
    assert whole["wiki/6_1/page.md"].sha == blob_id(b"# page\n")
    assert whole["wiki/home.md"].size == 0


async def test_tree_pages_say_truncated_even_on_the_last_and_null_past_the_end(
    http: httpx.AsyncClient, repo: RepoRef, write: Write
) -> None:
    commit = await write(*(FileChange.create(f"{index}.md", b"x") for index in range(3)))
    pages = [
        body_of(await http.get(f"/repos/{repo}/git/trees/{commit.sha}", params={"per_page": 2, "page": page}))
        for page in (1, 2, 3)
    ]
    assert [page["truncated"] for page in pages] == [True, True, False]
    assert [page["total_count"] for page in pages] == [3, 3, 3]
    assert [len(page["tree"] or []) for page in pages] == [2, 1, 0]
    assert pages[2]["tree"] is None


async def test_a_tree_of_several_pages_comes_whole(client: ForgeClient, repo: RepoRef, write: Write) -> None:
    commit = await write(*(FileChange.create(f"wiki/{index:04}.md", b"%d" % index) for index in range(1100)))
    assert len((await client.tree(repo, commit.sha, recursive=True)).entries) == 1101


async def test_unknown_objects_are_not_found(client: ForgeClient, repo: RepoRef, write: Write) -> None:
    await write(FileChange.create("a.md", b"a"))
    with pytest.raises(errors.NotFound):
        await client.tree(repo, NOWHERE)
    with pytest.raises(errors.NotFound):
        await client.blob(repo, NOWHERE)
    with pytest.raises(errors.NotFound):
        await client.raw(repo, "b.md", "main")
    with pytest.raises(errors.NotFound):
        await client.commit(repo, NOWHERE)
    with pytest.raises(errors.NotFound):
        await client.branch(repo, "other")


async def test_the_end_of_a_file_can_be_asked_for(client: ForgeClient, repo: RepoRef, write: Write) -> None:
    content = bytes(range(256)) * 200
    commit = await write(FileChange.create("log.csv", content))
    assert await client.raw(repo, "log.csv", commit.sha) == content
    assert await client.raw(repo, "log.csv", commit.sha, 51_000) == content[51_000:]
    part = await client.raw_part(repo, "log.csv", commit.sha, 51_000)
    assert part.start == 51_000
    assert await client.raw(repo, "log.csv", commit.sha, len(content)) == b""
    assert await client.raw(repo, "log.csv", commit.sha, len(content) + 5) == b""


async def test_raw_files_know_their_blob_id(http: httpx.AsyncClient, repo: RepoRef, write: Write) -> None:
    await write(FileChange.create("a.md", b"hello\n"))
    address = f"/repos/{repo}/raw/a.md?ref=main"
    first = await http.get(address)
    assert first.headers["etag"] == f'"{blob_id(b"hello" + bytes([10]))}"'
    assert (await http.get(address, headers={"If-None-Match": first.headers["etag"]})).status_code == 304
    assert (await http.get(address, headers={"Range": "bytes=1-2"})).content == b"el"
    odd = {"bytes=-2": 416, "bytes=6-": 416, "bytes=3-2": 400, "bytes=0-1,3-4": 400, "lines=1-2": 200}
    for wanted, status in odd.items():
        assert (await http.get(address, headers={"Range": wanted})).status_code == status, wanted
    assert (await http.head(address)).status_code == 405


async def test_an_object_may_be_named_by_the_beginning_of_its_id(
    client: ForgeClient, repo: RepoRef, write: Write
) -> None:
    commit = await write(FileChange.create("a.md", b"hello"))
    assert (await client.tree(repo, commit.sha[:12])).entries[0].path == "a.md"
    assert await client.raw(repo, "a.md", commit.sha[:12]) == b"hello"


@pytest.mark.parametrize("name", ODD_NAMES)
async def test_odd_file_names_survive(client: ForgeClient, repo: RepoRef, write: Write, name: str) -> None:
    path = f"wiki/{name}"
    commit = await write(FileChange.create(path, b"text"))
    assert await client.raw(repo, path, commit.sha) == b"text"
    assert path in {entry.path for entry in (await client.tree(repo, commit.sha, recursive=True)).entries}
    assert (await client.commits(repo, "main", path=path))[1] == 1


async def test_many_blobs_come_in_batches(client: ForgeClient, repo: RepoRef, write: Write) -> None:
    contents = [b"", *(b"blob %d" % index for index in range(70))]
    await write(*(FileChange.create(f"{index}.md", content) for index, content in enumerate(contents)))
    found = await client.blobs(repo, [blob_id(content) for content in contents])
    assert found == {blob_id(content): content for content in contents}
    assert await client.blob(repo, blob_id(b"blob 3")) == b"blob 3"


async def test_a_batch_over_the_limit_is_cut_silently(http: httpx.AsyncClient, repo: RepoRef, write: Write) -> None:
    shas = [blob_id(b"%d" % index) for index in range(51)]
    await write(*(FileChange.create(f"{index}.md", b"%d" % index) for index in range(51)))
    answer = await http.get(f"/repos/{repo}/git/blobs", params={"shas": ",".join(shas)})
    assert len(answer.json()) == 50


async def test_history_is_newest_first_and_paged(client: ForgeClient, repo: RepoRef, write: Write) -> None:
    made = [(await write(FileChange.create(f"{index}.md", b"x"), message=f"number {index}")).sha for index in range(4)]
    newest, total = await client.commits(repo, "main", limit=3)
    assert ([each.sha for each in newest], total) == (made[:0:-1], 4)
    assert [each.sha for each in (await client.commits(repo, "main", limit=3, page=2))[0]] == made[:1]
    assert newest[0].message.strip() == "number 3"
    assert newest[0].parents == (made[2],)
    since, _ = await client.commits(repo, "main", not_=made[1])
    assert [each.sha for each in since] == made[:1:-1]


async def test_what_is_lost_between_two_commits_tells_ancestry(
    client: ForgeClient, repo: RepoRef, write: Write
) -> None:
    old = await write(FileChange.create("a.md", b"1"))
    new = await write(FileChange.create("b.md", b"1"))
    assert (await client.commits(repo, old.sha, not_=new.sha, limit=1))[0] == ()
    assert len((await client.commits(repo, new.sha, not_=old.sha, limit=1))[0]) == 1


async def test_history_of_one_file_names_only_its_commits(client: ForgeClient, repo: RepoRef, write: Write) -> None:
    first = await write(FileChange.create("a.md", b"1"))
    await write(FileChange.create("b.md", b"1"))
    third = await write(FileChange.update("a.md", b"2", blob_id(b"1")))
    found, total = await client.commits(repo, "main", path="a.md")
    assert ([each.sha for each in found], total) == ([third.sha, first.sha], 2)
    with pytest.raises(errors.NotFound):
        await client.commits(repo, "main", path="c.md")


async def test_a_commit_names_its_files_and_its_diff(client: ForgeClient, repo: RepoRef, write: Write) -> None:
    await write(FileChange.create("a.md", b"1\n"), FileChange.create("b.md", b"1\n"))
    second = await write(
        FileChange.update("a.md", b"2\n", blob_id(b"1\n")),
        FileChange.delete("b.md", blob_id(b"1\n")),
        FileChange.create("c/d.md", b"1\n"),
    )
    found = await client.commit(repo, second.sha)
    assert dict(found.files) == {"a.md": "modified", "b.md": "removed", "c/d.md": "added"}
    listed, _ = await client.commits(repo, "main", limit=1, files=True)
    assert dict(listed[0].files) == dict(found.files)
    diff = await client.diff(repo, second.sha)
    assert "-1\n+2\n" in diff


async def test_reading_a_commit_gives_the_commits_id_as_its_tree(
    http: httpx.AsyncClient, repo: RepoRef, write: Write
) -> None:
    commit = await write(FileChange.create("a.md", b"1"))
    assert commit.tree != commit.sha
    found = body_of(await http.get(f"/repos/{repo}/git/commits/{commit.sha}"))
    assert found["commit"]["tree"]["sha"] == commit.sha


async def test_a_large_file_comes_empty_as_json_and_whole_as_raw(
    client: ForgeClient, repo: RepoRef, write: Write
) -> None:
    content = b"0123456789abcdef" * (700 * 1024)
    commit = await write(FileChange.create("large.bin", content))
    sha = blob_id(content)
    assert await client.blob(repo, sha) is None
    assert (await client.blobs(repo, [sha]))[sha] is None
    assert await client.raw(repo, "large.bin", commit.sha) == content
