"""The one writer of a ledger: a queue, group commit, time effects first, and an answer to all that can go wrong.

Commands are computed on the newest tree we know without asking the forge again: each change updates the audit trail
with the blob id it read, so a tree that was not the newest is a conflict, never a wrong write, and the usual case saves
a request. Before anything is refused, that tree is proven to be the newest. An answer that does not tell whether a
commit was written leads to a new try, whose first step is to look for the requests in the audit trail as it is then.
Source: ledger.md §3.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from smartup_tui.forge.errors import Ambiguous, Conflict, ForgeError, Invalid, QuotaExceeded, RateLimited
from smartup_tui.ledger.compose import compose
from smartup_tui.ledger.rowset import RowCache
from smartup_tui.ledger.tree import Tree
from smartup_tui.toolbox import batch, effects
from smartup_tui.toolbox.batch import INTERNAL
from smartup_tui.toolbox.decide import Operations
from smartup_tui.toolbox.ids import made_at
from smartup_tui.toolbox.jobs import Job, Queue, Sent
from smartup_tui.toolbox.publish import Store
from smartup_tui.toolbox.requests import find_request, repeat
from smartup_tui.toolbox.result import Failure, Request, Result

BATCH: Final = 64
TRIES: Final = 8
OPTIMISTIC: Final = 2.0
"""Seconds for which a tree is believed to be the newest, until a conflict or a refusal asks."""
LINGER: Final = 0.003
PATIENCE: Final = 100.0
"""Seconds after which a command that keeps losing is answered; below the 120 its giver waits."""
LONGEST_PAUSE: Final = 5.0
"""Seconds of a pause that the forge asks for and that everybody waits out; after a longer one owners ask again."""
SEARCHED: Final = timedelta(hours=48)
"""How far back a repeat is looked for: requests older than 24 h are refused, and clocks differ."""

UNAVAILABLE: Final = Failure(
    "forge_unavailable",
    "The ledger can not be reached right now; nothing was written.",
    "The same command may be repeated in a moment.",
)
UNKNOWN: Final = Failure(
    "outcome_unknown",
    "It is not certain yet whether this was written.",
    "Asking again with the same request id tells; nothing happens twice.",
)
BUSY: Final = Failure(
    "busy", "The ledger is busy; nothing was written.", "The same command may be repeated in a moment."
)
STOPPING: Final = Failure(
    "stopping", "The Toolbox is stopping; nothing was written.", "The same command may be repeated in a moment."
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rules:
    """What the ledger's operations are, and what time alone decides."""

    operations: Operations
    next_effect: effects.NextEffect


