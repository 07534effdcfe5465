"""Reading what is new in the ledger, with a progress line, for the sub-commands that need it."""

from __future__ import annotations

import asyncio
import contextlib

from smartup_tui.cli.output import progress_end, progress_line
from smartup_tui.config import Home
from smartup_tui.workspace import words


def synchronise(home: Home, name: str) -> tuple[tuple[str, ...], bool, int]:
    """Bring a profile's read model up to date, with a progress line. Raises `ForgeError`.

    Answers what changed, whether old rows did, and how many findings about the ledger's past are open.
    """
    from smartup_tui.forge.errors import ForgeError  # noqa: PLC0415
    from smartup_tui.workspace.sync_job import Synchroniser  # noqa: PLC0415 - brings the HTTP client

    async def run() -> tuple[tuple[str, ...], bool, int]:
        synchroniser = Synchroniser(home, name)
        try:
            ingested, rewritten = await synchroniser.run(
                lambda step, done, total: progress_line(f"{done} of {total} {words.step(step)}")
            )
            progress_line("checking how it came to be")
            found = (await synchroniser.prove()).open
            with contextlib.suppress(ForgeError):  # what this is about is the ledger
                await synchroniser.read_forge(at_once=True)
        finally:
            progress_end()
            await synchroniser.close()
        return ingested.changed, rewritten or bool(ingested.rewritten), found

    return asyncio.run(run())


def read_forge(home: Home, name: str) -> None:
    """Read issues and repositories of the forge anew. Raises `ForgeError`."""
    from smartup_tui.workspace.sync_job import Synchroniser  # noqa: PLC0415 - brings the HTTP client

    async def run() -> None:
        synchroniser = Synchroniser(home, name)
        try:
            progress_line("reading issues")
            await synchroniser.read_forge(at_once=True)
        finally:
            progress_end()
            await synchroniser.close()

    asyncio.run(run())
