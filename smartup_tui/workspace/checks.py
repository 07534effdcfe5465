"""One check each of what the workspace needs: what was found, and how to mend it. For the doctor and the wizard."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus

from smartup_tui.forge import requests
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.errors import Forbidden, ForgeError, NotFound, Unauthorized
from smartup_tui.forge.errors import Unreachable as UnreachableForge
from smartup_tui.forge.models import RepoRef
from smartup_tui.ledger.rows import Owner
from smartup_tui.matrix.account import Account, check
from smartup_tui.matrix.errors import LoginNeeded, MatrixError, NotAMatrixServer, ServerTrouble, Unreachable

# Older servers overwrite silently when a multi-file write lacks a SHA (ledger.md §1); reading them is safe.
OLDEST_FOR_WRITING = 12
ANOTHER_ONE = "make one on the forge, under Settings, Applications, with the scopes read:repository and read:issue"


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


async def homeserver(account: Account) -> Check:
    """Whether the homeserver answers and the login stands."""
    try:
        await check(account)
    except MatrixError as error:
        return homeserver_fault(error)
    return Check("homeserver", Health.WELL, f"{account.user_id} is logged in at {account.homeserver}")


def homeserver_fault(error: MatrixError) -> Check:
    """Why there is no login: `login` is about who one is, `homeserver` about the way there."""
    if isinstance(error, LoginNeeded):
        return Check("login", Health.FAULT, error.message, error.hint)
    if isinstance(error, ServerTrouble) and error.status == HTTPStatus.NOT_FOUND:
        what = "What answers at this address is no Matrix homeserver."
        return Check("homeserver", Health.FAULT, what, NotAMatrixServer.default_hint)
    if isinstance(error, Unreachable | ServerTrouble) and error.hint == error.default_hint:
        return Check("homeserver", Health.FAULT, error.message, "Check its address and your network, and try again.")
    return Check("homeserver", Health.FAULT, error.message, error.hint)


async def forge(client: ForgeClient) -> Check:
    """Whether a forge answers, and is new enough to be written to."""
    try:
        version = await client.version()
    except NotFound:
        what = "What answers at this address is no Forgejo."
        return Check("forge", Health.FAULT, what, "Check the forge's address, for example https://git.example.org.")
    except ForgeError as error:
        return forge_fault(error)
    found = f"Forgejo {version.text} at {client.origin}"
    if version.safe_writes:
        return Check("forge", Health.WELL, found)
    mend = f"Update the server to version {OLDEST_FOR_WRITING} or newer; older ones are only read."
    return Check("forge", Health.ADVICE, found, mend)


def forge_fault(error: ForgeError) -> Check:
    """Why a forge can not be used: `forge's token` is about the login there, `forge` about the way to it."""
    if isinstance(error, Unauthorized):
        mend = f"Copy the token again, or {ANOTHER_ONE}."
        return Check("forge's token", Health.FAULT, "The forge does not accept this token.", mend)
    if isinstance(error, UnreachableForge):
        return Check("forge", Health.FAULT, error.message, "Check its address and your network, and try again.")
    return Check("forge", Health.FAULT, error.message, error.hint)


async def repository(client: ForgeClient, repo: RepoRef, branch: str) -> Check:
    """Whether the ledger's branch is there, seen by this login, and protected."""
    name = "ledger's repository"
    try:
        found = await client.branch(repo, branch)
    except NotFound:
        what = f"{repo.owner}/{repo.name}, branch {branch}, is not there or not visible to this login"
        mend = "Check owner, name and branch, and that the forge's token may read the repository."
        return Check(name, Health.FAULT, what, mend)
    except ForgeError as error:
        return Check(name, Health.FAULT, error.message, error.hint)
    if not found.protected:
        mend = "Protect it: only the service account pushes, never by force. An administrator of the forge can."
        return Check(name, Health.ADVICE, f"branch {branch} is not protected", mend)
    return Check(name, Health.WELL, f"{repo.owner}/{repo.name}, branch {branch}")


async def issues(client: ForgeClient, repo: RepoRef) -> Check | None:
    """Whether the token may read issues; None where it may, or where that is not the question."""
    try:
        await client.read(requests.issues(repo, None, 1))
    except Forbidden:
        what = "it may not read issues, so those of the teams are not shown"
        return Check("forge's token", Health.ADVICE, what, f"If you want them, {ANOTHER_ONE}.")
    except ForgeError:
        return None  # they are switched off there, or something is wrong that other checks tell
    return None


def owner(alias: str, user_id: str, named: Owner | None, known: Owner | None) -> Check:
    """Whether the book of owners knows this owner: `named` has this alias there, `known` this Matrix id.

    The Matrix id decides, as it does for Engelbot: an alias may have been changed since it was written down here.
    """
    if known is not None:
        found = f"{known.alias}, {known.license} license, {known.status}"
        if known.alias == alias:
            return Check("owner", Health.WELL, found)
        mend = "Nothing is wrong: everything goes by the book of owners. `smartup setup` writes it here too."
        return Check("owner", Health.ADVICE, f"{found}; the profile still says {alias}", mend)
    if named is None:
        mend = "Correct `alias` in the profile, or ask a captain to enter you in the book of owners."
        return Check("owner", Health.FAULT, f"the book of owners has nobody called {alias}", mend)
    what = f"the book of owners gives {alias} the Matrix id {named.matrix_id or 'none'}"
    mend = f"Engelbot knows owners by it. Ask leadership to set it to {user_id}, or correct the profile."
    return Check("owner", Health.FAULT, what, mend)
