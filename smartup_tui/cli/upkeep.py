"""`smartup sync | doctor | ledger | version`."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, Namespace

from smartup_tui.cli.exits import Exit
from smartup_tui.cli.opening import profile_of
from smartup_tui.cli.output import print_json, progress_end, progress_line
from smartup_tui.config import Home

_STEPS = {"downloads": "files downloaded", "tables": "tables read", "pages": "pages read"}


def sync(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup sync`."""
    parser.add_argument("--json", action="store_true", help="one JSON document, for programs")
    parser.set_defaults(run=_sync)


def _sync(arguments: Namespace) -> int:
    home, name, _ = profile_of(arguments)
    changed, rewritten = synchronise(home, name)
    if arguments.json:
        print_json({"changed": changed, "rewritten": rewritten})
        return Exit.OK
    print(f"Read: {', '.join(changed)}." if changed else "Nothing is new.")
    if rewritten:
        print("Old rows of the ledger are not what they were. `smartup ledger verify` names them.")
    return Exit.OK


def synchronise(home: Home, name: str) -> tuple[tuple[str, ...], bool]:
    """Bring a profile's read model up to date, with a progress line; answers what changed. Raises `ForgeError`."""
    from smartup_tui.workspace.sync_job import Synchroniser  # noqa: PLC0415 - brings the HTTP client

    async def run() -> tuple[tuple[str, ...], bool]:
        synchroniser = Synchroniser(home, name)
        try:
            ingested, rewritten = await synchroniser.run(
                lambda step, done, total: progress_line(f"{done} of {total} {_STEPS.get(step, step)}")
            )
        finally:
            progress_end()
            await synchroniser.close()
        return ingested.changed, rewritten or bool(ingested.rewritten)

    return asyncio.run(run())


def version(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup version`."""
    parser.set_defaults(run=_version)


def _version(_arguments: Namespace) -> int:
    import platform  # noqa: PLC0415
    from importlib import metadata  # noqa: PLC0415

    print(f"smartup {metadata.version('smartup-tui')}")
    print(f"Python {platform.python_version()} on {platform.system()}")
    for name in ("textual", "matrix-nio", "httpx"):
        print(f"{name} {metadata.version(name)}")
    return Exit.OK
