"""Users, rooms and links on the session's Synapse."""

from __future__ import annotations

import dataclasses
import itertools
import secrets
import socket
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from smartup_tui.lab.synapse import Synapse
from smartup_tui.matrix import Account, Link, rooms
from smartup_tui.matrix.account import open_session
from smartup_tui.matrix.session import Session

T = TypeVar("T")
_numbers = itertools.count(1)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def new_user(synapse: Synapse, name: str, password: str | None = None) -> Account:
    """A user nobody else in this run has."""
    return synapse.register(f"{name}-{next(_numbers)}", password or secrets.token_hex(8))


async def call(account: Account, action: Callable[[Session], Coroutine[Any, Any, T]]) -> T:
    """One action with a session of its own."""
    session = await open_session(account)
    try:
        return await action(session)
    finally:
        await session.close()


async def shared_room(owner: Account, *others: Account, encrypted: bool = False) -> str:
    """A room of the owner that the others have joined."""
    invited = [account.user_id for account in others]
    room_id = await call(owner, lambda s: rooms.create_room(s, "Workplace", invite=invited, encrypted=encrypted))
    for account in others:
        await call(account, lambda s: s.join(room_id))
    return room_id


async def bodies(account: Account, room_id: str) -> list[str]:
    """The texts of all messages that the homeserver has in a room, oldest first."""

    async def read(session: Session) -> list[str]:
        found: list[str] = []
        start: str | None = None
        while True:
            page = await session.history(room_id, start, None, 100)
            found += [str(e.content.get("body")) for e in page.events if e.type == "m.room.message"]
            if page.end is None or page.end == start:
                return found[::-1]
            start = page.end

    return await call(account, read)


def through(account: Account, url: str) -> Account:
    """The same device, reached by another way."""
    return dataclasses.replace(account, homeserver=url)


class LinkMaker:
    """Makes and starts links with a directory per user (or `name`) under `root`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._made: list[Link] = []

    def __call__(self, account: Account, *, name: str = "", start: bool = True, **options: Any) -> Link:
        link = Link(account, self.directory(account, name), **options)
        self._made.append(link)
        if start:
            link.start()
        return link

    def directory(self, account: Account, name: str = "") -> Path:
        """Where the files of that user's link are."""
        return self._root / (name or account.user_id.strip("@").partition(":")[0])

    def close(self) -> None:
        """End all links."""
        for link in self._made:
            # Less than a long poll takes, more than a busy machine needs.
            assert link.stop(timeout=25), "the link's thread did not end"


def until(condition: Callable[[], T | None], *, seconds: float = 60.0, what: str = "") -> T:
    """Wait for a condition of another thread or process, and return what it gave.

    `seconds` only bounds a failure: it says nothing about how fast something is.
    """
    last = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > last:
            raise AssertionError(f"not within {seconds} s: {what or condition}")
        time.sleep(0.01)
