"""What an owner does and sees: keys in, screen out, with Engelbot and the forge played by the test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from smartup_tui.app import WorkspaceApp
from smartup_tui.config import Settings
from smartup_tui.ledger.rows import TaskBudget
from smartup_tui.matrix.outbox import State
from smartup_tui.matrix.status import Wake
from smartup_tui.screens.owner_screen import OwnerScreen
from smartup_tui.screens.tasks import TasksScreen
from smartup_tui.widgets.command import CommandLine
from smartup_tui.workspace.state import News
from tests.support.organisation import FOUNDER, Organisation
from tests.support.owner_home import NOW, organisation
from tests.support.quiet_workspace import QuietWorkspace

WRITING = "Index the wiki"


@pytest.fixture(scope="module")
def org() -> Organisation:
    return organisation()


class Seat:
    """The owner at the terminal."""

    def __init__(self, app: WorkspaceApp, pilot: Any, workspace: QuietWorkspace) -> None:
        self.app, self.pilot, self.workspace = app, pilot, workspace

    @property
    def screen(self) -> OwnerScreen:
        screen = self.app.screen
        assert isinstance(screen, OwnerScreen)
        return screen

    @property
    def reply(self) -> str:
        return self.screen.reply.text

    @property
    def line(self) -> CommandLine:
        return self.screen.command_line

    @property
    def picture(self) -> str:
        """The whole screen as text."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        self.line._prompt.insert_text_at_cursor(text)
        await self.pilot.pause()

    async def hear(self, news: Callable[[], None]) -> None:
        news()
        await self.pilot.pause()
        await self.pilot.pause()

    async def tell_of(self, kind: News) -> None:
        await self.hear(lambda: self.workspace._tell(kind))


