"""Commits as they are shown: who, when, what it says, which lines changed; and whoever asks the forge for them.

`CommitReader` answers at once with what it knows and asks the forge in a thread of its own, so that no key waits for
the network. What was asked for stays known until the program ends, for a commit never changes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from smartup_tui.config import Home, Profile
from smartup_tui.workspace.commit_values import Asked, CommitChanges, CommitLine, FileHistory, Key

if TYPE_CHECKING:
    from smartup_tui.workspace.commit_asking import Asking

_KEPT: Final = 500
_PATIENCE: Final = 5.0


class CommitReader:
    """Asks the forge about commits, for one profile. Its methods answer at once; `on_news` tells of a new answer.

    With `ask` off a method only tells what is known; with it the forge is asked what is not known yet, also again
    after a failure. `on_news` is called on the reader's own thread and must only hand the news on.
    """

    def __init__(self, home: Home, name: str, profile: Profile) -> None:
        """Nothing is opened and nothing runs before the first question."""
        self._home, self._name, self._profile = home, name, profile
        self._turn = threading.Condition()
        self._known: dict[Key, Asked[Any]] = {}
        self._waiting: list[Key] = []
        self._times: dict[Key, datetime] = {}
        self._subscribers: list[Callable[[], None]] = []
        self._thread: threading.Thread | None = None
        self._asking: Asking | None = None
        self._stopped = False

    def subscribe(self, on_news: Callable[[], None]) -> None:
        """Call back whenever an answer has come."""
        with self._turn:
            self._subscribers.append(on_news)

    def changes(self, sha: str, *, ask: bool = True) -> Asked[CommitChanges]:
        """A commit with its changed lines and its signature."""
        return self._answer(("changes", sha), ask=ask)

    def history(self, path: str, *, ask: bool = True) -> Asked[FileHistory]:
        """The commits that touched a file of the ledger, the newest first (at most some 200 of them)."""
        return self._answer(("history", path), ask=ask)

    def of_event(self, event_id: str, at: datetime, *, ask: bool = True) -> Asked[CommitLine]:
        """The commit that added a row to the audit trail, by the line for it in its message; `at` is the row's time."""
        with self._turn:
            self._times[("event", event_id)] = at
        return self._answer(("event", event_id), ask=ask)

    def forget_histories(self) -> None:
        """Ask anew for what may have grown, after the ledger was read anew."""
        with self._turn:
            for key in [k for k, v in self._known.items() if k[0] == "history" and not v.under_way]:
                del self._known[key]

    def stop(self) -> None:
        """End it; what is under way is given up."""
        with self._turn:
            self._stopped = True
            self._turn.notify_all()
            thread, asking = self._thread, self._asking
        if asking is not None:
            asking.cancel()
        if thread is not None:
            thread.join(timeout=_PATIENCE)

    # --- inside

    def _answer(self, key: Key, *, ask: bool) -> Asked[Any]:
        with self._turn:
            known = self._known.get(key, Asked())
            if not ask or known.value is not None or known.under_way or self._stopped:
                return known
            if len(self._known) >= _KEPT:
                self._known.pop(next(iter(self._known)))
            self._known[key] = known = Asked(under_way=True)
            self._waiting.append(key)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="commits", daemon=True)
                self._thread.start()
            self._turn.notify_all()
            return known

    def _run(self) -> None:
        """The thread: one question at a time, the newest first, since it is the one that somebody looks at."""
        from smartup_tui.workspace.commit_asking import Asking  # noqa: PLC0415 - brings the HTTP client

        with Asking(self._home, self._name, self._profile) as asking:
            with self._turn:
                self._asking = asking
            while (key := self._next()) is not None:
                answer = asking.ask(key, self._times.get(key))
                with self._turn:
                    self._known[key] = answer
                    subscribers = () if self._stopped else tuple(self._subscribers)
                for on_news in subscribers:
                    on_news()

    def _next(self) -> Key | None:
        with self._turn:
            self._turn.wait_for(lambda: self._waiting or self._stopped)
            return None if self._stopped else self._waiting.pop()
