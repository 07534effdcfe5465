"""Text that wants to be more than text is shown as text on every screen; no byte of it commands the terminal."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from smartup_tui.ledger.index.store import Index
from smartup_tui.workspace.workspace import Workspace
from tests.screens.test_journeys import Seat, seat
from tests.support.owner_home import organisation

HOSTILE = (
    "\x1b]0;owned\x07\x1b[2J",
    "\x9b31m\x9d52;c;AAAA\x9c",
    "\u202eevil\u2066x\u2069\u200b\ufeff",
    "[/][bold red]markup[/bold red] [@click=app.quit]x[/]",
    "<script>`*_|~![x](y)",
    "W" * 5_000,
    "\u0041" + "\u0301" * 200,
    "line\r\nbreak\ttab\x00nul",
)
FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b\ufeff\ud800-\udfff]")


def poison(workspace: Workspace, text: str) -> None:
    """Put the text into every free text that the screens show, behind the ledger's own checks."""
    with Index(workspace.places.index, writable=True) as index:
        connection = index.connection
        for statement in (
            'UPDATE "task-budgets" SET title = ?',
            'UPDATE "objectives" SET title = ?',
            'UPDATE "roles" SET role_name = ?',
            'UPDATE "book-of-owners" SET license = ?',
            'UPDATE "credits" SET description = ?',
            'UPDATE "karma" SET description = ?',
            'UPDATE "master-events" SET details = ?',
            'UPDATE "work_clock" SET defender = ?',
            "UPDATE page_text SET body = ?",
        ):
            connection.execute(statement, (text,))
        connection.execute("INSERT INTO problems VALUES(?, 1, ?, ?)", (text, text, text))


def harmless(owner: Seat) -> None:
    assert not FORBIDDEN.search(owner.picture), owner.picture
    width: Any = owner.app.size.width
    strips = owner.app.screen._compositor.render_strips()
    assert all(strip.cell_length == width for strip in strips)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
async def test_every_screen_shows_it_as_text(tmp_path: Path, text: str) -> None:
    async with seat(tmp_path, organisation(), size=(80, 24)) as owner:
        poison(owner.workspace, text)
        owner.app.asked = True
        await owner.hear(owner.workspace.synced)
        harmless(owner)
        for keys in (("2",), ("a", "j"), ("tab", "j"), ("3",), ("tab",), ("P",), ("escape", "question_mark")):
            await owner.press(*keys)
            harmless(owner)
        await owner.press("escape", "!")
        await owner.type("claim_task 6_")
        harmless(owner)
        await owner.press("escape", "x")
        await owner.type("done")
        await owner.press("enter")
        await owner.hear(lambda: owner.workspace.answer(f"done {text}\n{text}"))
        harmless(owner)
        await owner.press("v")
        harmless(owner)
