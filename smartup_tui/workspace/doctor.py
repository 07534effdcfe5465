"""`smartup doctor`: each thing the workspace needs, whether it is there, and how to mend it where it is not.

Checks are independent where they can be: a homeserver that is down does not hide a wrong forge token.
"""

from __future__ import annotations

import asyncio
import locale
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from smartup_tui import config, secrets
from smartup_tui.config import Home, Profile
from smartup_tui.config_error import ConfigError
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.models import RepoRef
from smartup_tui.ledger.index import queries
from smartup_tui.ledger.index.store import OLDEST_SQLITE, Index, too_old
from smartup_tui.matrix.account import Account
from smartup_tui.matrix.outbox import FILE_NAME as OUTBOX
from smartup_tui.matrix.outbox import Outbox
from smartup_tui.matrix.rooms import find_desk
from smartup_tui.matrix.store import FILE_NAME, Store
from smartup_tui.secrets import SecretError
from smartup_tui.workspace import checks
from smartup_tui.workspace.belonging import keep_apart, set_aside
from smartup_tui.workspace.checks import Check, Health
from smartup_tui.workspace.places import FORGE_TOKEN, MATRIX_TOKEN, Places
from smartup_tui.workspace.proof_store import open_findings
from smartup_tui.workspace.setup_draft import token_fault

_FIRST = "Mend the kept logins first."
_LEAST_FREE = 16 * 2**20
"""Bytes on the disk; a first reading of a small organisation takes a few of these megabytes."""

__all__ = ["Check", "Health", "examine"]


async def examine(home: Home, wanted: str | None = None) -> list[Check]:
    """Look at everything. Never raises for what it finds: a fault is a check that says so."""
    try:
        loaded = config.load(home)
        name, profile = loaded.choose(wanted)
    except ConfigError as error:
        return [Check("configuration", Health.FAULT, error.message, error.hint), *_python(), *_terminal()]
    looked = [Check("configuration", Health.WELL, f"profile {name}, {profile.organisation}")]
    store = secrets.open_store(loaded.secrets, home)
    tokens: dict[str, str | None] = {}
    for token in (MATRIX_TOKEN, FORGE_TOKEN):
        try:
            tokens[token] = store.get(name, token)
        except SecretError as error:
            looked.append(Check("kept logins", Health.FAULT, error.message, error.hint))
            break  # both are kept in one place
    homeserver, forge = await asyncio.gather(_homeserver(profile, tokens), _forge(profile, tokens))
    places = Places.of(home, name)
    keep_apart(home, name, profile)
    ledger = _readable("ledger", places.index, partial(_ledger, profile, places), "`smartup sync` builds it anew.")
    rooms = places.matrix / FILE_NAME
    mend = f"Move {rooms} away and start again; what is in the rooms is read again, commands not sent are in it."
    engelbot = _readable("Engelbot", rooms, partial(_engelbot, profile, places), mend)
    aside = _readable("commands", home.profile_state(name), partial(commands_set_aside, home, name), "Move it away.")
    return [*looked, homeserver, *forge, *ledger, *engelbot, *aside, *_disk(home), *_python(), *_terminal()]


def _readable(name: str, file: Path, look: Callable[[], Iterator[Check]], mend: str) -> list[Check]:
    """What is found in a file of ours, or that it is damaged."""
    try:
        return [*look()]
    except sqlite3.Error as error:
        return [Check(name, Health.FAULT, f"{file} can not be read ({error})", mend)]


async def _homeserver(profile: Profile, tokens: Mapping[str, str | None]) -> Check:
    if MATRIX_TOKEN not in tokens:
        return Check("homeserver", Health.ADVICE, "not asked: the login for it can not be read", _FIRST)
    token = tokens[MATRIX_TOKEN]
    if token is None:
        mend = "`smartup setup` logs you in again."
        return Check("homeserver", Health.FAULT, f"no login is kept for {profile.user_id}", mend)
    return await checks.homeserver(Account(profile.homeserver, profile.user_id, profile.device_id, token))


async def _forge(profile: Profile, tokens: Mapping[str, str | None]) -> list[Check]:
    if FORGE_TOKEN not in tokens:
        return [Check("forge", Health.ADVICE, "not asked: the token for it can not be read", _FIRST)]
    token = tokens[FORGE_TOKEN]
    if token_fault(token):
        mend = "`smartup setup` takes it again."
        return [Check("forge's token", Health.FAULT, "the kept token holds characters that no token has", mend)]
    async with ForgeClient(profile.forge_url, token) as client:
        forge = await checks.forge(client)
        if forge.health is Health.FAULT:
            return [forge]
        repo = RepoRef(profile.forge_owner, profile.ledger_repo)
        repository, issues = await asyncio.gather(
            checks.repository(client, repo, profile.branch), checks.issues(client, repo)
        )
        return [forge, repository, *([issues] if issues is not None else ())]


