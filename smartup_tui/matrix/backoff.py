"""Waiting longer after each failure in a row, never in step with other clients."""

from __future__ import annotations

import random
from dataclasses import dataclass, field


@dataclass(slots=True)
class Backoff:
    """Delays in seconds: doubling from `first` to `most`, each spread by ±30 %."""

    first: float = 0.25
    most: float = 30.0
    _failures: int = field(default=0, init=False)

    def next(self) -> float:
        """The delay after one more failure."""
        self._failures += 1
        return self.after(self._failures)

    def after(self, failures: int) -> float:
        """The delay after that many failures in a row."""
        delay = min(self.most, self.first * 2.0 ** min(max(failures - 1, 0), 16))
        return delay * random.uniform(0.7, 1.3)  # noqa: S311 (spreading load, not a secret)

    def reset(self) -> None:
        """After a success the next failure starts small again."""
        self._failures = 0
