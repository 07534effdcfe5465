"""A mirror of one branch on this machine: asks what changed, downloads only that, and opens without the network."""

from __future__ import annotations

import asyncio
import concurrent.futures
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from smartup_tui.forge import errors
from smartup_tui.forge.cache import BlobCache
from smartup_tui.forge.fetching import Fetcher, Progress
from smartup_tui.forge.models import CommitRequest, CommitResult, Operation, RepoRef
from smartup_tui.forge.plan import Item, plan_fetches
from smartup_tui.forge.state import MirrorState, load_state, save_state
from smartup_tui.forge.view import FileRef, TreeView, not_downloaded
from smartup_tui.forge.walk import Listing, list_commit

if TYPE_CHECKING:
    from smartup_tui.forge.client import ForgeClient

_LOAD_TIMEOUT = 120.0


@dataclass(frozen=True, slots=True)
class ChangedPath:
    """A path whose content differs; ``before`` or ``after`` is None where the file is absent."""

    path: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Refresh:
    """The outcome of a refresh.

    ``old_commit`` is None the first time. ``rewritten``: the commit held before is no ancestor of the new one, so
    somebody rewrote the branch's history.
    """

    view: TreeView
    old_commit: str | None
    changed: tuple[ChangedPath, ...]
    rewritten: bool = False


def _everything(path: str) -> bool:
    return bool(path)


def _is_table(path: str) -> bool:
    return path.endswith(".csv")


