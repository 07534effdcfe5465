"""A captain's review and a vote: keys in, pages out, commands composed and sent by nobody but the owner."""

from __future__ import annotations

from pathlib import Path

import pytest

from smartup_tui.ledger.index import queries
from smartup_tui.ledger.index.store import Index
from smartup_tui.screens.review import ReviewScreen
from tests.screens.judges import judge
from tests.screens.test_beside_the_keys import comes
from tests.screens.test_hostile import HOSTILE, harmless
from tests.support import judging as told


async def test_a_captains_review_of_an_award(tmp_path: Path) -> None:
    async with judge(tmp_path, "lena") as owner:
        await owner.press("6", "l")
        assert "Waits for validation. lena or tomas can." in owner.picture
        await owner.press("d")
        assert owner.line.text == f"validate_sc {told.PENDING} approve"
        assert owner.line.explanation.ok
        assert "room: 3_7 Backend" in owner.picture  # where the work was done, in the open
        assert owner.workspace.sent == []
        await owner.press("enter")
        assert owner.workspace.sent == [("!team7:x", f"!validate_sc {told.PENDING} approve")]
        await owner.press("D")
        assert owner.line.text == f"validate_sc {told.PENDING} reject "


async def test_keys_that_do_not_fit_say_why(tmp_path: Path) -> None:
    async with judge(tmp_path, "aisha") as owner:
        await owner.press("6", "d")
        assert f"{'s_2'} is not assessed yet." in owner.reply
        await owner.press("j")
        assert not owner.reply.strip()  # it was said of another session
        await owner.press("l", "d")
        assert f"{told.PENDING} is yours; lena or tomas can." in owner.reply
        assert "(d validate)" in owner.picture
        await owner.press("b")
        assert "not validated yet" in owner.reply
        await owner.press("o", "a")
        assert owner.form.preview.startswith("!assess_work s_2")  # its award was rejected, so it waits again


async def test_a_contested_award_is_resolved_by_who_had_no_part(tmp_path: Path) -> None:
    async with judge(tmp_path, "aisha") as owner:
        await owner.press("6", "n")
        assert "Objection of maria" in owner.picture
        await owner.press("h")
        assert "Objection of maria: The token page is missing" in owner.picture
        await owner.press("d", "enter")
        await owner.write("It is there")
        await owner.press("enter")
        assert owner.line.text == f"resolve {told.CONTESTED} dismiss It is there"
        await owner.press("escape", "j", "b")
        assert owner.line.text == f"object {told.RUNNING} "
    async with judge(tmp_path / "maria", "maria") as owner:
        await owner.press("6", "n", "u")
        assert owner.line.text == f"withdraw {told.CONTESTED}"


async def test_one_who_only_watches_sees_the_queue_and_why_they_may_not(tmp_path: Path) -> None:
    async with judge(tmp_path, "wim") as owner:
        await owner.press("6")
        assert "s_7" in owner.picture
        assert "(a assess)" in owner.picture
        await owner.press("a")
        assert "You can't use !assess_work on s_2." in owner.reply
        assert owner.workspace.sent == []


async def test_the_list_is_narrowed_and_things_are_found_by_id(tmp_path: Path) -> None:
    async with judge(tmp_path, "aisha") as owner:
        await owner.press("6", "slash")
        await owner.write("3_2")
        assert "Nothing found. Esc clears the words." in owner.picture
        await owner.press("escape")
        assert "s_7" in owner.picture
        screen = owner.screen
        assert isinstance(screen, ReviewScreen)
        for entity, view in (("g_7", "running"), ("s_7", "assess"), ("g_4", "done"), ("g_6", "pending")):
            screen.narrow("", entity, "")
            await owner.pilot.pause()
            assert (screen.view.name, screen.entity_in_hand) == (view, entity)
        screen.narrow("", "g_99", "")
        assert "There is no g_99 here." in owner.reply


async def test_many_awards_are_narrowed_beside_the_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "are_many", lambda *_: True)
    async with judge(tmp_path, "lena") as owner:
        await owner.press("6", "l", "slash", *told.PENDING, "enter")
        await comes(owner, lambda: "looking" not in owner.picture and "1 of 1" in owner.picture)
        assert isinstance(owner.screen, ReviewScreen)
        assert owner.screen.entity_in_hand == told.PENDING
        await owner.press("escape")
        await owner.press("slash", *"zqx", "enter")
        await comes(owner, lambda: "Nothing found." in owner.picture)


async def test_a_vote_from_key_to_command(tmp_path: Path) -> None:
    async with judge(tmp_path, "maria") as owner:
        await owner.press("7")
        assert "Silence until 4 Mar 12:25 is consent" in owner.picture
        await owner.press("Y")
        assert "not voted on: silence is consent" in owner.reply
        await owner.press("b")
        assert owner.line.text == f"object {told.OPEN} "
        await owner.press("escape", "j")
        assert "voted no" in owner.picture
        await owner.press("A")
        assert owner.line.text == f"vote {told.VOTING} abstain"
        await owner.press("escape", "b")
        assert "voted on already" in owner.reply
        await owner.press("l")
        assert "Office hours" in owner.picture
        await owner.press("Y")
        assert "no vote is open on it" in owner.reply
        await owner.press("m")
        assert "You have proposed nothing yet." in owner.picture


async def test_ones_own_proposal_is_taken_back(tmp_path: Path) -> None:
    async with judge(tmp_path, "robbert_founder") as owner:
        await owner.press("7", "b")
        assert f"{told.OPEN} is your own proposal; u takes it back." in owner.reply
        await owner.press("u")
        assert owner.line.text == f"withdraw {told.OPEN}"


@pytest.mark.parametrize("text", HOSTILE[:4], ids=range(4))
async def test_hostile_texts_stay_texts(tmp_path: Path, text: str) -> None:
    async with judge(tmp_path, "lena", size=(80, 24)) as owner:
        with Index(owner.workspace.places.index, writable=True) as index:
            for statement in (
                'UPDATE "task-budgets" SET title = :text',
                'UPDATE "pending-sc" SET note = :text',
                "UPDATE proposals SET title = :text, kind = :text, alias = :text",
                "UPDATE objections SET reason = :text",
                "UPDATE votes SET reason = :text",
            ):
                index.connection.execute(statement, {"text": text})
        for keys in (("6",), ("l",), ("n",), ("h",), ("escape", "7"), ("j",), ("a",)):
            await owner.press(*keys)
            harmless(owner)