def _ledger(profile: Profile, places: Places) -> Iterator[Check]:
    """What was read of the ledger, and whether it knows this owner."""
    try:
        index = Index(places.index)
    except FileNotFoundError:
        damaged = places.index.exists()
        found = "what was read can not be used; it is read anew" if damaged else "nothing has been read yet"
        yield Check("ledger", Health.ADVICE, found, "Run `smartup sync`.")
        return
    with index:
        yield _past(places)
        problems = queries.problems(index)
        if problems:
            path, line, column, message = problems[0]
            where = f"{path}:{line}" + (f", {column}" if column else "")
            found = f"{len(problems)} places can not be read, the first: {where}: {message}"
            yield Check("ledger", Health.FAULT, found, "Whoever keeps the ledger mends them; `smartup ledger verify`.")
        else:
            yield Check("ledger", Health.WELL, "all tables can be read")
        named, known = queries.owner(index, profile.alias), queries.owner_by_matrix_id(index, profile.user_id)
        yield checks.owner(profile.alias, profile.user_id, named, known)


def _past(places: Places) -> Check:
    """What the watch over the ledger's past has found and nobody has acknowledged."""
    found = open_findings(places.proof)
    if not found:
        return Check("ledger's past", Health.WELL, "nothing was found against the rules since it is watched from here")
    first = found[-1].finding
    count = "one finding is" if len(found) == 1 else f"{len(found)} findings are"
    mend = "Audit shows them under integrity, `smartup ledger findings` lists them; ask leadership, then acknowledge."
    return Check("ledger's past", Health.ADVICE, f"{count} open, the first: {first.where}: {first.message}", mend)


def _engelbot(profile: Profile, places: Places) -> Iterator[Check]:
    """Whether Engelbot is named, and has given this owner a desk."""
    if not profile.engelbot:
        mend = "Set `engelbot` in the profile to its full Matrix id; no other answer is believed."
        yield Check("Engelbot", Health.FAULT, "no Matrix id of Engelbot is configured", mend)
        return
    file = places.matrix / FILE_NAME
    if not file.exists():
        yield Check("Engelbot", Health.ADVICE, "the rooms have not been read yet", "Open the workspace once.")
        return
    store = Store(file, profile.user_id)
    try:
        rooms, invites = store.rooms(), store.invites()
    finally:
        store.close()
    if find_desk(rooms, profile.user_id, makers=profile.engelbot) is not None:
        yield Check("Engelbot", Health.WELL, f"{profile.engelbot[0]}; your desk is there, {len(rooms)} rooms in all")
    elif any(invite.inviter in profile.engelbot for invite in invites):
        yield Check("Engelbot", Health.ADVICE, "an invitation to your desk is waiting", "Accept it in your rooms.")
    else:
        mend = "Engelbot makes it when it next starts; ask whoever runs it if it does not come."
        yield Check("Engelbot", Health.ADVICE, f"you have no desk with {profile.engelbot[0]} yet", mend)


def commands_set_aside(home: Home, profile: str) -> Iterator[Check]:
    """The commands that are not sent because the profile has been given another account since."""
    matrix = Places.of(home, profile).matrix.name
    for account, folder in set_aside(home.profile_state(profile)):
        file = folder / matrix / OUTBOX
        if not file.exists():
            continue
        outbox = Outbox(file)
        try:
            waiting = len(outbox.waiting())
        finally:
            outbox.close()
        if waiting:
            count = "one command" if waiting == 1 else f"{waiting} commands"
            mend = "They wait for that account: a profile with it shows them under `w`, to be sent or dropped."
            yield Check("commands", Health.ADVICE, f"{count} of {account} not sent, and set aside", mend)


def _disk(home: Home) -> Iterator[Check]:
    """Whether more can be kept where this program keeps its files; nothing is said where it can."""
    there = [next(one for one in (wanted, *wanted.parents) if one.exists()) for wanted in (home.state, home.cache)]
    for folder in dict.fromkeys(there):
        if not os.access(folder, os.W_OK | os.X_OK):
            yield Check("disk", Health.FAULT, f"{folder} is not yours to write", "Give it back to your user.")
        elif (free := shutil.disk_usage(folder).free) < _LEAST_FREE:
            mend = (
                "Make room on that disk: commands are kept there before they are sent, and what is read of the ledger."
            )
            yield Check("disk", Health.FAULT, f"{folder} has only {free / 2**20:.1f} MB left", mend)


def _python() -> Iterator[Check]:
    """What this Python brings with it."""
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        yield Check("Python", Health.FAULT, too_old(), "Install a newer Python, and smartup with it.")


def _terminal() -> Iterator[Check]:
    """What the terminal can show."""
    encoding = locale.getpreferredencoding(do_setlocale=False)
    if encoding.lower().replace("-", "") != "utf8":
        mend = "Use a UTF-8 locale; until then the workspace is drawn in ASCII signs."
        yield Check("terminal", Health.ADVICE, f"the character encoding is {encoding}", mend)
    if not sys.stdout.isatty():
        return
    size = shutil.get_terminal_size()
    found = f"{size.columns}×{size.lines}, {os.environ.get('TERM', 'no TERM')}"
    if size.columns < 60 or size.lines < 20:
        yield Check("terminal", Health.ADVICE, found, "Make the window 80×24 or larger; 60 columns are the least.")
    else:
        yield Check("terminal", Health.WELL, found)
