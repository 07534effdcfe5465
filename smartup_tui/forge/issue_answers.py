"""Answers about issues as values. What is not read is left out of the shapes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from smartup_tui.forge import errors
from smartup_tui.forge.issue_models import Dependency, Issue, Label, Milestone
from smartup_tui.forge.models import RepoRef
from smartup_tui.forge.responses import Answer, decode, decode_list, moment


class _Person(msgspec.Struct):
    login: str


class _Label(msgspec.Struct):
    name: str
    color: str = ""
    description: str = ""


class _Milestone(msgspec.Struct):
    id: int
    title: str
    state: str = "open"
    description: str = ""
    open_issues: int = 0
    closed_issues: int = 0
    due_on: str | None = None


class _Place(msgspec.Struct):
    name: str = ""
    owner: str = ""


class _Issue(msgspec.Struct):
    number: int
    title: str
    state: str
    created_at: str
    updated_at: str
    body: str | None = None
    user: _Person | None = None
    labels: list[_Label] | None = None
    milestone: _Milestone | None = None
    assignees: list[_Person] | None = None
    comments: int = 0
    closed_at: str | None = None
    due_date: str | None = None
    pull_request: Any = None
    repository: _Place | None = None


class _Blocker(msgspec.Struct):
    number: int
    title: str
    state: str = ""
    repository: _Place | None = None


def _moment(text: str | None) -> datetime | None:
    return moment(text) if text else None


def _label(found: _Label) -> Label:
    return Label(found.name, found.color, found.description)


def _milestone(found: _Milestone) -> Milestone:
    return Milestone(
        found.id,
        found.title,
        found.state,
        found.description,
        found.open_issues,
        found.closed_issues,
        _moment(found.due_on),
    )


def _place(found: _Place | None) -> RepoRef | None:
    """The repository an issue says it is in; None where the forge does not tell."""
    if found is None or not found.name or not found.owner:
        return None
    try:
        return RepoRef(found.owner, found.name)
    except ValueError as error:
        raise errors.Malformed(detail=str(error)) from None


def _issue(found: _Issue, repo: RepoRef | None) -> Issue:
    place = repo or _place(found.repository)
    if place is None:
        raise errors.Malformed(detail="an issue without its repository")
    return Issue(
        repo=place,
        number=found.number,
        title=found.title,
        body=found.body or "",
        state=found.state,
        author=found.user.login if found.user else "",
        labels=tuple(_label(label) for label in found.labels or ()),
        milestone=_milestone(found.milestone) if found.milestone else None,
        assignees=tuple(person.login for person in found.assignees or ()),
        comments=found.comments,
        created_at=moment(found.created_at),
        updated_at=moment(found.updated_at),
        closed_at=_moment(found.closed_at),
        due=_moment(found.due_date),
    )


def issue(answer: Answer, repo: RepoRef) -> Issue:
    """One issue."""
    return _issue(decode(answer.body, _Issue), repo)


def issues(answer: Answer, repo: RepoRef | None = None) -> tuple[Issue, ...]:
    """One page of issues; proposals to merge (pull requests) are left out, should the server send them."""
    return tuple(_issue(found, repo) for found in decode_list(answer.body, _Issue) if found.pull_request is None)


def dependencies(answer: Answer) -> tuple[Dependency, ...]:
    """One page of what an issue waits for."""
    found = decode_list(answer.body, _Blocker)
    return tuple(Dependency(_place(each.repository), each.number, each.title, each.state) for each in found)


def labels(answer: Answer) -> tuple[Label, ...]:
    """One page of a repository's labels."""
    return tuple(_label(found) for found in decode_list(answer.body, _Label))


def milestones(answer: Answer) -> tuple[Milestone, ...]:
    """One page of a repository's milestones."""
    return tuple(_milestone(found) for found in decode_list(answer.body, _Milestone))
