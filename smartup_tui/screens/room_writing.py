"""Writing in a room: drafts, answers, commands, and decisions on invitations. Nothing goes before Enter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from smartup_tui.workspace import words
from smartup_tui.workspace.delivery import NotKept
from smartup_tui.workspace.rooms import RowKind
from smartup_tui.workspace.talk import Decision, Verdict
from smartup_tui.workspace.timeline import Entry, is_command

if TYPE_CHECKING:
    from smartup_tui.screens.rooms import RoomsScreen
    from smartup_tui.workspace.rooms import Invite

Place = tuple[str, str | None]
"""A room, and the thread in it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What was begun and not sent; `answers` the message it answers."""

    text: str = ""
    answers: Entry | None = None


class Writing:
    """The composer's part of the Rooms screen. Drafts are kept by room and thread while the program runs."""

    def __init__(self, screen: RoomsScreen) -> None:
        self._screen = screen
        self._drafts: dict[Place, Draft] = {}
        self._answers: Entry | None = None
        self._deciding: tuple[Invite, Verdict] | None = None

    @property
    def is_deciding(self) -> bool:
        """Whether what is written is a decision on an invitation."""
        return self._deciding is not None

    @property
    def hindrance(self) -> str | None:
        """Why nothing can be written here; None when it can."""
        row, screen = self._screen.row, self._screen
        if row is None or row.kind not in (RowKind.ROOM, RowKind.DESK):
            return "Choose a room first."
        room = screen.talk.room(row.id)
        if room is None:
            return "You are not in this room."
        if room.encrypted:
            return "Encrypted: nothing is sent from here; use Element."
        if room.replaced_by is not None:
            return "This room was closed; talk goes on in another one."
        return None

    @property
    def nothing_marked(self) -> str:
        """Why there is no message in hand."""
        if self._screen.view is None:
            return "Choose a room first."
        if not self._screen.timeline.marks_any:
            return "There is no message here yet."
        return "Mark a message first: Enter goes to the room, k and j mark."

    # Beginning

    def begin(self) -> None:
        """Write, going on with the draft there is."""
        reason = self.hindrance
        if reason:
            self._screen.say(reason)
            return
        draft = self._drafts.get(self._place, Draft())
        self._open(draft.text, draft.answers)

    def answer(self, entry: Entry | None) -> None:
        """Write an answer to a message."""
        reason = self.hindrance
        if reason is None and (entry is None or entry.event_id is None):
            reason = self.nothing_marked
        if reason:
            self._screen.say(reason)
            return
        self._open(self._drafts.get(self._place, Draft()).text, entry)

    def decide(self, verdict: Verdict) -> None:
        """Compose what accepts or declines the invitation under the cursor."""
        row = self._screen.row
        invite = self._screen.talk.invite(row.id) if row is not None else None
        if invite is None:
            self._screen.say("This invitation is gone; r reads the rooms anew.")
            return
        self._deciding = (invite, verdict)
        self._begin(f"/{verdict} {invite.room_id}")

    # Ending

    def send(self, text: str) -> None:
        """Enter."""
        if self._deciding is not None:
            self._carry_out(text)
            return
        screen, text = self._screen, text.strip("\n")
        if not text.strip():
            screen.composer.leave()
            return
        reason = self.hindrance or (self._misread(text) if is_command(text) else None)
        if reason:
            screen.say(reason)
            return
        view, answers = screen.view, self._answers
        if view is None:
            return
        try:
            delivery = screen.talk.say(
                text,
                view.room_id,
                answers=answers.event_id if answers is not None else None,
                thread=view.thread,
                last=view.last_event,
            )
        except NotKept as error:
            screen.say(f"Not sent. {error.message}\n{error.hint}")
            return
        self._drafts.pop(self._place, None)
        self._close()
        screen.talk.put_away()
        screen.answered()
        screen.owner_app.commands.last = delivery
        screen.given(delivery.command_id)
        screen.show_state()

    def leave(self, text: str) -> None:
        """Esc: the draft is kept; an invitation waits on."""
        if self._deciding is None:
            if text.strip():
                self._drafts[self._place] = Draft(text, self._answers)
            else:
                self._drafts.pop(self._place, None)
        self._close()

    # What the line above the text says

    def show(self) -> None:
        """Say where the text goes, or how to begin one."""
        composer, screen = self._screen.composer, self._screen
        if self._deciding is not None:
            invite, verdict = self._deciding
            more = "; a reason may follow" if verdict is Verdict.DECLINE else ""
            composer.say((f" Enter {verdict}s the invitation of {invite.inviter}{more}.", ""))
            return
        if not composer.is_open:
            reason, draft = self.hindrance, self._drafts.get(self._place)
            if screen.view is None:
                composer.say()
            elif reason:
                composer.say((f" {reason}", "muted"))
            elif draft is not None:
                composer.say((" i ", "lead"), ("goes on with your draft: ", "muted"), (draft.text, "muted"))
            else:
                composer.say((" i ", "lead"), ("begins a message", "muted"))
            return
        if is_command(composer.text):
            found = self._screen.workspace.explain(composer.text.strip())
            composer.say((" ", ""), (found.text, "" if found.ok else "muted"))
        elif self._answers is not None:
            first = self._answers.text.strip().partition("\n")[0]
            composer.say((f" Answers {self._answers.who.name}: ", ""), (first, "muted"))
        else:
            where = " in the thread" if screen.view is not None and screen.view.thread is not None else ""
            composer.say(
                (f" Said{where} to all in this room. ", ""), ("Enter sends, Alt+Enter is a new line.", "muted")
            )

    def show_decision(self, decision: Decision) -> None:
        """Say what becomes of a decision on an invitation."""
        reply, accepts = self._screen.reply, decision.verdict is Verdict.ACCEPT
        if decision.done is None:
            reply.waiting(f"{'Accepting' if accepts else 'Declining'} the invitation to “{decision.room}”.")
            return
        at = words.clock_time(decision.at) if decision.at is not None else ""
        if decision.done:
            reply.answered(f"You {'are in' if accepts else 'declined'} “{decision.room}”.", ok=True, at=at)
        else:
            reply.answered(f"{decision.problem} r shows whether the invitation still waits.", ok=False, at=at)

    # Inside

    @property
    def _place(self) -> Place:
        view = self._screen.view
        return (view.room_id, view.thread) if view is not None else ("", None)

    def _open(self, text: str, answers: Entry | None) -> None:
        self._answers = answers
        self._begin(text)

    def _begin(self, text: str) -> None:
        screen = self._screen
        screen.composer.open(text)
        screen.answered()  # what was said before is no matter of this
        screen.show_state()
        self.show()
        screen.show_keys()

    def _close(self) -> None:
        decided, self._deciding, self._answers = self._deciding, None, None
        screen = self._screen
        screen.composer.close()
        screen.set_focus(screen.timeline if decided is None else screen.table, scroll_visible=False)
        self.show()
        screen.show_keys()

    def _carry_out(self, text: str) -> None:
        """A decision, as its line says it; any other text does nothing."""
        assert self._deciding is not None
        invite, verdict = self._deciding
        word, _, rest = text.strip().partition(" ")
        room_id, _, reason = rest.strip().partition(" ")
        if word != f"/{verdict}" or room_id != invite.room_id:
            self._screen.say(f"To {verdict} it the line must begin with /{verdict} {invite.room_id}")
            return
        self._close()
        self._screen.answered()
        self._screen.owner_app.commands.last = None
        self._screen.talk.decide(invite, verdict, reason.strip())
        self._screen.show_state()

    @staticmethod
    def _misread(text: str) -> str | None:
        """Why a command is none, in words; the draft stays to be mended."""
        from smartup_tui.catalogue.grammar import Misread, parse  # noqa: PLC0415 - not needed to read

        found = parse(text)
        return "\n".join(found.lines) if isinstance(found, Misread) else None
