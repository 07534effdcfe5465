"""The login of a set-up: where the homeserver is, who one is there, and what was kept of an earlier one.

A login made for a set-up that is given up is taken back by `give_up`.
"""

from __future__ import annotations

import contextlib
import secrets as random
from dataclasses import dataclass, field
from typing import Final

from smartup_tui import secrets
from smartup_tui.config import Home, Profile, SecretKind
from smartup_tui.matrix.account import Account, login, open_session
from smartup_tui.matrix.discovery import discover
from smartup_tui.matrix.errors import LoginNeeded, MatrixError
from smartup_tui.workspace import checks
from smartup_tui.workspace.checks import Check, Health
from smartup_tui.workspace.places import FORGE_TOKEN, MATRIX_TOKEN
from smartup_tui.workspace.setup_draft import Draft, is_host

_DEVICE: Final = "smartup"


@dataclass(frozen=True, slots=True)
class Secrets:
    """The tokens to be stored; None where there is none (a public repository needs none)."""

    matrix: str | None = field(default=None, repr=False)
    forge: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class KeptLogin:
    """What is kept of a profile that is set up again."""

    account: Account | None = None
    forge_url: str = ""
    forge_token: str | None = field(default=None, repr=False)

    def fits(self, draft: Draft) -> bool:
        """Whether the login is for this user of this homeserver."""
        account = self.account
        return account is not None and (account.homeserver, account.user_id) == (draft.homeserver, draft.user)


@dataclass(frozen=True, slots=True)
class Entered:
    """What a login has given: the account, None where it failed, and the check in words."""

    check: Check
    account: Account | None = None
    made: bool = False
    """It was made by us with a password, so `give_up` takes it back."""


def kept_login(home: Home, kind: SecretKind, name: str, profile: Profile) -> KeptLogin:
    """The tokens of a profile. What can not be read is asked for again. May ask a keyring, and so take its time."""
    store = secrets.open_store(kind, home)
    account = forge = None
    with contextlib.suppress(secrets.SecretError, MatrixError):
        if token := store.get(name, MATRIX_TOKEN):
            account = Account(profile.homeserver.rstrip("/"), profile.user_id, profile.device_id, token)
        forge = store.get(name, FORGE_TOKEN)
    return KeptLogin(account, profile.forge_url.rstrip("/"), forge)


async def find_homeserver(said: str, user: str) -> str | Check:
    """The homeserver's address: as it is written in full, else as the server that is named says, or that of the Matrix
    id. A check says why there is none.
    """
    if said and not is_host(said):
        return said
    try:
        return await discover(said or user.partition(":")[2])
    except MatrixError as error:
        return Check("homeserver", Health.FAULT, error.message, error.hint)


async def keep(kept: KeptLogin) -> Entered:
    """Go on with the login that is kept, if it still stands."""
    assert kept.account is not None
    found = await checks.homeserver(kept.account)
    if found.health is Health.WELL:
        return Entered(found, kept.account)
    if found.name == "login":
        found = Check("login", Health.FAULT, "The login that was kept does not stand any more.", "Log in anew.")
    return Entered(found)


async def log_in(draft: Draft, password: str, known: Account | None = None) -> Entered:
    """Log in with a password. Of a login before, the device is used again."""
    device = known.device_id if known is not None else f"SMARTUP{random.token_hex(5).upper()}"
    try:
        account = await login(draft.homeserver, draft.user, password, device, _DEVICE)
    except MatrixError as error:
        return Entered(checks.homeserver_fault(error))
    return Entered(_logged_in(account), account, made=True)


async def take_token(draft: Draft, token: str) -> Entered:
    """Use a token that the owner has; the homeserver says whose it is."""
    try:
        session = await open_session(Account(draft.homeserver, draft.user or "@unknown:unknown", "", token))
        try:
            user_id, device = await session.whoami()
        finally:
            await session.close()
    except LoginNeeded:
        mend = "Copy the token again, or log in with the password."
        return Entered(Check("login", Health.FAULT, "The homeserver does not accept this token.", mend))
    except MatrixError as error:
        return Entered(checks.homeserver_fault(error))
    if draft.user and user_id != draft.user:
        found = f"The token is that of {user_id}, not of {draft.user}."
        return Entered(Check("login", Health.FAULT, found, "Correct the Matrix id, or take the other token."))
    account = Account(draft.homeserver, user_id, device, token)
    return Entered(_logged_in(account), account)


def _logged_in(account: Account) -> Check:
    return Check("homeserver", Health.WELL, f"{account.user_id} is logged in at {account.homeserver}")


async def give_up(entered: Entered) -> None:
    """Take back a login that was made for a set-up which is not stored."""
    if entered.account is None or not entered.made:
        return
    with contextlib.suppress(MatrixError):
        session = await open_session(entered.account)
        try:
            await session.logout()
        finally:
            await session.close()
