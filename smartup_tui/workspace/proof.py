"""Checking a ledger from an owner's own machine: its files as they are, and every commit that made them.

Joins what the forge (or a plain clone) tells of the past with the ledger's checks; both know nothing of each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from smartup_tui import config, secrets
from smartup_tui.config import Home
from smartup_tui.forge.cache import BlobCache
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.clone import Clone
from smartup_tui.forge.history import steps
from smartup_tui.forge.models import RepoRef
from smartup_tui.forge.sync import Mirror
from smartup_tui.ledger.tree import MappingTree, Tree
from smartup_tui.ledger.verify import CommitInfo, Finding, HistoryCheck, Report, verify
from smartup_tui.workspace.places import FORGE_TOKEN, Places
from smartup_tui.workspace.proof_store import FindingState, ProofStore, StoredFinding
from smartup_tui.workspace.watching import commit_info

Tell = Callable[[int], None]


async def verify_ledger(home: Home, wanted: str | None, tell: Tell, *, past: bool = True) -> Report:
    """Check the ledger of a profile; `tell` hears how many commits have been looked at.

    Without `past` only the files of the newest commit are checked. With it, what is found about the past is kept, and
    what this machine has seen before and nobody has acknowledged is in the report too: a rewritten history looks whole
    to who sees it for the first time. Raises `ConfigError`, `SecretError`, `ForgeError`.
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
        async for step in steps(mirror, client, repo, view.commit, None, {view.commit: view}):
            check.step(commit_info(step), step.before, step.after)
            tell(check.commits)
        report = verify(view, check)
    with ProofStore(places.proof) as store:
        store.looked_back(f"{client.origin} {repo} {profile.branch}", view.commit, check)
        return _with_known(report, check.findings, store.findings())


def verify_clone(folder: Path, branch: str | None, tell: Tell, *, past: bool = True) -> Report:
    """Check a plain clone, without any server. Raises `NoClone` (a `ForgeError`)."""
    with Clone(folder, branch) as clone:
        if not past:
            return verify(clone.tip_tree())
        check = HistoryCheck()
        before: Tree = MappingTree({})
        for commit in clone.commits():
            after = clone.tree(commit)
            info = CommitInfo(
                commit.sha, commit.author_name, commit.author_email, commit.committer_name, commit.message,
                commit.committed_at, commit.changed,
            )  # fmt: skip
            check.step(info, before, after)
            before = after
            tell(check.commits)
        return verify(before, check)


def _with_known(report: Report, found: Iterable[Finding], known: Iterable[StoredFinding]) -> Report:
    """The report with what was seen before; what the owner has acknowledged is a note from then on."""
    accepted = {one.mark: one for one in known if one.state is FindingState.ACKNOWLEDGED}
    waiting = {one.mark: one.finding for one in known if one.state is FindingState.OPEN}
    marks = {finding: StoredFinding.mark_of(finding) for finding in found}
    kept = [_accepted(f, accepted.get(marks.get(f, ""))) for f in report.findings]
    seen = set(marks.values())
    return replace(report, findings=(*kept, *(f for mark, f in waiting.items() if mark not in seen)))


def _accepted(finding: Finding, known: StoredFinding | None) -> Finding:
    return finding if known is None else known.as_note()
