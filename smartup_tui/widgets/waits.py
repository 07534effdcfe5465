"""Something that is to be done once, after a while."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from textual.dom import DOMNode


def after(seconds: float, node: DOMNode, what: Callable[[], object]) -> asyncio.TimerHandle:
    """Call `what` on the queue of `node`, if it is still there then. `cancel()` of the answer takes it back.

    In place of `node.set_timer`, which forgets what it was asked: Textual's timer reads the time twice before it
    waits, and one that was due at the second reading never comes (`Timer._run`, 8.2). The clock would stand still
    from then on, on a machine that was held up for as long as was left of the minute.
    """
    return asyncio.get_running_loop().call_later(seconds, node.call_later, what)
