"""A walk through the whole workspace: every screen and every dialog in its main states, in one run of the program."""

from __future__ import annotations

import time
from asyncio import TimerHandle
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.segment import Segment
from textual.strip import Strip

from smartup_tui.app import WorkspaceApp
from smartup_tui.config import Settings
from smartup_tui.screens.owner_screen import OwnerScreen
from tests.screens.test_journeys import Seat
from tests.support.full_house import house
from tests.support.quiet_workspace import QuietWorkspace

Size = tuple[int, int]


@dataclass(frozen=True)
class Stop:
    """What is looked at: the keys that lead there from the stop before, beginning with a screen's own."""

    name: str
    keys: tuple[str, ...]


def stop(name: str, keys: str, *more: str) -> Stop:
    """A stop by single letters and named keys: `stop("x", "2a", "down")`."""
    return Stop(name, (*keys, *more))


_MARIA = (
    stop("today", "1"),
    stop("today, command", "1!", *"claim_task 6_"),
    stop("today, jump", "1g", *"dr"),
    stop("tasks, open", "2oj"),
    stop("tasks, all", "2aj"),
    stop("tasks, page", "2a", "tab", "j"),
    stop("tasks, filter", "2a/"),
    stop("tasks, nothing found", "2a/", *"qqq"),
    stop("wallet", "3"),
    stop("wallet, SK", "3", "tab"),
    stop("wallet, filter", "3/", *"doc", "enter"),
    stop("wallet, pending", "3", "tab"),
    stop("wallet, months", "3p"),
    stop("people, tree", "4tj", "space", "j"),
    stop("people, owners", "4bj"),
    stop("people, roles", "4l"),
    stop("people, open roles", "4oj"),
    stop("people, applications", "4i"),
    stop("people, teams", "4T"),
    stop("people, filter", "4b/", *"ai", "enter"),
    stop("objectives, tree", "5t", "plus", "j", "j"),
    stop("objectives, budgets", "5b"),
    stop("objectives, by month", "5p"),
    stop("review, of another", "6"),
    stop("review, running", "6nj"),
    stop("govern, voting", "7oj"),
    stop("govern, closed", "7l"),
    stop("govern, mine", "7m"),
    stop("rooms, invitation", "8", "home", "j"),
    stop("rooms, room", "8/", *"2_work", "enter", "enter"),
    stop("rooms, thread", "8/", *"2_work", "enter", "enter", *"kkkkkkkkk", "enter"),
    stop("rooms, writing", "8/", *"2_work", "enter", "enter", *"kka", *"First", "alt+enter", *"second"),
    stop("rooms, encrypted", "8/", *"secret", "enter", "enter"),
    stop("learn, reading", "9p", "end", "k", "k", "right", "j", "n", "n"),
    stop("learn, changes", "9p/", *"restore", "enter", "d", "home"),
    stop("learn, found", "9p/", *"backup", "enter"),
    stop("learn, notes", "9h"),
    stop("learn, nothing found", "9p/", *"qqq", "enter"),
    stop("audit, all", "0a"),
    stop("audit, filter", "0a/", *"action:cl", "enter"),
    stop("audit, mine", "0m"),
    stop("audit, integrity", "0i"),
    stop("keys", "2", "question_mark"),
    stop("palette", "2", "ctrl+p"),
    stop("palette, found", "2", "ctrl+p", *"bakup"),
    stop("palette, commands", "2", "ctrl+p", "!", *"as", "down"),
    stop("palette, nothing found", "2", "ctrl+p", *"zqx"),
    stop("export", "2E"),
    stop("problems", "1P"),
    stop("not sent", "1w"),
)
_AISHA = (
    stop("review, to assess", "6tj"),
    stop("review, contested", "6nj"),
    stop("review, to validate", "6lj"),
    stop("review, done", "6o"),
    stop("form, fault", "6t", "home", *"a11"),
    stop("form, assess", "6t", "home", "j", "a", "8", "enter", "7", "enter", "9"),
    stop("form, choices", "2an5", "down"),
)
WALKS = {"maria": _MARIA, "aisha": _AISHA}
MAIN = ("today", "tasks, all", "wallet", "people, owners", "objectives, tree", "review, running", "govern, voting",
        "rooms, room", "learn, reading", "audit, all")  # fmt: skip
"""One stop of each screen."""
OTHERS = ("today, command", "tasks, page", "tasks, nothing found", "wallet, months", "objectives, by month",
          "people, tree", "rooms, encrypted", "rooms, writing", "learn, changes", "keys", "palette", "export",
          "form, assess", "form, choices")  # fmt: skip
"""What has other widgets than those."""


@dataclass(frozen=True)
class Picture:
    """What is seen at a stop."""

    name: str
    app: WorkspaceApp
    strips: Sequence[Strip]

    @property
    def file(self) -> str:
        """Its name without blanks and commas."""
        return self.name.replace(", ", "-").replace(" ", "-")

    @property
    def text(self) -> str:
        return "\n".join(strip.text for strip in self.strips)

    @property
    def segments(self) -> list[Segment]:
        return [segment for strip in self.strips for segment in strip if segment.text]


class Walker(Seat):
    """Somebody who looks at everything."""

    async def at(self, where: Stop) -> Picture:
        """Go there; the answer of the stop before, dialogs, filters and marks are left behind."""
        await self.leave()
        await self.press(*where.keys)
        await self.settled()
        strips = self.app.screen._compositor.render_strips()
        return Picture(where.name, self.app, strips)

    async def settled(self) -> None:
        """Until what follows when the typing pauses is there."""
        waits = getattr(self.app.screen, "_narrowing", None)
        while isinstance(waits, TimerHandle) and not waits.cancelled() and waits.when() > time.monotonic():
            await self.pilot.pause(0.02)
        await self.pilot.pause()

    async def leave(self) -> None:
        """Back to a screen without anything over it."""
        for _ in range(8):
            screen = self.app.screen
            at_rest = isinstance(screen, OwnerScreen) and not screen.command_line.is_open
            in_list = screen.focused is getattr(screen, "table", screen.focused)
            if at_rest and in_list and not getattr(screen, "words", ""):
                break
            await self.press("escape")
        if isinstance(self.app.screen, OwnerScreen) and self.app.screen.reply.text:
            await self.press("escape")  # what was said is put away


@asynccontextmanager
async def walker(workspace: QuietWorkspace, size: Size) -> AsyncIterator[Walker]:
    """Somebody at a terminal of this size."""
    app = WorkspaceApp(workspace)
    try:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            yield Walker(app, pilot, workspace)
    finally:
        workspace.stop()


async def walk(root: Path, size: Size, settings: Settings, only: Sequence[str] = ()) -> AsyncIterator[Picture]:
    """All pictures, or those of these names."""
    for alias, stops in WALKS.items():
        wanted = [s for s in stops if not only or s.name in only]
        if not wanted:
            continue
        async with walker(house(root / alias, settings, alias), size) as owner:
            for where in wanted:
                yield await owner.at(where)


def picture_svg(picture: Picture) -> Any:
    """The picture as SVG."""
    return picture.app.export_screenshot()