class Mirror:
    """One branch, kept on this machine.

    ``eager`` says which paths ``refresh`` downloads (all, by default); the others are fetched when read. ``grows`` says
    which paths are append-only, so that only their new end is asked for. A mirror belongs to the event loop on which
    its client lives; its views may be read on any thread, on the loop's own thread only for what is cached.
    Several mirrors, also in several processes, may share the folder and the cache.
    """

    def __init__(
        self,
        client: ForgeClient,
        repo: RepoRef,
        branch: str,
        cache: BlobCache,
        state_dir: Path,
        *,
        eager: Callable[[str], bool] = _everything,
        grows: Callable[[str], bool] = _is_table,
    ) -> None:
        self._client = client
        self._repo = repo
        self._branch = branch
        self._cache = cache
        self._state_dir = state_dir
        self._eager = eager
        self._grows = grows
        self._state: MirrorState | None = None
        self._view: TreeView | None = None
        self._whole = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._turn = asyncio.Lock()
        self._fetcher = Fetcher(client, repo, cache)

    def cached(self) -> TreeView | None:
        """What was downloaded last, at once and without the network; None before the first refresh."""
        state = self._remembered()
        return None if state is None else self._view_of(state)

    def _view_of(self, state: MirrorState) -> TreeView:
        """One view per commit, so that what it has sorted is not sorted again."""
        if self._view is None or self._view.commit != state.commit:
            self._view = state.view(self._cache, self._load)
        return self._view

    def _remembered(self) -> MirrorState | None:
        if self._state is None:
            self._state = load_state(self._state_dir, self._client.origin, self._repo, self._branch)
        return self._state

    async def refresh(self, progress: Callable[[Progress], None] | None = None) -> Refresh:
        """Bring the mirror to the branch's tip. One request when nothing changed.

        Interrupted at any point, it leaves the old view whole and keeps what it downloaded. Raises ``ForgeError``.
        """
        async with self._turn:
            self._loop = asyncio.get_running_loop()
            old = self._remembered()
            tip = await self._tip()
            if old is not None and tip == old.commit:
                await self._complete(old, old.files, (), progress)
                return Refresh(self._view_of(old), old.commit, ())
            return await self._advance(old, tip, progress)

    async def _tip(self) -> str:
        """The branch's commit; empty when the repository has no commits at all."""
        try:
            return (await self._client.branch(self._repo, self._branch)).commit
        except errors.NotFound:
            if (await self._client.repository(self._repo)).empty:
                return ""
            raise

    async def _advance(self, old: MirrorState | None, tip: str, progress: Callable[[Progress], None] | None) -> Refresh:
        before = {} if old is None else old.files
        ancestry = asyncio.create_task(self._is_rewritten(old, tip))
        try:
            known = Listing({}, {}) if old is None else Listing(old.files, old.folders)
            listing = await list_commit(self._client, self._repo, tip, known) if tip else Listing({}, {})
            state = self._new_state(tip, dict(listing.files), dict(listing.folders))
            changed = changed_paths(before, state.files)
            await self._complete(state, before, [change.path for change in changed], progress)
            rewritten = await ancestry
        finally:
            ancestry.cancel()
            await asyncio.gather(ancestry, return_exceptions=True)
        await self._keep(state)
        old_commit = None if old is None else old.commit
        return Refresh(self._view_of(state), old_commit, changed, rewritten)

    def _new_state(self, commit: str, files: dict[str, FileRef], folders: dict[str, str]) -> MirrorState:
        return MirrorState(self._client.origin, str(self._repo), self._branch, commit, files, folders)

    async def _keep(self, state: MirrorState) -> None:
        await asyncio.to_thread(save_state, self._state_dir, self._repo, state)
        self._state = state

    async def _is_rewritten(self, old: MirrorState | None, tip: str) -> bool:
        """Whether something reachable from the old commit is not reachable from the new one."""
        if old is None or not old.commit:
            return False
        if not tip:
            return True
        # Imported late: this module is read at start-up, where an HTTP client is not wanted yet.
        from smartup_tui.forge.retrying import NO_RETRY  # noqa: PLC0415

        try:
            lost, _ = await self._client.commits(self._repo, old.commit, not_=tip, limit=1, retry=NO_RETRY)
        except (errors.NotFound, errors.Invalid, errors.ServerError):
            # So a server answers that no longer knows the old commit, but also one that has a problem of its own.
            try:
                await self._client.commit(self._repo, old.commit, files=False)
            except errors.NotFound:
                return True
            lost, _ = await self._client.commits(self._repo, old.commit, not_=tip, limit=1)
        return bool(lost)

    async def view_at(self, commit: str, base: TreeView | None = None) -> TreeView:
        """Any commit of the repository, for history; its files are fetched when read. Not remembered.

        What ``base`` (a view near that commit; by default what the mirror holds) has in common is not asked for again.
        """
        self._loop = asyncio.get_running_loop()
        if base is not None:
            known = Listing(base.files, base.folders)
        else:
            state = self._remembered()
            known = Listing({}, {}) if state is None else Listing(state.files, state.folders)
        listing = await list_commit(self._client, self._repo, commit, known)
        return TreeView(commit, listing.files, self._cache, self._load, listing.folders)

    def no_files(self) -> TreeView:
        """The view before the first commit."""
        return TreeView("", {}, self._cache, self._load)

    async def applied(self, request: CommitRequest, result: CommitResult) -> TreeView | None:
        """Take over a commit that this program wrote, without asking the forge.

        Returns the new view, or None when the commit does not follow directly on the one held: refresh then.
        """
        async with self._turn:
            old = self._remembered()
            if old is None or request.branch != self._branch or result.parents != ((old.commit,) if old.commit else ()):
                return None
            files, folders = dict(old.files), dict(old.folders)
            for change in request.files:
                parts = change.path.split("/")
                for depth in range(1, len(parts)):
                    folders.pop("/".join(parts[:depth]), None)
                if change.operation is Operation.DELETE:
                    files.pop(change.path, None)
                else:
                    sha = await asyncio.to_thread(self._cache.put, change.content)
                    files[change.path] = FileRef(sha, len(change.content))
            state = self._new_state(result.sha, files, folders)
            await self._keep(state)
            return self._view_of(state)

    async def fetch(self, view: TreeView, paths: Iterable[str], base: TreeView | None = None) -> None:
        """Download the files at ``paths`` ahead of reading them; unknown paths are left out.

        Where ``base`` holds the beginning of a file that grows, only the rest comes.
        """
        self._loop = asyncio.get_running_loop()
        wanted = [(path, view.files[path]) for path in paths if path in view.files]
        old = {} if base is None else base.files
        plan = plan_fetches(old, wanted, have=self._cache.__contains__, grows=self._grows)
        await self._fetcher.run(plan, view.commit, None)

    async def _complete(
        self,
        state: MirrorState,
        before: Mapping[str, FileRef],
        changed: Iterable[str],
        progress: Callable[[Progress], None] | None,
    ) -> None:
        """Download the eager blobs of ``state`` that are not cached.

        The first time all paths are looked at, since the cache may have lost some; later only those that changed.
        """
        paths = changed if self._whole else state.files
        wanted = [(path, state.files[path]) for path in paths if path in state.files and self._eager(path)]
        if not self._whole:
            self._cache.need(sum(file.size for _, file in wanted))
        if wanted:
            plan = await asyncio.to_thread(
                plan_fetches, before, wanted, have=self._cache.__contains__, grows=self._grows
            )
            await self._fetcher.run(plan.of_tree(state.files), state.commit, progress)
        self._whole = True

    def _load(self, commit: str, path: str, file: FileRef) -> bytes:
        """Fetch one file for a reader in another thread."""
        loop = self._loop
        if loop is None or loop.is_closed() or not loop.is_running():
            raise not_downloaded()
        try:
            on_loop = asyncio.get_running_loop() is loop
        except RuntimeError:
            on_loop = False
        if on_loop:
            raise RuntimeError("a file that is not cached was read on the event loop; use Mirror.fetch before")
        future = asyncio.run_coroutine_threadsafe(self._fetcher.whole(Item(path, file), commit), loop)
        try:
            return future.result(_LOAD_TIMEOUT)
        except (TimeoutError, concurrent.futures.CancelledError) as error:
            future.cancel()
            raise errors.TimedOut from error


def changed_paths(old: Mapping[str, FileRef], new: Mapping[str, FileRef]) -> tuple[ChangedPath, ...]:
    """The paths that differ between two commits, sorted."""
    paths = [path for path, file in new.items() if old.get(path) != file]
    paths += [path for path in old if path not in new]
    return tuple(ChangedPath(path, _sha(old.get(path)), _sha(new.get(path))) for path in sorted(paths))


def _sha(file: FileRef | None) -> str | None:
    return None if file is None else file.sha
