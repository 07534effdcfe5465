"""Users and rooms on the session's Synapse."""

from __future__ import annotations

import itertools
import secrets
import socket
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from smartup_tui.lab.synapse import Synapse
from smartup_tui.matrix import Account
from smartup_tui.matrix.session import Session, open_session

T = TypeVar("T")
_numbers = itertools.count(1)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def new_user(synapse: Synapse, name: str) -> Account:
    """A user nobody else in this run has."""
    return synapse.register(f"{name}-{next(_numbers)}", secrets.token_hex(8))


async def call(account: Account, action: Callable[[Session], Coroutine[Any, Any, T]]) -> T:
    """One action with a session of its own."""
    session = await open_session(account)
    try:
        return await action(session)
    finally:
        await session.close()


def until(condition: Callable[[], T | None], *, seconds: float = 10.0, what: str = "") -> T:
    """Wait for a condition of another thread or process, and return what it gave."""
    last = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > last:
            raise AssertionError(f"not within {seconds} s: {what or condition}")
        time.sleep(0.01)
