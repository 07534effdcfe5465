"""Keys in their order: one is done with before the next one is given out.

Textual hands keys to the widget that has the focus when they arrive, while what a key does happens a little later. Of
`!claim` typed fast, the `c` would reach the list before the command line is open. So each key waits here until the one
before it has gone all its way up.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.app import App
    from textual.dom import DOMNode
    from textual.events import Event

_PATIENCE = 0.5
"""Seconds after which a key counts as done although its way was cut short (its widget was closed)."""


class KeyOrder:
    """Gives input events to `deliver` (the application's own handling), one at a time."""

    def __init__(self, app: App[Any], deliver: Callable[[Event], Awaitable[None]]) -> None:
        self._app = app
        self._deliver = deliver
        self._waiting: deque[Event] = deque()
        self._since: float | None = None
        self._serial = 0

    async def give(self, event: Event) -> None:
        """Handle this event now, or after the ones before it."""
        self._waiting.append(event)
        if self._since is None or time.monotonic() - self._since > _PATIENCE:
            await self._handle(self._waiting.popleft())

    async def give_first(self, events: Iterable[Event]) -> None:
        """Handle these before all that wait: they came earlier, and something has held them back."""
        self._waiting.extendleft(reversed([*events]))
        if self._waiting and self._since is None:
            await self._handle(self._waiting.popleft())

    async def _handle(self, event: Event) -> None:
        self._since = time.monotonic()
        self._serial += 1
        target: DOMNode = self._app.focused or self._app.screen
        await self._deliver(event)
        self._follow([*target.ancestors_with_self], self._serial)

    def _follow(self, way: list[DOMNode], serial: int) -> None:
        """Go the way of the key, behind it in every queue; the last one is the application's."""
        while way:
            node = way.pop(0)
            if node is self._app:
                break
            if node.call_later(self._follow, way, serial):
                return
        if not self._app.call_later(self._next, serial):
            self._since = None

    async def _next(self, serial: int) -> None:
        if serial == self._serial:
            self._since = None
            if self._waiting:
                await self._handle(self._waiting.popleft())
