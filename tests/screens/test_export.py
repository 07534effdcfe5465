"""What `E` writes of lists that are no plain tables of the ledger: trees and what Learn has found."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from smartup_tui.screens.export import sheet_of
from smartup_tui.screens.library_rows import VersionSource
from smartup_tui.workspace.export import Format, Sheet, parts
from smartup_tui.workspace.page_history import Version
from tests.screens.test_journeys import Seat, seat
from tests.support.owner_home import organisation


def sheet(owner: Seat) -> Sheet:
    found = sheet_of(owner.screen)
    assert found is not None
    return found


async def test_trees_and_found_pages_are_written_as_values(tmp_path: Path) -> None:
    async with seat(tmp_path, organisation()) as owner:
        await owner.press("5")
        tree = sheet(owner)
        assert tree.columns[0] == "Level"
        rows = tree.rows(0, tree.count)
        assert [row[:2] for row in rows[:2]] == [(0, "5_0 SmartupOS MVP ready"), (1, "5_1_0 Onboarding flow")]
        await owner.press("9", "slash", *"noted", "enter")
        found = sheet(owner)
        assert found.count == 3
        (first, *_) = found.rows(0, 1)
        values = dict(zip(found.columns, first, strict=True))
        assert (values["kind"], values["task_id"]) == ("note", "6_7_0_0")
        assert "[" not in str(values["passage"])
        assert b"".join(data for _, data in parts(found, Format.CSV)).startswith(b"kind,id,title,passage,path")
        await owner.press("escape", "h")
        notes = sheet(owner)
        assert notes.columns[0] == "session_id"
        assert {row[1] for row in notes.rows(0, notes.count)} == {"6_7_0_0"}


async def test_dates_are_written_whole(tmp_path: Path) -> None:
    async with seat(tmp_path, organisation()) as owner:
        await owner.press("4", "i")
        applications = sheet(owner)
        assert applications.columns[:2] == ("application_id", "timestamp")
        reader = owner.workspace.reader
        assert reader is not None
        at = datetime(2026, 10, 18, 14, 45, tzinfo=UTC)
        source = VersionSource(reader, "wiki/home.md", [Version("a1b2", at, "sofia", "One more")], "", "a1b2")
        written = Sheet("changes", source.columns, source.count, source.typed)
        lines = b"".join(data for _, data in parts(written, Format.CSV)).decode().splitlines()
        assert lines[1] == "a1b2,2026-10-18T14:45:00Z,sofia,One more"


async def test_y_copies_what_is_read_where_the_marked_row_has_no_id(tmp_path: Path) -> None:
    copied: list[str] = []
    async with seat(tmp_path, organisation()) as owner:
        owner.app.copy_to_clipboard = copied.append  # type: ignore[assignment, method-assign]
        await owner.press("2", "y")
        await owner.press("0", "i", "y")
        assert copied[0] == "6_1_0_1"
        assert copied[1].startswith("not watched  The past is watched")
