"""The forge under test, and throw-away repositories on it.

With SMARTUP_FORGEJO_URL and SMARTUP_FORGEJO_TOKEN in the environment the suite runs on that server: it makes an
organisation with a random name and deletes it in the end. The token must be allowed to create organisations; tests
about rights need an administrator's token and are skipped without one. Otherwise an embedded forge is started.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.embedded.server import ForgeServer
from smartup_tui.forge.models import CommitRequest, CommitResult, FileChange, Identity, RepoRef

AUTHOR = Identity("sanna", "sanna@owners.invalid")
SERVICE = Identity("toolbox", "toolbox@owners.invalid")


@dataclass(frozen=True, slots=True)
class Target:
    """A forge, a token that may create things on it, and an organisation to do so in."""

    url: str
    token: str
    organization: str
    is_admin: bool
    embedded: bool


@dataclass(frozen=True, slots=True)
class Account:
    """A second account, with a password to make tokens for it."""

    login: str
    password: str


@pytest.fixture(scope="session")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """The forge under test."""
    url, token = os.environ.get("SMARTUP_FORGEJO_URL"), os.environ.get("SMARTUP_FORGEJO_TOKEN")
    if url and token:
        yield from _with_organization(url, token, embedded=False)
        return
    with ForgeServer(tmp_path_factory.mktemp("forge")) as server:
        server.store.create_user("operator", admin=True)
        yield from _with_organization(server.address, server.store.create_token("operator", "tests"), embedded=True)


def _with_organization(url: str, token: str, *, embedded: bool) -> Iterator[Target]:
    name = "contract-" + secrets.token_hex(4)

    async def begin() -> bool:
        async with ForgeClient(url, token) as client:
            await client.create_organization(name)
            return (await client.user()).is_admin

    async def end() -> None:
        async with ForgeClient(url, token) as client:
            for found in await client.repositories():
                if found.ref.owner == name:
                    await client.delete_repository(found.ref)
            await client.delete_organization(name)

    is_admin = asyncio.run(begin())
    yield Target(url, token, name, is_admin, embedded)
    asyncio.run(end())


@pytest.fixture
async def client(target: Target) -> AsyncIterator[ForgeClient]:
    """A client with the operator's token."""
    # A server that is tried may be on a busy machine: how long it takes is no part of the contract.
    async with ForgeClient(target.url, target.token, timeout=120.0, write_timeout=600.0) as found:
        yield found


@pytest.fixture
async def http(target: Target) -> AsyncIterator[httpx.AsyncClient]:
    """The bare protocol, for what the client never sends."""
    headers = {"Authorization": f"token {target.token}"}
    async with httpx.AsyncClient(base_url=target.url + "/api/v1", headers=headers, timeout=60) as found:
        yield found


@pytest.fixture
async def repo(client: ForgeClient, target: Target) -> AsyncIterator[RepoRef]:
    """An empty private repository."""
    ref = RepoRef(target.organization, "r" + secrets.token_hex(4))
    await client.create_repository(ref.owner, ref.name, private=True)
    yield ref
    await client.delete_repository(ref)


Write = Callable[..., Awaitable[CommitResult]]


@pytest.fixture
def write(client: ForgeClient, repo: RepoRef) -> Write:
    """Commit changes to the repository's main branch."""

    async def commit(*changes: FileChange, message: str = "test") -> CommitResult:
        return await client.change_files(repo, CommitRequest("main", message, changes, AUTHOR, SERVICE))

    return commit


@pytest.fixture
async def account(target: Target, http: httpx.AsyncClient) -> AsyncIterator[Account]:
    """A second account, without any right."""
    if not target.is_admin:
        pytest.skip("needs an administrator's token")
    found = Account("u" + secrets.token_hex(4), secrets.token_urlsafe(16))
    body = {
        "username": found.login,
        "email": f"{found.login}@owners.invalid",
        "password": found.password,
        "must_change_password": False,
    }
    (await http.post("/admin/users", json=body)).raise_for_status()
    yield found
    (await http.delete(f"/admin/users/{found.login}")).raise_for_status()


Login = Callable[..., Awaitable[ForgeClient]]


@pytest.fixture
async def login(target: Target, account: Account) -> AsyncIterator[Login]:
    """A client of the second account, with a new token of the given scopes."""
    async with AsyncExitStack() as stack:

        async def make(*scopes: str) -> ForgeClient:
            async with httpx.AsyncClient(base_url=target.url + "/api/v1", timeout=60) as bare:
                answer = await bare.post(
                    f"/users/{account.login}/tokens",
                    auth=(account.login, account.password),
                    json={"name": secrets.token_hex(4), "scopes": list(scopes)},
                )
            answer.raise_for_status()
            return await stack.enter_async_context(ForgeClient(target.url, answer.json()["sha1"]))

        yield make


@pytest.fixture
def cache_folder(tmp_path: Path) -> Path:
    """Where a mirror may keep things."""
    return tmp_path / "mirror"


def body_of(answer: httpx.Response) -> Mapping[str, Any]:
    """The JSON of an answer."""
    found: Mapping[str, Any] = answer.json()
    return found
