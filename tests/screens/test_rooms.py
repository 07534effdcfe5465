"""Reading and speaking in rooms by keys: what stands still, what is sent where, and what becomes of it."""

from __future__ import annotations

import errno
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from smartup_tui.app import WorkspaceApp
from smartup_tui.matrix.errors import Unreachable
from smartup_tui.matrix.outbox import Kind, OutboxRow
from smartup_tui.screens.rooms import RoomsScreen
from smartup_tui.workspace.rooms import RowKind
from tests.screens.test_hostile import HOSTILE, harmless
from tests.screens.test_journeys import Seat
from tests.support.organisation import Organisation
from tests.support.owner_home import organisation
from tests.support.talking_workspace import (
    GUIDE,
    JONAS,
    MARIA,
    SECRET,
    STRANGER,
    WORK,
    TalkingWorkspace,
    event,
    relates,
    said,
    state,
)

INVITED = "!invited:elsewhere.example"


@pytest.fixture(scope="module")
def org() -> Organisation:
    return organisation()


class RoomSeat(Seat):
    """The owner in front of the Rooms screen."""

    workspace: TalkingWorkspace

    @property
    def rooms(self) -> RoomsScreen:
        screen = self.app.screen
        assert isinstance(screen, RoomsScreen)
        return screen

    @property
    def sent_rows(self) -> list[OutboxRow]:
        return self.workspace.connection.outbox.rows()

    @property
    def text(self) -> str:
        """What the room's pane shows, without where its lines break."""
        panes = (line.rpartition("│")[2] for line in self.picture.replace("┃", "│").splitlines())
        return " ".join(" ".join(panes).split())

    async def write(self, text: str) -> None:
        self.rooms.composer._draft.insert(text)
        await self.pilot.pause()

    async def comes(self, room_id: str, body: str, sender: str = JONAS) -> None:
        """Somebody says something."""
        await self.hear(lambda: self.workspace.tell_of_room(room_id, said(f"${body}", body, sender=sender)))


@asynccontextmanager
async def at_rooms(
    root: Path,
    org: Organisation,
    *keys: str,
    room: str = "",
    size: tuple[int, int] = (120, 40),
    furnished: bool = True,
) -> AsyncIterator[RoomSeat]:
    workspace = TalkingWorkspace(root, None, org)
    if furnished:
        workspace.furnish()
    app = WorkspaceApp(workspace)
    try:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            seat = RoomSeat(app, pilot, workspace)
            await seat.press("8")
            if room:
                seat.rooms.open_row(room)
            await seat.press(*keys)
            yield seat
    finally:
        workspace.stop()


async def test_what_others_say_waits_until_it_is_looked_for(tmp_path: Path, org: Organisation) -> None:
    async with at_rooms(tmp_path, org, "enter", room=WORK) as owner:
        before = owner.picture
        await owner.comes(WORK, "One")
        await owner.comes(GUIDE, "Elsewhere")
        assert owner.picture == before
        await owner.press("r")
        assert "One" in owner.picture
        await owner.comes(WORK, "Two")
        assert "Two" not in owner.picture
        await owner.press("j")  # beyond the end
        assert "Two" in owner.picture
        await owner.comes(WORK, "Three")
        await owner.press("k", "k", "end")
        assert "Three" in owner.picture


