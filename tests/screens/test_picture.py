from __future__ import annotations

from textual.app import ComposeResult
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from smartup_tui.config import Settings
from smartup_tui.screens.base import CalmApp
from smartup_tui.screens.picture import picture_of


class Below(Screen[None]):
    def compose(self) -> ComposeResult:
        yield Clock("since 12:41 · 1 h 24 min")


class Clock(Static):
    def elapsed_spans(self) -> list[tuple[int, int, int]]:
        return [(0, 14, 10)]


class Above(ModalScreen[None]):
    def compose(self) -> ComposeResult:
        yield Static("a page over it")


async def test_the_picture_is_of_the_lowest_screen_and_without_elapsed_time() -> None:
    app = CalmApp(Settings())
    async with app.run_test(size=(40, 4)) as pilot:
        await app.push_screen(Below())
        await app.push_screen(Above())
        await pilot.pause()
        picture = picture_of(app)
        assert "since 12:41" in picture
        assert "1 h" not in picture
        assert "a page over it" not in picture
        assert picture.startswith("\x1b[1;1H")
        assert picture.count(";1H") == 4
