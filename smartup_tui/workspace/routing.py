"""Which room a command goes to (commands.md, Where a command goes).

Acting is in the open: the room of the task, objective or role it is about, else its team's, else `2_workplace`. Asking
goes to the owner's desk with Engelbot, which is nobody else's concern.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from smartup_tui.catalogue.model import Command, Kind
from smartup_tui.matrix.rooms import Room

_ROOM_KINDS = {Kind.TASK: "task", Kind.OBJECTIVE: "objective", Kind.ROLE: "role", Kind.TEAM: "team"}
WORKPLACE = "2_workplace"


@dataclass(frozen=True, slots=True)
class RoomChoice:
    """The room a command goes to, and the others the owner may choose instead."""

    room: Room
    others: tuple[Room, ...] = ()


def choose_room(
    command: Command, subject: tuple[Kind, str] | None, team_id: str | None, rooms: Sequence[Room], owner: str
) -> RoomChoice | None:
    """The room for a command about `subject` (kind and id) of team `team_id`, among the rooms the owner is in.

    `owner` is the owner's Matrix id. None when there is no room it could go to.
    """
    open_rooms = [r for r in rooms if not r.space and r.replaced_by is None and not r.encrypted]
    desk = _find(open_rooms, "desk", owner)
    if command.is_query:
        ordered = [desk]
    else:
        kind = _ROOM_KINDS.get(subject[0]) if subject else None
        ordered = [
            _find(open_rooms, kind, subject[1]) if kind and subject else None,
            _find(open_rooms, "team", team_id) if team_id else None,
            _find(open_rooms, "group", WORKPLACE),
            desk,
        ]
    found = [room for room in ordered if room is not None]
    if not found:
        return None
    others = [*found[1:], *(r for r in sorted(open_rooms, key=lambda r: r.name) if r.kind and r not in found)]
    return RoomChoice(found[0], tuple(others))


def _find(rooms: Iterable[Room], kind: str | None, wanted: str) -> Room | None:
    matching = (r for r in rooms if r.kind == kind and wanted == (r.owner if kind == "desk" else r.entity))
    return min(matching, key=lambda r: (r.marked_at, r.room_id), default=None)
