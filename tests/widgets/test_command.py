from __future__ import annotations

from smartup_tui.catalogue.complete import Completion
from smartup_tui.config import Settings
from smartup_tui.widgets.command import CommandLine
from smartup_tui.widgets.suggestions import Explanation, Suggestions
from smartup_tui.widgets.table import VirtualTable
from tests.widgets.demo import Demo, DemoScreen
from tests.widgets.support import shown


class Heard(Demo):
    """Remembers what the command line said."""

    def __init__(self) -> None:
        super().__init__(Settings())
        self.sent: list[tuple[str, bool]] = []
        self.left = 0

    def on_command_line_submitted(self, message: CommandLine.Submitted) -> None:
        self.sent.append((message.text, message.explanation.ok))

    def on_command_line_left(self) -> None:
        self.left += 1

    @property
    def line(self) -> CommandLine:
        return self.query_one_screen().command_line

    def query_one_screen(self) -> DemoScreen:
        assert isinstance(self.screen, DemoScreen)
        return self.screen


def is_open(app: Heard) -> bool:
    return app.line.is_open


def text(app: Heard) -> str:
    return "\n".join(shown(app))


async def test_a_key_opens_it_and_escape_gives_the_focus_back() -> None:
    app = Heard()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("!")
        assert is_open(app)
        await pilot.press("q", "escape")
        assert not is_open(app)
        assert app.left == 1
        assert isinstance(app.focused, VirtualTable)
        assert app.sent == []


async def test_alt_enter_begins_a_line_and_sends_nothing() -> None:
    app = Heard()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("!", *"notes one", "alt+enter", *"two")
        assert app.sent == []
        assert "notes one↵two" in text(app)
        await pilot.press("enter")
        assert [sent for sent, _ in app.sent] == ["notes one\ntwo"]


async def test_a_composed_command_is_editable_and_enter_sends_it() -> None:
    app = Heard()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("x")
        assert app.line.text == "stop_work "
        assert app.line.explanation == Explanation(ok=False, text="stop_work: which task?")
        await pilot.press(*"6_1", "enter")
        assert app.sent == [("stop_work 6_1", True)]
        assert not is_open(app)
        assert app.line.text == ""
        assert isinstance(app.focused, VirtualTable)


async def test_the_list_is_over_the_prompt_and_moves_nothing() -> None:
    app = Heard()
    async with app.run_test(size=(80, 24)) as pilot:
        before = shown(app)
        await pilot.press("!", *"st")
        await pilot.pause()
        after = shown(app)
        assert after[18].startswith("   start_work")
        assert after[19].startswith("   stop_work")
        assert "Begin with the name" in after[20]
        assert after[21].startswith(" ! st")
        assert after[22:] == before[22:]
        assert after[:17] == before[:17]
        await pilot.press("escape")
        await pilot.pause()
        assert shown(app) == before


async def test_tab_takes_the_next_completion_and_goes_round() -> None:
    app = Heard()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("!", *"st", "tab")
        assert app.line.text == "start_work "
        await pilot.press("tab")
        assert app.line.text == "stop_work "
        await pilot.press("tab")
        assert app.line.text == "start_work "
        await pilot.press("shift+tab")
        assert app.line.text == "stop_work "
        await pilot.press("6")
        assert app.line.text == "stop_work 6"
        assert app.line.explanation.ok


async def test_up_and_down_walk_the_history_and_come_back_to_what_was_being_written() -> None:
    app = Heard()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("!", *"sta", "up")
        assert app.line.text == "wallet"
        await pilot.press("up", "up")
        assert app.line.text == "my_tasks"
        await pilot.press("down", "down")
        assert app.line.text == "sta"


async def test_what_was_left_can_be_recalled() -> None:
    app = Heard()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("!", *"stop_work long notes", "escape", "!", "up")
        assert app.line.text == "stop_work long notes"
        await pilot.press("enter")
        assert app.line.history == ["my_tasks", "wallet", "stop_work long notes"]


async def test_an_empty_line_sends_nothing() -> None:
    app = Heard()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("!", "space", "enter")
        assert app.sent == []
        assert not is_open(app)


async def test_pasted_text_is_one_clean_line() -> None:
    from textual.events import Paste

    app = Heard()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("!")
        app.post_message(Paste("stop_work done\r and\x1b]52;c;x\x07 more\u202e"))
        await pilot.pause()
        assert app.line.text == "stop_work done and␛]52;c;x␇ more"
        assert "\x1b" not in text(app)


async def test_hostile_labels_and_explanations_are_harmless() -> None:
    app = Heard()
    async with app.run_test(size=(80, 24)) as pilot:
        app.line.complete = lambda _text, cursor: [Completion("x", 0, cursor, "[/red]\x1b[2J", "\u202e[bold]")]
        app.line.explain = lambda _text: Explanation(ok=True, text="[/]\x9b31m")
        await pilot.press("!", "x")
        await pilot.pause()
        assert "[/red]␛[2J" in text(app)
        assert app.screen.query_one(Suggestions).labels == ["[/red]␛[2J"]
        assert not {"\x1b", "\x9b", "\u202e"} & set(text(app))
        app.line.open("claim_task \x1b]0;x\x07\u202e")
        assert app.line.text == "claim_task ␛]0;x␇"


async def test_the_prompt_can_not_be_reached_by_walking_the_focus() -> None:
    app = Heard()
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(4):
            await pilot.press("tab")
            assert not is_open(app)
            assert app.focused is not None
            assert not any(isinstance(node, CommandLine) for node in app.focused.ancestors)
