"""The process `smartup engelbot run --config FILE`: until SIGTERM or SIGINT, logging to its file."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from smartup_tui.catalogue import digest
from smartup_tui.engelbot import health
from smartup_tui.engelbot.bot import Engelbot
from smartup_tui.engelbot.health import Health
from smartup_tui.engelbot.inbox import FILE_NAME, Inbox
from smartup_tui.engelbot.reading import Reading, wanted
from smartup_tui.engelbot.settings import EngelbotSettings, load
from smartup_tui.engelbot.toolbox_client import NotYet, ToolboxClient
from smartup_tui.forge import BlobCache, ForgeClient, Mirror, RepoRef
from smartup_tui.ledger.tree import Tree
from smartup_tui.log import open_service_log
from smartup_tui.matrix import Link, LinkState
from smartup_tui.service_settings import SettingsError, read_secret

CACHE_BYTES: Final = 256 * 2**20
LOCK_SECONDS: Final = 5.0
"""How long a predecessor that is about to end is waited for."""
FAILED: Final = 1
MISUSED: Final = 2
"""Exit code for settings that do not serve."""

_log = logging.getLogger(__name__)


def run(config: Path) -> int:
    """Run Engelbot as the file says. Exit code 0 after a signal, 1 beside another one, 2 for a file with mistakes."""
    try:
        settings = load(config)
        account = settings.account()
        tokens = [read_secret(settings.path(part.token_file)) for part in (settings.forge, settings.toolbox)]
    except SettingsError as error:
        sys.stderr.write(f"{error.message} {error.hint}\n")
        return MISUSED
    folder = settings.state_directory
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    open_service_log(settings.log_file)
    lock = FileLock(folder / "engelbot.lock")
    try:
        lock.acquire(timeout=LOCK_SECONDS)
    except Timeout:
        sys.stderr.write("Another Engelbot works in this folder. End it first, or give this one a folder of its own.\n")
        return FAILED
    link = Link(account, folder, command_max_age=settings.limits.command, catch_up=settings.limits.command)
    inbox = Inbox(folder / FILE_NAME)
    try:
        asyncio.run(_serve(settings, link, inbox, *tokens))
    finally:
        inbox.close()
        health.remove(folder)
        lock.release()
        _log.info("stopped")
    return 0


async def _serve(settings: EngelbotSettings, link: Link, inbox: Inbox, forge_token: str, toolbox_token: str) -> None:
    """Work until a signal comes."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    async with (
        ToolboxClient(settings.toolbox.url, toolbox_token) as toolbox,
        ForgeClient(settings.forge.url, forge_token) as forge,
    ):
        reading = Reading(Ledger(_mirror(settings, forge)))
        bot = Engelbot(
            link,
            reading,
            toolbox,
            inbox,
            limits=settings.limits,
            inviters=settings.matrix.inviters,
            deaf_to=settings.matrix.deaf_to,
        )
        _log.info("started as %s", settings.matrix.user_id)
        work = asyncio.create_task(bot.run())
        ended = asyncio.create_task(stopped.wait())
        folder = settings.state_directory
        async with _beside(work), _beside(ended), _beside(_show_health(folder, bot, link, reading)):
            link.start()
            async with _beside(_compare_catalogues(toolbox)):
                await asyncio.wait((work, ended), return_when=asyncio.FIRST_COMPLETED)
        await asyncio.to_thread(link.stop)


@asynccontextmanager
async def _beside(work: Coroutine[Any, Any, object] | asyncio.Task[Any]) -> AsyncIterator[None]:
    """Run something beside the block, no longer than the block."""
    task = work if isinstance(work, asyncio.Task) else asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        if not task.cancelled() and (fault := task.exception()) is not None:
            _log.error("ended by a fault", exc_info=fault)


class Ledger:
    """The forge's mirror, as `Reading` asks it."""

    def __init__(self, mirror: Mirror) -> None:
        self._mirror = mirror

    async def refresh(self) -> Tree:
        """The newest tree. Raises ForgeError."""
        return (await self._mirror.refresh()).view

    def cached(self) -> Tree | None:
        """The tree read last, without the network."""
        return self._mirror.cached()


def _mirror(settings: EngelbotSettings, client: ForgeClient) -> Mirror:
    folder = settings.state_directory
    repo = RepoRef(settings.forge.owner, settings.forge.repository)
    cache = BlobCache(folder / "blobs", CACHE_BYTES)
    return Mirror(client, repo, settings.forge.branch, cache, folder, eager=wanted)


async def _show_health(folder: Path, bot: Engelbot, link: Link, reading: Reading) -> None:
    shown = ""
    while True:
        status = link.status
        error = "" if status.error is None else status.error.message
        if status.state != shown:
            shown = status.state
            _log.log(
                logging.ERROR if shown is LinkState.LOGIN_NEEDED else logging.INFO, "homeserver: %s %s", shown, error
            )
        read = reading.latest is not None
        now = Health(os.getpid(), time.time(), status.state, read, not bot.toolbox_in_trouble, bot.waiting, error)
        try:
            health.write(folder, now)
        except OSError as error:  # a full disk passes, and then a supervisor must see that we live
            _log.error("the sign of life could not be written: %s", error.strerror)
        # Sooner at first, since a supervisor waits for the first good word.
        await asyncio.sleep(health.EVERY if now.ready else health.EVERY / 10)


async def _compare_catalogues(toolbox: ToolboxClient) -> None:
    """Say in the log when the Toolbox knows other commands than this program."""
    try:
        theirs = await toolbox.catalogue()
    except NotYet:
        return
    if theirs and theirs != digest():
        _log.warning("the Toolbox declares other commands than this Engelbot; update the older of the two")
