"""The client's own conduct: what it repeats, what it never repeats, whom it gives its token, what it quotes."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest

from smartup_tui.forge import errors
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.models import FileChange, RepoRef
from smartup_tui.forge.retrying import RetryPolicy
from tests.forge.conftest import IMPATIENT, request

REPO = RepoRef("Smartup_Zero", "2_workplace")
TOKEN = "f00dfacef00dfacef00dfacef00dfacef00dface"
BRANCH = {"name": "main", "commit": {"id": "1" * 40}, "protected": False, "user_can_push": True}
CHANGE = request(FileChange.create("a.md", b"1"))

Handler = Callable[[httpx.Request], httpx.Response]


class Wire:
    """A transport that answers from a list and remembers what was asked."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []

    def __call__(self, sent: httpx.Request) -> httpx.Response:
        self.asked.append(sent)
        found = self.answers.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    def client(self, *, token: str | None = TOKEN, retry: RetryPolicy = IMPATIENT, base: str = "") -> ForgeClient:
        transport = httpx.MockTransport(self)
        return ForgeClient(base or "https://forge.invalid", token, transport=transport, retry=retry)


def good() -> httpx.Response:
    return httpx.Response(200, json=BRANCH)


@pytest.mark.parametrize(
    "failure",
    [
        httpx.Response(502),
        httpx.Response(500),
        httpx.Response(429, headers={"Retry-After": "0"}),
        httpx.ConnectError("no"),
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("cut"),
    ],
)
async def test_a_read_is_repeated_when_the_forge_stumbles(failure: httpx.Response | Exception) -> None:
    wire = Wire(failure, good())
    async with wire.client() as client:
        assert (await client.branch(REPO, "main")).commit == "1" * 40
    assert len(wire.asked) == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 423])
async def test_a_read_is_not_repeated_when_the_answer_is_plain(status: int) -> None:
    wire = Wire(httpx.Response(status))
    async with wire.client() as client:
        with pytest.raises(errors.ForgeError):
            await client.branch(REPO, "main")
    assert len(wire.asked) == 1


async def test_attempts_end_and_the_last_error_is_told() -> None:
    wire = Wire(*(httpx.Response(503) for _ in range(3)))
    async with wire.client() as client:
        with pytest.raises(errors.ServerError) as caught:
            await client.branch(REPO, "main")
    assert caught.value.status == 503
    assert len(wire.asked) == 3


async def test_a_pause_that_is_too_long_is_told_instead_of_waited_for() -> None:
    wire = Wire(httpx.Response(429, headers={"Retry-After": "600"}))
    async with wire.client() as client:
        with pytest.raises(errors.RateLimited) as caught:
            await client.branch(REPO, "main")
    assert caught.value.retry_after == 600
    assert len(wire.asked) == 1


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (httpx.Response(500), errors.Ambiguous),
        (httpx.Response(503, headers={"Retry-After": "0"}), errors.Ambiguous),
        (httpx.Response(429, headers={"Retry-After": "0"}), errors.RateLimited),
        (httpx.Response(409), errors.Conflict),
        (httpx.ReadTimeout("slow"), errors.Ambiguous),
        (httpx.WriteError("cut"), errors.Ambiguous),
        (httpx.RemoteProtocolError("cut"), errors.Ambiguous),
        (httpx.ConnectError("no"), errors.Unreachable),
        (httpx.ConnectTimeout("no"), errors.Unreachable),
        (httpx.Response(201, text="<html>welcome</html>"), errors.Ambiguous),
        (httpx.Response(201, json={"files": []}), errors.Ambiguous),
    ],
)
async def test_a_write_is_sent_once_whatever_happens(
    failure: httpx.Response | Exception, kind: type[errors.ForgeError]
) -> None:
    wire = Wire(failure)
    async with wire.client() as client:
        with pytest.raises(errors.ForgeError) as caught:
            await client.change_files(REPO, CHANGE)
    assert type(caught.value) is kind
    assert len(wire.asked) == 1


async def test_the_token_is_a_header_and_shows_nowhere_else() -> None:
    wire = Wire(good(), httpx.Response(401, json={"message": "no"}))
    async with wire.client() as client:
        await client.branch(REPO, "main")
        with pytest.raises(errors.Unauthorized) as caught:
            await client.user()
        assert TOKEN not in repr(client)
    assert [sent.headers["authorization"] for sent in wire.asked] == [f"token {TOKEN}"] * 2
    assert all(TOKEN not in str(sent.url) for sent in wire.asked)
    assert TOKEN not in f"{caught.value!r} {caught.value.detail} {caught.value.hint}"


