"""An embedded forge with faults, one repository on it, and a client that does not wait between attempts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from smartup_tui.forge.cache import BlobCache
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.embedded.faults import Faults
from smartup_tui.forge.embedded.server import ForgeServer
from smartup_tui.forge.models import CommitRequest, CommitResult, FileChange, Identity, RepoRef
from smartup_tui.forge.retrying import RetryPolicy
from smartup_tui.forge.sync import Mirror

REPO = RepoRef("Smartup_Zero", "2_workplace")
SANNA = Identity("sanna", "sanna@owners.invalid")
TOOLBOX = Identity("toolbox", "toolbox@owners.invalid")
IMPATIENT = RetryPolicy(attempts=3, first_wait=0.0, longest_wait=0.5)


@dataclass(frozen=True, slots=True)
class Place:
    """A running embedded forge."""

    server: ForgeServer
    faults: Faults
    token: str

    def client(self, token: str | None = None, *, timeout: float = 20.0) -> ForgeClient:
        """A new client."""
        return ForgeClient(
            self.server.address, token or self.token, retry=IMPATIENT, timeout=timeout, write_timeout=timeout
        )

    @property
    def asked(self) -> list[tuple[str, str]]:
        """Every request since the faults were cleared."""
        return list(self.faults.requests)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A forge with the repository ``REPO``, empty."""
    faults = Faults()
    with ForgeServer(tmp_path / "forge", faults=faults) as server:
        server.store.create_user("toolbox", admin=True)
        server.store.create_organization(REPO.owner, owners=["toolbox"])
        server.store.create_repository(REPO)
        yield Place(server, faults, server.store.create_token("toolbox", "tests"))
        faults.clear()


@pytest.fixture
async def client(place: Place) -> AsyncIterator[ForgeClient]:
    """A client of that forge."""
    async with place.client() as found:
        yield found


@pytest.fixture
def cache(tmp_path: Path) -> BlobCache:
    """An empty cache."""
    return BlobCache(tmp_path / "blobs")


@pytest.fixture
def mirror(client: ForgeClient, cache: BlobCache, tmp_path: Path) -> Mirror:
    """A mirror of the repository's main branch."""
    return Mirror(client, REPO, "main", cache, tmp_path / "state")


def request(*changes: FileChange, message: str = "test", branch: str = "main") -> CommitRequest:
    """A commit by an owner through the service account."""
    return CommitRequest(branch, message, changes, SANNA, TOOLBOX)


async def write(client: ForgeClient, *changes: FileChange) -> CommitResult:
    """Commit changes."""
    return await client.change_files(REPO, request(*changes))
