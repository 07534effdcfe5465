"""A batch of commands computed on one tree: each on the overlay of those before it (ledger.md §3). Pure."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from smartup_tui.forge.errors import ForgeError
from smartup_tui.ledger.change import Answer, Change, Refusal
from smartup_tui.ledger.compose import apply
from smartup_tui.ledger.rowset import RowCache
from smartup_tui.ledger.seal import Stamp, seal
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.tree import Overlay, Tree, as_base
from smartup_tui.toolbox.decide import UNREADABLE, Operations, decide, unreadable
from smartup_tui.toolbox.effects import SETTLE, Settled
from smartup_tui.toolbox.ids import event_id
from smartup_tui.toolbox.jobs import Job, Sent
from smartup_tui.toolbox.result import WORKPLACE, Failure, Request, Result, plain

INTERNAL: Final = Failure(
    "internal_error",
    "The Toolbox could not do this; nothing was written.",
    "The Toolbox's log says why; an operator can help.",
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Computed:
    """What becomes of a batch: what is to be written, with the tree after it, and what changes nothing."""

    written: tuple[tuple[Job, Sent], ...]
    unchanged: tuple[tuple[Job, Result], ...]
    after: Overlay


def compute(
    jobs: Iterable[Job], tree: Tree, cache: RowCache, now: datetime, *, operations: Operations, settled: Settled
) -> Computed:
    """Decide the commands one after another; a failing one leaves the others as they are.

    `settled` is what `!settle` answers. Raises ForgeError, when a page can not be fetched.
    """
    written: list[tuple[Job, Sent]] = []
    unchanged: list[tuple[Job, Result]] = []
    after = Overlay(as_base(tree), {})
    known = {**operations, SETTLE: settled.operation}
    for job in jobs:
        request = job.request
        try:
            outcome = decide(request, Snapshot(after, cache), now, known)
            if isinstance(outcome, Change):
                plain(outcome.data)  # what could not be answered must not be written
                sealed = seal(outcome, Stamp(request.actor, now, request.request_id, request.script, event_id))
                after = apply(after, sealed)
                written.append((job, Sent(outcome, sealed, tree.commit)))
            else:
                unchanged.append((job, _unchanged(request, outcome, settled)))
        except UNREADABLE as error:
            unchanged.append((job, Result.refused(request, unreadable(request, error))))
        except ForgeError:
            raise
        except Exception:  # noqa: BLE001  a fault of one command must not take the others with it
            _log.exception("%s of %s failed", request.command, request.request_id)
            unchanged.append((job, Result.failed(request, INTERNAL, status=500)))
    return Computed(tuple(written), tuple(unchanged), after)


def _unchanged(request: Request, outcome: Answer | Refusal, settled: Settled) -> Result:
    if isinstance(outcome, Refusal):
        return Result.refused(request, outcome)
    result = Result.answered(request, outcome)
    if request.command != SETTLE or settled.commit is None:
        return result
    return replace(result, events=settled.events, commits={WORKPLACE: settled.commit})
