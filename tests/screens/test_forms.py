"""Forms: fields to a whole command, which is shown, and sent by nobody but the owner."""

from __future__ import annotations

from pathlib import Path

from smartup_tui.catalogue.commands import CATALOGUE
from smartup_tui.catalogue.grammar import Parsed, parse
from smartup_tui.screens.forms.form import CommandForm, Outcome
from smartup_tui.screens.tasks import TasksScreen
from smartup_tui.workspace.forms import shape_of
from tests.screens.judges import judge
from tests.support import judging as told


async def test_a_command_opens_as_a_form_whose_text_parses_back(tmp_path: Path) -> None:
    """One of each make; that every command composes what it says is shown without a terminal (workspace/test_forms)."""
    makes = {frozenset((shape_of(a), a.required, a.option) for a in c.arguments): c for c in CATALOGUE.values()}
    async with judge(tmp_path, "aisha") as owner:
        for command in makes.values():
            wanted = parse(command.example)
            assert isinstance(wanted, Parsed)
            outcomes: list[Outcome | None] = []
            form = CommandForm(command, wanted.arguments, owner.workspace)
            await owner.app.push_screen(form, outcomes.append)
            await owner.pilot.pause()
            shown = form.preview
            await owner.press("ctrl+s")
            assert [o.text for o in outcomes if o is not None] == [shown], command.name
            assert parse(shown) == wanted


async def test_an_assessment_from_key_to_command(tmp_path: Path) -> None:
    async with judge(tmp_path, "aisha") as owner:
        await owner.press("6", "j", "a")
        assert owner.form.preview == "!assess_work s_7 <effort> <learning> <collaboration>"
        await owner.write("8")
        await owner.press("enter")
        await owner.write("7")
        await owner.press("down")
        await owner.write("9")
        for said in (
            "80 % of 70 % of 100 SC: 56.00 SC",
            "attacker maria  50.40 SC",
            "defender jonas  5.60 SC",
            "cap 500",
        ):
            assert said in owner.picture, said
        await owner.press("enter")
        await owner.write("30")
        assert "40 % of the budget stays for later sessions." in owner.picture
        assert "21.60 SC" in owner.picture
        await owner.press("enter")
        await owner.write("Honest notes")
        await owner.press("enter")  # on the last field: to the command line
        assert owner.line.text == "assess_work s_7 8 7 9 share=30 Honest notes"
        assert owner.line.explanation.ok
        assert owner.workspace.sent == []
        await owner.press("enter")
        assert owner.workspace.sent[0][1] == "!assess_work s_7 8 7 9 share=30 Honest notes"


async def test_what_is_wrong_is_said_in_its_field_and_keeps_the_form_open(tmp_path: Path) -> None:
    async with judge(tmp_path, "aisha") as owner:
        await owner.press("6", "j", "a")
        await owner.write("11")
        assert "The effort is a whole number from 1 to 10, not “11”." in owner.picture
        await owner.press("ctrl+s")
        assert owner.form.draft.value("effort") == "11"
        await owner.press("backspace", "ctrl+s")
        assert "learning" in owner.picture
        assert "needed" in owner.picture
        row = owner.form._row
        assert row is not None
        assert row.argument.name == "learning"  # where it is missing


async def test_leaving_keeps_the_draft_for_the_same_thing_only(tmp_path: Path) -> None:
    async with judge(tmp_path, "aisha") as owner:
        await owner.press("6", "j", "a")
        await owner.write("8")
        await owner.press("escape")
        assert owner.line.text == ""
        await owner.press("k", "a")
        assert owner.form.preview == "!assess_work s_2 <effort> <learning> <collaboration>"
        await owner.press("escape", "j", "a")
        assert owner.form.draft.value("effort") == "8"
        assert "!assess_work s_7 8 <learning>" in owner.picture
        await owner.write("5")
        await owner.press("enter")
        await owner.write("5")
        await owner.press("ctrl+s")
        assert owner.line.text == "assess_work s_7 8 5 5"
        await owner.press("escape", "a")
        assert owner.form.draft.value("effort") == "8"  # it was left on the way: nothing was sent
        await owner.press("ctrl+s", "enter")
        assert owner.workspace.sent[0][1] == "!assess_work s_7 8 5 5"
        await owner.press("a")
        assert owner.form.draft.value("effort") == ""  # what became a command is no draft any more


