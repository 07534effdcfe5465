"""Threads for what would hold up the loop, all of them ended before the files they use are closed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

COUNT: Final = 4


class Threads:
    """A few threads. A call whose waiter is cancelled still runs to its end, and `close` waits for it."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(COUNT, thread_name_prefix="engelbot")

    async def do(self, call: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """Call it in a thread, and wait for it."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, partial(call, *args, **named))

    def close(self) -> None:
        """Wait for what runs; what has not begun is dropped."""
        self._pool.shutdown(wait=True, cancel_futures=True)
