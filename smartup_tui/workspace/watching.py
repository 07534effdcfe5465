"""Append-only verification at each synchronisation: what came since the last one is checked commit by commit.

The cost is in proportion to what is new; an interrupted check goes on where it was. What is found is kept in the
`ProofStore`. The first synchronisation only remembers where the watch begins: what was before it, `smartup ledger
verify` checks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from smartup_tui.forge import errors
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.history import HistoryRewritten, Step, steps
from smartup_tui.forge.models import Commit, RepoRef
from smartup_tui.forge.sync import Mirror, changed_paths
from smartup_tui.forge.view import TreeView
from smartup_tui.ledger.verify.findings import Finding, error
from smartup_tui.ledger.verify.history import CommitInfo, HistoryCheck, edited
from smartup_tui.workspace.proof_store import ProofStore, Watch

Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Proved:
    """The outcome of a check: whether it came to the end, how many findings are new, how many errors are open."""

    complete: bool
    new: int
    open: int


@dataclass(frozen=True, slots=True)
class Watched:
    """What is checked: a mirror of one branch, and the client it uses."""

    mirror: Mirror
    client: ForgeClient
    repo: RepoRef
    name: str
    """What tells this ledger from others: forge, repository and branch."""


async def prove(
    ledger: Watched, store: ProofStore, now: TreeView, before: TreeView | None, stop: Stop = lambda: False
) -> Proved:
    """Check the commits between what was checked last and the view `now`.

    `before` is the view that the mirror held before, from which a rewritten history is compared. `stop` is asked after
    each commit. Raises `ForgeError`; what was checked until then is kept.
    """
    watch = store.watch(ledger.name)
    if watch.tip is None:
        store.begin(ledger.name, now.commit, since=now.commit)
        return Proved(complete=True, new=0, open=store.count_open())
    if watch.tip == now.commit:
        return Proved(complete=True, new=0, open=store.count_open())
    check = HistoryCheck.resumed(watch.commits, await asyncio.to_thread(store.unaudited))
    views = {view.commit: view for view in (now, before) if view is not None and view.commit}
    new, complete = 0, True
    since: str | None = watch.tip or None
    if not now.commit:
        new = await _rewritten(ledger, store, watch, (before, now))
        return Proved(complete=True, new=new, open=store.count_open())
    try:
        async for step in steps(ledger.mirror, ledger.client, ledger.repo, now.commit, since, views):
            new += await asyncio.to_thread(_look, check, store, step)
            if stop():
                complete = step.commit.sha == now.commit
                break
    except HistoryRewritten:
        new += await _rewritten(ledger, store, watch, (before, now))
    return Proved(complete=complete, new=new, open=store.count_open())


def commit_info(step: Step) -> CommitInfo:
    """A step of the forge, as the ledger's checks take it."""
    commit: Commit = step.commit
    paths = tuple(change.path for change in step.changed)
    return CommitInfo(
        commit.sha, commit.author.name, commit.author.email, commit.committer.name, commit.message,
        commit.committed_at, paths,
    )  # fmt: skip


def _look(check: HistoryCheck, store: ProofStore, step: Step) -> int:
    """Check one commit and keep what was found."""
    seen = len(check.broken)
    added = check.step(commit_info(step), step.before, step.after)
    return store.checked(
        step.commit.sha, check.commits, check.broken[seen:], [event.event_id for event in added], check.unaudited,
        check.explained,
    )  # fmt: skip


async def _rewritten(ledger: Watched, store: ProofStore, watch: Watch, views: tuple[TreeView | None, TreeView]) -> int:
    """The branch does not contain the commit it was checked at: say so, with the rows before and after."""
    before, now = views
    where = now.commit[:10] or "empty"
    old = watch.tip or ""
    found = [
        error("rewritten", where, f"the history was rewritten: commit {old[:10]} is no longer in it", commit=now.commit)
    ]
    if before is None or before.commit != old:
        before = await _gone(ledger, old)
    if before is not None:
        found += await _compared(ledger, where, before, now)
    left = await asyncio.to_thread(store.unaudited)
    new = await asyncio.to_thread(store.checked, now.commit, watch.commits, found, (), left)
    try:
        return new + await _beside(ledger, store, old, now)
    except errors.ForgeError:
        return new  # the forge has forgotten the old history; what it did to the files is told


async def _gone(ledger: Watched, commit: str) -> TreeView | None:
    """The files at a commit that no branch contains; a forge keeps it for a while."""
    try:
        return await ledger.mirror.view_at(commit)
    except errors.ForgeError:
        return None


async def _compared(ledger: Watched, where: str, before: TreeView, now: TreeView) -> Sequence[Finding]:
    """What the new history did to the files as they were; of the old ones those that are still at hand."""
    changes = changed_paths(before.files, now.files)
    try:
        await ledger.mirror.fetch(now, [c.path for c in changes if c.after is not None], base=before)
        await ledger.mirror.fetch(before, [c.path for c in changes if c.before is not None])
    except errors.ForgeError:
        pass
    paths = [c.path for c in changes if before.cached(c.path) and now.cached(c.path)]
    found = await asyncio.to_thread(lambda: list(edited(where, paths, before, now)))
    return [replace(one, commit=now.commit) for one in found]


async def _beside(ledger: Watched, store: ProofStore, old: str, now: TreeView) -> int:
    """Check the commits of the new history that the old one did not have."""
    if not now.commit:
        return 0
    tips, total = await ledger.client.commits(ledger.repo, now.commit, not_=old)
    chain = {commit.sha: commit for commit in tips}
    if not tips or total > len(chain):
        return 0  # too many for a look in passing; `smartup ledger verify` checks all
    oldest = now.commit
    while oldest in chain and chain[oldest].parents:
        oldest = chain[oldest].parents[0]
    fork = None if oldest in chain else oldest
    check = HistoryCheck.resumed(store.watch(ledger.name).commits, await asyncio.to_thread(store.unaudited))
    new = 0
    async for step in steps(ledger.mirror, ledger.client, ledger.repo, now.commit, fork, {now.commit: now}):
        new += await asyncio.to_thread(_look, check, store, step)
    return new
