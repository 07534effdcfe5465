"""The ledger's lists and tables without a terminal: text for people, JSON and CSV for programs."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.test_reading import Shell, home, shell

__all__ = ["home", "shell"]


def test_objectives_people_and_proposals_are_listed(shell: Shell) -> None:
    assert shell("objectives") == 0
    assert "5_1_0" in shell.out
    assert "Onboarding flow" in shell.out
    assert shell("objectives", "no-such-word") == 0
    assert shell.out.startswith("No objective passes.")
    assert shell("people") == 0
    assert "maria" in shell.out
    assert shell("people", "--teams") == 0
    assert "3_1" in shell.out
    found = shell.json("people", "--roles", "maria")["roles"]
    assert {row["holder"] for row in found} == {"maria"}
    open_roles = shell.json("people", "--open-roles")["roles"]
    assert all(row["holder"] is None and row["recruitment"] == "OPEN" for row in open_roles)
    assert shell("people", "--applications") == 0
    assert shell.json("proposals") == {"as_of": "2026-03-02T14:05:00Z", "proposals": []}


def test_the_audit_trail_by_actor_entity_action_and_day(shell: Shell) -> None:
    everything = shell.json("audit", "--limit", "0")["events"]
    times = [row["timestamp"] for row in everything]
    assert times == sorted(times, reverse=True)
    mine = shell.json("audit", "--actor", "maria", "--limit", "0")["events"]
    assert mine == [row for row in everything if row["actor"] == "maria"]
    claims = shell.json("audit", "--action", "claim_task", "--entity", "6_1_0_1")["events"]
    assert [row["entity_id"] for row in claims] == ["6_1_0_1"]
    assert claims[0] in shell.json("history", "6_1_0_1")["events"]
    # What happened to a task is also what happened in its sessions and to the awards they led to.
    told = shell.json("history", "6_7_0_0")["events"]
    assert {"create_task", "claim_task", "start_work", "assess_work", "validate_sc"} <= {row["action"] for row in told}
    march = shell.json("audit", "--from", "2026-03-01", "--to", "2026-03-02", "--limit", "0")["events"]
    assert march == [row for row in everything if row["timestamp"].startswith("2026-03-01")]
    assert shell("audit", "--limit", "1") == 0
    assert "the newest 1; --limit 0 shows all; as of 2 Mar 14:05" in shell.out
    assert shell("audit", "--from", "yesterday") == 2
    assert "'yesterday' is no day such as 2026-11-21" in shell.err


def test_the_treasury_is_told_with_its_ratio(shell: Shell) -> None:
    assert shell("treasury") == 0
    found = shell.json("treasury")
    assert set(found) == {"as_of", "treasury"}


def test_a_table_is_exported_as_csv_and_as_json(shell: Shell, tmp_path: Path) -> None:
    assert shell("people", "--format", "csv") == 0
    assert {row["alias"] for row in csv.DictReader(io.StringIO(shell.out))} >= {"maria", "jonas"}
    assert shell("audit", "--limit", "3", "--format", "json") == 0
    assert len(json.loads(shell.out)) == 3
    assert shell("export", "task-budgets", "--where", "status=open") == 0
    rows = list(csv.DictReader(io.StringIO(shell.out)))
    assert {row["status"] for row in rows} == {"open"}
    assert shell("export", "task-budgets", "passport", "--format", "json") == 0
    (found,) = json.loads(shell.out)
    assert (found["task_id"], found["budget_sc"]) == ("6_1_0_1", "25.00")

    file = tmp_path / "audit.csv"
    assert shell("export", "master-events", "--output", str(file)) == 0
    assert "rows are in" in shell.out
    whole = file.read_bytes()
    assert len(list(csv.reader(io.StringIO(whole.decode())))) > 10
    assert shell("export", "master-events", "--output", str(file)) == 1
    assert "nothing was overwritten" in shell.err
    assert file.read_bytes() == whole


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("no-such-table",), "invalid choice"),
        (("task-budgets", "--where", "colour=red"), "`colour=red` is no condition on task-budgets"),
        (("task-budgets", "--from", "3d"), "has no column `timestamp`"),
    ],
)
def test_what_can_not_be_exported_is_said(shell: Shell, arguments: tuple[str, ...], said: str) -> None:
    assert shell("export", *arguments) == 2
    assert said in shell.err
