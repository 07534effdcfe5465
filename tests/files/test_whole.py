"""A file is replaced whole or not at all, and is its owner's alone."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from smartup_tui.files.whole import replace_file


def test_the_old_bytes_give_way_to_the_new(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    replace_file(file, b"a long first content")
    replace_file(str(file), b"second", lasting=True)
    assert file.read_bytes() == b"second"
    assert list(tmp_path.iterdir()) == [file]


def test_file_and_folders_are_their_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "smartup" / "maria" / "state.json"
    replace_file(file, b"")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for folder in (file.parent, file.parent.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_file_in_this_folder_needs_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    replace_file("state.json", b"here")
    assert (tmp_path / "state.json").read_bytes() == b"here"


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_bytes(b"somebody's")
    file = tmp_path / "state.json"
    file.symlink_to(other)
    replace_file(file, b"mine")
    assert not file.is_symlink()
    assert other.read_bytes() == b"somebody's"


def test_where_it_fails_nothing_is_changed_and_nothing_is_left(tmp_path: Path) -> None:
    folder = tmp_path / "state.json"
    (folder / "inside").mkdir(parents=True)
    with pytest.raises(OSError, match="state"):
        replace_file(folder, b"new")
    assert [found.name for found in tmp_path.rglob("*")] == ["state.json", "inside"]


def test_a_folder_that_is_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "state").write_bytes(b"")
    with pytest.raises(OSError, match="state"):
        replace_file(tmp_path / "state" / "session.json", b"")