async def test_a_message_that_the_disk_does_not_take_stays_in_the_composer(
    tmp_path: Path, org: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    async with at_rooms(tmp_path, org, "enter", "i", room=WORK) as owner:
        with monkeypatch.context() as disk:
            disk.setattr(owner.workspace.connection.outbox, "put", full)
            await owner.press(*"Hello", "enter")
            assert "Not sent. The disk is full" in owner.reply
        await owner.press("enter")
        assert [row.body for row in owner.sent_rows] == ["Hello"]


async def test_a_message_is_written_sent_and_followed(tmp_path: Path, org: Organisation) -> None:
    async with at_rooms(tmp_path, org, "enter", "i", room=WORK) as owner:
        await owner.press(*"Hello", "alt+enter", *"It", "ctrl+j")
        await owner.write("rains.")
        assert owner.sent_rows == []
        await owner.press("enter")
        (row,) = owner.sent_rows
        assert (row.room_id, row.kind, row.body) == (WORK, Kind.TALK, "Hello\nIt\nrains.")
        assert "m.relates_to" not in row.content
        assert "Waiting to be sent." in owner.reply
        assert "rains." in owner.picture
        owner.workspace.connection.outbox.sent(row, "$mine-1")
        await owner.hear(lambda: owner.workspace.tell_of_room(WORK, said("$mine-1", row.body, sender=MARIA)))
        assert "Said." in owner.reply
        assert "room: 2 Workplace" in owner.reply
        assert owner.picture.count("rains.") == 1


async def test_a_command_is_sent_from_the_composer_and_its_answer_comes(tmp_path: Path, org: Organisation) -> None:
    async with at_rooms(tmp_path, org, "enter", "i", room=WORK) as owner:
        await owner.write("!claim_tusk 6")
        await owner.press("enter")
        assert "There is no command !claim_tusk" in owner.reply
        assert owner.sent_rows == []
        assert owner.rooms.composer.text == "!claim_tusk 6"  # to be mended
        await owner.press(*["backspace"] * 13)
        await owner.write("!stop_work done")
        await owner.press("enter")
        (row,) = owner.sent_rows
        assert (row.room_id, row.kind) == (WORK, Kind.COMMAND)
        owner.workspace.connection.outbox.sent(row, "$own")
        answer = {
            "msgtype": "m.notice",
            "m.relates_to": {"m.in_reply_to": {"event_id": "$own"}},
            "org.smartup.result": {"ok": True},
        }
        engelbot = owner.workspace.profile.engelbot[0]
        await owner.hear(
            lambda: owner.workspace.tell_of_room(
                WORK,
                said("$own", row.body, sender=MARIA),
                said("$answer", "✓ Clock stopped on 6_1_0_0.", answer, sender=engelbot),
            )
        )
        assert "Clock stopped on 6_1_0_0." in owner.reply
        assert "Engelbot  done" in owner.picture


async def test_a_draft_is_kept_by_room(tmp_path: Path, org: Organisation) -> None:
    async with at_rooms(tmp_path, org, "enter", "i", room=WORK) as owner:
        await owner.write("Half a thou")
        await owner.press("escape")
        assert "goes on with your draft: Half a thou" in owner.picture
        await owner.press("escape", "escape", "end", "up", "i")  # another room
        assert owner.rooms.composer.text == ""
        await owner.press("escape")
        owner.rooms.open_row(WORK)
        await owner.press("i")
        assert owner.rooms.composer.text == "Half a thou"
        assert owner.sent_rows == []


async def test_a_message_is_answered(tmp_path: Path, org: Organisation) -> None:
    async with at_rooms(tmp_path, org, "enter", "a", room=WORK) as owner:
        assert "Answers robbert_founder: See you at the drill." in owner.picture
        await owner.write("Yes")
        await owner.press("enter")
        assert owner.sent_rows[0].content["m.relates_to"] == {"m.in_reply_to": {"event_id": "$last"}}


async def test_a_thread_is_opened_written_in_and_left(tmp_path: Path, org: Organisation) -> None:
    async with at_rooms(tmp_path, org, "enter", *["k"] * 9, room=WORK) as owner:
        assert owner.rooms.timeline.selected == "$mine"
        await owner.press("enter")
        assert "thread; Esc goes back" in owner.picture
        assert "I have one." in owner.picture
        assert "See you at the drill." not in owner.picture
        await owner.press("i")
        await owner.write("Good")
        await owner.press("enter")
        assert owner.sent_rows[0].content["m.relates_to"] == {
            "rel_type": "m.thread",
            "event_id": "$mine",
            "is_falling_back": True,
            "m.in_reply_to": {"event_id": "$th2"},
        }
        await owner.press("escape")
        assert owner.rooms.timeline.selected == "$mine"
        assert "The backup drill is on Wednesday." in owner.picture


async def test_who_wrote_it_is_told_in_full(tmp_path: Path, org: Organisation) -> None:
    async with at_rooms(tmp_path, org, "enter", "k", "u", room=WORK) as owner:
        assert f"{STRANGER} is not in the book of owners." in owner.reply
        await owner.press("escape", "home", "u")
        assert "Choose a room first." in owner.reply  # a heading is none


async def test_older_messages_come_quietly_and_the_place_is_kept(tmp_path: Path, org: Organisation) -> None:
    async with at_rooms(tmp_path, org, "enter", room=WORK) as owner:
        talking = owner.workspace.talking
        owner.workspace.page_of(WORK, *(said(f"$o{n}", f"older {n}", minutes=2000 + n) for n in range(30)))
        talking.hold = True
        await owner.press("home")
        marked = owner.rooms.timeline.selected
        await owner.press("k")
        assert "Reading older messages… Esc stops it." in owner.picture
        await owner.press("escape")
        assert "Reading older" not in owner.picture
        await owner.press("k")
        line = _line_of(owner, "Good morning. The plan")
        await owner.hear(talking.let_go)
        assert owner.rooms.timeline.selected == marked
        assert _line_of(owner, "Good morning. The plan") == line
        await owner.press("home", "home")
        assert "The room begins here." in owner.picture
        assert "older 29" in owner.picture


async def test_why_older_messages_can_not_be_read_is_said_in_place(
    tmp_path: Path, org: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at_rooms(tmp_path, org, "enter", room=WORK) as owner:
        talking = owner.workspace.talking
        trouble = Unreachable("The homeserver can not be reached.", reached=False)

        async def before(*_: object) -> None:
            raise trouble

        monkeypatch.setattr(talking.session, "before", before)
        monkeypatch.setattr("smartup_tui.matrix.older._TRIES", 1)  # the retries have a test of their own
        await owner.press("home", "k")
        await owner.hear(lambda: None)
        assert "The homeserver can not be reached. Going up tries again." in owner.text


def _line_of(owner: RoomSeat, text: str) -> int:
    return next(n for n, line in enumerate(owner.picture.splitlines()) if text in line)


async def test_nothing_is_written_into_an_encrypted_room(tmp_path: Path, org: Organisation) -> None:
    async with at_rooms(tmp_path, org, "enter", room=SECRET) as owner:
        assert "Encrypted: nothing is sent from here; use Element." in owner.picture
        assert "An encrypted message; it can not be read here." in owner.picture
        for key in ("i", "a", "enter"):
            await owner.press(key)
            assert not owner.rooms.composer.is_open
            assert "Encrypted" in owner.reply
        assert owner.rooms.view is not None
        assert owner.rooms.view.room_id == SECRET


async def test_a_room_that_becomes_encrypted_while_one_writes_gets_nothing(tmp_path: Path, org: Organisation) -> None:
    async with at_rooms(tmp_path, org, "enter", "i", room=WORK) as owner:
        await owner.write("In clear")
        sealed = event("$enc", "m.room.encryption", {"algorithm": "x"}, state_key="")
        await owner.hear(lambda: owner.workspace.tell_of_room(WORK, sealed))
        await owner.press("enter")
        assert owner.sent_rows == []
        assert owner.rooms.composer.text == "In clear"
        assert "Encrypted" in owner.reply


async def test_an_invitation_waits_for_a_composed_decision(tmp_path: Path, org: Organisation) -> None:
    async with at_rooms(tmp_path, org, "home", "j") as owner:
        assert f"From   {STRANGER}" in owner.picture
        asked: list[str] = []

        async def join(room: str) -> str:
            asked.append(room)
            return room

        owner.workspace.talking.session.join = join  # type: ignore[method-assign]
        await owner.press("k", "j", "enter", "r", "1", "8")
        await owner.hear(lambda: None)
        assert asked == []  # looking at it is no answer
        await owner.press("a")
        assert owner.rooms.composer.text == f"/accept {INVITED}"
        assert f"Enter accepts the invitation of {STRANGER}." in owner.picture
        await owner.press("escape", "a", "backspace", "enter")
        assert asked == []
        assert "must begin with /accept" in owner.reply
        await owner.press("escape", "a", "enter")
        await owner.hear(lambda: None)
        assert asked == [INVITED]
        member = state("m.room.member", {"membership": "join"}, MARIA, sender=MARIA)
        await owner.hear(lambda: owner.workspace.tell_of_room(INVITED, member, said("$hi", "Welcome")))
        assert "You are in “Free SC for everyone”." in owner.reply
        row = owner.rooms.row
        assert row is not None
        assert (row.id, row.kind) == (INVITED, RowKind.ROOM)
        assert "Welcome" in owner.picture


async def test_an_invitation_is_declined_with_a_reason(tmp_path: Path, org: Organisation) -> None:
    async with at_rooms(tmp_path, org, "home", "j") as owner:
        left: list[tuple[str, str | None]] = []

        async def leave(room_id: str, reason: str | None = None) -> None:
            left.append((room_id, reason))

        owner.workspace.talking.session.leave = leave  # type: ignore[method-assign]
        await owner.press("d")
        await owner.write(" not now")
        await owner.press("enter")
        await owner.hear(lambda: None)
        assert left == [(INVITED, "not now")]
        gone = state("m.room.member", {"membership": "leave"}, MARIA, sender=MARIA)
        await owner.hear(lambda: owner.workspace.tell_of_room(INVITED, gone, membership="leave"))
        assert "You declined “Free SC for everyone”." in owner.reply
        assert STRANGER not in owner.picture.partition("│")[0]


async def test_the_tree_folds_and_finds(tmp_path: Path, org: Organisation) -> None:
    async with at_rooms(tmp_path, org, "home") as owner:
        assert "Draft the owners' guide" in owner.picture  # the title of the ledger
        await owner.press("minus")
        assert "Draft the owners' guide" not in owner.picture
        assert "6 Tasks (1 room)" in owner.picture
        await owner.press("plus", "slash", *"guide", "enter")
        row = owner.rooms.row
        assert row is not None
        assert row.id == GUIDE
        task = owner.rooms.task_in_hand()
        assert task is not None
        assert task.title == "Draft the owners' guide"
        await owner.press("escape", "left")
        assert owner.rooms.row is not None
        assert owner.rooms.row.name == "6 Tasks"
        await owner.press("enter", "j")
        assert owner.rooms.row is not None
        assert owner.rooms.row.name == "Other rooms"


async def test_spaces_say_what_they_hold_and_a_key_that_folds_nothing_says_so(
    tmp_path: Path, org: Organisation
) -> None:
    async with at_rooms(tmp_path, org, room=WORK) as owner:
        assert "Room: 2 Workplace" in owner.picture  # the space it hangs in has its name
        await owner.press("space")
        assert "Nothing hangs below this one." in owner.reply
        await owner.press("left")
        assert "A space: it holds 1 room or space of yours." in owner.text
        await owner.press("home")
        assert "1 invitation waits for you. Mark one to read it; none is accepted by itself." in owner.text
        lonely = state("m.room.create", {"type": "m.space"}), state("m.room.name", {"name": "Garden"})
        await owner.hear(lambda: owner.workspace.tell_of_room("!garden:x", *lonely))
        await owner.press("r", "slash", *"garden", "enter", "enter")
        assert "Garden (no room of yours)" in owner.picture
        assert "A space: it holds rooms, but none of yours." in owner.text
        assert "Nothing hangs below this one." in owner.reply


async def test_the_first_rooms_appear_when_they_are_there(tmp_path: Path, org: Organisation) -> None:
    async with at_rooms(tmp_path, org, furnished=False) as owner:
        assert "The rooms have not been read yet." in owner.picture
        await owner.press("i")
        assert "Choose a room first." in owner.reply
        await owner.hear(owner.workspace.furnish)
        assert "6 Tasks" in owner.picture
        before = owner.picture
        await owner.comes(WORK, "News")
        assert owner.picture == before


async def test_hostile_rooms_are_text(tmp_path: Path, org: Organisation) -> None:
    async with at_rooms(tmp_path, org, "enter", room=WORK, size=(80, 24)) as owner:
        for n, text in enumerate(HOSTILE):
            about = {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$last", "key": text}}
            owner.workspace.tell_of_room(
                WORK,
                state("m.room.name", {"name": text}, sender=JONAS),
                state("m.room.topic", {"topic": text}, sender=f"@{n}:smartup0.org"),
                event(f"$w{n}", "m.room.member", {"membership": "leave", "reason": text}, state_key=JONAS),
                event(f"$k{n}", "m.reaction", about),
                said(f"$h{n}", text, {"filename": text, "msgtype": "m.file"}),
                said(f"$i{n}", text, {"m.relates_to": {"m.in_reply_to": {"event_id": f"$h{n}"}}}),
                said(f"$j{n}", text, relates("m.thread", f"$i{n}")),
            )
            await owner.press("r")
            harmless(owner)
            await owner.press("a")
            harmless(owner)
            await owner.press("escape", "home")
            harmless(owner)
