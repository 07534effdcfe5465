"""The past of a page comes from the forge, stays on this machine, and says when it could not be asked."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.models import FileChange
from smartup_tui.workspace.page_history import Version, did
from smartup_tui.workspace.past_desk import PastAnswer, PastDesk, PastRequest
from smartup_tui.workspace.past_process import Asker
from smartup_tui.workspace.past_store import PastStore
from smartup_tui.workspace.places import Places
from tests.forge.conftest import REPO, Place, client, place, write
from tests.support.ledger_forge import ledger_forge
from tests.support.organisation import Organisation
from tests.support.users import until

__all__ = ["client", "place"]

PAGE = "wiki/a.md"
PATIENCE = 60


@pytest.fixture
def store(tmp_path: Path) -> PastStore:
    return PastStore(places_in(tmp_path))


def places_in(folder: Path) -> Places:
    names = {name: folder / name for name in Places.__dataclass_fields__}
    return Places(**{**names, "index": folder / "cache" / "index.db"})


async def three_versions(client: ForgeClient) -> list[str]:
    first = await write(client, FileChange.create(PAGE, b"one\n"))
    await write(client, FileChange.create("wiki/b.md", b"other\n"))
    second = await write(client, FileChange.update(PAGE, b"two\n", first.blobs[PAGE]))
    return [second.sha, first.sha]


async def test_versions_and_their_texts_are_kept(client: ForgeClient, store: PastStore) -> None:
    made = await three_versions(client)
    asker = Asker(client, REPO, "main", store)
    assert await asker.answer(PastRequest(PAGE)) == PastAnswer(PAGE)
    past = store.load(PAGE)
    assert past is not None
    assert [version.sha for version in past.versions] == made
    assert past.whole
    assert store.text(PAGE, made[0]) is None
    await asker.answer(PastRequest(PAGE, tuple(made)))
    assert [store.text(PAGE, sha) for sha in made] == ["two\n", "one\n"]


async def test_what_is_kept_is_not_asked_for_again(place: Place, client: ForgeClient, store: PastStore) -> None:
    made = await three_versions(client)
    asker = Asker(client, REPO, "main", store)
    await asker.answer(PastRequest(PAGE, tuple(made)))
    place.faults.clear()
    await asker.answer(PastRequest(PAGE, tuple(made)))
    assert place.asked == []


async def test_a_page_without_commits_has_no_versions(client: ForgeClient, store: PastStore) -> None:
    await three_versions(client)
    await Asker(client, REPO, "main", store).answer(PastRequest("wiki/none.md"))
    past = store.load("wiki/none.md")
    assert past is not None
    assert past.versions == ()


async def test_a_failure_is_said_and_what_is_kept_stays(place: Place, client: ForgeClient, store: PastStore) -> None:
    made = await three_versions(client)
    asker = Asker(client, REPO, "main", store)
    await asker.answer(PastRequest(PAGE))
    async with place.client("wrong-token") as stranger:
        answer = await Asker(stranger, REPO, "main", store).answer(PastRequest(PAGE))
    assert answer.message
    kept = store.load(PAGE)
    assert kept is not None
    assert [version.sha for version in kept.versions] == made


def test_a_damaged_file_counts_as_nothing(store: PastStore, tmp_path: Path) -> None:
    store._file(PAGE).parent.mkdir(parents=True)
    store._file(PAGE).write_bytes(b"{")
    assert store.load(PAGE) is None
    with pytest.raises(ValueError, match="commit"):
        store._mark(PAGE, "../../x")


def test_the_commands_of_a_commit_are_told() -> None:
    from datetime import UTC, datetime

    message = "2 commands: comment, stop_work\n\nCommand: E1 maria r1 api:comment\nCommand: E2 jonas r2 api:stop_work\n"
    version = Version("a" * 40, datetime(2026, 1, 1, tzinfo=UTC), "toolbox", message)
    assert [(one.actor, one.command) for one in did(None, version, PAGE)] == [
        ("maria", "comment"),
        ("jonas", "stop_work"),
    ]
    assert version.subject == "2 commands: comment, stop_work"


@pytest.fixture
def news() -> threading.Event:
    return threading.Event()


@pytest.fixture
def desk(tmp_path: Path, news: threading.Event, request: pytest.FixtureRequest) -> Iterator[PastDesk]:
    command = [sys.executable, "-c", request.param]
    found = PastDesk(places_in(tmp_path), command, news.set)
    yield found
    found.stop()


DIES = "import sys; sys.stdin.readline()"
RAVES = "import sys; sys.stdin.readline(); print('not json', flush=True); sys.stdin.read()"
REFUSES = """
import json, sys
for line in sys.stdin:
    path = json.loads(line)["path"]
    print(json.dumps({"path": path, "message": "The forge can not be reached.", "hint": "Look."}), flush=True)
"""


@pytest.mark.parametrize("desk", [DIES, RAVES, REFUSES], indirect=True)
def test_a_question_without_an_answer_fails_in_words_and_can_be_asked_again(desk: PastDesk) -> None:
    for _ in range(2):
        desk.ask(PAGE)
        until(lambda: desk.history(PAGE).failure, seconds=PATIENCE)
        assert not desk.history(PAGE).asking
        assert desk.history(PAGE).versions == ()


@pytest.mark.parametrize("desk", ["import sys; sys.stdin.read()"], indirect=True)
def test_a_question_is_under_way_until_it_is_stopped(desk: PastDesk) -> None:
    desk.ask(PAGE)
    assert desk.history(PAGE).asking
    desk.stop()
    desk.ask("wiki/other.md")
    assert not desk.history("wiki/other.md").asking


async def test_the_process_asks_a_real_forge(tmp_path: Path) -> None:
    with ledger_forge(tmp_path) as forge:
        await forge.publish(Organisation().register().teams().tree)
        places = Places.of(forge.home, "smartup")
        command = [sys.executable, "-m", "smartup_tui.workspace.past_process", str(tmp_path / "home"), "smartup"]
        desk = PastDesk(places, command, lambda: None)
        try:
            desk.ask("wiki/home.md")
            versions = until(lambda: desk.history("wiki/home.md").versions, seconds=PATIENCE)
            assert versions is not None
            assert len(versions) == 1
            sha = versions[0].sha
            desk.ask("wiki/home.md", (sha,))
            text = until(lambda: desk.text("wiki/home.md", sha), seconds=PATIENCE)
            assert text
            assert "Smartup Zero" in text
        finally:
            desk.stop()
        offline = PastDesk(places, command, lambda: None)
        assert offline.history("wiki/home.md").versions == versions
        assert offline.history("wiki/home.md").as_of is not None
        offline.stop()
