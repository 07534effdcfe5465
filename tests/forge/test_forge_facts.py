"""What a real Forgejo may say or be set to: each status on each question, smaller limits, rights that come and go."""

from __future__ import annotations

import json
import re
from pathlib import Path

import httpx
import pytest

from smartup_tui.forge import errors, responses
from smartup_tui.forge.blobs import blob_id
from smartup_tui.forge.cache import BlobCache
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.embedded import shapes
from smartup_tui.forge.embedded.faults import Fault, FaultKind
from smartup_tui.forge.history import commits_since
from smartup_tui.forge.issues import Issues
from smartup_tui.forge.models import FileChange, RepoRef
from smartup_tui.forge.responses import Answer
from smartup_tui.forge.sync import Mirror
from tests.forge.conftest import REPO, Place, request, write
from tests.forge.test_sync_faults import AFTER, BEFORE, contents, first, second

STATUSES: dict[int, type[errors.ForgeError]] = {
    400: errors.Invalid,
    401: errors.Unauthorized,
    403: errors.Forbidden,
    404: errors.NotFound,
    405: errors.Invalid,
    408: errors.Invalid,
    409: errors.Invalid,
    413: errors.QuotaExceeded,
    423: errors.Archived,
    429: errors.RateLimited,
    500: errors.ServerError,
    502: errors.ServerError,
    503: errors.ServerError,
    504: errors.ServerError,
}
OBJECTS = {400: errors.NotFound}  # so a server says that it has no such object
RANGES = {416: errors.Malformed}  # of a request that named no range


@pytest.mark.parametrize(
    ("path", "kinds"),
    [("/branches/", STATUSES), ("/git/trees/", STATUSES | OBJECTS), ("/raw/", STATUSES | RANGES)],
    ids=["branch", "tree", "file"],
)
async def test_each_status_is_told_and_leaves_what_was_there(
    place: Place, client: ForgeClient, mirror: Mirror, path: str, kinds: dict[int, type[errors.ForgeError]]
) -> None:
    await first(client)
    await mirror.refresh()
    await second(client)
    for status, kind in kinds.items():
        place.faults.plan(Fault(FaultKind.STATUS, "GET", path, times=99, status=status, retry_after="0"))
        with pytest.raises(errors.ForgeError) as caught:
            await mirror.refresh()
        assert type(caught.value) is kind, status
        held = mirror.cached()
        assert held is not None
        assert contents(held) == BEFORE
        place.faults.clear()
    assert contents((await mirror.refresh()).view) == AFTER


async def test_a_refused_range_is_asked_for_whole(place: Place, client: ForgeClient, mirror: Mirror) -> None:
    await first(client)
    await mirror.refresh()
    await second(client)
    place.faults.plan(Fault(FaultKind.STATUS, path="/raw/log.csv", status=416))
    assert contents((await mirror.refresh()).view) == AFTER


async def test_files_are_asked_for_by_commit(place: Place, client: ForgeClient, mirror: Mirror) -> None:
    """What a branch's name leads to may be five minutes old behind a proxy that keeps answers."""
    await first(client)
    await mirror.refresh()
    await second(client)
    await mirror.refresh()
    asked = [path for _, path in place.asked if "/raw/" in path]
    assert asked
    assert all(re.search(r"\?ref=[0-9a-f]{40}$", path) for path in asked)


