"""The rooms of an organisation as a tree: invitations, the desk, the spaces with what hangs in them, and the rest.

A room counts as that of a task, objective, role or team only if Engelbot marked it so: then it is called as the ledger
calls the thing now. What others mark is shown by its own name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from smartup_tui.ledger.index import rooms as room_rows
from smartup_tui.matrix.rooms import Invite, Room, find_desk
from smartup_tui.workspace.reader import Reader
from smartup_tui.workspace.senders import People

__all__ = [
    "INVITATIONS",
    "OTHERS",
    "SAME_NAME",
    "Invite",
    "Room",
    "RoomTree",
    "RowKind",
    "TreeRow",
    "called",
    "room_tree",
]

INVITATIONS: Final = "invitations"
OTHERS: Final = "others"
SAME_NAME: Final = "room"
"""The note of a room that has the name of the space it hangs in."""
_DEEPEST: Final = 8
_MANY: Final = 30


class RowKind(StrEnum):
    """What a row of the tree is."""

    HEADING = "heading"
    INVITE = "invite"
    SPACE = "space"
    ROOM = "room"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class TreeRow:
    """A row. `id` is the room's id, or one of our own for a heading; `note` says in words what is special."""

    id: str
    kind: RowKind
    depth: int
    name: str
    note: str = ""
    entity: tuple[str, str] | None = None
    """Kind and id of the thing in the ledger that the room is for, as Engelbot marked it."""
    holds: int = 0
    """How many rows hang below."""

    @property
    def folds(self) -> bool:
        """Whether something hangs below."""
        return self.holds > 0

    def passes(self, text: str) -> bool:
        """Whether all words of a filter are found in it."""
        own = f"{self.name} {self.note} {self.entity[1] if self.entity else ''}".casefold()
        return all(word in own for word in text.casefold().split())


@dataclass(frozen=True, slots=True)
class RoomTree:
    """All rows in order, each followed by what hangs below it."""

    rows: tuple[TreeRow, ...] = ()

    def shown(self, folded: Collection[str], text: str = "") -> list[TreeRow]:
        """The rows that are not below a folded one; with `text`, those that have all its words and what leads to them,
        folded or not.
        """
        if text.split():
            return self._found(text)
        shown: list[TreeRow] = []
        hidden_below: int | None = None
        for row in self.rows:
            if hidden_below is not None and row.depth > hidden_below:
                continue
            hidden_below = row.depth if row.id in folded else None
            shown.append(row)
        return shown

    def folded_at_first(self) -> frozenset[str]:
        """What has so many rows right below it that it begins folded."""
        return frozenset(row.id for row in self.rows if row.holds > _MANY and row.depth > 0)

    def row(self, row_id: str) -> TreeRow | None:
        """The row with this id."""
        return next((row for row in self.rows if row.id == row_id), None)

    def of(self, entity: str) -> TreeRow | None:
        """The row of a thing of the ledger."""
        return next((row for row in self.rows if row.entity is not None and row.entity[1] == entity), None)

    def above(self, row_id: str) -> TreeRow | None:
        """The row that this one hangs below."""
        way: list[TreeRow] = []
        for row in self.rows:
            del way[row.depth :]
            if row.id == row_id:
                return way[-1] if way else None
            way.append(row)
        return None

    def _found(self, text: str) -> list[TreeRow]:
        shown: list[TreeRow] = []
        way: list[TreeRow] = []
        for row in self.rows:
            del way[row.depth :]
            if row.passes(text):
                shown += [above for above in way if above not in shown]
                shown.append(row)
            way.append(row)
        return shown


def room_tree(
    rooms: Sequence[Room],
    invites: Sequence[Invite],
    reader: Reader | None,
    *,
    owner: str,
    engelbot: Collection[str],
) -> RoomTree:
    """The tree of what `owner` (a Matrix id) is in and is invited to."""
    return RoomTree(tuple(_Builder(rooms, reader, owner, engelbot).rows(invites)))


def called(invite: Invite) -> str:
    """What an invitation calls its room; some have no name."""
    return invite.name if invite.name != invite.room_id else f"a {'space' if invite.space else 'room'} without a name"


