"""Asking the forge about commits: what one changed, and which one added a row of the audit trail."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from smartup_tui.forge import errors
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.models import Commit, CommitSignature, RepoRef
from smartup_tui.forge.requests import PAGE_LIMIT
from smartup_tui.forge.unified import parse_diff
from smartup_tui.workspace.commit_values import CommitChanges, CommitLine

_APART: Final = timedelta(minutes=10)
"""How far the clocks of the Toolbox and the forge may be apart."""


@dataclass(frozen=True, slots=True)
class Deed:
    """An audit row as its commit names it: a command of several rows is named by the first one, and its request."""

    event_id: str
    request_id: str
    at: datetime

    def is_named_by(self, trailer: str) -> bool:
        """Whether a line of a commit's message (`Command: event alias request script`) is the one of this row."""
        words = trailer.split()
        return words[1:2] == [self.event_id] or bool(self.request_id and words[3:4] == [self.request_id])


async def fetch_changes(client: ForgeClient, repo: RepoRef, sha: str) -> CommitChanges:
    """A commit, its signature, and what it changed against its first parent. Raises `ForgeError`."""
    commit, diff = await asyncio.gather(client.commit(repo, sha, files=False, signature=True), client.diff(repo, sha))
    return CommitChanges(commit_line(commit), parse_diff(diff))


async def find_commit(client: ForgeClient, repo: RepoRef, branch: str, wanted: Deed) -> CommitLine:
    """The commit whose message has the line of an audit row's command; looked for by time, in a few requests.

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
        if part and part[-1].committed_at > wanted.at + _APART:
            low = middle + 1
        else:
            high = middle
    while low <= last:
        part = await page(low)
        for commit in part:
            if any(wanted.is_named_by(line) for line in _trailers(commit)):
                return commit_line(commit)
        if not part or part[-1].committed_at < wanted.at - _APART:
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
