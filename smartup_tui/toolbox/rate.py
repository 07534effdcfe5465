"""How many commands of one owner are taken at once: a token bucket for each.

A library would bring storage servers and timers; this is one number and one time per owner.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from time import monotonic

_REMEMBERED = 10_000


class Buckets:
    """`burst` at once, `per_second` after that, for each name; thread-safe."""

    def __init__(self, burst: int, per_second: float, clock: Callable[[], float] = monotonic) -> None:
        """All buckets are full at first."""
        self._burst = float(burst)
        self._rate = per_second
        self._clock = clock
        self._lock = threading.Lock()
        self._levels: dict[str, tuple[float, float]] = {}

    def take(self, name: str) -> int:
        """Take one. Returns 0, or the whole seconds to wait when there is none."""
        with self._lock:
            now = self._clock()
            level, at = self._levels.pop(name, (self._burst, now))
            level = min(self._burst, level + (now - at) * self._rate)
            taken = level >= 1.0
            self._levels[name] = (level - 1.0 if taken else level, now)
            if len(self._levels) > _REMEMBERED:
                # Who was quiet longest has a full bucket by now, or nearly.
                del self._levels[next(iter(self._levels))]
        return 0 if taken else max(1, math.ceil((1.0 - level) / self._rate))
