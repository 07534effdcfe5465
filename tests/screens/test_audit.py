"""Audit at the keys: the trail and its filter, the proof of a row, what the watch has found."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from smartup_tui.forge.unified import DiffLine, FileDiff
from smartup_tui.ledger.index import audit as lists
from smartup_tui.ledger.index import queries
from smartup_tui.ledger.index.store import Index
from smartup_tui.ledger.tree import MappingTree
from smartup_tui.ledger.verify.findings import Finding, Severity
from smartup_tui.matrix.messages import StoredMessage
from smartup_tui.screens.audit import AuditScreen
from smartup_tui.workspace.audit import ledger_name
from smartup_tui.workspace.commit_values import CommitChanges, CommitLine
from smartup_tui.workspace.proof_store import ProofStore
from tests.screens.test_hostile import HOSTILE, harmless
from tests.screens.test_journeys import Seat, seat
from tests.support.organisation import Organisation
from tests.support.owner_home import NOW, organisation
from tests.support.quiet_workspace import QuietWorkspace

SHA = "8c1f0d2e5b" + "0" * 30


@pytest.fixture(scope="module")
def org() -> Organisation:
    return organisation()


def screen(owner: Seat) -> AuditScreen:
    assert isinstance(owner.screen, AuditScreen)
    return owner.screen


async def narrowed(owner: Seat, words: str) -> list[tuple[str, ...]]:
    """Type a filter over whatever stands there; the rows that pass."""
    await owner.press("escape", "slash")
    for letter in words:
        await owner.press({" ": "space", ":": "colon", "_": "underscore", "-": "minus"}.get(letter, letter))
    await owner.press("enter")
    source = screen(owner).table.source
    return [row.cells for row in source.rows(0, source.count)]


def answer(workspace: QuietWorkspace, org: Organisation) -> None:
    """The forge, as far as the newest row is concerned."""
    sealed = org.sealed[-1]
    event = sealed.events[-1]
    row = f"{event.timestamp:%Y-%m-%dT%H:%M:%SZ},{event.event_id},{event.actor},{event.action}"
    line = CommitLine(
        SHA, event.actor, f"{event.actor}@owners.invalid", "toolbox", event.timestamp,
        f"start work\n\n{sealed.trailer}",
        signature="signed by toolbox, and the forge has verified it",
    )  # fmt: skip
    files = (
        FileDiff("work/work_clock.csv", "modified", (DiffLine("-", 4, "s_4,old"), DiffLine("+", 4, "s_4,new")), 1, 1),
        FileDiff("master-events.csv", "modified", (DiffLine("+", 41, row),), 1, 0),
    )
    workspace.pasts.store.save_commit_of(event.event_id, line)
    workspace.pasts.store.save_changes(CommitChanges(line, files))


def find(workspace: QuietWorkspace, *found: Finding) -> None:
    """What the watch has found."""
    with ProofStore(workspace.places.proof) as store:
        store.begin(ledger_name(workspace.profile), "1" * 40, since="0" * 40, commits=12)
        store.save(found)


_ROW = "2026-02-01T00:00:00Z,MINT,72.00,,maria,g_1"
EDITED = Finding(
    "edited_log",
    Severity.ERROR,
    SHA[:10],
    "credits/transactions.csv:3 was changed or removed; corrections are new rows",
    "credits/transactions.csv",
    3,
    _ROW,
    _ROW.replace("72.00", "99.00"),
    SHA,
)


async def test_the_trail_is_read_newest_first_and_narrowed_by_words(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org) as owner:
        await owner.press("0")
        table = screen(owner).table
        events = sum(len(sealed.events) for sealed in org.sealed)
        assert table.position == f"1 of {events}"
        assert "start_work" in owner.picture
        assert all(row[1] == "maria" for row in await narrowed(owner, "actor:maria"))
        claims = await narrowed(owner, "action:claim_task entity:6_1_0_0")
        assert len(claims) == 2
        assert {row[3] for row in claims} == {"6_1_0_0"}
        assert await narrowed(owner, "from:2026-03-02 guide") == []
        assert "Nothing found." in owner.picture
        assert len(await narrowed(owner, "to:2026-01 to:2026-02")) > 10
        assert {row[2] for row in await narrowed(owner, "action:cl")} == {"claim_task"}
        await owner.press("escape")
        assert table.source.count == events


async def test_a_long_trail_is_looked_through_beside_the_keys(
    tmp_path: Path, org: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MANY", 0)
    async with seat(tmp_path, org) as owner:
        await owner.press("0")
        table, everything = screen(owner).table, screen(owner).table.source.count
        await narrowed(owner, "action:claim_task")
        async with asyncio.timeout(60):
            while table.source.count == everything:
                await asyncio.sleep(0.01)
                await owner.pilot.pause()
        rows = table.source.rows(0, table.source.count)
        assert rows
        assert {row.cells[2] for row in rows} == {"claim_task"}
        assert table.selected is not None
        assert "claim_task" in owner.picture


async def test_a_word_that_is_not_understood_is_said_and_left_out(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org) as owner:
        await owner.press("0")
        everything = screen(owner).table.source.count
        assert len(await narrowed(owner, "actr:maria")) == everything
        await owner.press("slash", "a")
        assert "actr: is not known; there are actor:" in owner.reply
        await owner.press("escape", "slash", *"from", "colon", *"soon")
        assert "from:soon is no day; write from:2026-10-01" in owner.reply


async def test_views_of_the_trail(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org) as owner:
        await owner.press("0", "m")
        rows = screen(owner).table.source.rows(0, 500)
        assert rows
        assert all(row.cells[1] == "maria" or row.cells[3] == "maria" for row in rows)
        reader = owner.workspace.reader
        assert reader is not None
        ids = 'SELECT row FROM "master-events" WHERE actor = ? OR entity_id = ? ORDER BY row DESC'
        found = reader.index.connection.execute(ids, ("maria", "maria"))
        assert [row.id for row in rows] == [str(each[0]) for each in found]
        await owner.press("e")
        about = {row.cells[3] for row in screen(owner).table.source.rows(0, 500)}
        assert "6_1_0_0" in about
        assert "6_7_0_0" not in about, "it is of another team"
        await owner.press("b")
        assert screen(owner).table.source.count > 0


async def test_enter_shows_the_proof_of_a_row(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org, size=(160, 50)) as owner:
        await owner.press("0")
        assert "Enter asks the forge for it" in owner.picture
        answer(owner.workspace, org)
        event = org.sealed[-1].events[-1]
        request = event.request_id
        await owner.press("enter")
        assert f"request {request}" in owner.picture
        assert f"commit {SHA[:10]}" in owner.picture
        assert f"author {event.actor} {event.actor}@owners.invalid" in owner.picture
        assert "committer toolbox, " in owner.picture
        assert "signed by toolbox, and the forge has verified it" in owner.picture
        assert "-s_4,old" in owner.picture
        assert "+s_4,new" in owner.picture


async def test_the_room_message_of_a_row_is_shown_where_it_is_known(tmp_path: Path) -> None:
    made = organisation()
    made.do("comment", "maria", entity_id="6_1_0_0", text="Seen.")
    event = made.sealed[-1].events[-1]
    text = made.tree.read("master-events.csv") or b""
    files = {path: made.tree.read(path) or b"" for path in made.tree.paths()}
    files["master-events.csv"] = text.replace(event.request_id.encode() + b"\n", b"$said:x\n")
    made.tree = MappingTree(files)
    async with seat(tmp_path, made, size=(160, 60)) as owner:
        at = int(NOW.timestamp() * 1000)
        owner.workspace.fake.messages["$said:x"] = StoredMessage(
            1, "$said:x", "!guide:x", "@maria:smartup0.org", "m.room.message", "m.text", "!comment 6_1_0_0 Seen.", {},
            at, 0, datetime(2026, 3, 2, tzinfo=UTC), catch_up=False,
        )  # fmt: skip
        await owner.press("0")
        assert "The message it came from" in owner.picture
        assert "!comment 6_1_0_0 Seen." in owner.picture


async def test_a_finding_shows_its_rows_and_is_acknowledged(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org, size=(160, 50)) as owner:
        await owner.press("0", "A")
        assert "i shows what was found" in owner.reply
        find(owner.workspace, EDITED)
        await owner.press("i")
        assert "One finding waits for you" in owner.picture
        assert "has watched every commit after" in owner.picture
        await owner.press("j")
        assert "-2026-02-01T00:00:00Z,MINT,72.00,,maria,g_1" in owner.picture
        assert "+2026-02-01T00:00:00Z,MINT,99.00,,maria,g_1" in owner.picture
        assert screen(owner).entity_in_hand == SHA
        await owner.press("A")
        assert "Finding 1 is acknowledged" in owner.reply
        assert "Nothing is open" in owner.picture
        await owner.press("A")
        assert "acknowledged already" in owner.reply


async def test_hostile_rows_stay_texts(tmp_path: Path, org: Organisation) -> None:
    files = {path: org.tree.read(path) or b"" for path in org.tree.paths()}
    rows = "".join(
        f'2026-03-02T13:00:0{n}Z,E9999999{n},maria,comment,task,6_1_0_0,"{text.replace(chr(34), "")}",api:x,ok,r-{n}\n'
        for n, text in enumerate(HOSTILE)
    )
    files["master-events.csv"] += rows.encode("utf-8", "replace")
    made = Organisation(org.now, MappingTree(files))
    async with seat(tmp_path, made) as owner:
        await owner.press("0", *["j"] * 8, "enter", "escape", "i", "j", "j")
        harmless(owner)


def test_everything_is_ranges_and_agrees_with_the_ids(tmp_path: Path, org: Organisation) -> None:
    workspace = QuietWorkspace(tmp_path, None, org)
    try:
        with Index(workspace.places.index) as index:
            whole = lists.TrailWindow(index, lists.TrailFilter())
            ids = [row[0] for row in index.connection.execute('SELECT row FROM "master-events" ORDER BY row DESC')]
            assert len(whole) == len(ids)
            assert [row for row, _ in whole.rows(0, len(ids))] == ids
            assert [whole.position(row) for row in ids] == list(range(len(ids)))
            assert whole.position(1) is None
            assert lists.place_of(index, ids[-1]) == ("master-events.csv", 2)
    finally:
        workspace.stop()
