"""`smartup search`: pages and hand-over notes by their words; and what else is listed and exported exactly."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

import pytest

from tests.cli.test_reading import Shell, home, shell

__all__ = ["home", "shell"]


def test_pages_and_notes_are_found_by_words(shell: Shell, tmp_path: Path) -> None:
    assert shell("search", "newcomers", "questions") == 0
    assert "6_1_0_0 Draft the owners' guide wiki/" in shell.out
    assert "[Newcomers] ask the same five [questions]" in shell.out
    told = shell.json("search", "noted", "--notes", "--limit", "1")
    assert told["total"] == 3
    (found,) = told["results"]
    assert (found["kind"], found["task_id"]) == ("note", "6_7_0_0")
    assert shell("search", "noted", "--limit", "1") == 0
    assert "the best 1 of 3; --limit 0 shows all; as of 2 Mar 14:05" in shell.out
    assert shell("search", "noted", "--format", "csv") == 0
    assert len(list(csv.DictReader(io.StringIO(shell.out)))) == 3
    file = tmp_path / "found.json"
    assert shell("search", "noted", "--output", str(file)) == 0
    assert len(json.loads(file.read_bytes())) == 3
    assert shell("search", "no-such-word-anywhere") == 0
    assert shell.out.startswith("No page and no note")
    assert shell("search", '"*') == 0  # whatever is typed is words


def test_conditions_are_read_as_the_column_writes_them(shell: Shell) -> None:
    assert shell("export", "task-budgets", "--where", "budget_sc=200", "--format", "json") == 0
    assert [row["task_id"] for row in json.loads(shell.out)] == ["6_7_0_0"]
    assert shell("export", "task-budgets", "--where", "attacker=", "--format", "json") == 0
    assert {row["attacker"] for row in json.loads(shell.out)} == {None}
    assert shell("export", "task-budgets", "--where", "budget_sc=much") == 2
    assert "such as 25.00" in shell.err
    assert shell("history", "s_99") == 1
    assert "The audit trail says nothing of s_99." in shell.err


def test_a_table_fits_the_terminal_or_stands_row_by_row(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    for columns in (200, 100, 60, 40):
        monkeypatch.setenv("COLUMNS", str(columns))
        assert shell("objectives") == 0
        assert max(map(len, shell.out.split("\n"))) <= columns
        assert "5_1_0" in shell.out
        assert ("OBJECTIVE" in shell.out) == (columns >= 100)
