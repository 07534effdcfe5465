"""The sample organisation's issues on the lab's forge, and who may see which repository."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from importlib import resources
from typing import Final

import msgspec

from smartup_tui.forge.embedded.issue_book import Book, IssueRecord, changed_book, stamp
from smartup_tui.forge.embedded.store import ForgeStore
from smartup_tui.forge.models import RepoRef
from smartup_tui.lab.sample.data import Organisation
from smartup_tui.toolbox.bootstrap.record import TEAMS

_NAMES: Final = {team.team_id: f"{team.team_id}_{team.slug}" for team in TEAMS}


class _Label(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    color: str
    description: str


class _Milestone(msgspec.Struct, forbid_unknown_fields=True):
    title: str
    description: str
    due: int


class _Issue(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    place: str = msgspec.field(name="in")
    day: int
    by: str
    title: str
    body: str
    labels: list[str] = []
    assignees: list[str] = []
    milestone: bool = False
    closed: int | None = None
    waits: list[str] = []


class _File(msgspec.Struct, forbid_unknown_fields=True):
    label: list[_Label]
    milestone: list[_Milestone]
    issue: list[_Issue]


def open_team_repositories(store: ForgeStore, owner: str, people: Organisation) -> None:
    """Let the holders of a team's roles read its repository."""
    for person in people.owner:
        for role in person.roles:
            team = _NAMES.get(f"3_{role.rpartition('_')[2]}")
            if team is not None:
                store.grant_access(RepoRef(owner, team), person.alias, "read")
    for team in _NAMES.values():
        store.grant_access(RepoRef(owner, team), people.founder, "read")


def make_issues(store: ForgeStore, owner: str, now: datetime) -> None:
    """Open the sample's issues, as they stand at `now`."""
    text = resources.files(__package__).joinpath("issues.toml").read_text(encoding="utf-8")
    found = msgspec.convert(tomllib.loads(text), _File)
    places = list(dict.fromkeys(issue.place for issue in found.issue))
    for place in places:
        with changed_book(store, store.read().repositories[_key(owner, place)]) as book:
            _fill(book, found, [issue for issue in found.issue if issue.place == place], now)
    for place in places:
        with changed_book(store, store.read().repositories[_key(owner, place)]) as book:
            own = [issue for issue in found.issue if issue.place == place]
            for made, issue in zip(book.issues.values(), own, strict=True):
                made.blocked_by = [_waits(store, owner, waits) for waits in issue.waits]


def _fill(book: Book, found: _File, issues: list[_Issue], now: datetime) -> None:
    labels = {label.name: book.add_label(label.name, label.color, label.description).id for label in found.label}
    wanted = found.milestone if any(issue.milestone for issue in issues) else []
    milestones = [
        book.add_milestone(each.title, each.description, stamp(now + timedelta(days=each.due))).id for each in wanted
    ]
    for issue in issues:
        made = book.add_issue(issue.title, issue.body.strip(), issue.by, now + timedelta(days=issue.day))
        made.labels = [labels[name] for name in issue.labels]
        made.assignees = issue.assignees
        made.milestone = milestones[0] if issue.milestone else 0
        if issue.closed is not None:
            _close(made, now + timedelta(days=issue.closed))


def _close(made: IssueRecord, at: datetime) -> None:
    made.state, made.closed, made.updated = "closed", stamp(at), stamp(at)


def _waits(store: ForgeStore, owner: str, text: str) -> tuple[int, int]:
    place, _, number = text.partition(" ")
    return store.read().repositories[_key(owner, place)].id, int(number)


def _key(owner: str, place: str) -> str:
    return f"{owner}/{_NAMES.get(place, place)}".lower()
