"""The past of a branch, commit by commit, for whoever checks it: each step with the files before and after."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from smartup_tui.forge import errors
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.models import Commit, RepoRef
from smartup_tui.forge.sync import ChangedPath, Mirror, changed_paths
from smartup_tui.forge.view import TreeView


class HistoryRewritten(errors.NotFound):
    """The branch does not contain the commit it was last checked at, although both the repository and its tip are
    there: somebody moved it by force.
    """

    message = "The history of this branch does not contain the commit it was last checked at."
    hint = "Somebody rewrote the branch: check the ledger from its beginning."


@dataclass(frozen=True, slots=True)
class Step:
    """One commit: the files at its first parent, its own files, and the paths that differ, sorted.

    What differs is downloaded in both views, so reading it needs no network.
    """

    commit: Commit
    before: TreeView
    after: TreeView
    changed: tuple[ChangedPath, ...]


async def commits_since(client: ForgeClient, repo: RepoRef, tip: str, since: str | None = None) -> tuple[Commit, ...]:
    """The commits from ``since`` (left out; None: from the beginning) to ``tip``, oldest first, first parents only.

    ``HistoryRewritten`` when ``since`` is not among the first parents of ``tip``.
    """
    if since is not None:
        try:
            await client.commit(repo, since, files=False)
        except errors.NotFound as error:
            await client.commit(repo, tip, files=False)  # or else nothing at all is found
            raise HistoryRewritten from error
    known: dict[str, Commit] = {}
    page, total = 0, 1
    while len(known) < total:
        page += 1
        part, total = await client.commits(repo, tip, not_=since, page=page)
        if not part:
            break
        known |= {commit.sha: commit for commit in part}
    chain: list[Commit] = []
    sha: str | None = tip
    while sha is not None and sha in known:
        chain.append(known[sha])
        sha = known[sha].parents[0] if known[sha].parents else None
    if sha != since:
        raise HistoryRewritten
    return tuple(reversed(chain))


async def steps(  # noqa: PLR0917 - what is walked, with what, from where to where
    mirror: Mirror,
    client: ForgeClient,
    repo: RepoRef,
    tip: str,
    since: str | None = None,
    views: Mapping[str, TreeView] | None = None,
) -> AsyncIterator[Step]:
    """Walk the commits of ``commits_since``. Folders that stay are listed once, and of a log only the new end comes.

    ``views`` are commits whose files are known already; they are not asked for.
    """
    known = views or {}
    commits = await commits_since(client, repo, tip, since)
    before = mirror.no_files() if since is None else known.get(since) or await mirror.view_at(since)
    for commit in commits:
        after = known.get(commit.sha) or await mirror.view_at(commit.sha, base=before)
        changed = changed_paths(before.files, after.files)
        await mirror.fetch(before, [change.path for change in changed if change.before is not None])
        await mirror.fetch(after, [change.path for change in changed if change.after is not None], base=before)
        yield Step(commit, before, after, changed)
        before = after
