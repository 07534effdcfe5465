"""What the networks of the community do, planned ahead from a seed and counted off."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Final

from smartup_tui.forge.embedded.faults import Fault as ForgeFault
from smartup_tui.forge.embedded.faults import FaultKind, Faults
from tests.support.fault_proxy import Answer, DropAfter, DropBefore, Fault, Silence, Slow, Truncate

_LIMIT: Final = '{"errcode":"M_LIMIT_EXCEEDED","error":"Too Many Requests","retry_after_ms":100}'
_KINDS: Final[tuple[tuple[str, Callable[[Random], Fault]], ...]] = (
    ("lost acknowledgement", lambda _: DropAfter()),
    ("timeout after it was stored", lambda random: Silence(random.choice((0.2, 0.6)))),
    ("half an answer", lambda _: Truncate()),
    ("dropped connection", lambda _: DropBefore()),
    ("slow answer", lambda random: Slow(random.choice((0.2, 1.0)))),
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


_WRITE: Final = "/contents"
_STATUSES: Final = (403, 409, 429, 500, 502, 503)


class ForgeWeather(Faults):
    """Faults of the forge that are planned for a round; `happened` counts those that came to pass, by kind."""

    def __init__(self) -> None:
        super().__init__()
        self.happened: Counter[str] = Counter()

    def plan_one(self, random: Random) -> None:
        """One more fault, mostly for a write."""
        kind = random.choice(list(FaultKind))
        path, method = (_WRITE, "POST") if random.random() < 0.7 else ("", "")
        status = random.choice(_STATUSES)
        delay = 2.0 if kind is FaultKind.SILENT else 0.3
        again = "1" if status == 429 else ""
        skip = random.randint(0, 3)
        self.plan(ForgeFault(kind, method, path, skip=skip, status=status, retry_after=again, delay=delay))

    def take(self, method: str, path: str, query: str) -> ForgeFault | None:
        """The fault for a request, counted off."""
        fault = super().take(method, path, query)
        if fault is not None:
            name = f"answers {fault.status}" if fault.kind is FaultKind.STATUS else fault.kind.value.replace("_", " ")
            self.happened[f"{name} to a {'write' if path.endswith(_WRITE) else 'read'}"] += 1
        return fault
