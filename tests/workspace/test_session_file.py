"""The kept session is a convenience: whatever the file holds, the workspace opens."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from smartup_tui.workspace.session import Kept, Session, load, save

LEFT = Session("Tasks", {"Tasks": Kept("all", "guide", "6_1_0_0"), "Today": Kept(marked="6_1_0_0")})


def test_what_is_kept_is_found_again(tmp_path: Path) -> None:
    file = tmp_path / "state" / "session.json"
    save(file, LEFT)
    assert load(file) == LEFT
    assert file.stat().st_mode & 0o077 == 0
    assert [found.name for found in file.parent.iterdir()] == ["session.json"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        '{"screen": 1, "screens": {}}',
        '{"screen": "Tasks", "screens": []}',
        '{"screen": "Tasks", "screens": {"Tasks": 3}}',
        "[" * 60_000,
        json.dumps({"screen": "x" * 400, "screens": {}}),
    ],
)
def test_a_damaged_file_is_no_file(tmp_path: Path, content: str) -> None:
    file = tmp_path / "session.json"
    file.write_text(content)
    assert load(file).screens == {}


def test_a_place_that_can_not_be_written_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where a folder is wanted")
    save(tmp_path / "state" / "session.json", LEFT)
    assert load(tmp_path / "state" / "session.json") == Session()
