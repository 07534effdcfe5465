"""How the link stands, and what it tells others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from smartup_tui.matrix.errors import MatrixError


class Wake(StrEnum):
    """What may have changed. Wakes are hints and may be merged: read what you show anew."""

    EVENTS = "events"
    OUTBOX = "outbox"
    STATUS = "status"
    ROOMS = "rooms"


class LinkState(StrEnum):
    """How the link stands."""

    OFFLINE = "offline"
    CONNECTING = "connecting"
    ONLINE = "online"
    LOGIN_NEEDED = "login_needed"
    FOLLOWER = "follower"
    """Another process of this profile leads."""


@dataclass(frozen=True, slots=True)
class LinkStatus:
    """How the link stands, since when, and what is in the way."""

    state: LinkState
    since: datetime
    error: MatrixError | None
    last_success: datetime | None
    """When the homeserver's stream was last read; None if never."""