class _Builder:
    def __init__(self, rooms: Sequence[Room], reader: Reader | None, owner: str, engelbot: Collection[str]) -> None:
        self._rooms = {room.room_id: room for room in rooms}
        self._engelbot = frozenset(engelbot)
        self._people = People(reader, engelbot)
        self._titles = self._read_titles(reader)
        self._desk = find_desk(rooms, owner, makers=self._engelbot)
        self._placed: set[str] = set()

    def rows(self, invites: Sequence[Invite]) -> Iterator[TreeRow]:
        if invites:
            yield TreeRow(INVITATIONS, RowKind.HEADING, 0, "Invitations", holds=len(invites))
            for invite in invites:
                note = "encrypted" if invite.encrypted else "space" if invite.space else ""
                yield TreeRow(invite.room_id, RowKind.INVITE, 1, f"{invite.inviter}: {called(invite)}", note)
        if self._desk is not None:
            self._placed.add(self._desk.room_id)
            yield TreeRow(self._desk.room_id, RowKind.DESK, 0, "Your desk with Engelbot", _note(self._desk))
        hanging = {child for room in self._rooms.values() if room.space for child in room.children}
        tops = [r for r in self._rooms.values() if r.space and (r.room_id not in hanging)]
        for room in sorted(tops, key=self._order):
            yield from self._below(room, 0)
        # Spaces that hang in each other in a ring have no top; they and the rooms in no space come last.
        rest = [room for room in self._rooms.values() if room.room_id not in self._placed]
        if rest:
            below = [row for room in sorted(rest, key=self._order) for row in self._below(room, 1)]
            yield TreeRow(OTHERS, RowKind.HEADING, 0, "Other rooms", holds=sum(row.depth == 1 for row in below))
            yield from below

    def _below(self, room: Room, depth: int) -> Iterator[TreeRow]:
        if room.room_id in self._placed:
            return
        self._placed.add(room.room_id)
        row = self._row(room, depth)
        if not room.space:
            yield row
            return
        children = [self._rooms[child] for child in room.children if child in self._rooms]
        places = {child.room_id: place for place, child in enumerate(children)}
        below: list[TreeRow] = []
        if depth < _DEEPEST:
            for child in sorted(children, key=lambda c: (*self._order(c)[:2], places[c.room_id])):
                below += self._below(child, depth + 1)
        holds = sum(each.depth == depth + 1 for each in below)
        yield replace(row, holds=holds, note=row.note if holds else "no room of yours")
        for each in below:
            same = each.depth == depth + 1 and each.kind is RowKind.ROOM and each.name == row.name
            yield replace(each, note=each.note or SAME_NAME) if same else each

    def _row(self, room: Room, depth: int) -> TreeRow:
        entity = self._entity(room)
        title = self._titles.get(entity) if entity is not None else None
        name = f"{entity[1]} {title}" if entity is not None and title else room.name
        kind = RowKind.SPACE if room.space else RowKind.ROOM
        if room.kind == "desk" and room.owner is not None and room.marked_by in self._engelbot:
            name = f"Desk of {self._people.of(room.owner).name}"
        return TreeRow(room.room_id, kind, depth, name, _note(room), None if room.space else entity)

    def _order(self, room: Room) -> tuple[bool, tuple[int, ...], str]:
        """Marked rooms by the numbers of their id, others after them by name."""
        entity = self._entity(room)
        numbers = tuple(int(part) for part in entity[1].split("_") if part.isdecimal()) if entity is not None else ()
        return not numbers, numbers, room.name.casefold()

    def _entity(self, room: Room) -> tuple[str, str] | None:
        if room.kind is None or room.entity is None or room.marked_by not in self._engelbot:
            return None
        return room.kind, room.entity

    def _read_titles(self, reader: Reader | None) -> Mapping[tuple[str, str], str]:
        ids: dict[str, list[str]] = {}
        for room in self._rooms.values():
            entity = self._entity(room)
            if entity is not None:
                ids.setdefault(entity[0], []).append(entity[1])
        if reader is None:
            return {}
        found = {kind: room_rows.titles(reader.index, kind, some) for kind, some in ids.items()}
        return {(kind, key): title for kind, titles in found.items() for key, title in titles.items()}


def _note(room: Room) -> str:
    if room.replaced_by is not None:
        return "closed"
    return "encrypted" if room.encrypted else ""
