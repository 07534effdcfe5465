"""What the day left in the ledger, as an owner with a token for reading sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from smartup_tui.forge.cache import BlobCache
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.history import steps
from smartup_tui.forge.models import Commit, RepoRef
from smartup_tui.forge.sync import Mirror
from smartup_tui.lab.check.person import Answered
from smartup_tui.lab.check.steps import require
from smartup_tui.lab.system import BRANCH, FORGE_OF, FORGE_OWNER, LEDGER, SERVICE, System
from smartup_tui.ledger import tables
from smartup_tui.ledger.compose import OWNERS_DOMAIN
from smartup_tui.ledger.rows import TaskBudget
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.verify import CommitInfo, HistoryCheck, verify

_REPOSITORY: Final = RepoRef(FORGE_OWNER, LEDGER)


@dataclass(frozen=True, slots=True)
class Written:
    """A commit and the paths that it changed."""

    commit: Commit
    paths: tuple[str, ...]


class Ledger:
    """The ledger on the forge of a lab, read with an owner's token."""

    def __init__(self, system: System, reader: str, folder: Path) -> None:
        self._client = ForgeClient(system.forge_url, system.keys.get(FORGE_OF.format(reader)))
        self._mirror = Mirror(self._client, _REPOSITORY, BRANCH, BlobCache(folder / "blobs"), folder / "mirror")

    async def close(self) -> None:
        """Give up the connection."""
        await self._client.aclose()

    async def snapshot(self) -> Snapshot:
        """The newest ledger."""
        return Snapshot((await self._mirror.refresh()).view)

    async def free_task(self) -> TaskBudget:
        """An open task with both seats free."""
        still_open = (await self.snapshot()).rows(tables.TASKS).where(status="open")
        free = [task for task in still_open if task.attacker is None and task.defender is None]
        require(free, "the sample organisation has no task with both seats free")
        return free[0]

    async def check(self, since: str, effective: Sequence[Answered], without: Sequence[Answered]) -> str:
        """Verify the files, every commit after `since`, and the rows and commits of the day's commands.

        `effective` are the commands that changed something, `without` those that must not have.
        """
        snapshot = await self.snapshot()
        history = HistoryCheck()
        written: list[Written] = []
        async for step in steps(self._mirror, self._client, _REPOSITORY, snapshot.commit, since):
            paths = tuple(change.path for change in step.changed)
            history.step(_info(step.commit, paths), step.before, step.after)
            written.append(Written(step.commit, paths))
        report = verify(snapshot.tree, history)
        require(not report.findings, "; ".join(map(str, report.findings[:3])))
        events = snapshot.rows(tables.EVENTS)
        for answered in effective:
            rows = events.where(request_id=answered.event_id)
            what = f"`{answered.given.text}` of {answered.given.alias}"
            require(len(rows) == 1, f"{what} has {len(rows)} rows in the audit trail, not one")
            require(rows[0].actor == answered.given.alias, f"{what} is written as {rows[0].actor}'s")
            require(answered.result.get("events") == [rows[0].event_id], f"the answer to {what} names another event")
            _check_commit([w for w in written if answered.event_id in w.commit.message], answered, what)
        for answered in without:
            require(not events.where(request_id=answered.event_id), f"`{answered.given.text}` was written")
        return f"{len(written)} commits, {len(effective)} commands, each with one row and one author"


def _check_commit(found: list[Written], answered: Answered, what: str) -> None:
    require(len(found) == 1, f"{what} is in {len(found)} commits, not one")
    commit, paths = found[0].commit, found[0].paths
    alias = answered.given.alias
    require(commit.author.email == f"{alias}@{OWNERS_DOMAIN}", f"the commit of {what} has another author")
    require(commit.committer.name == SERVICE, f"the commit of {what} has another committer")
    require(answered.result.get("commits") == {LEDGER: commit.sha}, f"the answer to {what} names another commit")
    require(tables.EVENTS.path in paths, f"the commit of {what} has no audit part")
    if answered.given.text.startswith("!stop_work"):
        require(any(path.startswith("wiki/") for path in paths), f"the commit of {what} has no page")
        for table in (tables.CLOCK, tables.SESSIONS, tables.TASKS):
            require(table.path in paths, f"the commit of {what} does not touch {table.path}")


def _info(commit: Commit, paths: tuple[str, ...]) -> CommitInfo:
    return CommitInfo(
        commit.sha,
        commit.author.name,
        commit.author.email,
        commit.committer.name,
        commit.message,
        commit.committed_at,
        paths,
    )
