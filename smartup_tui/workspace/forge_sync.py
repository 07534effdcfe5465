"""Reading the forge's issues and repositories: two small requests when nothing changed, nothing twice within a minute.

The forge has no ETag for issues, so it is asked what changed since the newest change that is known. What was deleted
shows only in a whole list, which is read once a day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from smartup_tui.forge import errors
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.issue_models import Dependency, Issue
from smartup_tui.forge.issues import Issues
from smartup_tui.forge.models import Commit, RepoRef, Repository
from smartup_tui.text import clean, clean_line
from smartup_tui.workspace.forge_rows import (
    CommitRow,
    DependencyRow,
    IssueRow,
    LabelRow,
    MilestoneRow,
    RepositoryRow,
    is_shown,
)
from smartup_tui.workspace.forge_store import AS_OF, PROBLEM, ForgeStore

_PAUSE: Final = timedelta(minutes=1)
_WHOLE: Final = timedelta(days=1)
_OVERLAP: Final = timedelta(minutes=1)
"""Changes are numbered by the second, and some are seen a little late."""
_AT_ONCE: Final = 25
"""Dependencies asked in one go: each is a request of its own. The others follow with the next times."""
_COMMITS: Final = 10
_ASKED, _WHOLE_AT, _SINCE, _OWNER = "asked_at", "whole_at", "since", "owner_id"


@dataclass(frozen=True, slots=True)
class _Answers:
    """What the forge said, before any of it is stored: of the issues those that are not known so, and the names of all
    where all were asked for.
    """

    owner_id: int
    repositories: tuple[Repository, ...]
    issues: tuple[tuple[IssueRow, str], ...]
    names: frozenset[tuple[str, int]] | None
    since: datetime

    @property
    def whole(self) -> bool:
        return self.names is not None


class ForgeReader:
    """Keeps one profile's copy of the forge's issues and repositories up to date."""

    def __init__(self, client: ForgeClient, ledger: RepoRef) -> None:
        """Read what belongs to the owner of the ledger's repository."""
        self._client = client
        self._issues = Issues(client)
        self._ledger = ledger

    async def read(self, store: ForgeStore, now: datetime, *, at_once: bool = False, stop: Callable[[], bool]) -> bool:
        """Read what is new; answers whether there is something else to show. `stop` is asked between requests.

        `at_once` asks although it was asked a moment ago. What the token may not read is remembered in plain words;
        raises `ForgeError` where the forge can not be reached.
        """
        if not at_once and _within(store.meta(_ASKED), now, _PAUSE):
            return False
        store.put_meta({_ASKED: now.isoformat()})
        try:
            answers = await self._ask(store, now)
            rows = [await self._repository(store, each, answers) for each in answers.repositories]
        except (errors.Forbidden, errors.NotFound, errors.Unauthorized, errors.Invalid) as error:
            problem = _plain(error)
            changed = problem != store.meta(PROBLEM)
            store.put_meta({PROBLEM: problem})
            return changed
        changed = self._store(store, now, answers, rows)
        return await self._dependencies(store, stop) or changed

    async def _ask(self, store: ForgeStore, now: datetime) -> _Answers:
        owner_id = int(store.meta(_OWNER) or 0) or (await self._client.repository(self._ledger)).owner_id
        repositories = tuple(
            each for each in await self._issues.repositories(owner_id) if is_shown(each.ref.name, self._ledger.name)
        )
        since = store.meta(_SINCE)
        whole = not since or not _within(store.meta(_WHOLE_AT), now, _WHOLE)
        found = await self._issues.of_owner(self._ledger.owner, None if whole else datetime.fromisoformat(since))
        shown = {each.ref.name for each in repositories}
        rows = [(_issue(each), clean(each.body)) for each in found if each.repo.name in shown]
        return _Answers(
            owner_id,
            repositories,
            tuple((row, body) for row, body in rows if not store.has(row, body)),
            frozenset((row.repository, row.number) for row, _ in rows) if whole else None,
            max((row.updated_at for row, _ in rows), default=now if whole else datetime.fromisoformat(since)),
        )

    async def _repository(self, store: ForgeStore, found: Repository, answers: _Answers) -> RepositoryRow:
        """A repository as a row; its commits are asked where it changed, milestones and labels where its issues did."""
        before = next((row for row in store.repositories() if row.name == found.ref.name), None)
        updated = found.updated_at.astimezone(UTC) if found.updated_at else None
        row = RepositoryRow(found.ref.name, found.private, found.archived, clean_line(found.description, 300), updated)
        if before is not None and not answers.whole and updated == before.updated_at:
            row = replace(row, commits=before.commits)
        elif not found.empty:
            commits, _ = await self._client.commits(found.ref, found.default_branch, limit=_COMMITS)
            row = replace(row, commits=tuple(_commit(each) for each in commits[:_COMMITS]))
        if (
            before is not None
            and not answers.whole
            and all(issue.repository != row.name for issue, _ in answers.issues)
        ):
            return replace(row, milestones=before.milestones, labels=before.labels)
        try:
            milestones = await self._issues.milestones(found.ref)
            labels = await self._issues.labels(found.ref)
        except errors.NotFound:
            return row  # issues are switched off there
        return replace(
            row,
            milestones=tuple(
                MilestoneRow(
                    clean_line(each.title, 200),
                    each.state,
                    clean_line(each.description, 300),
                    _utc(each.due),
                )
                for each in milestones
            ),
            labels=tuple(LabelRow(clean_line(each.name, 100), clean_line(each.description, 200)) for each in labels),
        )

    @staticmethod
    def _store(store: ForgeStore, now: datetime, answers: _Answers, rows: Iterable[RepositoryRow]) -> bool:
        kept = tuple(sorted(rows, key=lambda row: row.name))
        with store.transaction():
            gone = {(row.repository, row.number) for row in store.issues()} - (answers.names or frozenset())
            changed = kept != store.repositories() or bool(store.meta(PROBLEM)) or not store.meta(AS_OF)
            store.put_repositories(kept)
            for row, body in answers.issues:
                store.put_issue(row, body)
            values = {AS_OF: now.isoformat(), PROBLEM: "", _OWNER: str(answers.owner_id)}
            if answers.whole:
                for repository, number in gone:
                    store.forget(repository, number)
                values[_WHOLE_AT] = now.isoformat()
            since = (answers.since - _OVERLAP).astimezone(UTC).isoformat()
            store.put_meta(values | {_SINCE: max(since, store.meta(_SINCE))})
        return changed or bool(answers.issues) or (answers.whole and bool(gone))

    async def _dependencies(self, store: ForgeStore, stop: Callable[[], bool]) -> bool:
        changed = False
        for repository, number in store.without_dependencies(_AT_ONCE):
            if stop():
                break
            try:
                found = await self._issues.dependencies(RepoRef(self._ledger.owner, repository), number)
            except errors.NotFound:
                store.forget(repository, number)
            else:
                store.put_dependencies(repository, number, tuple(self._dependency(each) for each in found))
            changed = True
        return changed

    def _dependency(self, found: Dependency) -> DependencyRow:
        shown = (
            found.repo is not None
            and found.repo.owner.lower() == self._ledger.owner.lower()
            and is_shown(found.repo.name, self._ledger.name)
        )
        if not shown or found.repo is None:
            return DependencyRow("", "", "")
        return DependencyRow(f"{found.repo.name}#{found.number}", clean_line(found.title, 300), found.state)