@pytest.mark.parametrize("token", ["", "two words", "line\nbreak", "naïve"])
def test_a_token_that_can_not_be_one_is_refused_without_being_shown(token: str) -> None:
    with pytest.raises(ValueError, match="the token holds characters") as caught:
        ForgeClient("https://forge.invalid", token)
    assert not token or token not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    ["forge.invalid", "ftp://forge.invalid", "https://", "https://a:b@forge.invalid", "https://f.invalid/?x=1"],
)
def test_an_address_that_is_no_forge_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        ForgeClient(address)


async def test_a_forge_below_a_path_keeps_its_path() -> None:
    wire = Wire(good())
    async with wire.client(base="https://forge.invalid/git/") as client:
        await client.branch(REPO, "main")
    assert wire.asked[0].url.path == "/git/api/v1/repos/Smartup_Zero/2_workplace/branches/main"


async def test_each_part_of_a_path_is_quoted() -> None:
    wire = Wire(httpx.Response(200, content=b"x"))
    async with wire.client() as client:
        await client.raw(REPO, "wiki/a b/100%25?#ü.md", "1" * 40)
    assert wire.asked[0].url.raw_path.decode() == (
        "/api/v1/repos/Smartup_Zero/2_workplace/raw/wiki/a%20b/100%2525%3F%23%C3%BC.md?ref=" + "1" * 40
    )


async def test_a_renamed_repository_is_followed_on_the_same_forge() -> None:
    wire = Wire(httpx.Response(307, headers={"Location": "/api/v1/repos/new/name/branches/main"}), good())
    async with wire.client() as client:
        assert (await client.branch(REPO, "main")).name == "main"
    assert wire.asked[1].url.path == "/api/v1/repos/new/name/branches/main"


@pytest.mark.parametrize(
    "target",
    ["https://elsewhere.invalid/x", "http://forge.invalid/x", "https://forge.invalid:8443/x", "//elsewhere.invalid/x"],
)
async def test_the_token_is_never_carried_to_another_origin(target: str) -> None:
    wire = Wire(httpx.Response(302, headers={"Location": target}))
    async with wire.client() as client:
        with pytest.raises(errors.Gone):
            await client.branch(REPO, "main")
    assert len(wire.asked) == 1


async def test_a_write_is_not_turned_into_a_read_by_a_redirect() -> None:
    wire = Wire(httpx.Response(302, headers={"Location": "/api/v1/repos/new/name/contents"}))
    async with wire.client() as client:
        with pytest.raises(errors.Gone):
            await client.change_files(REPO, CHANGE)


async def test_endless_redirects_end() -> None:
    wire = Wire(*(httpx.Response(302, headers={"Location": "/api/v1/x"}) for _ in range(9)))
    async with wire.client() as client:
        with pytest.raises(errors.Gone):
            await client.branch(REPO, "main")
    assert len(wire.asked) == 4


async def test_a_write_carries_the_lock_and_no_force() -> None:
    wire = Wire(httpx.Response(500))
    change = FileChange.update("a.md", b"2", "1" * 40)
    async with wire.client() as client:
        with pytest.raises(errors.Ambiguous):
            await client.change_files(REPO, request(change))
    body = json.loads(wire.asked[0].content)
    assert body["files"] == [{"operation": "update", "path": "a.md", "content": "Mg==", "sha": "1" * 40}]
    assert "force_overwrite_new_branch" not in body
    assert body["author"] != body["committer"]


async def test_blobs_that_the_server_dropped_are_asked_for_again() -> None:
    first = {"sha": "5626abf0f72e58d7a153368ba57db4c673c0e171", "size": 3, "content": "b25l"}
    second = {"sha": "64c5e5885a4b2536cf3d1c9c2b4ab6b1a6bd4a6d", "size": 3, "content": "dHdv"}
    from smartup_tui.forge.blobs import blob_id

    first["sha"], second["sha"] = blob_id(b"one"), blob_id(b"two")
    wire = Wire(httpx.Response(200, json=[first]), httpx.Response(200, json=[second]))
    async with wire.client() as client:
        found = await client.blobs(REPO, [str(first["sha"]), str(second["sha"])])
    assert list(found.values()) == [b"one", b"two"]


async def test_a_server_that_sends_none_of_the_blobs_does_not_loop() -> None:
    wire = Wire(httpx.Response(200, json=[]))
    async with wire.client() as client:
        with pytest.raises(errors.Malformed):
            await client.blobs(REPO, ["1" * 40])


async def test_a_tree_that_ends_early_is_not_taken_for_whole() -> None:
    page = {"sha": "1" * 40, "tree": [], "total_count": 0, "truncated": True}
    entry = {"path": "a", "mode": "100644", "type": "blob", "sha": "2" * 40, "size": 1}
    wire = Wire(
        httpx.Response(200, json=page | {"tree": [entry], "total_count": 3}),
        httpx.Response(200, json=page | {"tree": None, "total_count": 3}),
    )
    async with wire.client() as client:
        with pytest.raises(errors.Malformed):
            await client.tree(REPO, "1" * 40)
