"""`smartup sync | doctor | version`."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from smartup_tui import config
from smartup_tui.cli.exits import Exit
from smartup_tui.cli.opening import home_of, profile_of
from smartup_tui.cli.output import print_json
from smartup_tui.cli.synchronise import synchronise
from smartup_tui.config_error import ConfigError
from smartup_tui.text import clean_line

if TYPE_CHECKING:
    from smartup_tui.config import Home
    from smartup_tui.workspace.doctor import Check


def sync(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup sync`."""
    parser.add_argument("--json", action="store_true", help="one JSON document, for programs")
    parser.set_defaults(run=_sync)


def _sync(arguments: Namespace) -> int:
    home, name, _ = profile_of(arguments)
    changed, rewritten, findings = synchronise(home, name)
    if arguments.json:
        print_json({"changed": changed, "rewritten": rewritten, "findings": findings})
        return Exit.OK
    print(f"Read: {', '.join(changed)}." if changed else "Nothing is new.")
    if rewritten:
        print("Old rows of the ledger are not what they were. `smartup ledger findings` names them.")
    elif findings:
        count = "One finding" if findings == 1 else f"{findings} findings"
        print(f"{count} about how the ledger was written. `smartup ledger findings` shows what.")
    return Exit.OK


def version(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup version`."""
    parser.set_defaults(run=_version)


def _version(_arguments: Namespace) -> int:
    import platform  # noqa: PLC0415
    from importlib import metadata  # noqa: PLC0415

    print(f"smartup {metadata.version('smartup-tui')}")
    print(f"Python {platform.python_version()} on {platform.system()}")
    for name in ("textual", "httpx"):
        print(f"{name} {metadata.version(name)}")
    return Exit.OK


def doctor(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup doctor`."""
    parser.add_argument("--json", action="store_true", help="one JSON document, for programs")
    parser.set_defaults(run=_doctor)


def _doctor(arguments: Namespace) -> int:
    from smartup_tui.workspace.doctor import Health, examine  # noqa: PLC0415 - brings the HTTP client

    home = home_of(arguments)
    checks = [*asyncio.run(examine(home, arguments.profile)), *_keymap(home)]
    faults = [check for check in checks if check.health is Health.FAULT]
    if arguments.json:
        print_json({"well": not faults, "checks": [asdict(check) for check in checks]})
        return Exit.SET_UP if faults else Exit.OK
    for check in checks:
        print(f"{check.health:<7} {check.name}: {clean_line(check.found, 400)}")
        if check.mend:
            print(f"        {clean_line(check.mend, 400)}")
    return Exit.SET_UP if faults else Exit.OK


def _keymap(home: Home) -> Iterator[Check]:
    """Whether the owner's own keys can be used; nothing is said where there are none."""
    from smartup_tui.workspace.doctor import Check, Health  # noqa: PLC0415

    try:
        loaded = config.load(home)
        if loaded.settings.keymap:
            from smartup_tui.app import check_keymap  # noqa: PLC0415 - it looks at every screen

            check_keymap(loaded)
            yield Check("keymap", Health.WELL, f"{len(loaded.settings.keymap)} keys of your own")
    except ConfigError as error:
        if error.key.startswith("settings.keymap"):
            yield Check("keymap", Health.FAULT, error.message, error.hint)
