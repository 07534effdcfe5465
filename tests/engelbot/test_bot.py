"""What an owner meets in a room: one answer for each command, and silence for everything else."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from smartup_tui.engelbot.toolbox_client import NotYet
from smartup_tui.matrix import LinkState, LinkStatus
from tests.engelbot import fakes
from tests.engelbot.fakes import BOT, DESK, JONAS, MARIA, ROOM, STRANGER, Stage, event, state


def said(stage: Stage) -> list[str]:
    """The texts of all answers."""
    return [row.body for row in stage.link.replies()]


async def test_a_command_is_answered_once_in_reply_as_a_notice_with_its_typed_result(stage: Stage) -> None:
    stage.run()
    stage.link.deliver(event("$1", "!claim_task 6_1_2_0"))
    await stage.quiet()
    (answer,) = stage.link.replies()
    assert stage.toolbox.asked == [("claim_task", "maria", "$1")]
    assert answer.body == "✓ claim_task 6_1_2_0.\none\ntwo\nGo on."
    assert (answer.room_id, answer.txn_id, answer.kind) == (ROOM, "re-$1", "reply")
    assert answer.content["msgtype"] == "m.notice"
    assert answer.content["m.relates_to"] == {"m.in_reply_to": {"event_id": "$1"}}
    assert answer.content["m.mentions"] == {}
    result: Any = answer.content["org.smartup.result"]
    assert (result["ok"], result["request_id"], result["commits"]) == (True, "$1", {"2_workplace": "abc"})


async def test_talk_bots_edits_strangers_and_itself_are_met_with_silence(stage: Stage) -> None:
    stage.run()
    edit = {"m.relates_to": {"rel_type": "m.replace", "event_id": "$1"}}
    stage.link.deliver(
        event("$1", "hello"),
        event("$2", "! nothing"),
        event("$3", "!claim_task 6_1_2_0", content={"msgtype": "m.notice"}),
        event("$4", "!claim_task 6_1_2_0", content=edit),
        event("$5", "!claim_task 6_1_2_0", STRANGER),
        event("$6", "!claim_task 6_1_2_0", BOT),
        event("$7", "!wallet", JONAS),
    )
    await stage.quiet()
    assert stage.toolbox.asked == [("wallet", "jonas", "$7")]
    assert len(stage.link.replies()) == 1


async def test_a_command_in_an_old_clients_reply_is_heard(stage: Stage) -> None:
    stage.run()
    reply = {"m.relates_to": {"m.in_reply_to": {"event_id": "$0"}}}
    stage.link.deliver(event("$1", f"> <{JONAS}> take it\n> please\n\n!claim_task 6_1_2_0", content=reply))
    await stage.quiet()
    assert stage.toolbox.asked == [("claim_task", "maria", "$1")]


async def test_an_answer_stays_in_the_thread_of_its_command(stage: Stage) -> None:
    stage.run()
    thread = {"rel_type": "m.thread", "event_id": "$0", "m.in_reply_to": {"event_id": "$0"}}
    stage.link.deliver(event("$1", "!claim_task 6_1_2_0", content={"m.relates_to": thread}))
    await stage.quiet()
    (answer,) = stage.link.replies()
    assert answer.content["m.relates_to"] == thread | {"m.in_reply_to": {"event_id": "$1"}}


async def test_a_typo_is_answered_with_the_nearest_command_and_nothing_is_asked(stage: Stage) -> None:
    stage.run()
    stage.link.deliver(event("$1", "!strat_work 6_1_2_0"), event("$2", "!claim_task 6_1_2_0 left"))
    await stage.quiet()
    first, second = said(stage)
    assert first == "There is no command !strat_work. The nearest is !start_work.\nUsage: !start_work <task_id>"
    assert second.startswith("The seat is attacker or defender, not “left”.\nUnderstood: task 6_1_2_0.")
    assert stage.toolbox.asked == []


async def test_a_script_of_the_host_is_not_run_from_a_room(stage: Stage) -> None:
    stage.run()
    stage.link.deliver(event("$1", "!settle"))
    await stage.quiet()
    assert "command line" in said(stage)[0]
    assert stage.toolbox.asked == []


async def test_who_may_not_is_told_at_once_without_asking_the_toolbox(stage: Stage) -> None:
    stage.source.tree = fakes.ledger(maria_has_role=False)
    stage.run()
    stage.link.deliver(event("$1", "!claim_task 6_1_2_0"), event("$2", "!task 6_9_9_9"))
    await stage.quiet()
    no_role, no_task = said(stage)
    assert "you hold no role yet" in no_role
    assert "There is no task 6_9_9_9" in no_task
    assert stage.toolbox.asked == []


async def test_a_no_of_an_old_ledger_is_not_believed(stage: Stage) -> None:
    stage.source.kept = fakes.ledger(maria_has_role=False)
    stage.run()
    stage.link.deliver(event("$1", "!claim_task 6_1_2_0"))
    await stage.quiet()
    assert stage.toolbox.effects == {"$1": "claim_task by maria"}


async def test_an_owner_entered_a_moment_ago_is_known(stage: Stage) -> None:
    stage.source.kept = fakes.ledger(owners=["jonas"])
    stage.run()
    stage.link.deliver(event("$1", "!wallet"))
    await stage.quiet()
    assert stage.toolbox.asked == [("wallet", "maria", "$1")]


async def test_without_the_forge_the_cached_ledger_tells_owners_and_the_toolbox_judges(stage: Stage) -> None:
    stage.source.kept, stage.source.tree = fakes.ledger(maria_has_role=False), None
    stage.run()
    stage.link.deliver(event("$1", "!claim_task 6_1_2_0"))
    await stage.quiet()
    assert stage.toolbox.asked == [("claim_task", "maria", "$1")]


async def test_a_refusal_of_the_toolbox_is_passed_on_in_words(stage: Stage) -> None:
    error = {"code": "seat_taken", "message": "jonas holds this seat.", "hint": "See !open_tasks.", "field": None}
    stage.toolbox.refuse = {"ok": False, "error": error}
    stage.run()
    stage.link.deliver(event("$1", "!claim_task 6_1_2_0"))
    await stage.quiet()
    (answer,) = stage.link.replies()
    assert answer.body == "jonas holds this seat.\nSee !open_tasks."
    assert answer.content["org.smartup.result"] == {"ok": False, "error": error}


async def test_a_question_is_answered_at_its_owners_desk_and_not_in_a_shared_room(stage: Stage) -> None:
    stage.link.mark(DESK, {"kind": "desk", "owner": MARIA})
    stage.link.mark(ROOM, {"kind": "task", "id": "6_1_2_0"})
    stage.link.status = LinkStatus(LinkState.CONNECTING, fakes.NOW, None, None)
    stage.link.session.members = [BOT, MARIA]
    stage.run()
    stage.link.deliver(event("$1", "!wallet"))
    stage.link.deliver(event("$2", "!wallet"), room=DESK)
    stage.link.deliver(event("$3", "!claim_task 6_1_2_0"))
    stage.link.deliver(event("$4", "!wallet", JONAS))
    stage.link.deliver(event("$5", "!wallet", content={"org.smartup.command": "3b1c"}))
    await stage.quiet()
    by_txn = {row.txn_id: row for row in stage.link.replies()}
    assert by_txn["re-$1"].room_id == DESK
    assert by_txn["re-$1"].body.startswith("You asked !wallet:\n")
    assert "m.relates_to" not in by_txn["re-$1"].content
    assert by_txn["re-$2"].content["m.relates_to"] == {"m.in_reply_to": {"event_id": "$2"}}
    assert by_txn["re-$3"].room_id == ROOM
    assert by_txn["re-$4"].room_id == ROOM, "who has no desk is answered where they asked"
    assert by_txn["re-$5"].content["m.relates_to"] == {"m.in_reply_to": {"event_id": "$5"}}, "a workspace waits there"


async def test_a_room_that_came_with_the_question_is_known_as_shared(stage: Stage) -> None:
    stage.link.mark(DESK, {"kind": "desk", "owner": MARIA})
    stage.link.status = LinkStatus(LinkState.CONNECTING, fakes.NOW, None, None)
    stage.link.session.members = [BOT, MARIA]
    stage.run()
    stage.link.deliver(event("$1", "!wallet"), room=DESK)
    await stage.quiet()
    mark = state("org.smartup.room", {"kind": "task", "id": "6_1_2_0"})
    stage.link.deliver(event("$2", "!wallet"), states=[mark])
    await stage.quiet()
    assert [row.room_id for row in stage.link.replies()] == [DESK, DESK]


async def test_who_has_not_joined_their_desk_is_answered_where_they_asked(stage: Stage) -> None:
    stage.link.mark(DESK, {"kind": "desk", "owner": MARIA})
    stage.link.mark(ROOM, {"kind": "task", "id": "6_1_2_0"})
    stage.run()
    stage.link.deliver(event("$1", "!wallet"))
    await stage.quiet()
    (answer,) = stage.link.replies()
    assert answer.room_id == ROOM


async def test_the_toolbox_is_asked_again_with_the_same_id_until_it_answers(stage: Stage) -> None:
    async def twice_away(command: str, actor: str, request_id: str) -> None:
        if len(stage.toolbox.asked) < 3:
            raise NotYet("away")

    stage.toolbox.script = twice_away
    stage.run()
    stage.link.deliver(event("$1", "!claim_task 6_1_2_0"))
    await stage.quiet()
    assert [asked[2] for asked in stage.toolbox.asked] == ["$1", "$1", "$1"]
    assert len(said(stage)) == 1


async def test_one_owner_who_waits_holds_up_nobody_else_and_keeps_the_order(stage: Stage) -> None:
    back = asyncio.Event()

    async def away_for_maria(command: str, actor: str, request_id: str) -> None:
        if actor == "maria" and not back.is_set():
            raise NotYet("away")

    stage.toolbox.script = away_for_maria
    stage.run()
    stage.link.deliver(event("$1", "!claim_task 6_1_2_0"), event("$2", "!start_work 6_1_2_0"))
    stage.link.deliver(event("$3", "!claim_task 6_1_2_1", JONAS))
    await stage.until(lambda: "$3" in stage.toolbox.effects)
    assert list(stage.toolbox.effects) == ["$3"]
    back.set()
    await stage.quiet()
    assert list(stage.toolbox.effects) == ["$3", "$1", "$2"]
    assert [row.txn_id for row in stage.link.replies()] == ["re-$3", "re-$1", "re-$2"]


async def test_after_long_trouble_the_owner_is_told_once_at_the_desk(stage: Stage) -> None:
    stage.link.mark(DESK, {"kind": "desk", "owner": MARIA})
    back = asyncio.Event()

    async def away(command: str, actor: str, request_id: str) -> None:
        if not back.is_set():
            raise NotYet("status 503", said="The forge can not be reached.")

    stage.toolbox.script = away
    bot = stage.run(patience=0.0)
    stage.link.deliver(event("$1", "!claim_task 6_1_2_0"))
    await stage.until(lambda: len(stage.toolbox.asked) > 3)
    (notice,) = stage.link.replies()
    assert (notice.room_id, notice.txn_id) == (DESK, "wait-$1")
    assert notice.body.startswith("Your !claim_task has no outcome yet. The forge can not be reached. I keep trying")
    assert "m.relates_to" not in notice.content, "it must not pass for the answer"
    assert bot.toolbox_in_trouble
    back.set()
    await stage.quiet()
    assert [row.txn_id for row in stage.link.replies()] == ["wait-$1", "re-$1"]
    assert not bot.toolbox_in_trouble


async def test_a_command_at_which_the_toolbox_always_fails_does_not_block_the_next(stage: Stage) -> None:
    async def breaks(command: str, actor: str, request_id: str) -> None:
        if request_id == "$1":
            raise NotYet("status 500", fault=True)

    stage.toolbox.script = breaks
    stage.run()
    stage.link.deliver(event("$1", "!claim_task 6_1_2_0"), event("$2", "!wallet"))
    await stage.quiet()
    assert "is not known" in said(stage)[0]
    assert list(stage.toolbox.effects) == ["$2"]


async def test_a_late_writing_command_is_not_run_and_that_is_said(stage: Stage) -> None:
    stage.run()
    stage.link.deliver(event("$1", "!start_work 6_1_2_0", age=11 * 60_000), catch_up=True)
    stage.link.deliver(event("$2", "!wallet", age=59 * 60_000), catch_up=True)
    stage.link.deliver(event("$3", "!wallet", age=61 * 60_000), catch_up=True)
    stage.link.deliver(event("$4", "!wallte", age=61 * 60_000), catch_up=True)
    stage.link.deliver(event("$5", "!start_work 6_1_2_0", age=9 * 60_000), catch_up=True)
    await stage.quiet()
    assert [asked[2] for asked in stage.toolbox.asked] == ["$2", "$5"]
    assert [row.txn_id for row in stage.link.replies()] == ["re-$1", "re-$2", "re-$5"]
    assert "11 minutes after you sent it" in said(stage)[0]
    assert stage.toolbox.ages[1].total_seconds() == 540


async def test_a_live_message_whose_age_nobody_knows_is_run(stage: Stage) -> None:
    stage.run()
    stage.link.deliver(event("$1", "!claim_task 6_1_2_0", age=None))
    await stage.quiet()
    assert list(stage.toolbox.effects) == ["$1"]


async def test_time_effects_are_asked_for_at_the_start(stage: Stage) -> None:
    stage.run()
    await stage.until(lambda: stage.toolbox.settled == 1)


async def test_each_owner_gets_one_desk_and_it_is_not_made_twice(stage: Stage) -> None:
    stage.link.mark(DESK, {"kind": "desk", "owner": MARIA})
    stage.run()
    await stage.until(lambda: stage.link.session.made)
    assert stage.link.session.made == [("Desk of jonas", "desk_jonas", (JONAS,))]
    stage.link.deliver(event("$1", "hello"))
    await stage.quiet()
    stage.source.tree = fakes.ledger(owners=["maria", "jonas", "lena"])
    stage.link.deliver(event("$2", "hello"))
    await stage.until(lambda: len(stage.link.session.made) == 2)
    assert stage.link.session.made[1][2] == ("@lena:smartup.test",)


@pytest.mark.parametrize(
    ("inviter", "encrypted", "reason"),
    [
        (MARIA, False, None),
        (MARIA, True, "I can't read encrypted rooms. Commands work at your desk"),
        (STRANGER, False, "I join only where an owner of this organisation invites me."),
    ],
)
async def test_invitations_are_taken_from_owners_into_open_rooms_only(
    stage: Stage, inviter: str, encrypted: bool, reason: str | None
) -> None:
    member = state("m.room.member", {"membership": "invite"}, inviter, BOT)
    crypto = [state("m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"}, inviter)] if encrypted else []
    stage.run()
    stage.link.deliver(room="!new", membership="invite", states=[member, *crypto])
    session = stage.link.session
    await stage.until(lambda: session.joined or session.left)
    if reason is None:
        assert session.joined[0] == "!new"
        assert not session.left
    else:
        assert not session.joined
        assert str(session.left["!new"]).startswith(reason)
