"""The queue of commands that wait to be written, and how a batch is taken from it."""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field
from time import monotonic

from smartup_tui.ledger.change import Change
from smartup_tui.ledger.rows import MasterEvent
from smartup_tui.ledger.seal import Sealed
from smartup_tui.toolbox.result import Request, Result


@dataclass(frozen=True, slots=True)
class Sent:
    """A change as it is sent to the forge, computed on the commit `base`."""

    change: Change
    sealed: Sealed
    base: str

    def holds(self, event: MasterEvent) -> bool:
        """Whether this audit row is of this very change, not of another run of the same request."""
        return any(own.event_id == event.event_id for own in self.sealed.events)

    def result(self, request: Request, commit: str) -> Result:
        """The answer, when the change is in this commit."""
        return Result.changed(request, self.change, self.sealed.events, commit)


@dataclass(slots=True, eq=False)
class Job:
    """One command on its way.

    `unsure` holds what was sent for it and may or may not have been written; while it is empty, nothing of this
    command can be in the ledger.
    """

    request: Request
    submitted: float = field(default_factory=monotonic)
    future: Future[Result] = field(default_factory=Future)
    unsure: list[Sent] = field(default_factory=list)

    @property
    def done(self) -> bool:
        """Whether it has its answer."""
        return self.future.done()

    def may_still_arrive(self, head: str) -> bool:
        """Whether something sent for it can yet be written, now that the branch is at `head` and does not hold it.

        What was computed on an older commit can not: the audit trail it read has changed since.
        """
        return any(sent.base == head for sent in self.unsure)

    def finish(self, result: Result) -> None:
        """Give the answer; a second one is ignored."""
        if not self.future.done():
            self.future.set_result(result)


class Queue:
    """Commands in the order in which they came; thread-safe."""

    def __init__(self, most: int) -> None:
        """A batch holds `most` commands."""
        self._most = most
        self._waiting: deque[Job] = deque()
        self._changed = threading.Condition()
        self._closed = False

    def put(self, job: Job) -> bool:
        """Add a command; False when the queue is closed."""
        with self._changed:
            if self._closed:
                return False
            self._waiting.append(job)
            self._changed.notify()
            return True

    def take(self, linger: float = 0.0) -> list[Job]:
        """Wait for commands and take all that can be written together; empty when the queue is closed.

        `linger` (seconds) is how long to wait for company. A dated command goes alone, since its commit bears its date;
        of two with the same request id the second waits, since it is a repeat of the first.
        """
        with self._changed:
            while True:
                while not self._waiting and not self._closed:
                    self._changed.wait()
                if linger and len(self._waiting) < self._most and not self._closed:
                    self._changed.wait(linger)
                batch = self._together()
                if batch or self._closed:
                    return batch

    def _together(self) -> list[Job]:
        batch: list[Job] = []
        names: set[str] = set()
        while self._waiting and len(batch) < self._most:
            request = self._waiting[0].request
            alone = request.now is not None
            if (alone and batch) or request.request_id in names:
                break
            job = self._waiting.popleft()
            if not job.future.set_running_or_notify_cancel():
                continue  # whoever gave it has gone
            batch.append(job)
            names.add(request.request_id)
            if alone:
                break
        return batch

    def close(self) -> list[Job]:
        """Take no more commands; returns those that were never taken."""
        with self._changed:
            self._closed = True
            left = [job for job in self._waiting if job.future.set_running_or_notify_cancel()]
            self._waiting.clear()
            self._changed.notify_all()
            return left
