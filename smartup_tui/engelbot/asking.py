"""Asking the Toolbox until its word is definite, without holding up the commands of other owners."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from smartup_tui.engelbot import wording
from smartup_tui.engelbot.deciding import Ask, Limits
from smartup_tui.engelbot.inbox import Heard
from smartup_tui.engelbot.toolbox_client import NotYet
from smartup_tui.matrix.backoff import Backoff

AT_ONCE: Final = 32
"""Requests under way at the same time; one for each owner at most."""
FAULTS: Final = 5
"""A command at which the Toolbox fails so often in a row is given up."""
PATIENCE: Final = 30.0
"""Seconds of trouble after which the owner is told once that it goes on."""

_SHORTEST: Final = 0.25

_log = logging.getLogger(__name__)


class Toolbox(Protocol):
    """What is needed of the Toolbox; see `toolbox_client.ToolboxClient`."""

    async def ask(
        self, command: str, actor: str, request_id: str, arguments: Mapping[str, str], age: Any
    ) -> dict[str, Any]:
        """The definite result of a command. Raises NotYet."""
        ...

    async def settle(self) -> dict[str, Any]:
        """Apply what time alone decides. Raises NotYet."""
        ...


def _utc() -> datetime:
    return datetime.now(UTC)


def _silent(heard: Heard, why: str) -> None:
    del heard, why


class Asking:
    """Repeats each request with its id until it is settled. Belongs to one event loop."""

    def __init__(
        self,
        toolbox: Toolbox,
        *,
        limits: Limits | None = None,
        on_delay: Callable[[Heard, str], None] = _silent,
        now: Callable[[], datetime] = _utc,
        patience: float = PATIENCE,
        longest_wait: float = 15.0,
    ) -> None:
        self._toolbox = toolbox
        self._limits = limits or Limits()
        self._on_delay = on_delay
        self._now = now
        self._patience = patience
        self._longest_wait = longest_wait
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._answers = asyncio.Condition()
        self.in_trouble = False

    async def until_definite(self, ask: Ask, actor: str, heard: Heard) -> dict[str, Any] | None:
        """The Toolbox's word on this command, however long it takes; None for a question nobody waits for any more."""
        pauses = Backoff(first=0.25, most=self._longest_wait)
        began, told, faults = time.monotonic(), False, 0
        while True:
            age = heard.age(self._now())
            if ask.command.is_query and age > self._limits.question:
                return None
            try:
                async with self._slots:
                    result = await self._toolbox.ask(ask.command.name, actor, heard.event_id, ask.arguments, age)
            except NotYet as trouble:
                _log.warning("%s of %s is not settled: %s", ask.command.name, heard.event_id, trouble.message)
                faults = faults + 1 if trouble.fault else 0
                if faults >= FAULTS:
                    return wording.toolbox_fault(ask.command)
                self.in_trouble = True
                if not told and time.monotonic() - began >= self._patience:
                    told = True
                    self._on_delay(heard, trouble.said)
                await self._pause(max(pauses.next(), trouble.retry_after or 0.0), own=trouble.retry_after is not None)
            else:
                await self._answered()
                return result

    async def _answered(self) -> None:
        if not self.in_trouble:
            return
        self.in_trouble = False
        async with self._answers:
            self._answers.notify_all()

    async def _pause(self, seconds: float, *, own: bool) -> None:
        """Wait; not longer than until the Toolbox answers somebody else, unless it asked for this very pause."""
        await asyncio.sleep(seconds if own else min(seconds, _SHORTEST))
        if own or seconds <= _SHORTEST:
            return
        try:
            async with asyncio.timeout(seconds - _SHORTEST), self._answers:
                await self._answers.wait()
        except TimeoutError:
            return
