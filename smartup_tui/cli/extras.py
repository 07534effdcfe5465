"""Sub-commands that need the servers' libraries, which an owner's installation may lack."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from functools import wraps
from typing import Final

from smartup_tui.cli.exits import Exit
from smartup_tui.cli.failures import CommandFailed

_SERVERS: Final = frozenset({"dulwich", "flask", "waitress", "werkzeug"})


def with_servers(run: Callable[[Namespace], int]) -> Callable[[Namespace], int]:
    """The same sub-command, which says how to get a library of the extra `lab` that is not there."""

    @wraps(run)
    def guarded(arguments: Namespace) -> int:
        try:
            return run(arguments)
        except ModuleNotFoundError as error:
            if error.name is None or error.name.partition(".")[0] not in _SERVERS:
                raise
            raise CommandFailed(
                Exit.SET_UP,
                f"The servers need {error.name.partition('.')[0]}, which is not installed.",
                "Install the extra `lab`: pip install 'smartup-tui[lab]'",
            ) from None

    return guarded
