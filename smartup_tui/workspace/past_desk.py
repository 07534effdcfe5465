"""The workspace's end of the process that asks the forge about the past: of pages, of commits, of audit rows."""

from __future__ import annotations

import contextlib
import subprocess
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import msgspec

from smartup_tui.ledger.rows import MasterEvent
from smartup_tui.workspace import line_process
from smartup_tui.workspace.commit_values import Asked, CommitChanges, CommitLine
from smartup_tui.workspace.page_history import Past, Version
from smartup_tui.workspace.past_store import PastStore
from smartup_tui.workspace.places import Places

_T = TypeVar("_T")


class PastRequest(msgspec.Struct, frozen=True):
    """Which commits touched a page or, with `shas`, its text at these commits; or what a `commit` changed; or which
    commit added the audit row of an `event`, written `at` some time for a command of that id (`asked_by`).
    """

    path: str = ""
    shas: tuple[str, ...] = ()
    commit: str = ""
    event: str = ""
    asked_by: str = ""
    at: datetime | None = None


class PastAnswer(msgspec.Struct, frozen=True):
    """It is on this machine now; or, with a `message`, why not. `done` of `total` is said on the way to a long past."""

    path: str = ""
    shas: tuple[str, ...] = ()
    commit: str = ""
    event: str = ""
    message: str = ""
    hint: str = ""
    done: int = 0
    total: int = 0

    @property
    def request(self) -> PastRequest:
        """What was asked, without its time."""
        return PastRequest(self.path, self.shas, self.commit, self.event)


encode = msgspec.json.encode
decode_request = msgspec.json.Decoder(PastRequest).decode
_decode_answer = msgspec.json.Decoder(PastAnswer).decode


@dataclass(frozen=True, slots=True)
class PageHistory:
    """The past of a page as it is known now: from when (None: never asked), whether it is being asked for (`done` of
    `total` commits where that takes long), and why the last question failed.
    """

    path: str
    versions: tuple[Version, ...] = ()
    as_of: datetime | None = None
    whole: bool = True
    asking: bool = False
    done: int = 0
    total: int = 0
    failure: str = ""


class PastDesk:
    """Answers at once with what is here; `on_news` is called on a thread of its own when more has come."""

    def __init__(self, places: Places, command: Sequence[str], on_news: Callable[[], None]) -> None:
        """`command` starts the process; nothing runs before the first question."""
        self.store = PastStore(places)
        self._command = list(command)
        self._subscribers = [on_news]
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._under_way: dict[PastRequest, PastAnswer] = {}
        """What is asked, with how far it is."""
        self._failures: dict[PastRequest, str] = {}
        self._known: dict[str, Past] = {}
        self._stopped = False

    def subscribe(self, on_news: Callable[[], None]) -> None:
        """Call back, too, when more has come; on a thread of its own."""
        with self._lock:
            self._subscribers.append(on_news)

    def changes(self, sha: str, *, ask: bool = True) -> Asked[CommitChanges]:
        """A commit with its changed lines and its signature; `ask` asks the forge where it is not here."""
        request = PastRequest(commit=sha)
        return self._asked(self.store.changes(sha), request, request, ask=ask)

    def of_event(self, event: MasterEvent, *, ask: bool = True) -> Asked[CommitLine]:
        """The commit that added a row to the audit trail, by the line for its command in the message."""
        request = PastRequest(event=event.event_id)
        whole = PastRequest(event=event.event_id, asked_by=event.request_id, at=event.timestamp)
        return self._asked(self.store.commit_of(event.event_id), request, whole, ask=ask)

    def _asked(self, known: _T | None, request: PastRequest, whole: PastRequest, *, ask: bool) -> Asked[_T]:
        """What is known of a question; `whole` is what is asked, `request` what its answer says was asked."""
        if known is not None:
            return Asked(known)
        if ask:
            self._begin(request, whole)
        with self._lock:
            return Asked(under_way=request in self._under_way, failure=self._failures.get(request, ""))

    def history(self, path: str) -> PageHistory:
        """The past of a page as far as it is known."""
        with self._lock:
            way = self._under_way.get(PastRequest(path))
            failure = self._failures.get(PastRequest(path), "")
            past = self._known.get(path)
        if past is None:
            past = self.store.load(path)
            if past is not None:
                with self._lock:
                    self._known[path] = past
        done, total = (way.done, way.total) if way else (0, 0)
        if past is None:
            return PageHistory(path, asking=way is not None, done=done, total=total, failure=failure)
        return PageHistory(path, past.versions, past.asked_at, past.whole, way is not None, done, total, failure)

    def text(self, path: str, sha: str) -> str | None:
        """A page as it was at a commit; None where it is not here (yet)."""
        return self.store.text(path, sha)

    def failure(self, path: str, shas: tuple[str, ...]) -> str:
        """Why these texts could not be had; empty where they could, or nobody asked."""
        with self._lock:
            return self._failures.get(PastRequest(path, shas), "")

    def ask(self, path: str, shas: tuple[str, ...] = ()) -> None:
        """Ask the forge for the commits of a page, or for its text at some of them. Once at a time for each."""
        request = PastRequest(path, shas)
        self._begin(request, request)

    def _begin(self, request: PastRequest, whole: PastRequest) -> None:
        with self._lock:
            if self._stopped or request in self._under_way:
                return
            self._failures.pop(request, None)
            self._under_way[request] = PastAnswer()
            self._send(encode(whole) + b"\n")

    def stop(self) -> None:
        """End the process at once."""
        with self._lock:
            self._stopped = True
            process, self._process = self._process, None
        if process is not None:
            line_process.put_away(process)

    def _send(self, line: bytes) -> None:
        """Write one line, starting the process when there is none, or it ended in peace. The lock is held."""
        for _ in range(2):
            self._process = self._process or line_process.start(self._command, self._read, "past")
            if line_process.told(self._process, line):
                return
            self._process = None

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        with contextlib.suppress(ValueError, OSError):  # closed under us, or nobody understands it
            for line in process.stdout:
                self._hear(_decode_answer(line))
        self._ended(process)

    def _hear(self, answer: PastAnswer) -> None:
        request = answer.request
        with self._lock:
            if answer.total and not answer.message:
                if request in self._under_way:
                    self._under_way[request] = answer
            else:
                self._under_way.pop(request, None)
                if answer.message:
                    self._failures[request] = f"{answer.message} {answer.hint}".strip()
                elif answer.path and not answer.shas:
                    self._known.pop(answer.path, None)
        self._tell()

    def _tell(self) -> None:
        with self._lock:
            subscribers = tuple(self._subscribers)
        for on_news in subscribers:
            on_news()

    def _ended(self, process: subprocess.Popen[bytes]) -> None:
        """What a process leaves without an answer failed."""
        line_process.put_away(process)
        with self._lock:
            if self._process is not process:
                return
            self._process = None
            lost, self._under_way = list(self._under_way), {}
            text = "Asking the forge ended unexpectedly. Press r to try again."
            self._failures.update(dict.fromkeys(lost, text))
        if lost:
            self._tell()