async def test_the_line_of_keys_is_about_the_field_in_hand(tmp_path: Path) -> None:
    async with judge(tmp_path, "aisha") as owner:

        def keys() -> str:
            return owner.picture.rstrip().splitlines()[-1]

        await owner.press("2", "a", "n")
        assert "Enter next" in keys()
        assert "Alt+Enter" not in keys()
        row = owner.form._row
        assert row is not None
        await owner.press(*["shift+tab"] * (owner.form._rows.index(row) + 1))
        assert "Enter to the command line" in keys()  # the last one, of several lines
        assert "Alt+Enter new line" in keys()
        assert "Ctrl+S" not in keys()


async def test_an_id_is_chosen_from_what_the_ledger_has(tmp_path: Path) -> None:
    async with judge(tmp_path, "aisha") as owner:
        await owner.press("2", "a", "n")
        if owner.form.draft.value("objective_id"):
            await owner.press("shift+tab", *["backspace"] * 5)
        await owner.write("task m")
        assert "5_7_0" in owner.picture
        await owner.press("down", "enter")
        assert owner.form.draft.value("objective_id") == "5_7_0"
        await owner.press("right", "right")
        assert owner.form.draft.value("size") == "medium"
        await owner.press("l")
        assert owner.form.draft.value("size") == "large"
        assert "Budget 100 SC: 90 % attacker, 10 % defender" in owner.picture
        await owner.press("enter", "enter")
        await owner.write("A bridge")
        await owner.press("tab")
        await owner.write("Two lines")
        await owner.press("ctrl+j")
        await owner.write("in all")
        await owner.press("enter")
        assert owner.line.text == "create_task 5_7_0 large A bridge :: Two lines\nin all"
        assert "↵" in owner.picture
        await owner.press("enter")
        assert owner.workspace.sent[0][1] == "!create_task 5_7_0 large A bridge :: Two lines\nin all"


async def test_arrows_and_tab_go_round_the_fields(tmp_path: Path) -> None:
    async with judge(tmp_path, "tomas") as owner:
        await owner.press("7", "p")

        def name() -> str:
            row = owner.form._row
            assert row is not None
            return row.argument.name

        assert name() == "title"
        await owner.press("up")
        assert name() == "kind"
        await owner.press("up")
        assert name() == "text"
        await owner.press("tab")
        assert name() == "kind"
        await owner.press("p")
        assert "policies/<file>.yml: <key> = <value>" in owner.picture
        await owner.press("backspace", "shift+tab", "shift+tab")
        assert name() == "title"
        assert owner.form.draft.value("kind") == ""
        await owner.press("enter", "down")
        assert name() == "kind"


async def test_who_may_not_is_told_why_and_no_form_opens(tmp_path: Path) -> None:
    async with judge(tmp_path, "jonas") as owner:
        await owner.press("6", "a")
        assert "You took part in s_2" in owner.reply
        await owner.press("2", "a", "n")
        assert "You can't use !create_task" in owner.reply
        await owner.press("D")
        assert "You can't use !cancel_task" in owner.reply
        assert owner.workspace.sent == []
    assert told.TO_ASSESS == "s_7"


async def test_a_captains_keys_on_a_task_say_whom_they_mean(tmp_path: Path) -> None:
    async with judge(tmp_path, "aisha") as owner:
        await owner.press("2", "a")
        screen = owner.screen
        assert isinstance(screen, TasksScreen)
        screen.show_entity(told.TREASURY)
        await owner.press("D")
        assert owner.line.text == f"cancel_task {told.TREASURY} "  # why is still to be said
        await owner.press("escape", "i")
        assert owner.form.preview.startswith(f"!assign_task {told.TREASURY} ")
        await owner.press("escape", "t")
        assert owner.form.preview.startswith(f"!set_task {told.TREASURY}")
        await owner.press("escape", "n")
        assert owner.form.preview.startswith("!create_task 5_7_0 ")
        assert owner.workspace.sent == []


async def test_hostile_text_in_a_field_is_only_text(tmp_path: Path) -> None:
    async with judge(tmp_path, "aisha", size=(60, 24)) as owner:
        await owner.press("7", "p")
        editor = owner.form._row
        assert editor is not None
        editor.editor.insert_text_at_cursor("\x1b]0;owned\x07[bold]x[/] \u202eevil")  # type: ignore[attr-defined]
        await owner.press("tab")
        await owner.pilot.pause()
        for forbidden in ("\x1b", "\x07", "\u202e"):
            assert forbidden not in owner.picture
        assert "[bold]x[/]" in owner.picture
