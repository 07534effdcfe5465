"""One synchronisation: ask the forge what changed, download it, bring the read model up to it.

Used by the syncing process of the workspace and by `smartup sync`. Several may be started at once; they take turns.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import filelock

from smartup_tui import config, secrets
from smartup_tui.config import Home, Profile
from smartup_tui.forge.cache import BlobCache
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.errors import RateLimited
from smartup_tui.forge.fetching import Progress as Download
from smartup_tui.forge.models import RepoRef
from smartup_tui.forge.sync import Mirror, Refresh
from smartup_tui.forge.view import TreeView
from smartup_tui.ledger.index.ingest import Difference, Ingested, ingest
from smartup_tui.ledger.index.store import Index
from smartup_tui.workspace.belonging import keep_apart
from smartup_tui.workspace.forge_store import ForgeStore
from smartup_tui.workspace.forge_sync import ForgeReader
from smartup_tui.workspace.places import FORGE_TOKEN, Places
from smartup_tui.workspace.proof_store import ProofStore
from smartup_tui.workspace.watching import Proved, Stop, Watched, prove

# The name of the step, done, total.
Tell = Callable[[str, int, int], None]


class Synchroniser:
    """Keeps one profile's read model up to date; holds the connection to the forge between runs."""

    def __init__(self, home: Home, name: str | None = None) -> None:
        """Read the profile and its token. Raises `ConfigError` or `SecretError`."""
        found = config.load(home)
        self.profile_name, self.profile = found.choose(name)
        token = secrets.open_store(found.secrets, home).get(self.profile_name, FORGE_TOKEN)
        self._places = Places.of(home, self.profile_name)
        keep_apart(home, self.profile_name, self.profile)
        try:
            self._client = ForgeClient(self.profile.forge_url, token)
        except ValueError:
            what = "The kept token for the forge holds characters that no token has."
            raise secrets.SecretError(what, "`smartup setup` takes it again.") from None
        self._mirror = _mirror(self._client, self.profile, self._places)
        repo = RepoRef(self.profile.forge_owner, self.profile.ledger_repo)
        name = f"{self._client.origin} {repo} {self.profile.branch}"
        self._watched = Watched(self._mirror, self._client, repo, name)
        self._before: TreeView | None = None
        self._pause_until = 0.0
        self._lock = filelock.FileLock(self._places.sync_lock, mode=0o600, thread_local=False)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def run(self, tell: Tell) -> tuple[Ingested, bool]:
        """Synchronise once; answers what changed, and whether the branch's history was rewritten.

        An exception from `tell` interrupts it, and leaves the read model as it was. Raises `ForgeError`.
        """
        self._places.sync_lock.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        async with self._turn():
            self._before = await asyncio.to_thread(self._mirror.cached)
            refresh = await self._mirror.refresh(lambda p: _told(tell, p))
            ingested = await asyncio.to_thread(self._ingest, refresh, tell)
            return ingested, refresh.rewritten

    async def prove(self, stop: Stop = lambda: False) -> Proved:
        """Check how what was read last came to be, commit by commit; `stop` is asked after each, the rest comes next
        time. Raises `ForgeError`; what was checked until then is kept.
        """
        async with self._turn():
            view = await asyncio.to_thread(self._mirror.cached)
            if view is None:
                return Proved(complete=True, new=0, open=0)
            with ProofStore(self._places.proof) as store:
                return await prove(self._watched, store, view, self._before, stop)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """The turn of this process. While the forge has asked for a pause it is not asked at all."""
        left = self._pause_until - time.monotonic()
        if left > 0:
            raise RateLimited(retry_after=left)
        await asyncio.to_thread(self._lock.acquire)
        try:
            yield
        except RateLimited as error:
            self._pause_until = time.monotonic() + (error.retry_after or 0.0)
            raise
        finally:
            self._lock.release()

    async def read_forge(self, stop: Stop = lambda: False, *, at_once: bool = False) -> bool:
        """Read what is new among issues and repositories, at most once a minute unless `at_once`; answers whether there
        is something else to show. Raises `ForgeError`; what was read before stays.
        """
        ledger = RepoRef(self.profile.forge_owner, self.profile.ledger_repo)
        with ForgeStore(self._places.forge) as store:
            return await ForgeReader(self._client, ledger).read(store, datetime.now(UTC), at_once=at_once, stop=stop)

    def _ingest(self, refresh: Refresh, tell: Tell) -> Ingested:
        tree = refresh.view
        changed = Difference(refresh.old_commit or "", {change.path for change in refresh.changed})
        with Index(self._places.index, writable=True) as index:
            if index.commit == tree.commit and tree.commit:
                done = Ingested(index.commit, ())
            else:
                done = ingest(index, tree, tell, changed)
            _note_time(index.connection)
            return done


def _mirror(client: ForgeClient, profile: Profile, places: Places) -> Mirror:
    repo = RepoRef(profile.forge_owner, profile.ledger_repo)
    return Mirror(client, repo, profile.branch, BlobCache(places.blobs), places.mirror)


def _told(tell: Tell, download: Download) -> None:
    tell("downloads", download.files_done, download.files)


def _note_time(connection: sqlite3.Connection) -> None:
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    connection.execute(
        "INSERT INTO meta VALUES('as_of', ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value", (now,)
    )