def _issue(found: Issue) -> IssueRow:
    return IssueRow(
        repository=found.repo.name,
        number=found.number,
        title=clean_line(found.title, 300),
        state="open" if found.state == "open" else "closed",
        author=clean_line(found.author, 60),
        labels=tuple(clean_line(label.name, 100) for label in found.labels),
        milestone=clean_line(found.milestone.title, 200) if found.milestone else "",
        assignees=tuple(clean_line(login, 60) for login in found.assignees),
        comments=found.comments,
        created_at=found.created_at.astimezone(UTC),
        updated_at=found.updated_at.astimezone(UTC),
        closed_at=_utc(found.closed_at),
        due=_utc(found.due),
    )


def _commit(found: Commit) -> CommitRow:
    subject = found.message.partition("\n")[0]
    return CommitRow(
        found.sha, clean_line(subject, 200), clean_line(found.author.name, 60), found.committed_at.astimezone(UTC)
    )


def _utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment is not None else None


def _within(text: str, now: datetime, span: timedelta) -> bool:
    """Whether a moment that was written down lies less than `span` back; one in the future does not."""
    return bool(text) and timedelta(0) <= now - datetime.fromisoformat(text) < span


def _plain(error: errors.ForgeError) -> str:
    if isinstance(error, errors.Forbidden):
        return "Your token may not read issues. One with the scopes read:issue and read:repository may."
    if isinstance(error, errors.Unauthorized):
        return "The forge does not accept your token, so issues can not be read."
    return "The forge shows your token no repositories of the organisation, so there are no issues to read."
