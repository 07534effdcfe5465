"""What a room is called where there is little room for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smartup_tui.matrix.rooms import Room


def room_label(room: Room) -> str:
    """A task's room by its id, the desk as what it is, any other by its name."""
    if room.kind == "desk":
        return "your desk"
    if room.kind in ("task", "objective", "role") and room.entity:
        return room.entity
    return room.name or room.alias or room.room_id
