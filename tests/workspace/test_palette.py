"""Everything is found by its name, by a part of it, and with a slip of the hand; the best comes first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from smartup_tui.ledger.index.ingest import ingest
from smartup_tui.ledger.index.store import Index
from smartup_tui.workspace.palette import Entry, Go, Palette, Write, commands
from smartup_tui.workspace.reader import Reader
from tests.support.organisation import FOUNDER
from tests.support.owner_home import PROFILE, organisation
from tests.support.quiet_workspace import ROOMS

HERE = (Entry("screen", "Tasks", "2", Go("Tasks")), Entry("screen", "Wallet", "3", Go("Wallet")))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with Index(tmp_path_factory.mktemp("palette") / "index.db", writable=True) as found:
        ingest(found, organisation().tree)
        yield found


@pytest.fixture
def palette(index: Index) -> Palette:
    return Palette(Reader(index, PROFILE), ROOMS, HERE)


def first(palette: Palette, wanted: str) -> tuple[str, str]:
    found = palette.find(wanted)
    return (found[0].kind, found[0].name) if found else ("", "")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("wallet", ("screen", "Wallet")),
        ("walet", ("screen", "Wallet")),
        ("6_7_0_0", ("task", "6_7_0_0")),
        ("backup", ("task", "6_7_0_0")),
        ("bakup dril", ("task", "6_7_0_0")),
        ("Drill Back", ("task", "6_7_0_0")),
        ("onboarding", ("objective", "5_1_0")),
        ("jonas", ("owner", "jonas")),
        ("4_3_7", ("role", "4_3_7")),
        ("claim", ("command", "!claim_task")),
        ("!clam", ("command", "!claim_task")),
        ("!claim-task", ("command", "!claim_task")),
        ("2_workplace", ("room", "2_workplace")),
    ],
)
def test_what_is_meant_comes_first(palette: Palette, wanted: str, found: tuple[str, str]) -> None:
    assert first(palette, wanted) == found


def test_pages_and_teams_are_found(palette: Palette) -> None:
    kinds = {(entry.kind, entry.target) for entry in palette.find("proof-read")}
    assert any(kind == "page" and isinstance(target, Go) and target.entity.endswith(".md") for kind, target in kinds)
    assert ("team", Go("People", "3_7")) in {(e.kind, e.target) for e in palette.find("3_7")}


def test_with_nothing_typed_it_offers_what_is_here(palette: Palette) -> None:
    assert palette.find("") == list(HERE)
    assert palette.find("  ") == list(HERE)
    assert all(entry.kind == "command" for entry in palette.find("!"))


def test_nonsense_finds_nothing(palette: Palette) -> None:
    assert palette.find("zqxwzqxw") == []


def test_choosing_a_command_begins_it(palette: Palette) -> None:
    assert palette.find("!start_work")[0].target == Write("!start_work ")
    assert "<task_id>" in palette.find("!start_work")[0].more


def test_a_worker_sees_why_a_captains_command_is_not_theirs(index: Index) -> None:
    found = {entry.name: entry.reason for entry in commands(Reader(index, PROFILE))}
    assert found["!claim_task"] == ""
    assert found["!create_task"]
    assert "command line" in found["!register_smartup"]


def test_the_founder_may_nearly_everything(index: Index) -> None:
    founder = Reader(index, msgspec.structs.replace(PROFILE, alias=FOUNDER, user_id="@robbert:smartup0.org"))
    found = {entry.name: entry.reason for entry in commands(founder)}
    assert found["!create_task"] == ""
    assert found["!set_owner"] == ""


def test_without_a_ledger_screens_and_commands_are_there() -> None:
    palette = Palette(None, (), HERE)
    assert first(palette, "wallet") == ("screen", "Wallet")
    assert first(palette, "!claim") == ("command", "!claim_task")


def test_a_newer_ledger_is_found_at_once(index: Index, palette: Palette) -> None:
    assert palette.find("quite new title") == []
    before = index.connection.execute("SELECT title FROM \"task-budgets\" WHERE task_id = '6_7_0_1'").fetchone()[0]
    index.connection.execute("UPDATE \"task-budgets\" SET title = 'Quite new title' WHERE task_id = '6_7_0_1'")
    commit = index.commit
    index.connection.execute("UPDATE meta SET value = 'newer' WHERE key = 'commit'")
    assert first(palette, "quite new title") == ("task", "6_7_0_1")
    index.connection.execute("UPDATE \"task-budgets\" SET title = ? WHERE task_id = '6_7_0_1'", (before,))
    index.connection.execute("UPDATE meta SET value = ? WHERE key = 'commit'", (commit,))


@pytest.mark.parametrize("wanted", ["%", "_", "'", '"', "\\", "[", "(", "*", "\t", "\n", "İ", "ß", "\x1b]", "é" * 300])
def test_any_text_may_be_typed(palette: Palette, wanted: str) -> None:
    palette.find(wanted)


def test_letters_whose_small_form_is_longer_do_not_shift_the_names(index: Index, tmp_path: Path) -> None:
    with Index(tmp_path / "index.db", writable=True) as other:
        ingest(other, organisation().tree)
        other.connection.execute("UPDATE \"task-budgets\" SET title = 'İİİ first' WHERE task_id = '6_1_0_0'")
        palette = Palette(Reader(other, PROFILE), (), HERE)
        assert palette.find("backup drill")[0].name == "6_7_0_0"
        assert palette.find("first")[0].words == "İİİ first"
