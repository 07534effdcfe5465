from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.widget import Widget

from smartup_tui.config import Settings
from smartup_tui.screens.theme import DARK, VARIABLES
from smartup_tui.widgets.lines import FrameHeader, KeyBar, KeyHint, ProgressLine, ReplyLine
from smartup_tui.widgets.tabs import DIGITS, Tabs
from tests.widgets.demo import Demo
from tests.widgets.support import shown

NAMES = ("Today", "Tasks", "Wallet", "People", "Objectives", "Review", "Govern", "Rooms", "Learn", "Audit")


class One(App[None]):
    """One widget in an ordinary application."""

    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self._widget = widget

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return {name: DARK[name] for name in VARIABLES}

    def compose(self) -> ComposeResult:
        yield self._widget


async def test_the_header_gives_way_from_the_right() -> None:
    header = FrameHeader()
    app = One(header)
    async with app.run_test(size=(60, 3)) as pilot:
        header.show(["Smartup Zero", "maria", "", "4_3_1"], "as of 14:02")
        await pilot.pause()
        assert shown(app)[0] == " Smartup Zero · maria · 4_3_1" + " " * 19 + "as of 14:02 "
        await pilot.resize_terminal(30, 3)
        assert shown(app)[0] == " Smartup Zero · maria · 4_3_1 "


@pytest.mark.parametrize("columns", [120, 87, 80, 60, 30])
@pytest.mark.parametrize("active", ["Today", "Objectives", "Audit"])
async def test_the_open_screen_is_always_among_the_names_and_marked(columns: int, active: str) -> None:
    app = One(Tabs(NAMES, active))
    async with app.run_test(size=(columns, 3)) as pilot:
        await pilot.pause()
        line = shown(app)[0]
        assert f"▸{active}" in line
        assert line.count("▸") == 1
        if columns >= 80:
            assert all(name in line for name in NAMES)
        # How each of the others is reached stands there at any width.
        keys = {key for key, name in zip(DIGITS, NAMES, strict=True) if name != active}
        assert {sign for sign in line if sign.isdigit()} == keys


async def test_a_click_on_a_name_chooses_it() -> None:
    chosen: list[str] = []

    class Listening(One):
        def on_tabs_chosen(self, message: Tabs.Chosen) -> None:
            chosen.append(message.name)

    async with Listening(Tabs(NAMES, "Today")).run_test(size=(120, 3)) as pilot:
        await pilot.click(Tabs, offset=(12, 0))
        await pilot.click(Tabs, offset=(9, 0))
        assert chosen == ["Tasks"]


async def test_a_reply_has_a_sign_a_time_and_its_room() -> None:
    reply = ReplyLine()
    app = One(reply)
    async with app.run_test(size=(80, 3)) as pilot:
        reply.answered("Clock started.\nSecond line", ok=True, at="12:41", room="6_1_2_0")
        await pilot.pause()
        assert shown(app)[0].startswith(" ✓ 12:41  Clock started.  ")
        assert shown(app)[0].endswith("  v: more  room: 6_1_2_0 ")
        assert reply.full == "Clock started.\nSecond line"
        reply.answered("No free seat.", ok=False, at="12:42")
        await pilot.pause()
        assert shown(app)[0].startswith(" ✗ 12:42  No free seat.")
        reply.waiting("start_work 6_1_2_0: waiting for the network", at="12:43")
        await pilot.pause()
        assert shown(app)[0].startswith(" … 12:43  start_work")
        reply.clear()
        assert reply.text == ""


async def test_a_hostile_reply_is_harmless() -> None:
    reply = ReplyLine()
    app = One(reply)
    async with app.run_test(size=(80, 3)) as pilot:
        reply.answered("[/x]\x1b]0;t\x07\u202e", ok=True, at="12:41", room="\x1b[2J")
        await pilot.pause()
        assert "[/x]␛]0;t␇" in shown(app)[0]
        assert "\x1b" not in shown(app)[0]
        reply.set_line([("\x1b[2Jleft\n\x07", "")], [("\x9b\u202eright", "")])
        await pilot.pause()
        assert not {"\x1b", "\x07", "\x9b", "\u202e", "\n"} & set(shown(app)[0])


async def test_progress_is_amounts() -> None:
    progress = ProgressLine()
    app = One(progress)
    async with app.run_test(size=(80, 3)) as pilot:
        progress.show("First sync", 1_200, 3_000, "rooms")
        await pilot.pause()
        assert shown(app)[0].rstrip() == " First sync  ████████░░░░░░░░░░░░  1,200 of 3,000 rooms"
        progress.show("Reading", 7, None, "files")
        await pilot.pause()
        assert shown(app)[0].rstrip() == " Reading  7 files"
        progress.show("Done", 9, 5)
        await pilot.pause()
        assert "9 of 5" in shown(app)[0]


async def test_the_key_bar_keeps_the_way_out_and_says_why_a_key_is_dead() -> None:
    bar = KeyBar()
    app = One(bar)
    async with app.run_test(size=(80, 3)) as pilot:
        bar.show(
            [
                KeyHint("c", "claim", reason="The task has no free seat."),
                KeyHint("s", "start"),
                KeyHint("?", "keys", keep=True),
                KeyHint("q", "quit", keep=True),
            ]
        )
        await pilot.pause()
        assert shown(app)[0].rstrip() == " (c claim)  s start  ? keys  q quit"
        await pilot.resize_terminal(20, 3)
        await pilot.pause()
        assert shown(app)[0].rstrip() == " ? keys  q quit"
        assert bar.reason("c") == "The task has no free seat."
        assert bar.reason("s") == ""


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 30)])
async def test_the_frame_is_as_drawn(size: tuple[int, int]) -> None:
    app = Demo(Settings())
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        lines = shown(app)
        columns, rows = size
        assert len(lines) == rows
        assert all(len(line) == columns for line in lines)
        assert lines[0].startswith(" Smartup Zero · maria · work license · 4_3_1")
        assert lines[0].endswith("as of 14:02 ")
        assert "▸Tasks" in lines[1]
        assert lines[2] == "─" * columns
        assert lines[-4] == "─" * columns
        assert lines[-3].startswith(" !")
        assert lines[-2].startswith(" ✓ 12:41")
        assert lines[-1].rstrip().endswith("q quit")
        side_by_side = any("Draft part" in line and "Passport" in line for line in lines)
        assert side_by_side is (columns >= 80)