@asynccontextmanager
async def seat(
    root: Path, org: Organisation | None, settings: Settings | None = None, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[Seat]:
    workspace = QuietWorkspace(root, settings, org)
    app = WorkspaceApp(workspace)
    try:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            yield Seat(app, pilot, workspace)
    finally:
        workspace.stop()


def task_with(owner: Seat, title: str) -> TaskBudget:
    screen = owner.screen
    assert isinstance(screen, TasksScreen)
    found = screen.task_in_hand()
    assert found is not None
    assert found.title == title
    return found


async def test_claim_from_key_to_answer(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org) as owner:
        await owner.press("2", "j")
        task = task_with(owner, WRITING)
        await owner.press("c")
        assert owner.line.text == f"claim_task {task.task_id} attacker"
        assert owner.line.explanation.ok
        assert owner.workspace.sent == []  # shown, not sent
        assert "room: 3_7 Backend" in owner.picture
        assert "Enter send" in owner.picture  # and the way on is said
        await owner.press("enter")
        assert owner.workspace.sent == [("!team7:x", f"!claim_task {task.task_id} attacker")]
        assert "Waiting to be sent." in owner.reply
        await owner.hear(lambda: owner.workspace.answer("✓ maria took the attacker's seat.\nBudget 25.00 SC."))
        assert "maria took the attacker's seat." in owner.reply
        assert "✓ maria" not in owner.reply.replace(" ✓ ", "", 1)
        assert "room: 3_7 Backend" in owner.reply
        await owner.press("v")
        assert "Budget 25.00 SC." in owner.picture
        await owner.press("escape", "!", "up")
        assert owner.line.text == f"claim_task {task.task_id} attacker"  # it is in the history
        await owner.press("escape", "1", "!", "up")
        assert owner.line.text == f"claim_task {task.task_id} attacker"  # on every screen


async def test_a_task_in_hand_does_not_vanish_from_under_the_owner(tmp_path: Path, org: Organisation) -> None:
    from smartup_tui.ledger.index.store import Index

    async with seat(tmp_path, org) as owner:
        await owner.press("2", "j")
        task = task_with(owner, WRITING)
        with Index(owner.workspace.places.index, writable=True) as index:
            index.connection.execute(
                'UPDATE "task-budgets" SET attacker = "maria", defender = "jonas" WHERE task_id = ?', (task.task_id,)
            )
        owner.app.asked = True
        await owner.hear(owner.workspace.synced)
        assert task_with(owner, WRITING).attacker == "maria"  # no longer open, but still in hand
        await owner.press("s")
        assert "stop work first" in owner.reply
        await owner.press("o")
        assert WRITING not in owner.picture.split("│")[0]  # asked for the list anew, it is gone


async def test_a_refusal_is_said_where_it_was_asked(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org) as owner:
        await owner.press("!")
        await owner.type("claim_task 6_7_0_1 attacker")
        await owner.press("enter")
        await owner.hear(lambda: owner.workspace.answer("✗ You hold five seats already. Release one first.", ok=False))
        assert "✗" in owner.reply
        assert "You hold five seats already. Release one first." in owner.reply
        assert owner.workspace.refreshes == 1  # the start only: nothing changed, so nothing is asked for


async def test_an_answer_in_words_alone_is_shown(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org) as owner:
        await owner.press("!")
        await owner.type("claim_task 6_7_0_1 attacker")
        await owner.press("enter")
        await owner.hear(lambda: owner.workspace.answer("Another bot answers.", ok=None))
        assert "Another bot answers." in owner.reply


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("claim_tsk 6_1_0_0", "claim_task"),
        ("claim_task", "task"),
        ("assess_work s_1 11 5 5", "effort"),
        ("!", "command"),
        ("?", "letter"),
        ("stop_work at=never done", "at"),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_is_sent(
    tmp_path: Path, org: Organisation, typed: str, said: str
) -> None:
    async with seat(tmp_path, org) as owner:
        await owner.press("!")
        await owner.type(typed)
        assert not owner.line.explanation.ok
        await owner.press("enter")
        assert owner.workspace.sent == []
        assert said in owner.reply


async def test_control_characters_never_reach_the_line(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org) as owner:
        await owner.press("!")
        await owner.type("stop_work done\x1b]0;owned\x07 \u202eevil\r\nnext")
        assert "\x1b" not in owner.line.text
        assert "\x07" not in owner.line.text
        assert "\u202e" not in owner.line.text
        assert "\x1b" not in owner.picture


async def test_notes_of_5000_characters_are_sent_whole(tmp_path: Path, org: Organisation) -> None:
    notes = " ".join(["Agreed on the outline."] * 220)
    async with seat(tmp_path, org) as owner:
        await owner.press("x")
        assert owner.line.text == "stop_work "
        await owner.type(notes)
        assert owner.line.explanation.ok
        await owner.press("enter")
        assert owner.workspace.sent == [("!guide:x", f"!stop_work {notes}")]


async def test_another_room_can_be_chosen(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org) as owner:
        await owner.press("x")
        await owner.type("done")
        assert "room: 6_1_0_0 (Ctrl+O: another)" in owner.picture
        await owner.press("ctrl+o")
        assert "room: 3_1 Leadership Team" in owner.picture
        assert owner.line.text == "stop_work done"
        await owner.press("enter")
        assert owner.workspace.sent == [("!team1:x", "!stop_work done")]


async def test_without_a_room_nothing_is_lost_and_it_is_said(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org) as owner:
        owner.workspace.fake.rooms = ()
        await owner.press("x")
        await owner.type("done")
        assert "no room known yet" in owner.picture
        await owner.press("enter")
        assert owner.workspace.sent == []
        assert "No room is known" in owner.reply
        await owner.press("!", "up")
        assert owner.line.text == "stop_work done"


async def test_keys_that_are_not_possible_say_why(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org) as owner:
        await owner.press("s")
        assert owner.reply.strip() == "Your clock runs on this task."
        await owner.press("c")
        assert "You hold the attacker's seat of 6_1_0_0 already." in owner.reply
        await owner.press("3", "c")
        assert owner.reply.strip() == "Choose a task first."


async def test_one_key_sends_only_what_can_be_undone(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org, Settings(one_key_sending=True)) as owner:
        await owner.press("x")
        assert owner.line.text == "stop_work "
        assert owner.workspace.sent == []
        await owner.press("escape", "2", "j", "c")
        assert owner.line.text == ""
        assert owner.workspace.sent == [("!team7:x", "!claim_task 6_7_0_1 attacker")]


async def test_starting_what_the_partner_started_confirms_it(tmp_path: Path) -> None:
    org = organisation()
    org.now = NOW
    org.do("stop_work", "maria", notes="done")
    org.do("start_work", FOUNDER, task_id="6_1_0_0")
    async with seat(tmp_path, org) as owner:
        await owner.press("2", "m", "k", "k", "k")
        while task_with_any(owner).task_id != "6_1_0_0":
            await owner.press("j")
        assert "s confirm" in owner.picture
        await owner.press("s")
        assert f"confirms {FOUNDER}'s session, running since 14:05" in owner.line.explanation.text
        assert owner.line.text == "start_work 6_1_0_0"
        await owner.press("escape", "1")
        assert "s confirm that the work has begun" in owner.picture


def task_with_any(owner: Seat) -> TaskBudget:
    found = owner.screen.task_in_hand()
    assert found is not None
    return found


async def test_tab_goes_round_my_tasks_and_enter_opens_one(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org) as owner:
        first = task_with_any(owner)
        seen = [first.task_id]
        for _ in range(3):
            await owner.press("tab")
            seen.append(task_with_any(owner).task_id)
        assert seen[3] == first.task_id
        assert len(set(seen)) == 3
        await owner.press("shift+tab", "enter")
        await owner.pilot.pause()
        assert isinstance(owner.screen, TasksScreen)
        assert task_with_any(owner).task_id == seen[2]
        assert "▸ mine" in owner.picture


async def test_queries_are_answered_here(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org) as owner:
        for text, seen in (
            ("wallet", "SC that moved"),
            ("my_tasks", "My tasks"),
            ("open_tasks 3_7 medium", "1 of 1"),
            ("task 6_7_0_0", "Backup drill"),
            ("clock", "My tasks"),
        ):
            await owner.press("!")
            await owner.type(text)
            assert "answered here" in owner.picture
            await owner.press("enter")
            await owner.pilot.pause()
            assert seen in owner.picture, owner.picture
        await owner.press("!")
        await owner.type("help")
        await owner.press("enter")
        assert "Engelbot" in owner.picture or "Working" in owner.picture
        assert owner.workspace.sent == []


async def test_waiting_commands_are_decided_by_the_owner(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org) as owner:
        for words in ("first", "second"):
            await owner.press("x")
            await owner.type(words)
            await owner.press("enter")
        outbox = owner.workspace.connection.outbox
        rows = outbox.rows()
        outbox.hold_overdue(rows[-1].created_at.timestamp() + 3600, owner.workspace.connection._max_age)
        await owner.hear(lambda: owner.workspace._on_wake(Wake.OUTBOX))
        assert "w decides" in owner.reply
        await owner.press("w")
        assert "stop_work first" in owner.picture
        assert "waited too long" in owner.picture
        await owner.press("s")
        assert outbox.rows()[0].state is State.QUEUED
        await owner.press("j", "d")
        assert outbox.rows()[1].state is State.DROPPED
        await owner.press("escape")
        await owner.press("3", "1")


async def test_the_way_out_says_what_is_not_sent(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org) as owner:
        said: list[str] = []
        owner.app.say_on_leaving = said.append  # type: ignore[assignment, method-assign]
        await owner.press("x")
        await owner.type("done")
        await owner.press("enter", "q")
        assert said == ["One command is not sent yet; the next start takes care of it."]


@pytest.mark.parametrize(
    ("kind", "message", "sentence"),
    [
        (
            "Unreachable",
            "The forge can not be reached.",
            "The forge can not be reached; you see what was read at 14:05.",
        ),
        (
            "Unauthorized",
            "The forge does not accept this login.",
            "The forge refuses this login; `smartup doctor` says what to do.",
        ),
        (
            "NotFound",
            "The forge has no such thing.",
            "This login sees no ledger there; `smartup doctor` looks into it.",
        ),
        (
            "ServerError",
            "The forge has a problem of its own.",
            "The forge has trouble; you see what was read at 14:05.",
        ),
        ("Conflict", "Somebody else changed this.", "Somebody else changed this."),
        ("ended", "Reading the ledger ended unexpectedly.", "press r to try again."),
    ],
)
async def test_a_failing_forge_is_one_calm_sentence_with_a_way_out(
    tmp_path: Path, org: Organisation, kind: str, message: str, sentence: str
) -> None:
    async with seat(tmp_path, org, size=(80, 24)) as owner:
        await owner.hear(lambda: owner.workspace.failed(kind, message, "Check the network."))
        assert sentence in owner.picture  # whole, not cut
        assert "v: more" in owner.picture
        await owner.press("v")
        assert "Check the network." in owner.picture


async def test_problems_name_file_and_line(tmp_path: Path) -> None:
    from smartup_tui.ledger.index.store import Index

    async with seat(tmp_path, organisation()) as owner:
        with Index(owner.workspace.places.index, writable=True) as index:
            index.connection.execute(
                "INSERT INTO problems VALUES(?, ?, ?, ?)",
                ("ledger/task-budgets.csv", 7, "budget_sc", "expected an amount such as 25.00"),
            )
        await owner.press("P")
        assert "task-budgets.csv" in owner.picture
        assert "line 7" in owner.picture
        assert "expected an amount such as 25.00" in owner.picture
        await owner.press("escape")
        assert isinstance(owner.app.screen, OwnerScreen)


async def test_the_first_reading_shows_amounts_and_can_be_stopped(tmp_path: Path) -> None:
    async with seat(tmp_path, None, size=(80, 24)) as owner:
        stopped: list[bool] = []
        owner.workspace.cancel_refresh = lambda: stopped.append(True)  # type: ignore[method-assign]
        await owner.hear(lambda: owner.workspace.progressed(30, 120))
        assert "read for the first time" in owner.picture
        assert "30 of 120 files downloaded" in owner.picture
        assert "█████░" in owner.picture
        await owner.press("c")
        assert "not been read yet" in owner.reply
        await owner.press("escape")
        assert stopped == [True]
        await owner.hear(lambda: owner.workspace.failed("stopped", "Reading was stopped."))
        assert "r reads it." in owner.picture
        assert "press r to go on" in owner.reply
        await owner.press("2")
        assert "has not been read yet" in owner.picture


async def test_the_first_ledger_is_shown_although_keys_were_pressed(tmp_path: Path, org: Organisation) -> None:
    from tests.support.owner_home import make_home

    async with seat(tmp_path, None) as owner:
        await owner.press("j")
        make_home(tmp_path, org)
        await owner.hear(owner.workspace.synced)
        assert "Draft the owners' guide" in owner.picture
        assert "read for the first time" not in owner.picture


async def test_the_filter_narrows_as_it_is_typed(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org) as owner:
        await owner.press("2", "slash", *"wiki", "space", *"small")
        assert "1 of 1" in owner.picture
        await owner.press("enter", "c")
        assert owner.line.text.startswith("claim_task 6_7_0_1")
        await owner.press("escape", "escape")
        assert "of 4" in owner.picture
        await owner.press("slash", *"nothing has this")
        assert "Nothing found. Esc clears" in owner.picture
        await owner.press("escape")
        assert "of 4" in owner.picture


async def test_the_keys_page_has_all_keys_in_groups(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org, size=(120, 70)) as owner:
        await owner.press("2", "question_mark")
        lines = [line.rstrip() for line in owner.picture.splitlines()]
        columns = {line.index(words) for words in (" claim", " quit") for line in lines if line.endswith(words)}
        assert len(columns) == 1  # what the keys do stands in one column
        picture = " ".join(owner.picture.split())
        for words in (
            "On the marked task",
            "In Tasks",
            "Everywhere",
            "In the command line",
            "In the list or page",
            "c claim",
            "/ filter",
            "! : write a command",
            "Ctrl+O send it to another room",
            "q Ctrl+Q Ctrl+C quit",
            "Tab complete",
        ):
            assert words in picture, words
        assert "Copy" not in picture
