"""What is in hand stays in hand, whatever happens to the ledger behind it."""

from __future__ import annotations

from pathlib import Path

from smartup_tui.ledger import tables
from smartup_tui.ledger.index.ingest import ingest
from smartup_tui.ledger.index.store import Index
from smartup_tui.ledger.tree import MappingTree
from tests.screens.test_journeys import WRITING, seat, task_with
from tests.support.owner_home import organisation


async def test_a_task_whose_line_in_the_ledger_is_another(tmp_path: Path) -> None:
    """As when tasks that are over roll into a segment: what follows them moves up in the file."""
    org = organisation()
    async with seat(tmp_path, org) as owner:
        await owner.press("2", "a", "j", "j", "j")
        task = task_with(owner, WRITING)
        shorter = {path: org.tree.read(path) or b"" for path in org.tree.paths()}
        lines = shorter[tables.TASKS.path].splitlines(keepends=True)
        shorter[tables.TASKS.path] = b"".join([lines[0], *lines[2:]])
        with Index(owner.workspace.places.index, writable=True) as index:
            ingest(index, MappingTree(shorter, "shorter"))
        owner.app.opening = False
        await owner.hear(owner.workspace.synced)
        await owner.press("c")  # nobody has asked for what is new: the task that is seen is meant
        assert owner.line.text == f"claim_task {task.task_id} attacker"
        await owner.press("escape")
        assert task_with(owner, WRITING).task_id == task.task_id
        assert f"▸ {task.task_id}" in owner.picture


async def test_the_words_of_the_filter_go_along_to_another_view(tmp_path: Path) -> None:
    async with seat(tmp_path, organisation()) as owner:
        await owner.press("2", "a", "slash", *"index", "enter")
        task = task_with(owner, WRITING)
        await owner.press("o")
        assert task_with(owner, WRITING) == task
        assert "1 of 1" in owner.picture
