"""Which room a command goes to (commands.md, Where a command goes).

Acting is in the open: the room of the task, objective or role it is about, else its team's, else `2_workplace`. Asking
goes to the owner's desk with Engelbot, which is nobody else's concern.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from smartup_tui.catalogue.model import Command, Kind
from smartup_tui.matrix.rooms import Room, find_desk, find_entity

_ROOM_KINDS = {Kind.TASK: "task", Kind.OBJECTIVE: "objective", Kind.ROLE: "role", Kind.TEAM: "team"}
WORKPLACE = "2_workplace"


@dataclass(frozen=True, slots=True)
class RoomChoice:
    """The room a command goes to, and the others the owner may choose instead."""

    room: Room
    others: tuple[Room, ...] = ()


def choose_room(
    command: Command,
    subject: tuple[Kind, str] | None,
    team_id: str | None,
    rooms: Sequence[Room],
    *,
    owner: str,
    engelbot: Collection[str],
) -> RoomChoice | None:
    """The room for a command about `subject` (kind and id) of team `team_id`, among the rooms the owner is in.

    `owner` is the owner's Matrix id. A desk counts only if `engelbot` marked it; of other rooms for the same thing
    Engelbot's is preferred. None when there is no room it could go to.
    """
    open_rooms = [r for r in rooms if not r.space and r.replaced_by is None and not r.encrypted]
    desk = find_desk(open_rooms, owner, makers=engelbot)

    def room_of(kind: str, entity: str) -> Room | None:
        return find_entity(open_rooms, kind, entity, makers=engelbot) or find_entity(open_rooms, kind, entity)

    if command.is_query:
        ordered = [desk]
    else:
        kind = _ROOM_KINDS.get(subject[0]) if subject else None
        ordered = [
            room_of(kind, subject[1]) if kind and subject else None,
            room_of("team", team_id) if team_id else None,
            room_of("group", WORKPLACE),
            desk,
        ]
    found = list(dict.fromkeys(room for room in ordered if room is not None))
    if not found:
        return None
    others = [*found[1:], *(r for r in sorted(open_rooms, key=lambda r: r.name) if r.kind and r not in found)]
    return RoomChoice(found[0], tuple(others))
