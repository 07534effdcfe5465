"""Lists so long that their rows are looked for beside the keys."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from smartup_tui.app import WorkspaceApp
from smartup_tui.ledger.index import queries
from smartup_tui.screens.tasks import TasksScreen
from tests.support.owner_home import organisation
from tests.support.quiet_workspace import QuietWorkspace


async def until(pilot: Any, condition: Callable[[], object]) -> None:
    for _ in range(3000):
        if condition():
            return
        await pilot.pause(0.02)
    raise AssertionError


def tasks_of(app: WorkspaceApp) -> TasksScreen:
    assert isinstance(app.screen, TasksScreen)
    return app.screen


def views_of(app: WorkspaceApp) -> str:
    return "".join(strip.text for strip in app.screen._compositor.render_strips()[3:4])


async def test_what_was_marked_is_marked_again_when_its_rows_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = QuietWorkspace(tmp_path, None, organisation())
    app = WorkspaceApp(first)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("2", "a", "slash", "0", "enter", "j", "j")
        await pilot.pause()
        marked, count = tasks_of(app).entity_in_hand, tasks_of(app).table.source.count
        assert marked
        app.keep_session()
    first.stop()

    monkeypatch.setattr(queries, "are_many", lambda *_: True)
    look, going = queries.task_window, threading.Event()

    def slowly(*given: Any) -> Any:
        if given[1].text:
            assert going.wait(60)
        return look(*given)

    monkeypatch.setattr(queries, "task_window", slowly)
    second = QuietWorkspace(tmp_path)
    app = WorkspaceApp(second)
    async with app.run_test(size=(120, 30)) as pilot:
        # What is shown meanwhile is not the answer, and is not counted as one.
        await until(pilot, lambda: "looking" in views_of(app))
        going.set()
        await until(pilot, lambda: tasks_of(app).entity_in_hand == marked)
        await until(pilot, lambda: f"3 of {count}" in views_of(app))
        assert tasks_of(app).words == "0"
    second.stop()
