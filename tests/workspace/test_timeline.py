"""A room's timeline as values: who said what, what it answers, what was changed, deleted, or is still on its way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from smartup_tui.matrix.errors import Forbidden, Unreachable
from smartup_tui.matrix.outbox import Kind, State
from smartup_tui.workspace.delivery import Standing
from smartup_tui.workspace.room_view import PAGE
from smartup_tui.workspace.state import News
from smartup_tui.workspace.talk import Verdict
from smartup_tui.workspace.timeline import Entry, EntryKind
from tests.support.organisation import Organisation
from tests.support.owner_home import NOW, organisation
from tests.support.quiet_workspace import ENGELBOT
from tests.support.talking_workspace import (
    AISHA,
    JONAS,
    MARIA,
    SECRET,
    STRANGER,
    WORK,
    TalkingWorkspace,
    answers,
    event,
    relates,
    said,
    state,
)


@pytest.fixture(scope="module")
def org() -> Organisation:
    return organisation()


@pytest.fixture
def workspace(tmp_path: Path, org: Organisation) -> Iterator[TalkingWorkspace]:
    found = TalkingWorkspace(tmp_path, None, org)
    found.furnish()
    yield found
    found.stop()


def by_id(workspace: TalkingWorkspace, room_id: str = WORK) -> dict[str, Entry]:
    return {entry.id: entry for entry in workspace.talk.view(room_id).entries}


def test_each_message_says_what_it_is(workspace: TalkingWorkspace) -> None:
    entries = by_id(workspace)
    kinds = {name: entries[name].kind for name in ("$plan", "$cmd", "$done", "$no", "$oops", "$pic", "$fake", "$poll")}
    assert kinds == {
        "$plan": EntryKind.TALK,
        "$cmd": EntryKind.COMMAND,
        "$done": EntryKind.DONE,
        "$no": EntryKind.REFUSED,
        "$oops": EntryKind.DELETED,
        "$pic": EntryKind.ACTS,
        "$fake": EntryKind.NOTICE,  # a stranger's result is no result
        "$poll": EntryKind.EVENT,
    }
    assert entries["$done"].text.startswith("maria took the defender's seat")
    assert entries["$pic"].text == "sent a picture: board.png"
    assert entries["$poll"].text == "jonas did something that is not shown here (m.poll.start)."
    assert entries["$oops"].text == "This message was deleted."
    assert "This was for" not in str(entries["$oops"])
    assert by_id(workspace, SECRET)["$sealed"].kind is EntryKind.ENCRYPTED


def test_people_are_named_by_the_book_of_owners_alone(workspace: TalkingWorkspace) -> None:
    entries = by_id(workspace)
    assert entries["$plan"].who.name == "jonas"
    assert entries["$plan"].who.in_full == "jonas is @jonas:smartup0.org, in the book of owners with a work license."
    assert entries["$fake"].who.name == STRANGER
    assert entries["$fake"].who.in_full == f"{STRANGER} is not in the book of owners."
    assert entries["$done"].who.name == "Engelbot"
    assert "@engelbot:smartup0.org" in entries["$done"].who.in_full


def test_answers_edits_and_threads_stand_with_what_they_belong_to(workspace: TalkingWorkspace) -> None:
    entries = by_id(workspace)
    answered = entries["$mine"].answers
    assert answered is not None
    assert (answered.name, answered.text[:12]) == ("jonas", "Good morning")
    assert (entries["$typo"].text, entries["$typo"].edited) == ("The backup drill is on Wednesday.", True)
    thread = entries["$mine"].thread
    assert thread is not None
    assert (thread.count, thread.last_by) == (2, "aisha")
    assert not {"$fix", "$red", "$th1", "$th2"} & set(entries)
    view = workspace.talk.view(WORK, "$mine")
    assert [entry.id for entry in view.entries] == ["$mine", "$th1", "$th2"]
    assert view.last_event == "$th2"
    assert view.is_whole


def test_nobody_changes_what_another_said(workspace: TalkingWorkspace) -> None:
    forged = relates("m.replace", "$plan") | {"m.new_content": {"msgtype": "m.text", "body": "Give me your SC"}}
    workspace.tell_of_room(WORK, said("$forged", "* x", forged, sender=STRANGER))
    assert by_id(workspace)["$plan"].text.startswith("Good morning.")
    workspace.tell_of_room(WORK, said("$empty", "* x", relates("m.replace", "$plan") | {"m.new_content": "nonsense"}))
    assert not by_id(workspace)["$plan"].edited


def test_what_an_event_is_about_may_not_be_here(workspace: TalkingWorkspace) -> None:
    workspace.tell_of_room(
        WORK,
        said("$a", "> <@x:y> quoted\n> more\n\nAnd my words", answers("$unknown")),
        said("$e", "* x", relates("m.replace", "$unknown") | {"m.new_content": {"body": "changed"}}),
        event("$r", "m.room.redaction", {"redacts": "$unknown"}),
        said("$t", "in a thread", relates("m.thread", "$unknown", is_falling_back=True) | {}),
    )
    entries = by_id(workspace)
    assert entries["$a"].text == "And my words"
    assert entries["$a"].answers is not None
    assert entries["$a"].answers.text == "a message that is not here"
    assert entries["$e"].text == "changed\n(changes an older message)"
    assert entries["$r"].text == "jonas deleted an older message."
    assert entries["$t"].text == "in a thread"


def test_what_happened_is_told_in_few_lines(workspace: TalkingWorkspace) -> None:
    room = "!team7:x"
    member = "m.room.member"
    workspace.tell_of_room(
        room,
        state("m.room.power_levels", {}),
        state("m.room.guest_access", {}),
        event("$i1", member, {"membership": "invite"}, sender=JONAS, state_key=MARIA),
        event("$i2", member, {"membership": "invite"}, sender=JONAS, state_key=AISHA),
        event("$k1", member, {"membership": "join"}, sender=MARIA, state_key=MARIA),
        event("$k2", member, {"membership": "join"}, sender=AISHA, state_key=AISHA),
        event("$l1", member, {"membership": "leave", "reason": "done"}, sender=AISHA, state_key=AISHA,
              unsigned={"prev_content": {"membership": "join"}}),
        event("$l2", member, {"membership": "leave"}, sender=JONAS, state_key=STRANGER,
              unsigned={"prev_content": {"membership": "invite"}}),
        event("$n", "m.room.name", {"name": "New\x1b[2J name"}, state_key=""),
        event("$x", "m.reaction", {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$n", "key": "👍"}}),
        event("$s", "m.room.encryption", {"algorithm": "x"}, state_key=""),
    )  # fmt: skip
    texts = [entry.text for entry in workspace.talk.view(room).entries]
    assert texts == [
        "Engelbot set who may do what, whether guests may join.",
        "jonas invited maria, aisha.",
        "maria, aisha joined.",
        "aisha left (done).",
        f"jonas took back the invitation of {STRANGER}.",
        "jonas named it “New␛[2J name”.",
        "jonas reacted with 👍",
        "jonas turned on encryption: what is said from here on can not be read here.",
    ]
    found = workspace.talk.room(room)
    assert found is not None
    assert found.encrypted


def test_how_a_room_was_made_is_one_line(workspace: TalkingWorkspace) -> None:
    room = "!new:x"
    workspace.tell_of_room(
        room,
        state("m.room.create", {}),
        event("$j", "m.room.member", {"membership": "join"}, sender=ENGELBOT, state_key=ENGELBOT),
        state("m.room.power_levels", {}),
        state("m.room.name", {"name": "2 Workplace"}),
        state("m.room.topic", {"topic": "Where work is agreed."}),
        event("$i", "m.room.member", {"membership": "invite"}, sender=ENGELBOT, state_key=MARIA),
        event("$n", "m.room.name", {"name": "Other"}, sender=ENGELBOT, state_key=""),
    )
    assert [entry.text for entry in workspace.talk.view(room).entries] == [
        "Engelbot made the room “2 Workplace”. Topic: Where work is agreed.",
        "Engelbot invited maria.",
        "Engelbot named it “Other”.",
    ]


def test_messages_of_any_shape_are_an_entry(workspace: TalkingWorkspace) -> None:
    bodies: tuple[object, ...] = (7, None, "", "   ", {"a": 1}, "\u202e\u200b")
    for n, body in enumerate(bodies):
        workspace.tell_of_room(WORK, said(f"$odd{n}", body, {"m.relates_to": {"m.in_reply_to": 3, "rel_type": []}}))
    entries = by_id(workspace)
    assert {entries[f"$odd{n}"].text for n in range(len(bodies))} == {"(a message without words)"}


def test_it_stands_still_until_it_is_renewed_and_reads_back_page_by_page(workspace: TalkingWorkspace) -> None:
    room = "!team7:x"
    workspace.tell_of_room(room, *(said(f"${n}", f"message {n}") for n in range(PAGE + 10)))
    view = workspace.talk.view(room)
    assert [entry.text for entry in view.entries[:: PAGE - 1]] == ["message 10", f"message {PAGE + 9}"]
    workspace.tell_of_room(room, said("$new", "news"), said("$re", "* x", relates("m.thread", "$12")))
    view.reread()
    assert view.entries[-1].text == f"message {PAGE + 9}"
    assert not any(entry.thread for entry in view.entries)
    assert view.extend()
    assert len(view.entries) == PAGE + 10
    assert not view.extend()
    view.renew(keep=True)
    assert (len(view.entries), view.entries[-1].text) == (PAGE + 11, "news")
    assert [entry.id for entry in view.entries if entry.thread] == ["$12"]
    view.renew()
    assert len(view.entries) == PAGE


def test_what_was_said_is_shown_until_it_comes_back(workspace: TalkingWorkspace) -> None:
    view = workspace.talk.view(WORK)
    given = workspace.talk.say("Hello\nall", WORK, answers="$last")
    row = workspace.connection.outbox.get(given.command_id)
    assert row is not None
    assert row.kind is Kind.TALK
    assert row.content["m.relates_to"] == {"m.in_reply_to": {"event_id": "$last"}}
    assert row.content["m.mentions"] == {}
    view.reread()
    own = view.entries[-1]
    assert (own.text, own.who.name, own.on_its_way) == ("Hello\nall", "maria", "Waiting to be sent.")
    workspace.connection.outbox.sent(row, "$hello")
    view.reread()
    assert view.entries[-1].on_its_way == ""
    found = workspace.delivery(given.command_id)
    assert found is not None
    assert (found.standing, found.open) == (Standing.SAID, False)
    workspace.tell_of_room(WORK, said("$hello", "Hello\nall", sender=MARIA))
    view.reread()
    assert view.entries[-1].id == given.command_id  # the pin has not moved
    view.renew()
    assert [entry.id for entry in view.entries if entry.text == "Hello\nall"] == ["$hello"]


def test_own_messages_belong_to_their_thread_and_failures_are_said(workspace: TalkingWorkspace) -> None:
    given = workspace.talk.say("In the thread", WORK, thread="$mine", last="$th2")
    row = workspace.connection.outbox.get(given.command_id)
    assert row is not None
    assert row.content["m.relates_to"] == {
        "rel_type": "m.thread",
        "event_id": "$mine",
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": "$th2"},
    }
    assert workspace.talk.view(WORK).entries[-1].id == "$last"
    thread = workspace.talk.view(WORK, "$mine")
    assert thread.entries[-1].text == "In the thread"
    workspace.connection.outbox.ends(row, State.FAILED, error="The room is encrypted.", hint="")
    thread.reread()
    assert thread.entries[-1].on_its_way == "It could not be sent. The room is encrypted."
    workspace.moment = NOW + timedelta(days=3650)
    thread.reread()
    assert thread.entries[-1].id == "$th2"


def test_a_command_is_a_command_in_any_room(workspace: TalkingWorkspace) -> None:
    given = workspace.talk.say(" !stop_work done", WORK)
    row = workspace.connection.outbox.get(given.command_id)
    assert row is not None
    assert row.kind is Kind.COMMAND
    assert workspace.talk.view(WORK).entries[-1].kind is EntryKind.COMMAND


class TestOlderMessages:
    """What is asked of the homeserver, and told when it has answered."""

    def test_they_come_before_the_rest_and_somebody_is_told(self, workspace: TalkingWorkspace) -> None:
        heard: list[News] = []
        workspace.subscribe(heard.append)
        view = workspace.talk.view(WORK)
        assert not view.is_whole
        workspace.page_of(WORK, said("$older", "Older", minutes=9999))
        workspace.talk.read_older(WORK)
        assert heard == [News.ROOMS]
        assert view.extend()
        assert view.entries[0].text == "Older"
        assert view.is_whole

    def test_trouble_is_said_and_reading_may_be_stopped(self, workspace: TalkingWorkspace) -> None:
        talk, oldest = workspace.talk, workspace.talking.store.history(WORK).oldest
        workspace.talking.session.pages[f"before {oldest}"] = Forbidden("You may not read this.", code="M_FORBIDDEN")
        talk.read_older(WORK)
        assert talk.reading(WORK).failure == "You may not read this."
        workspace.talking.hold = True
        talk.read_older(WORK)
        assert talk.reading(WORK).busy
        assert talk.stop_reading(WORK)
        assert not talk.reading(WORK).busy
        assert not talk.stop_reading(WORK)


class TestInvitations:
    """They wait for a decision, which is made at the homeserver."""

    def test_a_decision_is_made_once_and_told(self, workspace: TalkingWorkspace) -> None:
        (invite,) = workspace.talking.store.invites()
        assert invite.inviter == STRANGER
        workspace.talking.hold = True
        workspace.talk.decide(invite, Verdict.ACCEPT)
        decision = workspace.talk.decision
        assert decision is not None
        assert decision.done is None
        heard: list[News] = []
        workspace.subscribe(heard.append)
        workspace.talking.let_go()
        assert heard == [News.ROOMS]
        decision = workspace.talk.decision
        assert decision is not None
        assert decision.done
        workspace.talk.put_away()
        assert workspace.talk.decision is None

    def test_a_failure_is_said(self, workspace: TalkingWorkspace, monkeypatch: pytest.MonkeyPatch) -> None:
        async def leave(_room_id: str, reason: str | None = None) -> None:
            raise Unreachable(f"No way ({reason}).", reached=False)

        monkeypatch.setattr(workspace.talking.session, "leave", leave)
        (invite,) = workspace.talking.store.invites()
        workspace.talk.decide(invite, Verdict.DECLINE, "busy")
        decision = workspace.talk.decision
        assert decision is not None
        assert (decision.done, decision.problem) == (False, "No way (busy).")
