"""The index of the audit trail by request: what makes a repeat harmless.

It is derived from the very tree that is asked, file by file, and kept with the parsed rows; nothing is stored.
Source: ledger.md §3, Idempotence.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from smartup_tui.catalogue.commands import canonical
from smartup_tui.ledger.change import Reason, Refusal
from smartup_tui.ledger.rows import MasterEvent
from smartup_tui.ledger.rowset import Part, RowCache, segment_paths
from smartup_tui.ledger.tables import EVENTS
from smartup_tui.ledger.tree import Tree
from smartup_tui.toolbox.result import Request, Result


def find_request(tree: Tree, cache: RowCache, request_id: str, since: datetime | None) -> tuple[MasterEvent, ...]:
    """The audit rows of a request, in order; empty when it has not taken effect.

    `since` bounds the search: segments that end before it are not read. None searches the whole trail.
    """
    for part in _parts(tree, cache):
        found = part.index(("request_id",)).get(request_id)
        if found:
            return found
        if since is not None and part.rows and part.rows[-1].timestamp < since:
            break
    return ()


def repeat(request: Request, events: tuple[MasterEvent, ...]) -> Result:
    """The answer to a request that has audit rows already: the same result, or a no when it names something else."""
    first = events[0]
    if first.actor != request.actor or canonical(first.script.partition(":")[2]) != request.command:
        refusal = Refusal(
            Reason.CONFLICT,
            "request_id_reused",
            "This request id already stands for another command.",
            "Give the command again, so that it gets an id of its own.",
            "request_id",
        )
        return Result.refused(request, refusal)
    return Result.from_audit(request, events)


def _parts(tree: Tree, cache: RowCache) -> Iterator[Part[MasterEvent]]:
    """The files of the trail, newest first."""
    for path in (EVENTS.path, *reversed(segment_paths(EVENTS, tree))):
        part = cache.part(EVENTS, path, tree)
        if part is not None:
            yield part
