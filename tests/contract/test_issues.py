"""Issues, labels, milestones and dependencies: what is read of them, what changed since, and who may read it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from smartup_tui.forge import errors
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.issues import Issues
from smartup_tui.forge.models import FileChange, RepoRef
from tests.contract.conftest import Account, Login, Target, Write, body_of
from tests.contract.test_rights import grant

HOSTILE = "\x1b[31mred\x1b[0m \u202ereversed [bold]x[/bold] <b> # not a heading"


@pytest.fixture
def issues(client: ForgeClient) -> Issues:
    """What reads issues, with the operator's token."""
    return Issues(client)


async def post(http: httpx.AsyncClient, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
    answer = await http.post(path, json=body)
    answer.raise_for_status()
    return body_of(answer)


async def test_an_issue_is_read_with_all_that_belongs_to_it(
    http: httpx.AsyncClient, issues: Issues, client: ForgeClient, repo: RepoRef
) -> None:
    operator = (await client.user()).login
    label = await post(http, f"/repos/{repo}/labels", {"name": "handbook", "color": "#aabbcc", "description": "words"})
    due = "2027-03-01T00:00:00Z"
    milestone = await post(http, f"/repos/{repo}/milestones", {"title": "Spring", "description": "all", "due_on": due})
    body = {"title": "Ink", "body": HOSTILE, "labels": [label["id"]], "milestone": milestone["id"]}
    made = await post(http, f"/repos/{repo}/issues", {**body, "assignees": [operator]})
    found = await issues.one(repo, made["number"])
    assert (found.repo, found.number, found.title, found.state) == (repo, 1, "Ink", "open")
    assert [(each.name, each.colour, each.description) for each in found.labels] == [("handbook", "aabbcc", "words")]
    assert found.milestone is not None
    assert (found.milestone.title, found.milestone.state) == ("Spring", "open")
    assert found.assignees == (operator,)
    assert found.author == operator
    assert found.body == HOSTILE  # the forge keeps what people wrote, so the reader must not trust it
    assert found.closed_at is None
    assert await issues.of_repository(repo) == (found,)
    (seen,) = await issues.milestones(repo)
    for _ in range(600):  # from 16 on the counts come a moment later
        if seen.open_issues:
            break
        await asyncio.sleep(0.1)
        (seen,) = await issues.milestones(repo)
    assert (seen.title, seen.description, seen.open_issues, seen.closed_issues) == ("Spring", "all", 1, 0)
    assert seen.due is not None
    assert abs(seen.due - datetime.fromisoformat(due)) < timedelta(days=2)
    assert [each.name for each in await issues.labels(repo)] == ["handbook"]


async def test_an_issue_that_is_not_there_is_absent(issues: Issues, repo: RepoRef) -> None:
    with pytest.raises(errors.NotFound):
        await issues.one(repo, 1)
    with pytest.raises(errors.NotFound):
        await issues.dependencies(repo, 1)
    assert await issues.of_repository(repo) == ()
    assert await issues.labels(repo) == ()
    assert await issues.milestones(repo) == ()


async def test_closing_waits_for_what_an_issue_depends_on(
    http: httpx.AsyncClient, issues: Issues, client: ForgeClient, repo: RepoRef
) -> None:
    other = RepoRef(repo.owner, "o" + secrets.token_hex(4))
    await client.create_repository(other.owner, other.name, private=True)
    try:
        await post(http, f"/repos/{repo}/issues", {"title": "Print"})
        await post(http, f"/repos/{other}/issues", {"title": "Buy paper"})
        before = (await issues.one(repo, 1)).updated_at
        meta = {"owner": other.owner, "repo": other.name, "index": 1}
        await post(http, f"/repos/{repo}/issues/1/dependencies", meta)
        (found,) = await issues.dependencies(repo, 1)
        assert (found.repo, found.number, found.title, found.state) == (other, 1, "Buy paper", "open")
        assert (await issues.one(repo, 1)).updated_at >= before  # so that `since` tells of it
        assert (await http.patch(f"/repos/{repo}/issues/1", json={"state": "closed"})).status_code == 412
        assert (await http.patch(f"/repos/{other}/issues/1", json={"state": "closed"})).status_code == 201
        assert (await http.patch(f"/repos/{repo}/issues/1", json={"state": "closed"})).status_code == 201
        assert (await issues.dependencies(repo, 1))[0].state == "closed"
        closed = await issues.one(repo, 1)
        assert closed.state == "closed"
        assert closed.closed_at is not None
    finally:
        await client.delete_repository(other)


async def test_what_changed_since_is_asked_once_for_all_repositories(
    http: httpx.AsyncClient, issues: Issues, client: ForgeClient
) -> None:
    name = "s5-" + secrets.token_hex(4)  # an organisation of its own: others make issues too
    await client.create_organization(name)
    repos = [RepoRef(name, "first"), RepoRef(name, "second")]
    try:
        for repo in repos:
            await client.create_repository(name, repo.name, private=True)
            await post(http, f"/repos/{repo}/issues", {"title": f"In {repo.name}"})
        found = await issues.of_owner(name)
        assert {(each.repo, each.title) for each in found} == {(repo, f"In {repo.name}") for repo in repos}
        newest = max(each.updated_at for each in found)
        assert {each.repo for each in await issues.of_owner(name, newest)} <= set(repos)  # that moment is in it
        assert await issues.of_owner(name, newest + timedelta(hours=1)) == ()
        assert await issues.of_owner(name, datetime(2020, 1, 1, tzinfo=UTC)) == found
        owner = (await client.repository(repos[0])).owner_id
        assert {each.ref for each in await issues.repositories(owner)} == set(repos)
    finally:
        for repo in repos:
            await client.delete_repository(repo)
        await client.delete_organization(name)


async def test_an_unknown_owner_is_refused(issues: Issues) -> None:
    with pytest.raises(errors.Invalid):
        await issues.of_owner("nobody-" + secrets.token_hex(4))


async def test_pages_follow_each_other_to_the_end(http: httpx.AsyncClient, target: Target, repo: RepoRef) -> None:
    for number in range(5):
        await post(http, f"/repos/{repo}/issues", {"title": f"Issue {number}"})
    seen: list[int] = []
    for page in range(1, 4):
        answer = await http.get(f"/repos/{repo}/issues", params={"state": "all", "limit": 2, "page": page})
        seen += [each["number"] for each in answer.json()]
        assert ('rel="next"' in answer.headers["link"]) == (page < 3)
        assert answer.headers["x-total-count"] == "5"
        assert "etag" not in answer.headers  # so that nothing but `since` saves anything
    assert sorted(seen) == [1, 2, 3, 4, 5]


@pytest.fixture
async def reader(login: Login, account: Account, http: httpx.AsyncClient, repo: RepoRef, write: Write) -> Issues:
    """Who may read the repository, with a token for issues and repositories."""
    await write(FileChange.create("a.md", b"1"))
    await grant(http, repo, account, "read")
    return Issues(await login("read:issue", "read:repository"))


async def test_issues_need_a_scope_of_their_own(reader: Issues, login: Login, repo: RepoRef) -> None:
    assert await reader.of_repository(repo) == ()
    with pytest.raises(errors.Forbidden):
        await Issues(await login("read:repository")).of_repository(repo)
    with pytest.raises(errors.Forbidden):
        await Issues(await login("read:repository")).of_owner(repo.owner)
    with pytest.raises(errors.Forbidden):
        await (await login("read:issue")).branch(repo, "main")


async def test_a_stranger_sees_no_issue_of_a_private_repository(
    http: httpx.AsyncClient, login: Login, repo: RepoRef
) -> None:
    await post(http, f"/repos/{repo}/issues", {"title": "Secret"})
    stranger = Issues(await login("read:issue"))
    with pytest.raises(errors.NotFound):
        await stranger.of_repository(repo)
    assert repo not in {each.repo for each in await stranger.of_owner(repo.owner)}


async def test_what_is_hidden_stays_hidden_in_dependencies(
    http: httpx.AsyncClient, client: ForgeClient, reader: Issues, repo: RepoRef
) -> None:
    hidden = RepoRef(repo.owner, "h" + secrets.token_hex(4))
    await client.create_repository(hidden.owner, hidden.name, private=True)
    try:
        await post(http, f"/repos/{repo}/issues", {"title": "Print"})
        await post(http, f"/repos/{hidden}/issues", {"title": "Secret"})
        meta = {"owner": hidden.owner, "repo": hidden.name, "index": 1}
        await post(http, f"/repos/{repo}/issues/1/dependencies", meta)
        (found,) = await reader.dependencies(repo, 1)
        assert found.repo is None
        assert "Secret" not in found.title
    finally:
        await client.delete_repository(hidden)
