"""Downloading what a plan names into the cache: by archive, in batches, by new ends, or file by file.

Whatever the way, bytes are believed only where they have the git id that the listing gave.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from smartup_tui.forge import errors
from smartup_tui.forge.archive import Unpacker
from smartup_tui.forge.blobs import EMPTY_BLOB, blob_id
from smartup_tui.forge.cache import BlobCache
from smartup_tui.forge.models import RepoRef
from smartup_tui.forge.plan import Item, Plan, Tail

if TYPE_CHECKING:
    from smartup_tui.forge.client import ForgeClient

_PARALLEL = 4
_SHORT_PAUSE = 10.0
"""Seconds that are waited where the forge asks for it; for more, the owner is told."""
_ARCHIVE_OVERHEAD = 4096
"""Bytes that an archive may spend on each name beside the file's own."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a refresh is: blobs and bytes, done and in all."""

    files_done: int
    files: int
    bytes_done: int
    bytes: int


Tell = Callable[[Progress], None]


class Count:
    """Counts what is done of a plan, and tells."""

    def __init__(self, plan: Plan, tell: Tell | None) -> None:
        """Begin with nothing done."""
        self._files, self._size = plan.files, plan.size
        self._tell = tell
        self.files = self.bytes = 0

    def done(self, files: int, size: int) -> None:
        """So much more is done."""
        self.files, self.bytes = self.files + files, self.bytes + size
        if self._tell is not None:
            self._tell(Progress(self.files, self._files, self.bytes, self._size))


class Fetcher:
    """Downloads from one repository into one cache, a few requests at a time. Belongs to the client's event loop."""

    def __init__(self, client: ForgeClient, repo: RepoRef, cache: BlobCache) -> None:
        """Take the parts; nothing is asked yet."""
        self._client = client
        self._repo = repo
        self._cache = cache
        self._slots = asyncio.Semaphore(_PARALLEL)

    async def run(self, plan: Plan, commit: str, tell: Tell | None) -> None:
        """Fetch all that the plan names. Raises `ForgeError`; what came until then is kept."""
        count = Count(plan, tell)
        if plan.by_archive:
            plan = await self._by_archive(plan, commit, count)

        async def slot(work: Callable[[], Awaitable[object]], files: int, size: int) -> None:
            await work()
            count.done(files, size)

        jobs = []
        for batch in plan.batches:
            size = sum(item.file.size for item in batch)
            jobs.append(slot(partial(self._batch, batch, commit), len(batch), size))
        for tail in plan.tails:
            size = tail.item.file.size - tail.known.size
            jobs.append(slot(partial(self._tail, tail, commit), 1, size))
        jobs += [slot(partial(self.whole, item, commit), 1, item.file.size) for item in plan.wholes]
        await _together(jobs)

    async def _by_archive(self, plan: Plan, commit: str, count: Count) -> Plan:
        """Take what an archive of the commit has; answers the plan for the rest.

        Servers may have no archives, keep them elsewhere, or change files on the way into them (`.gitattributes`); a
        proxy may cut a long answer off. None of this is an error: what did not come is asked for in the other ways.
        """
        wanted = {item.file.sha for item in plan.items}
        most = plan.tree_size + _ARCHIVE_OVERHEAD * (plan.tree_files + 16)
        unpacker = Unpacker(most)
        try:
            async with self._slots, aclosing(self._client.archive(self._repo, commit)) as pieces:
                async for data in pieces:
                    came = await asyncio.to_thread(self._unpack, unpacker, data, wanted)
                    for size in came:
                        count.done(1, size)
                    if not wanted:
                        break
        except errors.RateLimited as error:
            if error.retry_after is None or error.retry_after > _SHORT_PAUSE:
                raise
            await asyncio.sleep(error.retry_after)
        except errors.Unauthorized:
            raise
        except errors.ForgeError:
            pass
        return plan.without_archive(wanted)

    def _unpack(self, unpacker: Unpacker, data: bytes, wanted: set[str]) -> list[int]:
        """Keep the files that are wanted and end in `data`; their sizes."""
        came = []
        for file in unpacker.feed(data):
            sha = blob_id(file)
            if sha in wanted:
                self._cache.put(file, sha)
                wanted.remove(sha)
                came.append(len(file))
        return came

    async def _batch(self, batch: tuple[Item, ...], commit: str) -> None:
        missing = list(batch)
        if any(item.file.sha == EMPTY_BLOB for item in batch):
            self._cache.put(b"")
            missing = [item for item in batch if item.file.sha != EMPTY_BLOB]
        try:
            async with self._slots:
                found = await self._client.blobs(self._repo, [item.file.sha for item in missing])
        except errors.NotFound:
            # Servers before version 12 have no batches.
            found = {}
        await asyncio.to_thread(self._put_all, found)
        for item in missing:
            if found.get(item.file.sha) is None:
                await self.whole(item, commit)

    def _put_all(self, blobs: dict[str, bytes | None]) -> None:
        for sha, data in blobs.items():
            if data is not None:
                self._cache.put(data, sha)

    async def _tail(self, tail: Tail, commit: str) -> None:
        head = await asyncio.to_thread(self._cache.get, tail.known.sha)
        if head is not None:
            try:
                async with self._slots:
                    part = await self._client.raw_part(self._repo, tail.item.path, commit, len(head))
            except errors.Malformed:
                part = None  # a proxy that spoils ranges may still pass a whole file
            if part is not None:
                data = part.data if part.start == 0 else head + part.data
                if await asyncio.to_thread(self._put_if, data, tail.item.file.sha):
                    return
        # Old bytes changed: not an append after all.
        await self.whole(tail.item, commit)

    async def whole(self, item: Item, commit: str) -> bytes:
        """Fetch one file as it is at a commit. `Malformed` where it is not what the listing says."""
        async with self._slots:
            data = await self._client.raw(self._repo, item.path, commit)
        if not await asyncio.to_thread(self._put_if, data, item.file.sha):
            raise errors.Malformed(detail="a file does not match its id")
        return data

    def _put_if(self, data: bytes, sha: str) -> bool:
        if blob_id(data) != sha:
            return False
        self._cache.put(data, sha)
        return True


async def _together(jobs: Iterable[Awaitable[None]]) -> None:
    """Run jobs side by side; the first failure cancels the rest and is raised as itself."""
    tasks = [asyncio.ensure_future(job) for job in jobs]
    try:
        for done in asyncio.as_completed(tasks):
            await done
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


__all__ = ["Fetcher", "Progress"]
