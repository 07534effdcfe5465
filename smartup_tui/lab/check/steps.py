"""The steps of a check: each with a name, its time, and what was seen."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


class CheckFailedError(Exception):
    """Something is not as it should be; the text says what."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step that was taken. `seconds` is how long it took, `seen` what was seen, in a few words."""

    name: str
    ok: bool
    seconds: float
    seen: str


class Steps:
    """Takes steps and keeps what came of them. `told` is called with each."""

    def __init__(self, told: Callable[[Step], None]) -> None:
        self.taken: list[Step] = []
        self._told = told

    @property
    def ok(self) -> bool:
        """Whether all steps so far went well."""
        return all(step.ok for step in self.taken)

    async def take(self, name: str, work: Callable[[], Awaitable[str]]) -> None:
        """Take a step; `work` returns what was seen. A failure is kept and raised, since what follows builds on it."""
        began = time.monotonic()
        try:
            seen = await work()
        except CheckFailedError as error:
            self._keep(Step(name, ok=False, seconds=time.monotonic() - began, seen=str(error)))
            raise
        self._keep(Step(name, ok=True, seconds=time.monotonic() - began, seen=seen))

    def _keep(self, step: Step) -> None:
        self.taken.append(step)
        self._told(step)


def require(condition: object, otherwise: str) -> None:
    """Raise CheckFailedError unless the condition holds."""
    if not condition:
        raise CheckFailedError(otherwise)