async def test_a_server_that_is_set_to_give_less_at_once_gives_all(
    place: Place, client: ForgeClient, mirror: Mirror
) -> None:
    others = [RepoRef(REPO.owner, f"{number}_team") for number in range(3, 10)]
    for other in others:
        place.server.store.create_repository(other)
    await first(client)
    for number in range(6):
        await write(client, FileChange.create(f"{number}.md", b"%d" % number))
    async with httpx.AsyncClient(headers={"Authorization": f"token {place.token}"}) as http:
        for number in range(8):
            address = f"{client.origin}/api/v1/repos/{REPO}/issues"
            (await http.post(address, json={"title": f"Issue {number}"})).raise_for_status()
    place.faults.page = 3
    view = (await mirror.refresh()).view
    assert contents(view) == BEFORE | {f"{number}.md": b"%d" % number for number in range(6)}
    assert {found.ref for found in await client.repositories()} == {REPO, *others}
    assert len(await commits_since(client, REPO, view.commit)) == 7
    issues = Issues(client)
    owner = (await client.repository(REPO)).owner_id
    assert {issue.number for issue in await issues.of_owner(REPO.owner)} == set(range(1, 9))
    assert {found.ref for found in await issues.repositories(owner)} == {REPO, *others}


async def test_blobs_over_a_lower_limit_of_the_server_come_as_files(
    place: Place, client: ForgeClient, mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shapes, "MAX_BLOB", 6)
    await first(client)
    assert contents((await mirror.refresh()).view) == BEFORE
    assert any("/raw/wiki/1/10.md" in path for _, path in place.asked)


async def test_a_right_may_be_taken_away_and_given_back(
    place: Place, client: ForgeClient, cache: BlobCache, tmp_path: Path
) -> None:
    store = place.server.store
    store.create_user("maria")
    store.grant_access(REPO, "maria", "read")
    await first(client)

    async def refreshed(token: str) -> dict[str, bytes | None]:
        async with place.client(token) as reader:
            return contents((await Mirror(reader, REPO, "main", cache, tmp_path / "state").refresh()).view)

    token = store.create_token("maria", "reading", ["read:repository"])
    assert await refreshed(token) == BEFORE
    await second(client)
    store.grant_access(REPO, "maria", None)
    with pytest.raises(errors.NotFound):
        await refreshed(token)
    store.grant_access(REPO, "maria", "read")
    store.revoke_tokens("maria")
    with pytest.raises(errors.Unauthorized):
        await refreshed(token)
    with pytest.raises(errors.Forbidden):
        await refreshed(store.create_token("maria", "other", ["read:issue"]))
    held = Mirror(client, REPO, "main", cache, tmp_path / "state").cached()
    assert held is not None
    assert contents(held) == BEFORE
    store.set_archived(REPO, archived=True)  # which hinders nobody from reading
    assert await refreshed(store.create_token("maria", "new", ["read:repository"])) == AFTER


def test_what_an_answer_says_of_a_later_commit_is_not_believed() -> None:
    """The server reads a write's files back from the branch, where another's commit may be by then; null: deleted."""
    sent = request(FileChange.update("a.md", b"ours", "1" * 40), FileChange.delete("b.md", "2" * 40))
    body = {"commit": {"sha": "3" * 40, "parents": [{"sha": "4" * 40}]}, "files": [{"sha": "5" * 40}, None]}
    found = responses.commit_result(Answer(201, {}, json.dumps(body).encode()), sent)
    assert (found.sha, found.parents, found.blobs) == ("3" * 40, ("4" * 40,), {"a.md": blob_id(b"ours")})


async def test_the_address_of_the_next_page_is_not_followed() -> None:
    """A server builds it from its own name for itself, which may be another's by now: the token would go there."""
    asked: list[httpx.URL] = []

    def answer(sent: httpx.Request) -> httpx.Response:
        asked.append(sent.url)
        assert sent.headers["user-agent"].startswith("smartup")
        more = {"Link": '<https://elsewhere.invalid/api/v1/issues?page=2>; rel="next"'} if len(asked) < 3 else {}
        return httpx.Response(200, json=[], headers={"Link": "", **more})

    async with ForgeClient("https://forge.invalid", "t" * 40, transport=httpx.MockTransport(answer)) as client:
        assert await Issues(client).of_repository(REPO) == ()
    assert [url.host for url in asked] == ["forge.invalid"] * 3
    assert [url.params["page"] for url in asked] == ["1", "2", "3"]
