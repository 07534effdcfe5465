"""How the workspace stands beside what the ledger says: one immutable value, replaced whole."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from smartup_tui.workspace.sync_messages import Failed, Progress


class News(StrEnum):
    """What may have changed; a hint, several may be merged. Read what you show anew."""

    READ_MODEL = "read model"
    SYNC = "sync"
    ISSUES = "issues"
    LINK = "link"
    DELIVERY = "delivery"
    ROOMS = "rooms"
    """Something of the rooms that the owner waits for: older messages, a decision on an invitation, the first rooms."""


@dataclass(frozen=True, slots=True)
class WorkspaceState:
    """`generation` counts the read models seen, so that a view can tell whether it is behind.

    `progress` is a long synchronisation's state, `failure` why the last one failed; `link` says how the connection to
    the rooms stands where that is worth a word (None when all is well), `rewritten` that old rows changed,
    `findings` how many findings about the ledger's past are open.
    """

    generation: int = 0
    syncing: bool = False
    progress: Progress | None = None
    failure: Failed | None = None
    link: str | None = None
    rewritten: bool = False
    findings: int = 0