class Writer:
    """Publishes commands in a thread of its own. `start` before use, `stop` after.

    `clock` tells the time of decisions.
    """

    def __init__(self, store: Store, rules: Rules, cache: RowCache, clock: Callable[[], datetime]) -> None:
        """Remember the parts; nothing runs yet."""
        self._store = store
        self._rules = rules
        self._cache = cache
        self._clock = clock
        self._stopping = threading.Event()
        self._queue = Queue(BATCH)
        self._thread = threading.Thread(target=self._work, name="toolbox-writer", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the try at hand, answer the waiting commands, and end the thread."""
        self._stopping.set()
        for job in self._queue.close():
            job.finish(Result.failed(job.request, STOPPING))
        if self._thread.is_alive():
            self._thread.join()

    def submit(self, request: Request) -> Future[Result]:
        """Queue a command. The future gives its result and never an exception; cancel it to withdraw the command."""
        job = Job(request)
        if not self._queue.put(job):
            job.future.set_running_or_notify_cancel()
            job.finish(Result.failed(request, STOPPING))
        return job.future

    def _work(self) -> None:
        size = 0
        while True:
            jobs = self._queue.take(LINGER if size > 1 else 0.0)
            if not jobs:
                return
            size = len(jobs)
            self.process(jobs)

    def process(self, jobs: Sequence[Job]) -> None:
        """Bring every job to its answer."""
        try:
            self._try(jobs)
        except Exception:  # noqa: BLE001  the queue must go on, whatever one batch holds
            _log.exception("a batch of %d failed", len(jobs))
        for job in jobs:
            if not job.done:
                error, status = (UNKNOWN, 503) if job.unsure else (INTERNAL, 500)
                job.finish(Result.failed(job.request, error, status=status))

    def _try(self, jobs: Sequence[Job]) -> None:
        """Try until every job is answered, some times at most."""
        for attempt in range(TRIES):
            left = [job for job in jobs if not job.done]
            if not left:
                return
            trouble: ForgeError | None = None
            try:
                if self._attempt(left, believe=attempt == 0):
                    return
            except ForgeError as error:
                trouble = error
            wait = self._after(trouble, left, _backoff(attempt))
            if wait is None:
                return
            if self._stopping.wait(wait):
                _give_up(jobs, STOPPING)
                return
        _give_up(jobs, BUSY)

    def _after(self, trouble: ForgeError | None, jobs: Sequence[Job], wait: float) -> float | None:
        """The seconds to wait before the next try; None when there is none, since every job is answered."""
        if trouble is not None:
            _log.info("a try of %d commands: %s (%s)", len(jobs), type(trouble).__name__, trouble.detail)
        if isinstance(trouble, RateLimited):
            wait = max(wait, trouble.retry_after or 1.0)
        elif isinstance(trouble, (Invalid, QuotaExceeded)) and len(jobs) > 1:
            # One of them may be to blame, so each goes by itself.
            for job in jobs:
                if not job.done:
                    self.process([job])
            return None
        passing = trouble is None or isinstance(trouble, (Conflict, Ambiguous, RateLimited))
        # What was sent may have been written: only the forge can tell, so it is worth asking again.
        hopeless = not passing and not any(job.unsure for job in jobs)
        late = any(time.monotonic() + wait - job.submitted > PATIENCE for job in jobs)
        if hopeless or late or wait > LONGEST_PAUSE:
            _log.warning("gave up on %d commands", len(jobs))
            _give_up(jobs, UNAVAILABLE, ceil(max(wait, 5.0)))
            return None
        return wait

    def _attempt(self, jobs: Sequence[Job], *, believe: bool) -> bool:
        """One try. True when every job is answered; False when the ledger moved and it must be computed again."""
        tree = self._store.known(OPTIMISTIC) if believe else None
        proven = tree is None
        if tree is None:
            tree = self._store.refresh()
        now = jobs[0].request.now or self._clock()
        jobs = [job for job in jobs if not self._answer_repeat(job, tree)]
        if not jobs:
            return True
        tree, settled = self._settle(tree, now)
        proven = proven or settled.commit is not None
        computed = batch.compute(jobs, tree, self._cache, now, operations=self._rules.operations, settled=settled)
        if computed.unchanged and not proven and self._store.refresh().commit != tree.commit:
            return False
        if computed.written:
            self._write(computed, tree)
        # Only now: what was refused may have been refused for a change of the same batch.
        for job, result in computed.unchanged:
            job.finish(Result.failed(job.request, UNKNOWN) if job.may_still_arrive(tree.commit) else result)
        return True

    def _answer_repeat(self, job: Job, tree: Tree) -> bool:
        """Answer a request that is in the audit trail already."""
        request = job.request
        # The age of a Matrix event is known only if its carrier tells it; a dated row may stand anywhere.
        aged = request.now is None and (request.age is not None or made_at(request.request_id) is not None)
        since = self._clock() - SEARCHED if aged else None
        events = find_request(tree, self._cache, request.request_id, since)
        if not events:
            return False
        mine = next((sent for sent in job.unsure if sent.holds(events[0])), None)
        if mine is None:
            job.finish(repeat(request, events))
        else:
            job.finish(mine.result(request, self._commit_of(mine, tree.commit)))
        return True

    def _commit_of(self, sent: Sent, head: str) -> str:
        """The commit that holds what was sent; the branch's head, which holds it too, when it can not be found out."""
        try:
            return self._store.commit_of(sent.base, head, sent.sealed.trailer) or head
        except ForgeError:
            return head

    def _settle(self, tree: Tree, now: datetime) -> tuple[Tree, effects.Settled]:
        """Apply what time has decided by now, in commits of its own."""
        settled = effects.Settled()
        while True:
            due = effects.compute(tree, self._cache, now, self._rules.next_effect)
            if due.applied:
                published = self._store.publish(compose(tree, due.sealed))
                _log.info("%d time effects applied", len(due.applied))
                settled = settled.after(due, published.commit)
                tree = published.tree or self._store.refresh()
            if due.problem is not None or len(due.applied) < effects.AT_ONCE:
                return tree, replace(settled, problem=due.problem)

    def _write(self, computed: batch.Computed, tree: Tree) -> None:
        """Publish a batch as one commit and answer it."""
        written = computed.written
        draft = compose(tree, [sent.sealed for _, sent in written], computed.after)
        for job, sent in written:
            job.unsure.append(sent)
        try:
            published = self._store.publish(draft)
        except Ambiguous:
            raise
        except ForgeError:
            # Every other error means that this was not written.
            for job, sent in written:
                job.unsure.remove(sent)
            raise
        for job, sent in written:
            job.finish(sent.result(job.request, published.commit))


def _give_up(jobs: Sequence[Job], error: Failure, retry_after: int = 5) -> None:
    """Answer what is left: with `error` where certainly nothing was written. `retry_after` is in seconds."""
    for job in jobs:
        if not job.done:
            job.finish(Result.failed(job.request, UNKNOWN if job.unsure else error, retry_after=retry_after))


def _backoff(attempt: int) -> float:
    """Seconds to wait after a try: doubling from 20 ms to 2 s, never in step with another writer."""
    return min(2.0, 0.02 * 2.0**attempt) * random.uniform(0.5, 1.5)  # noqa: S311 (spreading load, not a secret)
