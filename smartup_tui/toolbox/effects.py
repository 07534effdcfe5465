"""Time effects as the Toolbox applies them: before every batch, in commits of their own (ledger.md §3, Time)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from smartup_tui.forge.errors import ForgeError
from smartup_tui.ledger.actor import ENGELBOT, Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Answer
from smartup_tui.ledger.compose import apply
from smartup_tui.ledger.economy.effect import Effect
from smartup_tui.ledger.rowset import RowCache
from smartup_tui.ledger.seal import Sealed, Stamp, seal
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.tables import EVENTS
from smartup_tui.ledger.tree import Tree
from smartup_tui.toolbox.ids import event_id

SETTLE: Final = "settle"
AT_ONCE: Final = 50
"""Time effects in one commit."""

NextEffect = Callable[[Snapshot, datetime], Effect | None]
"""The time effect to apply first, None when nothing is due."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Applied:
    """One time effect, as it was written."""

    effect: Effect
    sealed: Sealed
    commit: str = ""

    def summary(self) -> dict[str, str | datetime]:
        """The effect as results carry it."""
        entity = self.effect.entity
        return {
            "effect": self.effect.kind,
            "type": entity.type,
            "id": entity.id,
            "due": self.effect.due,
            "message": self.sealed.change.message,
        }


@dataclass(frozen=True, slots=True)
class Due:
    """The time effects of one commit; `problem` is what keeps further ones from being applied."""

    applied: tuple[Applied, ...]
    problem: Exception | None = None

    @property
    def sealed(self) -> tuple[Sealed, ...]:
        """What is to be written."""
        return tuple(one.sealed for one in self.applied)


@dataclass(frozen=True, slots=True)
class Settled:
    """All time effects of one run."""

    applied: tuple[Applied, ...] = ()
    problem: Exception | None = None

    def after(self, due: Due, commit: str) -> Settled:
        """This and the effects of one more commit."""
        written = tuple(replace(one, commit=commit) for one in due.applied)
        return Settled((*self.applied, *written), due.problem)

    @property
    def events(self) -> tuple[str, ...]:
        """The ids of the audit rows."""
        return tuple(event.event_id for one in self.applied for event in one.sealed.events)

    @property
    def commit(self) -> str | None:
        """The last commit of the run, None when nothing was due."""
        return self.applied[-1].commit if self.applied else None

    def operation(self, _snapshot: Snapshot, _actor: Actor, _arguments: Arguments, _now: datetime) -> Answer:
        """The command `settle`: tells what was applied before it. Raises what kept effects from being applied."""
        if self.problem is not None:
            raise self.problem
        count = len(self.applied)
        message = f"{count} time effect{'s' if count > 1 else ''} applied." if count else "Nothing is due."
        return Answer(message, data={"count": count, "effects": [one.summary() for one in self.applied]})


def compute(tree: Tree, cache: RowCache, now: datetime, next_effect: NextEffect) -> Due:
    """The effects due by `now`, each on the ledger that the one before left. What fails ends the row early."""
    applied: list[Applied] = []
    seen: set[str] = set()
    if tree.blob_id(EVENTS.path) is None:
        return Due(())  # an organisation that is not registered yet
    try:
        while len(applied) < AT_ONCE:
            effect = next_effect(Snapshot(tree, cache), now)
            if effect is None:
                break
            if effect.request_id in seen:
                _log.error("%s stays due after it was applied", effect.request_id)
                return Due(tuple(applied[:-1]), LookupError(effect.request_id))
            seen.add(effect.request_id)
            stamp = Stamp(ENGELBOT, now, effect.request_id, f"{SETTLE}:{effect.kind}", event_id)
            sealed = seal(effect.change(), stamp)
            tree = apply(tree, sealed)
            applied.append(Applied(effect, sealed))
    except ForgeError:
        raise
    except Exception as error:  # noqa: BLE001
        # What is due stays due and is dated by its due time: owners need not wait until the ledger is put right.
        _log.exception("time effects stop early")
        return Due(tuple(applied), error)
    return Due(tuple(applied))
