"""The past can be walked step by step, with little traffic, and a rewritten one is told."""

from __future__ import annotations

import pytest

from smartup_tui.forge import errors
from smartup_tui.forge.blobs import blob_id
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.history import commits_since, steps
from smartup_tui.forge.models import FileChange
from smartup_tui.forge.sync import Mirror
from tests.forge.conftest import REPO, Place, write

ROWS = b"timestamp,event\n" + b"row\n" * 8000


async def three_commits(client: ForgeClient) -> list[str]:
    first = await write(client, FileChange.create("log.csv", ROWS), FileChange.create("wiki/a.md", b"a"))
    second = await write(client, FileChange.update("log.csv", ROWS + b"2\n", blob_id(ROWS)))
    third = await write(
        client,
        FileChange.update("log.csv", ROWS + b"2\n3\n", blob_id(ROWS + b"2\n")),
        FileChange.create("wiki/b.md", b"b"),
    )
    return [first.sha, second.sha, third.sha]


async def test_each_step_has_its_files_before_and_after(place: Place, client: ForgeClient, mirror: Mirror) -> None:
    made = await three_commits(client)
    place.faults.clear()
    found = [step async for step in steps(mirror, client, REPO, made[-1])]
    assert [step.commit.sha for step in found] == made
    assert [[change.path for change in step.changed] for step in found] == [
        ["log.csv", "wiki/a.md"],
        ["log.csv"],
        ["log.csv", "wiki/b.md"],
    ]
    assert [step.after.read("log.csv") for step in found] == [ROWS, ROWS + b"2\n", ROWS + b"2\n3\n"]
    assert [step.before.read("log.csv") for step in found] == [None, ROWS, ROWS + b"2\n"]
    assert found[-1].after.read("wiki/b.md") == b"b"
    assert len([path for _, path in place.asked if "/raw/" in path]) == 2
    assert len(place.asked) <= 12


async def test_only_what_came_since_is_walked(client: ForgeClient, mirror: Mirror) -> None:
    made = await three_commits(client)
    found = [step async for step in steps(mirror, client, REPO, made[-1], since=made[1])]
    assert [step.commit.sha for step in found] == made[2:]
    assert found[0].before.read("log.csv") == ROWS + b"2\n"
    assert await commits_since(client, REPO, made[-1], since=made[-1]) == ()


async def test_a_rewritten_past_is_told(place: Place, client: ForgeClient) -> None:
    made = await three_commits(client)
    place.server.store.git(REPO).move_branch("main", made[2], made[0])
    other = await write(client, FileChange.create("c.md", b"c"))
    with pytest.raises(errors.NotFound):
        await commits_since(client, REPO, other.sha, since=made[1])
    with pytest.raises(errors.NotFound) as caught:
        await commits_since(client, REPO, other.sha, since="1" * 40)
    assert "rewrote" in caught.value.hint


async def test_a_long_past_comes_in_pages(client: ForgeClient) -> None:
    for index in range(57):
        await write(client, FileChange.create(f"{index}.md", b"x"))
    found = await commits_since(client, REPO, (await client.branch(REPO, "main")).commit)
    assert len(found) == 57
    assert found[0].parents == ()
