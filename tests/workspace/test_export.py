"""Tables as files: whole or not at all, guarded, and never over another file."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from smartup_tui.workspace.export import SLICE, ExportError, Format, NewFile, Sheet, free_name, parts, write_new

ROWS: list[list[Any]] = [
    ["6_1_0_0", '=HYPERLINK("x")', Decimal("12.50"), datetime(2026, 3, 2, 14, 5, tzinfo=UTC), ("a", "b"), None],
    ["6_1_0_1", "wide 漢字, and a comma", Decimal("0.00"), datetime(2026, 3, 2, tzinfo=UTC), (), "-1"],
]
COLUMNS = ("task_id", "title", "budget", "at", "ids", "note")


def sheet(rows: Sequence[Sequence[Any]]) -> Sheet:
    return Sheet("tasks", COLUMNS, len(rows), lambda start, count: rows[start : start + count])


def whole(rows: Sequence[Sequence[Any]], form: Format) -> str:
    return b"".join(data for _, data in parts(sheet(rows), form)).decode()


def test_csv_has_the_ledgers_forms_and_its_guard() -> None:
    found = list(csv.reader(whole(ROWS, Format.CSV).splitlines()))
    assert found == [
        list(COLUMNS),
        ["6_1_0_0", '\'=HYPERLINK("x")', "12.50", "2026-03-02T14:05:00Z", "a;b", ""],
        ["6_1_0_1", "wide 漢字, and a comma", "0.00", "2026-03-02T00:00:00Z", "", "'-1"],
    ]


def test_json_is_one_document() -> None:
    found = json.loads(whole(ROWS, Format.JSON))
    assert found[0]["budget"] == "12.50"
    assert found[0]["ids"] == ["a", "b"]
    assert found[1]["note"] == "-1"


@pytest.mark.parametrize("count", [0, 1, SLICE, SLICE + 1, 2 * SLICE])
@pytest.mark.parametrize("form", list(Format))
def test_every_row_is_written_once(count: int, form: Format) -> None:
    rows = [[f"6_{n}", "x", None, None, (), ""] for n in range(count)]
    text = whole(rows, form)
    found = json.loads(text) if form is Format.JSON else list(csv.DictReader(text.splitlines()))
    assert [row["task_id"] for row in found] == [row[0] for row in rows]


def test_what_can_not_be_written_today_is_cleaned() -> None:
    assert "\x1b" not in whole([["\x1b]52;c;x\x07", "a\nb", None, None, (), None]], Format.CSV)


def test_nothing_is_overwritten_and_nothing_left_behind(tmp_path: Path) -> None:
    path = tmp_path / "tasks.csv"
    write_new(path, b"mine")
    with pytest.raises(ExportError) as caught:
        write_new(path, b"other")
    assert "nothing was overwritten" in caught.value.message
    assert path.read_bytes() == b"mine"
    with NewFile(tmp_path / "half.csv") as out:
        out.write(b"half")
    assert [found.name for found in tmp_path.iterdir()] == ["tasks.csv"]
    assert free_name(tmp_path, "tasks", "csv").name == "tasks-2.csv"


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ExportError) as caught:
        write_new(tmp_path / "none" / "x.csv", b"")
    assert "no such file or directory" in caught.value.message
    assert caught.value.hint
