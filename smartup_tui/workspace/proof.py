"""Checking a ledger from an owner's own machine: its files as they are, and every commit that made them.

Joins what the forge tells of the past with the ledger's checks; both know nothing of each other.
"""

from __future__ import annotations

from collections.abc import Callable

from smartup_tui import config, secrets
from smartup_tui.config import Home
from smartup_tui.forge.cache import BlobCache
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.history import Step, steps
from smartup_tui.forge.models import RepoRef
from smartup_tui.forge.sync import Mirror
from smartup_tui.ledger.verify import CommitInfo, HistoryCheck, Report, verify
from smartup_tui.workspace.places import FORGE_TOKEN, Places


async def verify_ledger(home: Home, wanted: str | None, tell: Callable[[int], None], *, past: bool = True) -> Report:
    """Check the ledger of a profile; `tell` hears how many commits have been looked at.

    Without `past` only the files of the newest commit are checked. Raises `ConfigError`, `SecretError`, `ForgeError`.
    """
    loaded = config.load(home)
    name, profile = loaded.choose(wanted)
    token = secrets.open_store(loaded.secrets, home).get(name, FORGE_TOKEN)
    places = Places.of(home, name)
    repo = RepoRef(profile.forge_owner, profile.ledger_repo)
    async with ForgeClient(profile.forge_url, token) as client:
        mirror = Mirror(client, repo, profile.branch, BlobCache(places.blobs), places.mirror)
        view = (await mirror.refresh()).view
        if not past or not view.commit:
            return verify(view)
        check = HistoryCheck()
        async for step in steps(mirror, client, repo, view.commit):
            check.step(_commit(step), step.before, step.after)
            tell(check.commits)
        return verify(view, check)


def _commit(step: Step) -> CommitInfo:
    commit = step.commit
    return CommitInfo(
        commit.sha,
        commit.author.name,
        commit.author.email,
        commit.committer.name,
        commit.message,
        commit.committed_at,
        tuple(change.path for change in step.changed),
    )
