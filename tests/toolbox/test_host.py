"""`smartup ledger repair` from the host, on a ledger on a real embedded forge."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from smartup_tui.cli import main
from smartup_tui.forge.embedded.faults import Fault, FaultKind
from smartup_tui.ledger import tables
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.tree import MappingTree
from tests.support.organisation import Organisation, company
from tests.support.three_writes import ThreeWrites, writes_of
from tests.toolbox.scenario import Place, running, seed
from tests.toolbox.test_run import settings


def organisation() -> Organisation:
    org = company()
    org.seats(org.task(), "maria", "jonas")
    org.do("start_work", "maria", task_id="6_7_0_0")
    org.do("stop_work", "maria", notes="Done and noted.")
    return org


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A ledger by three writes, of which the last command was cut off after its page."""
    sealed = organisation().sealed
    ledger = ThreeWrites()
    for one in sealed[:-1]:
        ledger.run(one)
    with running(tmp_path, ledger.files) as found:
        path, data = next(writes_of(sealed[-1], ledger.files))
        seed(found, {path: data})
        yield found


class Command:
    """`smartup ledger …` on the host."""

    def __init__(self, place: Place, capsys: pytest.CaptureFixture[str]) -> None:
        self._config = str(settings(place, cli_actors=False))
        self._capsys = capsys

    def __call__(self, *words: str) -> tuple[int, dict[str, Any]]:
        """Run it with --json: the exit code and what it prints."""
        code = main(["ledger", *words, "--config", self._config, "--json"])
        return code, json.loads(self._capsys.readouterr().out)

    def words(self, *words: str) -> tuple[int, str]:
        """Run it for people."""
        code = main(["ledger", *words, "--config", self._config])
        return code, self._capsys.readouterr().out


@pytest.fixture
def command(place: Place, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(place, capsys)


def clock(place: Place) -> str:
    row = Snapshot(MappingTree(place.files())).session("s_1")
    assert row is not None
    return row.status


def test_repair_completes_a_stop_and_the_history_is_in_order(place: Place, command: Command) -> None:
    before = place.commits()
    code, told = command("repair")
    assert code == 0, told
    assert told["check"]["ok"]
    assert any("s_1" in line for line in told["done"])
    assert len(told["commits"]) == 1
    assert clock(place) == "stopped"
    assert place.commits()[: len(before)] == before
    events = [e for e in Snapshot(MappingTree(place.files())).rows(tables.EVENTS) if e.action == "repair"]
    assert {(e.actor, e.result, e.script) for e in events} == {("toolbox", "repaired", "cli:repair")}
    assert {e.entity_type for e in events} == {"session", "task", "commit"}
    assert command("repair") == (0, {**told, "done": [], "commits": [], "check": told["check"]})


def test_a_dry_run_tells_and_writes_nothing(place: Place, command: Command) -> None:
    before = place.commits()
    code, told = command.words("repair", "--dry-run", "--files-only")
    assert code == 0
    assert "The end of s_1 was not in every file" in told
    assert "would be written" in told
    assert place.commits() == before
    assert clock(place) == "running"


@pytest.mark.parametrize("kind", [FaultKind.RACE, FaultKind.DROP_AFTER, FaultKind.DROP_BEFORE], ids=lambda k: k.value)
def test_a_write_that_failed_or_did_not_tell_is_looked_up_and_planned_again(
    place: Place, command: Command, kind: FaultKind
) -> None:
    place.faults.plan(Fault(kind, method="POST", path="/contents"))
    code, told = command("repair")
    assert code == 0, told
    assert clock(place) == "stopped"
    events = Snapshot(MappingTree(place.files())).rows(tables.EVENTS).where(action="repair", entity_type="session")
    assert len(events) == 1


def test_import_takes_over_a_folder_once(place: Place, command: Command) -> None:
    old = place.folder / "old"
    (old / "ledger/social-karma").mkdir(parents=True)
    (old / "ledger/social-karma/transactions.csv").write_text(
        "timestamp,type,amount,from,to,reference,description,awarded_by,category,evidence_link\n"
        "# a comment\n2025-08-02T10:00:00Z,KARMA,15,,maria,guide,Wrote it,robbert_founder,documentation,\n"
        "2025-08-03T10:00:00Z,KARMA,many,,maria,guide,Wrote it,robbert_founder,documentation,\n"
    )
    code, told = command("import", str(old))
    assert code == 0
    assert told["done"] == ["1 rows of karma from ledger/social-karma/transactions.csv."]
    assert told["hindered"][0].startswith("ledger/social-karma/transactions.csv:4: amount")
    assert [row.amount for row in Snapshot(MappingTree(place.files())).rows(tables.KARMA)] == [15]
    assert command("import", str(old))[1]["commits"] == []
    private = old / "people.csv"
    private.write_text("real_name\nMaria\n")
    private.chmod(0)  # it is named, and not opened
    assert command("import", str(old))[1]["hindered"][0].startswith("people.csv: no table")
    mapping = place.folder / "mapping.toml"
    mapping.write_text("[nothing]\n")
    assert main(["ledger", "import", str(old), "--mapping", str(mapping)]) == 2


def test_the_settings_must_be_named(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SMARTUP_TOOLBOX_CONFIG", raising=False)
    assert main(["ledger", "repair"]) == 2
    assert "--config" in capsys.readouterr().err
