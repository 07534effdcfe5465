"""A room's timeline as values to show: who said what and when, what it answers, what became of it.

All text in them is cleaned on the way in, and once more by the widget that shows it. Only the plain body of a message
is used, never its HTML.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from smartup_tui.matrix import wire
from smartup_tui.matrix.history import RoomHistory, StoredEvent, ThreadLine
from smartup_tui.matrix.outbox import Kind, OutboxRow, State
from smartup_tui.text import clean, clean_line
from smartup_tui.workspace.delivery import delivery
from smartup_tui.workspace.event_words import event_words, file_words, goes_on, run_words
from smartup_tui.workspace.senders import People, Person

_COMMAND: Final = re.compile(r"\s*![^\W\d_]")
_QUOTE: Final = re.compile(r"(?:>[^\n]*\n)+\n?")
_MARKS: Final = "✓✗ "
_QUOTED: Final = 160
_FAILED_SHOWN: Final = timedelta(days=1)


class EntryKind(StrEnum):
    """What an entry is. The words are shown, so that nothing is told by colour alone."""

    TALK = ""
    COMMAND = "command"
    DONE = "done"
    REFUSED = "refused"
    ANSWER = "answer"
    NOTICE = "notice"
    ACTS = "acts"
    ENCRYPTED = "encrypted"
    DELETED = "deleted"
    EVENT = "event"
    """Something that happened: one plain sentence that names who did it."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What an entry answers: whose it is and its first line. `name` is empty where it is not here."""

    event_id: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Thread:
    """The thread that begins with an entry: how many messages follow, and the last one."""

    count: int
    last_by: str
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `id` is its event's id; of a message that is still on its way, that of its row in the outbox."""

    id: str
    kind: EntryKind
    who: Person
    at: datetime
    text: str
    event_id: str | None
    edited: bool = False
    answers: Answered | None = None
    thread: Thread | None = None
    after_hole: bool = False
    """Messages before this one are missing for good."""
    on_its_way: str = ""
    """Of one's own message that is not in the room yet: what has become of it, in words."""


def is_command(text: str) -> bool:
    """Whether a message is meant for Engelbot."""
    return _COMMAND.match(text) is not None


