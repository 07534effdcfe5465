"""What the network between Engelbot and its servers does, planned ahead from a seed and counted off."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Final

from tests.support.fault_proxy import Answer, DropAfter, DropBefore, Fault, Silence, Truncate

_LIMIT: Final = '{"errcode":"M_LIMIT_EXCEEDED","error":"Too Many Requests","retry_after_ms":100}'
_KINDS: Final[tuple[tuple[str, Callable[[Random], Fault]], ...]] = (
    ("lost acknowledgement", lambda _: DropAfter()),
    ("timeout after it was stored", lambda random: Silence(random.choice((0.2, 0.6)))),
    ("half an answer", lambda _: Truncate()),
    ("dropped connection", lambda _: DropBefore()),
    ("429", lambda _: Answer(429, _LIMIT, "application/json")),
    ("5xx", lambda random: Answer(random.choice((500, 502, 503, 504)))),
)
_PARTS: Final = ("/send/", "/send/", "/send/", "/sync", "/sync", "/messages", "/joined_members", "/state/", "")


class Weather:
    """Faults that are planned for a round; `happened` counts those that came to pass. For a `FaultProxy`."""

    def __init__(self, parts: tuple[str, ...] = _PARTS) -> None:
        self.happened: Counter[str] = Counter()
        self._parts = parts
        self._planned: list[tuple[int, str, str, Fault]] = []
        self._guard = threading.Lock()

    def plan(self, random: Random) -> None:
        """One more fault, for one of the next requests of some kind."""
        name, make = random.choice(_KINDS)
        with self._guard:
            self._planned.append((random.randint(0, 3), random.choice(self._parts), name, make(random)))

    def clear(self) -> None:
        """The sky is blue."""
        with self._guard:
            self._planned.clear()

    def rule(self, _method: str, path: str) -> Fault | None:
        """What happens to this request."""
        with self._guard:
            for place, (skip, part, name, fault) in enumerate(self._planned):
                if part not in path:
                    continue
                if skip > 0:
                    self._planned[place] = (skip - 1, part, name, fault)
                    continue
                del self._planned[place]
                self.happened[name] += 1
                return fault
        return None
