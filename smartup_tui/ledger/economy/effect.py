"""An effect of time: what it is, when it was due, and the change it makes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from smartup_tui.ledger.change import Change, Entity
from smartup_tui.ledger.rowset import number
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.tree import Overlay


@dataclass(frozen=True, slots=True)
class Effect:
    """One effect that is due. `part` tells effects on one entity apart, such as the seat of an award.

    `change_fn` computes the change; its rows are dated `due`.
    """

    kind: str
    due: datetime
    entity: Entity
    change_fn: Callable[[], Change] = field(compare=False, repr=False)
    part: str = ""

    def change(self) -> Change:
        """The change that the effect makes to the snapshot it was found in."""
        return self.change_fn()

    @property
    def request_id(self) -> str:
        """What makes the effect happen once: `settle:<effect>:<entity>:<due>`."""
        due = self.due.astimezone(UTC).isoformat(timespec="seconds")[:-6]
        subject = f"{self.entity.id}.{self.part}" if self.part else self.entity.id
        return f"settle:{self.kind}:{subject}:{due}Z"

    @property
    def place(self) -> tuple[str, int, str, str]:
        """The order among effects that are due at the same time."""
        return (self.entity.type, number(self.entity.id), self.entity.id, self.part)


def is_quiet(snapshot: Snapshot, now: datetime) -> bool:
    """Whether this day is known to bring no more effects of those that are due at midnights.

    Once nothing at all is due on a day, what happens from then on can be due on a later day at the earliest.
    """
    return snapshot.cache.quiet_day == now.astimezone(UTC).date()


def remember_quiet(snapshot: Snapshot, now: datetime) -> None:
    """Nothing at all is due now.

    That is remembered of a commit only: what was applied to an overlay may yet fail to be written, and is due then.
    """
    if not isinstance(snapshot.tree, Overlay):
        snapshot.cache.quiet_day = now.astimezone(UTC).date()
