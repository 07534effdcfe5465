"""A room's entries as items of the timeline: days as lines, who and when above what was said, remarks in place."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from smartup_tui.widgets.conversation import Item, Part
from smartup_tui.widgets.glyphs import Tone
from smartup_tui.widgets.lines import Piece
from smartup_tui.workspace import words
from smartup_tui.workspace.room_view import RoomView
from smartup_tui.workspace.rooms import INVITATIONS, OTHERS, Invite, Room, RowKind, TreeRow
from smartup_tui.workspace.senders import People
from smartup_tui.workspace.talk import Reading, Talk
from smartup_tui.workspace.timeline import Entry, EntryKind

_INDENT: Final = 7
_TOGETHER: Final = timedelta(minutes=5)
_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_TONES: Final[dict[EntryKind, Tone]] = {EntryKind.DONE: "done", EntryKind.REFUSED: "alert"}
_QUIET: Final = frozenset({EntryKind.DELETED, EntryKind.ENCRYPTED})
_PLAIN: Final = frozenset({EntryKind.TALK, EntryKind.ACTS, *_QUIET})
"""Kinds that need no word beside the name: the text says it."""


def room_heading(name: str, room: Room | None, *, in_thread: bool) -> tuple[list[Piece], list[Piece]]:
    """The line above a room, left and right: its name and topic, and what is special."""
    aside = "encrypted " if room is not None and room.encrypted else "thread; Esc goes back " if in_thread else ""
    topic = room.topic.removeprefix(f"{name}: ") if room is not None and not aside else ""
    topic = topic[:1].upper() + topic[1:]
    return [(f" {name}", "lead"), (f"  {topic}" if topic else "", "muted")], [(aside, "muted")]


def items_of(row: TreeRow | None, view: RoomView | None, talk: Talk) -> list[Item]:
    """What there is to read of a row: the room that is open, an invitation, or what a place is for."""
    if view is not None:
        return room_items(view, talk.reading(view.room_id))
    if row is None:
        return []
    invite = talk.invite(row.id) if row.kind is RowKind.INVITE else None
    return place_items(row, talk.room(row.id)) if invite is None else invite_items(invite, talk.people())


def room_items(view: RoomView, reading: Reading) -> list[Item]:
    """All of an open room, oldest first."""
    items: list[Item] = []
    entries = view.entries
    if view.thread is None:
        top = _top_words(view, reading)
        if top:
            items.append(_remark("top", top))
    before: Entry | None = None
    for entry in entries:
        if entry.after_hole:
            items.append(_remark(f"hole {entry.id}", "Messages are missing here; the homeserver does not give them."))
        if before is None or _day(before.at) != _day(entry.at):
            items.append(
                Item(f"day {_day(entry.at)} {entry.id}", (Part(((_day(entry.at), ""),), "rule"),), marks=False)
            )
        items.append(_item(entry, before))
        before = entry
    if view.is_filling:
        what = "Newer messages are" if entries else "What is said here is"
        items.append(_remark("filling", f"{what} still being fetched; r looks again."))
    return items


def invite_items(invite: Invite, people: People) -> list[Item]:
    """An invitation: all there is to know before deciding."""
    lines = [
        _what_it_is(invite),
        "",
        f"From   {invite.inviter or 'somebody the homeserver does not name'}",
        f"       {people.of(invite.inviter).in_the_book}",
        f"Room   {invite.room_id}",
        "",
    ]
    if invite.encrypted:
        lines += [
            "It is encrypted: nothing that is said there can be read here, and nothing is sent there from here.",
            "",
        ]
    lines.append("It waits until you decide: a accepts it, d declines it. Either is shown to you before it happens.")
    return [_remark("invite", "\n".join(lines), tone="")]


def place_items(row: TreeRow, room: Room | None) -> list[Item]:
    """A space or a heading: what it is for, and how much hangs below it."""
    lines = [room.topic, ""] if room is not None and room.topic else []
    if row.id == INVITATIONS:
        waiting = _many(row.holds, "invitation waits", "invitations wait")
        lines.append(f"{waiting} for you. Mark one to read it; none is accepted by itself.")
    elif row.id == OTHERS:
        lines.append(f"{_many(row.holds, 'room', 'rooms')} of yours in no space.")
    elif row.holds:
        lines.append(f"A space: it holds {_many(row.holds, 'room or space', 'rooms and spaces')} of yours.")
    else:
        lines.append("A space: it holds rooms, but none of yours.")
    if row.folds:
        lines += ["", "Enter folds and unfolds it."]
    return [_remark("place", "\n".join(lines), tone="")]


def _what_it_is(invite: Invite) -> str:
    what = "a space" if invite.space else "a room"
    if invite.name == invite.room_id:
        return f"You are invited to {what} without a name."
    return f"You are invited to {what}. Who invites you calls it “{invite.name}”."


def _many(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"


def _top_words(view: RoomView, reading: Reading) -> str:
    if reading.busy:
        return "Reading older messages… Esc stops it."
    if reading.failure:
        return f"Older messages could not be read. {reading.failure} Going up tries again."
    if view.is_filling and not view.entries:
        return ""
    if view.is_whole:
        return "The room begins here." if view.entries else "Nothing has been said here yet."
    return "Older messages are further up."


def _item(entry: Entry, before: Entry | None) -> Item:
    at = words.clock_time(entry.at)
    if entry.kind is EntryKind.EVENT:
        return Item(entry.id, (Part(((f"{entry.text}", "muted"),), "text", _INDENT),), marks=False)
    parts: list[Part] = []
    if not _goes_on(entry, before):
        head: list[Piece] = [(f"{at}  ", "muted"), (entry.who.name, "lead")]
        if entry.kind not in _PLAIN:
            head += [("  ", ""), (entry.kind, _TONES.get(entry.kind, "muted"))]
        parts.append(Part(tuple(head)))
    if entry.answers is not None:
        whose = f"{entry.answers.name}: " if entry.answers.name else ""
        parts.append(Part(((f"{whose}{entry.answers.text}", "muted"),), "quote", _INDENT))
    said = f"{entry.text} (edited)" if entry.edited else entry.text
    parts.append(Part(((said, "muted" if entry.kind in _QUIET else ""),), "text", _INDENT))
    if entry.on_its_way:
        parts.append(Part(((entry.on_its_way, "muted"),), "text", _INDENT))
    if entry.thread is not None:
        last = f"the last by {entry.thread.last_by}, {words.clock_time(entry.thread.last_at)}"
        parts.append(
            Part(
                ((f"{_many(entry.thread.count, 'answer', 'answers')} in a thread, {last}. Enter opens it.", "muted"),),
                "text",
                _INDENT,
            )
        )
    return Item(entry.id, tuple(parts))


def _goes_on(entry: Entry, before: Entry | None) -> bool:
    """Whether somebody just goes on talking, so that name and time need not be said again."""
    return (
        before is not None
        and entry.kind is before.kind is EntryKind.TALK
        and entry.who == before.who
        and entry.at - before.at < _TOGETHER
        and _day(entry.at) == _day(before.at)
        and entry.answers is None
        and before.thread is None
        and not before.on_its_way
        and not entry.after_hole
    )


def _day(moment: datetime) -> str:
    local = moment.astimezone()
    return f"{_WEEKDAYS[local.weekday()]} {words.day(moment)}"


def _remark(name: str, text: str, *, tone: Tone = "muted") -> Item:
    return Item(name, (Part(((text, tone),), "text"),), marks=False)
