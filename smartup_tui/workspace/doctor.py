"""`smartup doctor`: each thing the workspace needs, whether it is there, and how to mend it where it is not.

Checks are independent where they can be: a homeserver that is down does not hide a wrong forge token.
"""

from __future__ import annotations

import asyncio
import locale
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from smartup_tui import config, secrets
from smartup_tui.config import Home, Profile
from smartup_tui.config_error import ConfigError
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.errors import ForgeError, NotFound
from smartup_tui.forge.models import RepoRef
from smartup_tui.ledger.index import queries
from smartup_tui.ledger.index.store import Index
from smartup_tui.matrix.account import Account, check
from smartup_tui.matrix.errors import MatrixError
from smartup_tui.matrix.rooms import find_desk
from smartup_tui.matrix.store import FILE_NAME, Store
from smartup_tui.secrets import SecretError
from smartup_tui.workspace.places import FORGE_TOKEN, MATRIX_TOKEN, Places

# Older servers overwrite silently when a multi-file write lacks a SHA (ledger.md §1); reading them is safe.
OLDEST_FOR_WRITING = 12


class Health(StrEnum):
    """How a check came out."""

    WELL = "well"
    ADVICE = "advice"  # it works, but could be better
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what was looked at, how it is, what was found, and how to mend it."""

    name: str
    health: Health
    found: str
    mend: str = ""


async def examine(home: Home, wanted: str | None = None) -> list[Check]:
    """Look at everything. Never raises for what it finds: a fault is a check that says so."""
    try:
        loaded = config.load(home)
        name, profile = loaded.choose(wanted)
    except ConfigError as error:
        return [Check("configuration", Health.FAULT, error.message, error.hint), *_terminal()]
    checks = [Check("configuration", Health.WELL, f"profile {name}, {profile.organisation}")]
    store = secrets.open_store(loaded.secrets, home)
    tokens: dict[str, str | None] = {}
    for token, of in ((MATRIX_TOKEN, "the homeserver"), (FORGE_TOKEN, "the forge")):
        try:
            tokens[token] = store.get(name, token)
        except SecretError as error:
            checks.append(Check(f"login for {of}", Health.FAULT, error.message, error.hint))
    homeserver, forge = await asyncio.gather(
        _homeserver(profile, tokens.get(MATRIX_TOKEN)), _forge(profile, tokens.get(FORGE_TOKEN))
    )
    places = Places.of(home, name)
    return [*checks, homeserver, *forge, *_ledger(profile, places), *_engelbot(profile, places), *_terminal()]


async def _homeserver(profile: Profile, token: str | None) -> Check:
    if token is None:
        mend = "Start `smartup` in a terminal to log in."
        return Check("homeserver", Health.FAULT, f"no login is kept for {profile.user_id}", mend)
    try:
        await check(Account(profile.homeserver, profile.user_id, profile.device_id, token))
    except MatrixError as error:
        return Check("homeserver", Health.FAULT, error.message, error.hint)
    return Check("homeserver", Health.WELL, f"{profile.user_id} is logged in at {profile.homeserver}")


async def _forge(profile: Profile, token: str | None) -> list[Check]:
    checks: list[Check] = []
    repo = RepoRef(profile.forge_owner, profile.ledger_repo)
    async with ForgeClient(profile.forge_url, token) as client:
        try:
            version = await client.version()
        except ForgeError as error:
            return [Check("forge", Health.FAULT, error.message, error.hint)]
        found = f"Forgejo {version.text} at {profile.forge_url}"
        if not version.safe_writes:
            mend = f"Update the server to version {OLDEST_FOR_WRITING} or newer; older ones are only read."
            checks.append(Check("forge", Health.ADVICE, found, mend))
        else:
            checks.append(Check("forge", Health.WELL, found))
        try:
            branch = await client.branch(repo, profile.branch)
        except NotFound:
            what = f"{repo.owner}/{repo.name}, branch {profile.branch}, is not there or not visible to this login"
            mend = "Check the names in the profile, and that the forge's token may read the repository."
            return [*checks, Check("ledger's repository", Health.FAULT, what, mend)]
        except ForgeError as error:
            return [*checks, Check("ledger's repository", Health.FAULT, error.message, error.hint)]
    if not branch.protected:
        mend = "Protect it: only the service account pushes, never by force. An administrator of the forge can."
        return [*checks, Check("ledger's repository", Health.ADVICE, f"branch {profile.branch} is not protected", mend)]
    return [*checks, Check("ledger's repository", Health.WELL, f"{repo.owner}/{repo.name}, branch {profile.branch}")]


def _ledger(profile: Profile, places: Places) -> Iterator[Check]:
    """What was read of the ledger, and whether it knows this owner."""
    try:
        index = Index(places.index)
    except FileNotFoundError:
        yield Check("ledger", Health.ADVICE, "nothing has been read yet", "Run `smartup sync`.")
        return
    with index:
        problems = queries.problems(index)
        if problems:
            path, line, column, message = problems[0]
            where = f"{path}:{line}" + (f", {column}" if column else "")
            found = f"{len(problems)} places can not be read, the first: {where}: {message}"
            yield Check("ledger", Health.FAULT, found, "Whoever keeps the ledger mends them; `smartup ledger verify`.")
        else:
            yield Check("ledger", Health.WELL, "all tables can be read")
        owner = queries.owner(index, profile.alias)
        if owner is None:
            mend = "Correct `alias` in the profile, or ask a captain to enter you in the book of owners."
            yield Check("owner", Health.FAULT, f"the book of owners has no {profile.alias}", mend)
        elif owner.matrix_id != profile.user_id:
            found = f"the book of owners gives {profile.alias} the Matrix id {owner.matrix_id or 'none'}"
            mend = (
                f"Engelbot knows owners by it. Ask leadership to set it to {profile.user_id}, or correct the profile."
            )
            yield Check("owner", Health.FAULT, found, mend)
        else:
            yield Check("owner", Health.WELL, f"{profile.alias}, {owner.license} license, {owner.status}")


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


def _terminal() -> Iterator[Check]:
    """What the terminal can show."""
    encoding = locale.getpreferredencoding(do_setlocale=False)
    if encoding.lower().replace("-", "") != "utf8":
        mend = "Use a UTF-8 locale, or set `ascii = true` under [settings]."
        yield Check("terminal", Health.ADVICE, f"the character encoding is {encoding}", mend)
    if not sys.stdout.isatty():
        return
    size = shutil.get_terminal_size()
    found = f"{size.columns}×{size.lines}, {os.environ.get('TERM', 'no TERM')}"
    if size.columns < 60 or size.lines < 20:
        yield Check("terminal", Health.ADVICE, found, "Make the window 80×24 or larger; 60 columns are the least.")
    else:
        yield Check("terminal", Health.WELL, found)
