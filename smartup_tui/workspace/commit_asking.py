"""Asking the forge about commits: the questions of `CommitReader`, and the same for the command line."""

from __future__ import annotations

import asyncio
import threading
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Final, Self

from smartup_tui import config, secrets
from smartup_tui.config import Home, Profile
from smartup_tui.config_error import ConfigError
from smartup_tui.forge import errors
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.models import Commit, CommitSignature, RepoRef
from smartup_tui.forge.requests import PAGE_LIMIT
from smartup_tui.forge.unified import parse_diff
from smartup_tui.secrets import SecretError
from smartup_tui.workspace.commit_values import Asked, CommitChanges, CommitLine, FileHistory, Key
from smartup_tui.workspace.places import FORGE_TOKEN

_PAGES: Final = 4
_APART: Final = timedelta(minutes=10)
"""How far the clocks of the Toolbox and the forge may be apart."""


class Asking:
    """A loop and a connection of its own, for a thread that waits. Use it in a `with` block on one thread."""

    def __init__(self, home: Home, name: str, profile: Profile) -> None:
        """Nothing is opened before the first question."""
        self._home, self._name, self._profile = home, name, profile
        self._client: ForgeClient | None = None
        self._runner = asyncio.Runner()
        self._loop = self._runner.get_loop()
        self._task: asyncio.Task[Any] | None = None
        self._cancelled = threading.Event()

    def __enter__(self) -> Self:
        """Take it as it is."""
        return self

    def __exit__(self, _k: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None) -> None:
        """Close the connection and the loop."""
        if self._client is not None:
            self._runner.run(self._client.aclose())
        self._runner.close()

    def ask(self, key: Key, at: datetime | None = None) -> Asked[Any]:
        """The answer to a question, or why there is none."""
        try:
            return Asked(self._runner.run(self._one(key, at)))
        except asyncio.CancelledError:
            return Asked(failure="It was given up.")
        except (errors.ForgeError, ConfigError, SecretError) as error:
            return Asked(failure=f"{error.message} {error.hint}".strip())

    def cancel(self) -> None:
        """Give up what is under way; may be called on any thread."""
        self._cancelled.set()
        task = self._task
        if task is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(task.cancel)

    async def _one(self, key: Key, at: datetime | None) -> object:
        self._task = asyncio.current_task()
        if self._cancelled.is_set():
            raise asyncio.CancelledError
        client, profile = self._open(), self._profile
        repo = RepoRef(profile.forge_owner, profile.ledger_repo)
        kind, about = key
        if kind == "changes":
            return await fetch_changes(client, repo, about)
        if kind == "history":
            return await fetch_history(client, repo, profile.branch, about)
        assert at is not None, "an event is looked for by its time"
        return await find_commit(client, repo, profile.branch, about, at)

    def _open(self) -> ForgeClient:
        if self._client is None:
            kept = secrets.open_store(config.load(self._home).secrets, self._home)
            self._client = ForgeClient(self._profile.forge_url, kept.get(self._name, FORGE_TOKEN))
        return self._client


async def fetch_changes(client: ForgeClient, repo: RepoRef, sha: str) -> CommitChanges:
    """A commit, its signature, and what it changed against its first parent. Raises `ForgeError`."""
    commit, diff = await asyncio.gather(client.commit(repo, sha, files=False, signature=True), client.diff(repo, sha))
    return CommitChanges(commit_line(commit), parse_diff(diff))


async def fetch_history(client: ForgeClient, repo: RepoRef, branch: str, path: str) -> FileHistory:
    """The commits that touched a file, the newest first. One that no commit touched has none. Raises `ForgeError`."""
    found: dict[str, CommitLine] = {}
    total = 0
    try:
        for page in range(1, _PAGES + 1):
            part, total = await client.commits(repo, branch, path=path, page=page)
            found |= {commit.sha: commit_line(commit) for commit in part}
            if not part or len(found) >= total >= 0:
                break
    except errors.NotFound:
        if not found:
            return FileHistory((), 0)
    return FileHistory(tuple(found.values()), max(total, len(found)) if total >= 0 else -1)


async def find_commit(client: ForgeClient, repo: RepoRef, branch: str, event_id: str, at: datetime) -> CommitLine:
    """The commit whose message has the line of an audit row; looked for by time, in a few requests.

    `NotFound` when there is none: the row was written by hand, or by three separate writes.
    """
    tip = (await client.branch(repo, branch)).commit
    pages: dict[int, tuple[Commit, ...]] = {}
    last = 1

    async def page(number: int) -> tuple[Commit, ...]:
        nonlocal last
        if number not in pages:
            pages[number], total = await client.commits(repo, tip, page=number)
            last = -(-total // PAGE_LIMIT) if total >= 0 else last
        return pages[number]

    await page(1)
    low, high = 1, last
    while low < high:  # the first page whose oldest commit is not younger than the row, the newest page being 1
        middle = (low + high) // 2
        part = await page(middle)
        if part and part[-1].committed_at > at + _APART:
            low = middle + 1
        else:
            high = middle
    while low <= last:
        part = await page(low)
        for commit in part:
            if any(line.split()[1:2] == [event_id] for line in _trailers(commit)):
                return commit_line(commit)
        if not part or part[-1].committed_at < at - _APART:
            break
        low += 1
    raise errors.NotFound(
        "No commit of the ledger's branch names this row.",
        hint="It was written by hand, or before commits named their commands; `smartup ledger verify` tells.",
    )


def commit_line(commit: Commit) -> CommitLine:
    """A commit of the forge, as it is shown."""
    return CommitLine(
        commit.sha,
        commit.author.name,
        commit.author.email,
        commit.committer.name,
        commit.committed_at,
        commit.message,
        commit.parents,
        _signature(commit.signature),
    )


def _trailers(commit: Commit) -> list[str]:
    return [line for line in commit.message.splitlines() if line.startswith("Command: ")]


def _signature(found: CommitSignature | None) -> str:
    if found is None:
        return ""
    by = f" by {found.signer}" if found.signer else ""
    if found.verified:
        return f"signed{by}, and the forge has verified it"
    reason = found.reason.removeprefix("gpg.error.").replace("_", " ")
    return f"signed{by}, but the forge could not verify it" + (f" ({reason})" if reason else "")
