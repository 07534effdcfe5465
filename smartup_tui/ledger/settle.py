"""What time alone decides and is due: mints, proposals, forgotten clocks, unused seats, decay of karma, rolling.

Effects are applied one after another, the earliest first, each on the ledger that the one before left, until none is
due: an effect may make another due. Their rows are dated by their due time, so weeks of silence give the same ledger
as daily runs. An effect's request id is `settle:<effect>:<entity>:<due>`. Source: ledger.md §3 (Time) and §4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from smartup_tui.ledger.economy import effects_credits, effects_karma, effects_rolling, effects_work
from smartup_tui.ledger.economy.effect import Effect, remember_quiet
from smartup_tui.ledger.governance import effects as effects_governance
from smartup_tui.ledger.governance import vesting
from smartup_tui.ledger.snapshot import Snapshot

_SOURCES: Final[tuple[Callable[[Snapshot, datetime], Iterator[Effect]], ...]] = (
    effects_work.forgotten_clocks,
    effects_credits.awards,
    vesting.tranches,
    effects_governance.proposals,
    effects_governance.contested_awards,
    effects_work.unused_seats,
    effects_karma.decay,
    effects_rolling.final_rows,
)


def due_effects(snapshot: Snapshot, now: datetime) -> tuple[Effect, ...]:
    """The effects due by now, in order (due, id). Only the first is certain: applying it may change what follows."""
    found = [effect for source in _SOURCES for effect in source(snapshot, now)]
    if not found:
        remember_quiet(snapshot, now)
    return tuple(sorted(found, key=lambda effect: (effect.due, effect.place)))


def next_effect(snapshot: Snapshot, now: datetime) -> Effect | None:
    """The effect to apply first, None when nothing is due."""
    return next(iter(due_effects(snapshot, now)), None)
