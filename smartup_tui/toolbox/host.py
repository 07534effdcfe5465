"""Publishing what is planned beside the commands: repairs, and what is imported. The host's own, not an owner's.

The service account is the actor. A plan is computed again on the newest ledger whenever the forge has moved, so that
it may be broken off and repeated at any time, beside a running Toolbox too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from smartup_tui.forge.cache import BlobCache
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.errors import Ambiguous, Conflict
from smartup_tui.forge.history import Step, steps
from smartup_tui.forge.models import RepoRef
from smartup_tui.forge.sync import Mirror
from smartup_tui.ledger.compose import compose
from smartup_tui.ledger.importing import Mapping as ImportMapping
from smartup_tui.ledger.importing import plan_import
from smartup_tui.ledger.repair import plan
from smartup_tui.ledger.seal import Sealed
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.tables import EVENTS
from smartup_tui.ledger.tree import MappingTree, Tree
from smartup_tui.ledger.verify import CommitInfo, HistoryCheck, Report, verify
from smartup_tui.toolbox.ids import event_id
from smartup_tui.toolbox.publish import ForgeStore
from smartup_tui.toolbox.service import wall_clock
from smartup_tui.toolbox.settings import ToolboxSettings

AT_ONCE: Final = 50
"""Changes in one commit."""
TRIES: Final = 8

Tell = Callable[[int], None]
"""Hears how many commits have been looked at."""
Planner = Callable[[Tree], tuple[Sequence[Sealed], Sequence[str]]]
"""From the newest ledger to what is to be written, and what can not be."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, one line each (or would be); what could not be; and the ids of the commits."""

    done: tuple[str, ...]
    hindered: tuple[str, ...]
    commits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Repaired:
    """What a repair has written, and what a check of the ledger says after it."""

    written: Written
    report: Report


class Host:
    """Works on the ledger of a settings file with the service account's token; the Toolbox need not run."""

    def __init__(self, settings: ToolboxSettings) -> None:
        """Nothing is asked of the forge yet. Raises SettingsError for a token that can not be used."""
        forge = settings.forge
        self._url, self._token = forge.url, settings.forge_token()
        self._repo = RepoRef(forge.owner, forge.repository)
        self._branch = forge.branch
        self._state = settings.state_directory

    def repair(self, tell: Tell, *, dry_run: bool = False, past: bool = True) -> Repaired:
        """Complete what was left by halves. Without `past` the commits are not looked at, only the newest files."""
        check = HistoryCheck()
        tip = asyncio.run(self._look_back(check, None, tell)) if past else None

        def planned(tree: Tree) -> tuple[Sequence[Sealed], Sequence[str]]:
            found = plan(tree, wall_clock(), event_id, check.unaudited)
            return found.sealed, found.hindered

        written, tree = self.write(planned, dry_run=dry_run)
        if past and tree.commit != tip:
            asyncio.run(self._look_back(check, tip, tell))
        return Repaired(written, verify(tree, check if past else None))

    def take_over(self, files: Mapping[str, bytes], mapping: ImportMapping, *, dry_run: bool = False) -> Written:
        """Bring the rows, rules and pages of an older ledger; `files` by their paths in it."""
        source = MappingTree(files)

        def planned(tree: Tree) -> tuple[Sequence[Sealed], Sequence[str]]:
            found = plan_import(source, tree, mapping, wall_clock(), event_id)
            return found.sealed, found.unplaced

        return self.write(planned, dry_run=dry_run)[0]

    def write(self, planned: Planner, *, dry_run: bool = False) -> tuple[Written, Tree]:
        """Write a plan, some changes in each commit, until nothing of it is left; the ledger as it is then.

        Raises ForgeError, also when the forge moves faster than the plan can be computed.
        """
        done: list[str] = []
        commits: list[str] = []
        store = ForgeStore(ForgeClient(self._url, self._token), self._repo, self._branch, self._state)
        store.start()
        try:
            failed, unsure = 0, tuple[Sealed, ...]()
            while True:
                tree = store.refresh()
                if unsure and _holds(tree, unsure):
                    done += [one.change.message for one in unsure]
                    commits.append(store.commit_of("", tree.commit, unsure[0].request_id) or tree.commit)
                unsure = ()
                sealed, hindered = planned(tree)
                if dry_run or not sealed:
                    done += [one.change.message for one in sealed]
                    return Written(tuple(done), tuple(hindered), tuple(commits)), tree
                some = sealed[:AT_ONCE]
                try:
                    commits.append(store.publish(compose(tree, some)).commit)
                except (Conflict, Ambiguous) as error:
                    unsure = tuple(some) if isinstance(error, Ambiguous) else ()
                    failed += 1
                    if failed == TRIES:
                        raise
                else:
                    done += [one.change.message for one in some]
        finally:
            store.close()

    async def _look_back(self, check: HistoryCheck, since: str | None, tell: Tell) -> str | None:
        """Show the check every commit after `since`; the newest one."""
        async with ForgeClient(self._url, self._token) as client:
            mirror = Mirror(client, self._repo, self._branch, BlobCache(self._state / "blobs"), self._state)
            tip = (await mirror.refresh()).view.commit
            if not tip:
                return None
            async for step in steps(mirror, client, self._repo, tip, since):
                check.step(_info(step), step.before, step.after)
                tell(check.commits)
        return tip


def _holds(tree: Tree, sealed: Sequence[Sealed]) -> bool:
    """Whether the audit trail has these changes: they were written all together or not at all."""
    rows = Snapshot(tree).rows(EVENTS).where(event_id=sealed[0].events[0].event_id)
    return bool(rows)


def _info(step: Step) -> CommitInfo:
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
