"""The syncing process: reads requests on standard input, writes messages on standard output, ends with its input.

Started by the workspace as `python -m smartup_tui.workspace.sync_process HOME PROFILE`; it reads the profile and the
token by itself, so that no secret is on a command line.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import sys
import time
from pathlib import Path

from smartup_tui.config import Home
from smartup_tui.config_error import ConfigError
from smartup_tui.forge.errors import ForgeError
from smartup_tui.secrets import SecretError
from smartup_tui.workspace import sync_messages
from smartup_tui.workspace.sync_job import Synchroniser
from smartup_tui.workspace.sync_messages import Failed, IssuesRead, Message, Progress, Proved, Synced

# What is done sooner needs no progress line; then the screen repaints at most so often for it.
_SECONDS_BEFORE = 0.5
_SECONDS_BETWEEN = 0.2


class _Teller:
    """Passes on the progress of one synchronisation, seldom enough to cost nothing."""

    def __init__(self) -> None:
        self._next = time.monotonic() + _SECONDS_BEFORE

    def __call__(self, step: str, done: int, total: int) -> None:
        now = time.monotonic()
        if total > 1 and now >= self._next:
            self._next = now + _SECONDS_BETWEEN
            _say(Progress(step, done, total))


def _say(message: Message) -> None:
    sys.stdout.buffer.write(sync_messages.encode(message) + b"\n")
    sys.stdout.buffer.flush()


async def _serve(synchroniser: Synchroniser) -> None:
    reading = asyncio.create_task(asyncio.to_thread(sys.stdin.buffer.readline))
    told = 0
    while line := await reading:
        request = sync_messages.decode_request(line)
        reading = asyncio.create_task(asyncio.to_thread(sys.stdin.buffer.readline))
        try:
            ingested, rewritten = await synchroniser.run(_Teller())
        except ForgeError as error:
            _say(Failed(request.number, type(error).__name__, error.message, error.hint))
        except (OSError, sqlite3.Error) as error:
            cause = error.strerror if isinstance(error, OSError) else error
            text = f"What was read could not be kept on this machine: {cause}."
            too_old = isinstance(error, sqlite3.NotSupportedError)
            hint = "Install a newer Python." if too_old else "Make room on the disk, then press r."
            _say(Failed(request.number, "storage", text, hint))
        else:
            _say(Synced(request.number, ingested.commit, ingested.changed, rewritten or bool(ingested.rewritten)))
            told = await _prove(synchroniser, told, reading)
            await _read_forge(synchroniser, reading)
    await synchroniser.close()


async def _prove(synchroniser: Synchroniser, told: int, asked: asyncio.Task[bytes]) -> int:
    """Check what is new, after it is shown, until the next request comes; tell where that changes what is open."""
    try:
        found = await synchroniser.prove(asked.done)
    except (ForgeError, OSError, sqlite3.Error):
        return told  # the next one takes it up where this one ended
    if found.open != told:
        _say(Proved(found.open))
    return found.open


async def _read_forge(synchroniser: Synchroniser, asked: asyncio.Task[bytes]) -> None:
    """Read issues and repositories last, and say where there is something else to show. Whether it could is no word
    worth on a screen: the ledger's own failure would have told.
    """
    if asked.done():
        return
    with contextlib.suppress(ForgeError, OSError, sqlite3.Error):
        if await synchroniser.read_forge(asked.done):
            _say(IssuesRead())


def _refuse(error: ConfigError | SecretError) -> None:
    """A profile that can not be read is an answer to every request."""
    for line in sys.stdin.buffer:
        number = sync_messages.decode_request(line).number
        _say(Failed(number, type(error).__name__, error.message, error.hint))


def main(home: str, profile: str) -> None:
    """Serve one profile until the input ends. `home` holds config, state and cache, as `Home.find` takes it."""
    where = Home.find(Path(home)) if home else Home.find()
    try:
        synchroniser = Synchroniser(where, profile)
    except (ConfigError, SecretError) as error:
        _refuse(error)
        return
    asyncio.run(_serve(synchroniser))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
