"""Opening a profile's read model for a sub-command, reading the ledger first where there is none yet."""

from __future__ import annotations

import contextlib
import sqlite3
from argparse import Namespace
from pathlib import Path

from smartup_tui import config
from smartup_tui.config import Home, Profile
from smartup_tui.ledger.index.store import Index
from smartup_tui.workspace.belonging import keep_apart
from smartup_tui.workspace.places import Places
from smartup_tui.workspace.reader import Reader


def home_of(arguments: Namespace) -> Home:
    """The directories of this run."""
    return Home.find(Path(arguments.home)) if arguments.home else Home.find()


def profile_of(arguments: Namespace) -> tuple[Home, str, Profile]:
    """The directories, and the profile's name and content. Raises `ConfigError`."""
    home = home_of(arguments)
    name, profile = config.load(home).choose(arguments.profile)
    keep_apart(home, name, profile)
    return home, name, profile


def open_reader(arguments: Namespace) -> Reader:
    """The read model of the profile; synchronised first with `--sync`, or when there is none.

    It is closed when the sub-command is over.
    """
    home, name, profile = profile_of(arguments)
    index = None if getattr(arguments, "sync", False) else _opened(home, name)
    if index is None:
        from smartup_tui.cli.synchronise import synchronise  # noqa: PLC0415 - brings asyncio, a third of the time

        synchronise(home, name)
        index = Index(Places.of(home, name).index)
    return Reader(arguments.opened.enter_context(index), profile)


def not_sent(arguments: Namespace) -> list[str]:
    """The commands that wait to be sent, the oldest first; none where that can not be read."""
    from smartup_tui.matrix.outbox import FILE_NAME, Outbox  # noqa: PLC0415 - seldom needed

    home, name, _ = profile_of(arguments)
    file = Places.of(home, name).matrix / FILE_NAME
    if not file.exists():
        return []
    with contextlib.suppress(OSError, sqlite3.Error), contextlib.closing(Outbox(file)) as outbox:
        return [row.body for row in outbox.waiting()]
    return []


def _opened(home: Home, name: str) -> Index | None:
    try:
        return Index(Places.of(home, name).index)
    except FileNotFoundError:
        return None
