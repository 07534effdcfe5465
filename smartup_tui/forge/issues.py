"""Reading the issues of repositories: what changed since a moment, and what an issue waits for. Nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from smartup_tui.forge import errors, issue_answers, requests
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.issue_models import Dependency, Issue, Label, Milestone
from smartup_tui.forge.models import RepoRef, Repository
from smartup_tui.forge.requests import Call
from smartup_tui.forge.responses import Answer, repositories, total_count

_T = TypeVar("_T")
_MOST_PAGES = 2000


class Issues:
    """What a client reads of issues. A token needs the scope read:issue; ``Forbidden`` without it.

    The forge gives no ETag for any of this, so that ``since`` is the cheap question.
    """

    def __init__(self, client: ForgeClient) -> None:
        self._client = client

    async def of_owner(self, owner: str, since: datetime | None = None) -> tuple[Issue, ...]:
        """The issues of all repositories of an organisation (or account) that this login can see, open and closed.

        ``since`` keeps those that changed at or after that moment. ``Invalid`` when there is no such owner.
        """
        return await self._pages(lambda page: requests.search_issues(owner, since, page), issue_answers.issues)

    async def of_repository(self, repo: RepoRef, since: datetime | None = None) -> tuple[Issue, ...]:
        """The issues of one repository, open and closed; ``NotFound`` where issues are switched off."""
        return await self._pages(
            lambda page: requests.issues(repo, since, page), lambda answer: issue_answers.issues(answer, repo)
        )

    async def one(self, repo: RepoRef, number: int) -> Issue:
        """One issue by its number."""
        return issue_answers.issue(await self._client.read(requests.issue(repo, number)), repo)

    async def dependencies(self, repo: RepoRef, number: int) -> tuple[Dependency, ...]:
        """The issues that an issue waits for; none where the repository has dependencies switched off."""
        try:
            return await self._pages(
                lambda page: requests.issue_dependencies(repo, number, page), issue_answers.dependencies
            )
        except errors.NotFound:
            await self.one(repo, number)  # or else the issue itself is gone
            return ()

    async def labels(self, repo: RepoRef) -> tuple[Label, ...]:
        """The labels of a repository (those of its organisation are not among them)."""
        return await self._pages(lambda page: requests.labels(repo, page), issue_answers.labels)

    async def milestones(self, repo: RepoRef) -> tuple[Milestone, ...]:
        """The milestones of a repository, open and closed."""
        return await self._pages(lambda page: requests.milestones(repo, page), issue_answers.milestones)

    async def repositories(self, owner_id: int) -> tuple[Repository, ...]:
        """The repositories that an organisation or account owns, as far as this login can see them."""
        return await self._pages(lambda page: requests.search_repositories(page, owner_id), repositories)

    async def _pages(self, ask: Callable[[int], Call], parse: Callable[[Answer], Sequence[_T]]) -> tuple[_T, ...]:
        """All pages. Whether there is another is read from the headers; the address in ``Link`` is not followed, since
        the server builds it from its own name for itself, and the token would go there.
        """
        found: dict[_T, None] = {}
        came = 0
        for page in range(1, _MOST_PAGES):
            answer = await self._client.read(ask(page))
            part = parse(answer)
            found.update(dict.fromkeys(part))
            came += len(part)
            if not _more(answer, came, len(part)):
                break
        return tuple(found)


def _more(answer: Answer, came: int, got: int) -> bool:
    """Whether there is another page after one with ``got`` entries; ``came`` counts those of all pages until then."""
    link = answer.headers.get("link")
    if link is not None:
        return 'rel="next"' in link
    total = total_count(answer)
    if total >= 0:
        return got > 0 and came < total
    return got >= requests.PAGE_LIMIT
