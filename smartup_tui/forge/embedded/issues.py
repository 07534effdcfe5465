"""The endpoints of issues, labels, milestones and dependencies: reading, and enough writing to have some."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from flask import Blueprint, Response, request

from smartup_tui.forge.embedded import shapes
from smartup_tui.forge.embedded.access import READ, WRITE, repository_for
from smartup_tui.forge.embedded.context import Forge, answer, body, paging
from smartup_tui.forge.embedded.issue_book import (
    Book,
    IssueRecord,
    LabelRecord,
    MilestoneRecord,
    changed_book,
    read_book,
    stamp,
)
from smartup_tui.forge.embedded.problems import ApiError, not_found
from smartup_tui.forge.embedded.store import RepositoryRecord

_REPO = "/repos/<owner>/<name>"
_ISSUE = _REPO + "/issues/<int:number>"


class _NewLabel(msgspec.Struct):
    name: str
    color: str
    description: str = ""


class _NewMilestone(msgspec.Struct):
    title: str
    description: str = ""
    due_on: str | None = None


class _NewIssue(msgspec.Struct):
    title: str
    body: str = ""
    labels: list[int] = []
    assignees: list[str] = []
    milestone: int = 0
    due_date: str | None = None
    closed: bool = False


class _EditIssue(msgspec.Struct):
    title: str | None = None
    body: str | None = None
    state: str | None = None
    milestone: int | None = None
    assignees: list[str] | None = None


class _Meta(msgspec.Struct):
    owner: str = ""
    repo: str = ""
    index: int = 0


def issue_routes(forge: Forge) -> Blueprint:
    """All endpoints about issues."""
    routes = Blueprint("issues", __name__)
    _add_lists(forge, routes)
    _add_issues(forge, routes)
    _add_dependencies(forge, routes)
    return routes


def _place(forge: Forge, owner: str, name: str, needed: int = READ) -> RepositoryRecord:
    return repository_for(forge.store, forge.caller(), owner, name, needed, category="issue")


def _page(found: Sequence[Any]) -> tuple[list[Any], dict[str, str]]:
    """One page of a list, and the headers that say whether there is another."""
    page, size = paging()
    part = list(found[(page - 1) * size : page * size])
    headers = {"X-Total-Count": str(len(found))}
    if len(found) > size:
        links = [f'<{request.base_url}?page={page + 1}>; rel="next"'] if page * size < len(found) else []
        links += [f'<{request.base_url}?page={page - 1}>; rel="prev"'] if page > 1 else []
        headers["Link"] = ",".join(links)
    return part, headers


def _since() -> str:
    text = request.args.get("since", "")
    try:
        return stamp(datetime.fromisoformat(text)) if text else ""
    except ValueError as error:
        raise ApiError(422, f'parsing time "{text}"') from error


def _passing(book: Book) -> list[IssueRecord]:
    state, since = request.args.get("state", "open"), _since()
    if request.args.get("type") == "pulls":
        return []
    found = [each for each in book.issues.values() if state in {"all", each.state} and each.updated >= since]
    return sorted(found, key=lambda each: (each.created, each.number), reverse=True)


def _add_lists(forge: Forge, routes: Blueprint) -> None:
    store = forge.store

    @routes.get("/repos/issues/search")
    def search() -> Response:
        caller = forge.caller()
        caller.need_scope("issue", write=False)
        owner = request.args.get("owner", "").lower()
        registry = store.read()
        if owner and owner not in registry.organizations and owner not in registry.users:
            raise ApiError(400, f"user does not exist [uid: 0, name: {owner}]")
        found = [
            (record, book, each)
            for record in registry.repositories.values()
            if (not owner or record.owner.lower() == owner)
            and store.access_level(record, caller.user) >= READ
            and not (record.private and "public-only" in caller.scopes)
            for book in (read_book(store, record),)
            for each in _passing(book)
        ]
        found.sort(key=lambda entry: (entry[2].created, entry[0].id, entry[2].number), reverse=True)
        part, headers = _page(found)
        return answer([_issue(*entry) for entry in part], headers=headers)

    @routes.get(_REPO + "/labels")
    def labels(owner: str, name: str) -> Response:
        book = read_book(store, _place(forge, owner, name))
        part, headers = _page(sorted(book.labels.values(), key=lambda each: each.name))
        return answer([_label(each) for each in part], headers=headers)

    @routes.post(_REPO + "/labels")
    def create_label(owner: str, name: str) -> Response:
        wanted = body(_NewLabel)
        with changed_book(store, _place(forge, owner, name, WRITE)) as book:
            return answer(_label(book.add_label(wanted.name, wanted.color, wanted.description)), 201)

    @routes.get(_REPO + "/milestones")
    def milestones(owner: str, name: str) -> Response:
        book = read_book(store, _place(forge, owner, name))
        state = request.args.get("state", "open")
        found = [each for each in book.milestones.values() if state in {"all", each.state}]
        part, headers = _page(found)
        return answer([_milestone(book, each) for each in part], headers=headers)

    @routes.post(_REPO + "/milestones")
    def create_milestone(owner: str, name: str) -> Response:
        wanted = body(_NewMilestone)
        with changed_book(store, _place(forge, owner, name, WRITE)) as book:
            made = book.add_milestone(wanted.title, wanted.description, wanted.due_on or "")
            return answer(_milestone(book, made), 201)


def _add_issues(forge: Forge, routes: Blueprint) -> None:
    store = forge.store

    @routes.get(_REPO + "/issues")
    def issues(owner: str, name: str) -> Response:
        record = _place(forge, owner, name)
        book = read_book(store, record)
        part, headers = _page(_passing(book))
        return answer([_issue(record, book, each) for each in part], headers=headers)

    @routes.post(_REPO + "/issues")
    def create(owner: str, name: str) -> Response:
        record = _place(forge, owner, name)
        poster = _writer(forge, record)
        wanted = body(_NewIssue)
        if not wanted.title.strip():
            raise ApiError(422, "[Title]: Required")
        with changed_book(store, record) as book:
            made = book.add_issue(wanted.title, wanted.body, poster)
            made.labels = [label for label in wanted.labels if label in book.labels]
            made.milestone = wanted.milestone if wanted.milestone in book.milestones else 0
            made.assignees, made.due = wanted.assignees, wanted.due_date or ""
            if wanted.closed:
                made.state, made.closed = "closed", made.updated
            return answer(_issue(record, book, made), 201)

    @routes.get(_ISSUE)
    def issue(owner: str, name: str, number: int) -> Response:
        record = _place(forge, owner, name)
        book = read_book(store, record)
        return answer(_issue(record, book, _known(book, number)))

    @routes.patch(_ISSUE)
    def edit(owner: str, name: str, number: int) -> Response:
        record = _place(forge, owner, name)
        _writer(forge, record)
        wanted = body(_EditIssue)
        with changed_book(store, record) as book:
            found = _known(book, number)
            if wanted.state == "closed" and any(each[1].state == "open" for each in _blockers(forge, found)):
                raise ApiError(412, "cannot close this issue because it still has open dependencies")
            _apply(found, wanted)
            return answer(_issue(record, book, found), 201)


def _apply(found: IssueRecord, wanted: _EditIssue) -> None:
    found.title = wanted.title or found.title
    found.body = found.body if wanted.body is None else wanted.body
    found.milestone = found.milestone if wanted.milestone is None else wanted.milestone
    found.assignees = found.assignees if wanted.assignees is None else wanted.assignees
    found.updated = stamp()
    if wanted.state in {"open", "closed"} and wanted.state != found.state:
        found.state, found.closed = wanted.state, found.updated if wanted.state == "closed" else ""


def _add_dependencies(forge: Forge, routes: Blueprint) -> None:
    store = forge.store

    @routes.get(_ISSUE + "/dependencies")
    def dependencies(owner: str, name: str, number: int) -> Response:
        record = _place(forge, owner, name)
        found = _known(read_book(store, record), number)
        page, size = paging()
        part = _blockers(forge, found)[(page - 1) * size : page * size]
        return answer([_blocker(forge, *each) for each in part])

    @routes.post(_ISSUE + "/dependencies")
    def add(owner: str, name: str, number: int) -> Response:
        record = _place(forge, owner, name, WRITE)
        wanted = body(_Meta)
        other = _place(forge, wanted.owner or record.owner, wanted.repo or record.name)
        _known(read_book(store, other), wanted.index)
        with changed_book(store, record) as book:
            found = _known(book, number)
            if (other.id, wanted.index) in found.blocked_by:
                raise ApiError(500, "issue dependency does already exist")
            found.blocked_by.append((other.id, wanted.index))
            found.updated = stamp()
            return answer(_issue(record, book, found), 201)


def _writer(forge: Forge, record: RepositoryRecord) -> str:
    """Who writes: everyone with a login who may read it."""
    caller = forge.caller()
    login = caller.known().login
    caller.need_scope("issue", write=True)
    if record.archived:
        raise ApiError(423, f"<Repository {record.id}:{record.ref}> is archived")
    return login


def _known(book: Book, number: int) -> IssueRecord:
    found = book.issues.get(number)
    if found is None:
        raise not_found()
    return found


def _blockers(forge: Forge, found: IssueRecord) -> list[tuple[RepositoryRecord, IssueRecord]]:
    repositories = {record.id: record for record in forge.store.read().repositories.values()}
    pairs = (
        (repositories[place], read_book(forge.store, repositories[place]).issues.get(number))
        for place, number in found.blocked_by
        if place in repositories
    )
    return [(record, each) for record, each in pairs if each is not None]


def _blocker(forge: Forge, record: RepositoryRecord, found: IssueRecord) -> shapes.Json:
    """What an issue waits for; where the caller may not see it, that there is something."""
    if forge.store.access_level(record, forge.caller().user) >= READ:
        return _issue(record, read_book(forge.store, record), found)
    return {"number": 0, "title": "HIDDEN", "state": "open", "repository": None}


def _person(login: str) -> shapes.Json:
    return {"login": login, "username": login}


def _label(record: LabelRecord) -> shapes.Json:
    return {
        "id": record.id,
        "name": record.name,
        "color": record.color,
        "description": record.description,
        "exclusive": False,
        "is_archived": False,
        "url": "",
    }


def _milestone(book: Book, record: MilestoneRecord) -> shapes.Json:
    states = [each.state for each in book.issues.values() if each.milestone == record.id]
    return {
        "id": record.id,
        "title": record.title,
        "description": record.description,
        "state": record.state,
        "open_issues": states.count("open"),
        "closed_issues": states.count("closed"),
        "due_on": record.due or None,
    }


def _issue(record: RepositoryRecord, book: Book, found: IssueRecord) -> shapes.Json:
    milestone = book.milestones.get(found.milestone)
    return {
        "id": record.id * 1_000_000 + found.number,
        "number": found.number,
        "title": found.title,
        "body": found.body,
        "user": _person(found.poster),
        "labels": [_label(book.labels[label]) for label in found.labels if label in book.labels],
        "milestone": _milestone(book, milestone) if milestone else None,
        "assignees": [_person(login) for login in found.assignees] or None,
        "state": found.state,
        "comments": 0,
        "created_at": found.created,
        "updated_at": found.updated,
        "closed_at": found.closed or None,
        "due_date": found.due or None,
        "pull_request": None,
        "repository": {"id": record.id, "name": record.name, "owner": record.owner, "full_name": str(record.ref)},
        "url": "",
        "html_url": "",
    }