class Shaper:
    """Turns stored events of one room into entries. `until` is the pin: what arrived later is not looked at."""

    def __init__(self, history: RoomHistory, people: People, own_user: str) -> None:
        self._history = history
        self._people = people
        self._own_user = own_user

    def entries(self, events: Sequence[StoredEvent], *, until: int, in_thread: bool = False) -> list[Entry]:
        """The entries of these events, in their order; what people need not know one by one becomes one line."""
        ids = [event.event_id for event in events]
        answered = {e.answers for e in events if e.answers is not None}
        targets = {found.event_id: found for found in map(self._history.event, answered) if found is not None}
        edits = self._history.edits([*ids, *targets], until=until)
        redactions = self._history.redactions([*ids, *targets], until=until)
        threads = {} if in_thread else self._history.threads(ids, until=until)
        holes = self._history.holes()
        made: list[Entry] = []
        run: list[StoredEvent] = []
        for event in events:
            if goes_on(run, event) and event.event_id not in holes:
                run.append(event)
                made[-1] = replace(made[-1], text=run_words(run, self._name))
                continue
            run = [event]
            entry = self._entry(event, edits.get(event.event_id, ()), redactions.get(event.event_id))
            if entry.kind is not EntryKind.DELETED and event.answers is not None:
                entry = replace(entry, answers=self._answered(event.answers, targets, edits, redactions))
            made.append(
                replace(
                    entry,
                    thread=self._thread(threads.get(event.event_id)),
                    after_hole=event.event_id in holes,
                )
            )
        return made

    def own(self, rows: Sequence[OutboxRow], now: datetime, *, until: int, thread: str | None) -> list[Entry]:
        """The owner's messages to this room that are not among the events up to `until`, in their order."""
        return [
            self._own(row)
            for row in rows
            if row.room_id == self._history.room_id
            and row.kind is not Kind.REPLY
            and _thread_of(row) == thread
            and self._is_on_its_way(row, now, until)
        ]

    def _is_on_its_way(self, row: OutboxRow, now: datetime, until: int) -> bool:
        if row.state is State.DROPPED or (row.state is State.FAILED and now - row.created_at > _FAILED_SHOWN):
            return False
        if row.event_id is None:
            return True
        event = self._history.event(row.event_id)
        # What is long past the store's memory is not on its way any more either.
        return event.seq > until if event is not None else now - row.created_at < _FAILED_SHOWN

    def _own(self, row: OutboxRow) -> Entry:
        who = self._people.of(self._own_user)
        kind = EntryKind.COMMAND if is_command(row.body) else EntryKind.TALK
        said = "" if row.state in (State.SENT, State.ANSWERED) else delivery(row, None).lines[0]
        return Entry(row.id, kind, who, row.created_at, clean(row.body), row.event_id, on_its_way=said)

    def _entry(self, event: StoredEvent, edits: Sequence[StoredEvent], redacted_by: str | None) -> Entry:
        who = self._people.of(event.sender)
        at = datetime.fromtimestamp(event.sent_ts / 1000, UTC)
        kind, text, edited = self._said(event, edits, who, redacted_by or event.redacted_by)
        return Entry(event.event_id, kind, who, at, text, event.event_id, edited)

    def _said(
        self, event: StoredEvent, edits: Sequence[StoredEvent], who: Person, redacted_by: str | None
    ) -> tuple[EntryKind, str, bool]:
        if redacted_by is not None and event.state_key is None:
            by = "" if redacted_by == event.sender else f" by {self._name(redacted_by)}"
            return EntryKind.DELETED, f"This message was deleted{by}.", False
        if event.type == "m.room.encrypted":
            return EntryKind.ENCRYPTED, "An encrypted message; it can not be read here.", False
        if event.type != wire.MESSAGE or event.state_key is not None:
            return EntryKind.EVENT, event_words(event, self._name), False
        newest = _newest_edit(event, edits)
        sent = file_words(event)
        if sent is not None:
            return EntryKind.ACTS, sent, False
        text = _body(event, newest)
        if event.relation == wire.EDIT:  # of a message that is not here
            return EntryKind.TALK, f"{text}\n(changes an older message)", False
        return _kind(event, who), _unmarked(text) if who.is_engelbot else text, newest is not None

    def _answered(
        self,
        event_id: str,
        targets: Mapping[str, StoredEvent],
        edits: Mapping[str, list[StoredEvent]],
        redactions: Mapping[str, str],
    ) -> Answered:
        event = targets.get(event_id)
        if event is None:
            return Answered(event_id, "", "a message that is not here")
        who = self._people.of(event.sender)
        text = self._said(event, edits.get(event_id, ()), who, redactions.get(event_id) or event.redacted_by)[1]
        return Answered(event_id, who.name, clean_line(text.strip().partition("\n")[0], _QUOTED))

    def _thread(self, found: ThreadLine | None) -> Thread | None:
        if found is None:
            return None
        return Thread(
            found.count, self._name(found.last.sender), datetime.fromtimestamp(found.last.sent_ts / 1000, UTC)
        )

    def _name(self, user_id: str) -> str:
        return self._people.of(user_id).name


def _newest_edit(event: StoredEvent, edits: Sequence[StoredEvent]) -> StoredEvent | None:
    """Only who wrote a message may change it."""
    own = [e for e in edits if e.sender == event.sender and isinstance(_new_content(e).get("body"), str)]
    return own[-1] if own else None


def _new_content(event: StoredEvent) -> wire.Json:
    return wire.as_object(event.content.get("m.new_content"))


def _body(event: StoredEvent, newest: StoredEvent | None) -> str:
    shown = newest or (event if event.relation == wire.EDIT else None)
    changed = _new_content(shown).get("body") if shown is not None else None
    text = changed if isinstance(changed, str) else event.body
    if event.answers is not None and text.startswith(">"):
        text = _QUOTE.sub("", text, count=1)
    text = clean(text).strip("\n")
    if event.msgtype == "m.emote":
        return f"* {text}"
    return text if text.strip() else "(a message without words)"


def _kind(event: StoredEvent, who: Person) -> EntryKind:
    if event.msgtype == "m.emote":
        return EntryKind.ACTS
    if who.is_engelbot:
        result = event.content.get(wire.RESULT_KEY)
        ok = result.get("ok") if isinstance(result, dict) else None
        if ok is False:
            return EntryKind.REFUSED
        if ok is True:
            return EntryKind.DONE if event.body.lstrip().startswith("✓") else EntryKind.ANSWER
        return EntryKind.NOTICE
    if event.msgtype == "m.notice":
        return EntryKind.NOTICE
    return EntryKind.COMMAND if event.msgtype == "m.text" and is_command(event.body) else EntryKind.TALK


def _unmarked(text: str) -> str:
    """Without the mark that leads an answer: the word beside it says it."""
    return text.lstrip(_MARKS)


def _thread_of(row: OutboxRow) -> str | None:
    relation = wire.as_object(row.content.get("m.relates_to"))
    return wire.identifier(relation.get("event_id")) if relation.get("rel_type") == wire.THREAD else None
