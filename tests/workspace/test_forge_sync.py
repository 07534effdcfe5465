"""Issues of the team repositories come to this machine with few requests, cleaned, and stay readable offline."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from smartup_tui.forge import errors
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.embedded.faults import Fault, FaultKind, Faults
from smartup_tui.forge.embedded.issue_book import Book, changed_book, stamp
from smartup_tui.forge.embedded.server import ForgeServer
from smartup_tui.forge.models import RepoRef
from smartup_tui.forge.retrying import NO_RETRY
from smartup_tui.workspace.forge_pages import describe_issue, describe_repository
from smartup_tui.workspace.forge_rows import DependencyRow, is_shown, team_of
from smartup_tui.workspace.forge_store import PROBLEM, ForgeStore
from smartup_tui.workspace.forge_sync import ForgeReader

LEDGER = RepoRef("Smartup_Zero", "2_workplace")
TEAM = RepoRef("Smartup_Zero", "3_7_operational_team")
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOSTILE = "\x1b]0;title\x07\u202eevil [red]markup[/red]\r\n# Not a heading"


class Place:
    """A forge with two repositories of the organisation and one that is nobody's business, and an owner who reads."""

    def __init__(self, server: ForgeServer, faults: Faults, folder: Path) -> None:
        self.server, self.faults, self.store = server, faults, ForgeStore(folder / "forge.db")
        forge = server.store
        forge.create_user("sanna")
        forge.create_organization(LEDGER.owner)
        for name in (LEDGER.name, TEAM.name, "0_identities"):
            forge.create_repository(RepoRef(LEDGER.owner, name))
            forge.grant_access(RepoRef(LEDGER.owner, name), "sanna", "read")
        self.now = NOW

    def issue(self, repo: RepoRef, title: str, body: str = "", *, waits_for: tuple[RepoRef, int] | None = None) -> None:
        """Somebody opens an issue on the forge."""
        forge = self.server.store
        record = forge.read().repositories[str(repo).lower()]
        with changed_book(forge, record) as book:
            made = book.add_issue(title, body, "sanna", self.now)
            if waits_for is not None:
                other = forge.read().repositories[str(waits_for[0]).lower()]
                made.blocked_by = [(other.id, waits_for[1])]

    def change(self, repo: RepoRef) -> Book:
        """All issues of a repository are closed now."""
        with changed_book(self.server.store, self.server.store.read().repositories[str(repo).lower()]) as book:
            for each in book.issues.values():
                each.state, each.updated, each.closed = "closed", stamp(self.now), stamp(self.now)
            return book

    async def read(self, *scopes: str, after: timedelta = timedelta(minutes=5)) -> bool:
        """Read what is new, some minutes later."""
        self.now += after
        self.faults.requests.clear()
        token = self.server.store.create_token("sanna", "t", scopes or ("read:repository", "read:issue"))
        async with ForgeClient(self.server.address, token, retry=NO_RETRY) as client:
            return await ForgeReader(client, LEDGER).read(self.store, self.now, stop=lambda: False)

    @property
    def asked(self) -> list[str]:
        """What the forge was asked by the last reading."""
        return [path.partition("?")[0].removeprefix("/api/v1") for _, path in self.faults.requests]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A running forge."""
    faults = Faults()
    with ForgeServer(tmp_path / "forge", faults=faults) as server:
        found = Place(server, faults, tmp_path)
        yield found
        found.store.close()


async def test_only_what_changed_is_asked_again(place: Place) -> None:
    place.issue(TEAM, "Ink for the press")
    place.issue(LEDGER, "Print the handbook", waits_for=(TEAM, 1))
    assert await place.read()
    assert [row.name for row in place.store.issues()] == ["2_workplace#1", "3_7_operational_team#1"]
    found = place.store.issue("2_workplace", 1)
    assert found is not None
    assert found[2] == (DependencyRow("3_7_operational_team#1", "Ink for the press", "open"),)

    assert not await place.read()  # nothing is new
    assert place.asked == ["/repos/search", "/repos/issues/search"]
    assert not await place.read(after=timedelta(seconds=5))  # it was asked a moment ago
    assert place.asked == []

    place.change(TEAM)
    assert await place.read()
    assert [row.name for row in place.store.issues(only_open=True)] == ["2_workplace#1"]
    assert len(place.asked) == 5  # these two, milestones and labels of the team's, and what its issue waits for


async def test_what_was_deleted_is_forgotten_within_a_day(place: Place) -> None:
    place.issue(TEAM, "Ink")
    place.issue(TEAM, "Paper")
    await place.read()
    record = place.server.store.read().repositories[str(TEAM).lower()]
    with changed_book(place.server.store, record) as book:
        del book.issues[1]
    assert not await place.read()
    assert await place.read(after=timedelta(days=1))
    assert [row.title for row in place.store.issues()] == ["Paper"]


async def test_repositories_of_no_group_are_never_stored(place: Place) -> None:
    hidden = RepoRef(LEDGER.owner, "0_identities")
    place.issue(hidden, "Who is who")
    place.issue(TEAM, "Ink", waits_for=(hidden, 1))
    await place.read()
    assert [row.name for row in place.store.repositories()] == ["2_workplace", "3_7_operational_team"]
    assert [row.title for row in place.store.issues()] == ["Ink"]
    found = place.store.issue(TEAM.name, 1)
    assert found is not None
    assert found[2] == (DependencyRow("", "", ""),)


async def test_a_token_without_the_scope_is_told_so_in_plain_words(place: Place) -> None:
    assert await place.read("read:repository")
    assert "read:issue" in place.store.meta(PROBLEM)
    assert not await place.read("read:repository")
    assert await place.read()  # a better token
    assert not place.store.meta(PROBLEM)


async def test_a_repository_that_is_no_longer_visible_takes_its_issues_along(place: Place) -> None:
    place.issue(TEAM, "Ink")
    await place.read()
    place.server.store.grant_access(TEAM, "sanna", None)
    assert await place.read()
    assert place.store.issues() == ()


async def test_a_forge_that_is_away_changes_nothing(place: Place) -> None:
    place.issue(TEAM, "Ink")
    await place.read()
    place.faults.plan(Fault(FaultKind.STATUS, path="/repos/search", status=502))
    with pytest.raises(errors.ServerError):
        await place.read()
    assert [row.title for row in place.store.issues()] == ["Ink"]
    assert await place.read() is False


async def test_hostile_texts_are_harmless_before_they_are_stored(place: Place, tmp_path: Path) -> None:
    place.issue(TEAM, HOSTILE, HOSTILE)
    await place.read()
    found = place.store.issue(TEAM.name, 1)
    assert found is not None
    row, body, _ = found
    page = describe_issue(row, body, (), "https://forge.example/x/issues/1")
    for text in (row.title, body, page):
        assert not {"\x1b", "\x07", "\u202e", "\r"} & set(text)
    assert "\n" not in row.title
    assert b"\x1b" not in (tmp_path / "forge.db").read_bytes()


def test_a_damaged_file_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "forge.db").write_bytes(b"no database at all, and long enough to be looked at" * 20)
    with ForgeStore(tmp_path / "forge.db") as store:
        assert store.issues() == ()
        assert store.as_of is None


def test_repositories_are_known_by_their_names() -> None:
    assert team_of("3_7_operational_team") == "3_7"
    assert team_of("3_12") == "3_12"
    assert team_of("2_workplace") == team_of("3_x") == ""
    assert is_shown("1_general_forum", "2_workplace")
    assert is_shown("books", "books")
    assert not any(is_shown(name, "2_workplace") for name in ("0_identities", "4_roles", "identities", "3_", "3_1-x"))


async def test_a_repository_is_described_with_its_milestones(place: Place) -> None:
    record = place.server.store.read().repositories[str(TEAM).lower()]
    with changed_book(place.server.store, record) as book:
        book.add_label("handbook", "aabbcc", "for newcomers")
        milestone = book.add_milestone("Spring", "all of it", "2027-03-01T00:00:00Z")
        book.add_issue("Ink", "", "sanna", NOW).milestone = milestone.id
    await place.read()
    row = next(row for row in place.store.repositories() if row.name == TEAM.name)
    page = describe_repository(row, place.store.issues())
    for words in ("# 3_7_operational_team", "team 3_7", "Spring", "0 of 1 closed", "handbook: for newcomers"):
        assert words in page
