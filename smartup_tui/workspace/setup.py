"""Setting a profile up: what is asked, how each answer is checked, and storing it all at the end, at once.

The wizard of the terminal, `smartup setup --plain` and `smartup setup --homeserver …` ask in their own ways and use
these steps. Nothing is stored before `store`; a login made for a set-up that is given up is taken back by `give_up`.
"""

from __future__ import annotations

import contextlib
import re
import secrets as random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

import msgspec

from smartup_tui import config, secrets
from smartup_tui.config import Home, Profile, SecretKind, write_private
from smartup_tui.config_error import ConfigError
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.errors import Forbidden, ForgeError, NotFound
from smartup_tui.forge.models import RepoRef
from smartup_tui.ledger import tables
from smartup_tui.ledger.problems import LedgerFileError
from smartup_tui.ledger.rows import Owner
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.tree import MappingTree
from smartup_tui.matrix.account import Account, login
from smartup_tui.matrix.errors import LoginNeeded, MatrixError
from smartup_tui.matrix.session import open_session
from smartup_tui.workspace import checks
from smartup_tui.workspace.checks import Check, Health
from smartup_tui.workspace.places import FORGE_TOKEN, MATRIX_TOKEN

LEDGER_REPO: Final = "2_workplace"
_EXAMPLE: Final = f"Smartup_Zero/{LEDGER_REPO}"
_DEVICE: Final = "smartup"
_LOOPBACK: Final = {"localhost", "127.0.0.1", "::1"}
_MATRIX_ID: Final = re.compile(r"@[^\s:]+:[^\s]+")


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What the owner has said so far. Never holds a password or a token, so that it may be kept."""

    homeserver: str = ""
    user: str = ""
    """A full Matrix id."""
    forge_url: str = ""
    repository: str = ""
    """Owner and name of the ledger's repository, `Smartup_Zero/2_workplace`."""
    branch: str = "main"
    alias: str = ""
    organisation: str = ""
    engelbot: str = ""
    name: str = ""
    """What the profile is called; empty for a name made of the organisation's."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """The tokens to be stored; None where there is none (a public repository needs none)."""

    matrix: str | None = field(default=None, repr=False)
    forge: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Entered:
    """What a login has given: the account, None where it failed, and the check in words."""

    check: Check
    account: Account | None = None
    made: bool = False
    """It was made by us with a password, so `give_up` takes it back."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a forge shows: the checks, and the repositories that may be the ledger's, the likeliest first."""

    checks: tuple[Check, ...]
    repositories: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether one can go on."""
        return all(check.health is not Health.FAULT for check in self.checks)


@dataclass(frozen=True, slots=True)
class Book:
    """What the ledger's repository says of its owners."""

    checks: tuple[Check, ...]
    owners: Mapping[str, Owner] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether it is a ledger that can be read."""
        return all(check.health is not Health.FAULT for check in self.checks)

    def alias_of(self, user_id: str) -> str | None:
        """The alias that the book gives a Matrix id."""
        return next((alias for alias, owner in self.owners.items() if owner.matrix_id == user_id), None)


# What is typed


def address(text: str) -> str:
    """An address as it is meant: https where no scheme is written, http for this very machine."""
    text = text.strip().rstrip("/")
    if not text or "://" in text:
        return text
    host = urlsplit(f"//{text}").hostname or ""
    return f"{'http' if host in _LOOPBACK else 'https'}://{text}"


def address_fault(text: str, what: str) -> str | None:
    """Why an address can not be used; None when it can."""
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https"):
        return f"The {what}'s address is such as https://example.org."
    if parts.username or parts.password:
        return "An address holds no user name or password."
    if parts.scheme == "http" and host not in _LOOPBACK:
        return f"Use https://{host}; http is for this machine only."
    return None


def user_fault(text: str) -> str | None:
    """Why a Matrix id can not be used; None when it can."""
    return None if _MATRIX_ID.fullmatch(text) else "A full Matrix id is such as @maria:example.org."


def repository_fault(text: str) -> str | None:
    """Why something can not be the ledger's repository; None when it can."""
    return None if text.count("/") == 1 else f"Owner and name are wanted, such as {_EXAMPLE}."


def token_of(text: str) -> str | None:
    """A token as it was typed or read from a file; None for an empty one."""
    return text.strip() or None


def token_fault(token: str | None) -> str | None:
    """Why something can not be a token; None when it can."""
    if token is None or (token.isascii() and token.isprintable() and " " not in token):
        return None
    return "A token has no blanks and no special characters; copy it again."


# The checks


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


async def look_at_forge(draft: Draft, token: str | None) -> Seen:
    """Whether the forge answers, takes the token, and which repositories it shows."""
    async with ForgeClient(draft.forge_url, token) as client:
        first = await checks.forge(client)
        if first.health is Health.FAULT:
            return Seen((first,))
        try:
            if token is not None:
                with contextlib.suppress(Forbidden):  # a token that may only read repositories: enough
                    await client.user()
            found = await client.repositories()
        except ForgeError as error:
            return Seen((checks.forge_fault(error),))
    names = [str(r.ref) for r in found if not r.empty]
    names.sort(key=lambda name: (not name.endswith(f"/{LEDGER_REPO}"), name))
    return Seen((first,), tuple(names))


async def look_at_ledger(draft: Draft, token: str | None) -> Book:
    """Whether the repository is there and holds a ledger, and who its owners are."""
    owner, _, name = draft.repository.partition("/")
    try:
        repo = RepoRef(owner, name)
    except ValueError:
        mend = f"Write owner and name, such as {_EXAMPLE}."
        return Book((Check("ledger's repository", Health.FAULT, "that is no repository's name", mend),))
    async with ForgeClient(draft.forge_url, token) as client:
        there = await checks.repository(client, repo, draft.branch)
        if there.health is Health.FAULT:
            return Book((there,))
        try:
            data = await client.raw(repo, tables.OWNERS.path, draft.branch)
            rows = Snapshot(MappingTree({tables.OWNERS.path: data})).rows(tables.OWNERS)
            owners = {row.alias: row for row in rows}
        except NotFound:
            found = f"there is no {tables.OWNERS.path} in it, so it is no ledger"
            return Book((there, Check("book of owners", Health.FAULT, found, "Name the ledger's repository.")))
        except ForgeError as error:
            return Book((there, Check("book of owners", Health.FAULT, error.message, error.hint)))
        except LedgerFileError as error:
            mend = "Whoever keeps the ledger mends it; `smartup ledger verify`."
            return Book((there, Check("book of owners", Health.FAULT, str(error), mend)))
    found = "one owner" if len(owners) == 1 else f"{len(owners)} owners"
    return Book((there, Check("book of owners", Health.WELL, f"{found} can be read")), owners)


def look_for_owner(draft: Draft, book: Book) -> Check:
    """Whether the book knows this Matrix id by this alias. A fault does not stop the set-up: it can be mended later."""
    known = book.owners.get(book.alias_of(draft.user) or "")
    return checks.owner(draft.alias, draft.user, book.owners.get(draft.alias), known)


# What follows from the answers


def with_guesses(draft: Draft, book: Book | None = None) -> Draft:
    """The draft with what can be guessed in its empty places."""
    owner = draft.repository.partition("/")[0]
    alias = draft.alias or (book.alias_of(draft.user) if book is not None else None) or ""
    server = draft.user.partition(":")[2]
    return msgspec.structs.replace(
        draft,
        alias=alias,
        organisation=draft.organisation or owner.replace("_", " ").replace("-", " ").strip(),
        engelbot=draft.engelbot or (f"@engelbot:{server}" if server else ""),
    )


def profile_name(home: Home, draft: Draft) -> str:
    """What the profile is called: as the owner says, else a name of the organisation's that is free or is the same."""
    plain = re.sub(r"[^a-z0-9]+", "-", (draft.name or draft.organisation).lower()).strip("-")[:30] or "organisation"
    if draft.name:
        return plain
    try:
        known = config.load(home).profiles
    except ConfigError:
        known = {}
    number, name = 1, plain
    while name in known and known[name].user_id != draft.user:
        number += 1
        name = f"{plain}-{number}"
    return name


def profile_of(draft: Draft, account: Account) -> Profile:
    """The profile that the answers make."""
    owner, _, repo = draft.repository.partition("/")
    return Profile(
        organisation=draft.organisation,
        homeserver=account.homeserver,
        user_id=account.user_id,
        alias=draft.alias,
        forge_url=draft.forge_url,
        forge_owner=owner,
        device_id=account.device_id,
        ledger_repo=repo,
        branch=draft.branch,
        engelbot=tuple(part for part in draft.engelbot.replace(",", " ").split() if part),
    )


def store(home: Home, draft: Draft, account: Account, tokens: Secrets, kind: SecretKind | None = None) -> str:
    """Store profile and tokens; the profile's name. Raises `ConfigError` or `SecretError`, and then stores nothing new.

    The tokens come first: a profile without its login would open a workspace that can do nothing. A profile of this
    name is replaced, and becomes the one that opens when none is named.
    """
    name, profile = profile_name(home, draft), profile_of(draft, account)
    loaded = config.load(home)
    keeper = secrets.open_store(kind or loaded.secrets, home)
    before = {secret: keeper.get(name, secret) for secret in (MATRIX_TOKEN, FORGE_TOKEN)}
    wanted = {MATRIX_TOKEN: tokens.matrix or account.access_token, FORGE_TOKEN: tokens.forge}
    try:
        for secret, value in wanted.items():
            _put(keeper, name, secret, value)
        if kind is not None and kind != loaded.secrets:
            config.write_secret_kind(home, kind)
        config.write_profile(home, name, profile, default=True)
    except (ConfigError, secrets.SecretError):
        with contextlib.suppress(secrets.SecretError):
            for secret, value in before.items():
                _put(keeper, name, secret, value)
        raise
    forget_draft(home)
    return name


def _put(keeper: secrets.SecretStore, name: str, secret: str, value: str | None) -> None:
    if value is None:
        keeper.delete(name, secret)
    else:
        keeper.set(name, secret, value)


# Leaving, and taking it up again


def keep_draft(home: Home, draft: Draft) -> None:
    """Keep what was said (never a password or a token), for the next time."""
    with contextlib.suppress(OSError):
        write_private(home.state / "setup.json", msgspec.json.encode(draft))


def draft_of(home: Home) -> Draft:
    """What was said the last time; empty where nothing was kept."""
    try:
        return msgspec.json.decode((home.state / "setup.json").read_bytes(), type=Draft)
    except (OSError, msgspec.MsgspecError):
        return Draft()


def forget_draft(home: Home) -> None:
    """It is stored: nothing is left to take up."""
    with contextlib.suppress(OSError):
        (home.state / "setup.json").unlink(missing_ok=True)


def draft_from(name: str, profile: Profile) -> Draft:
    """A profile that is there, to be changed."""
    return Draft(
        homeserver=profile.homeserver,
        user=profile.user_id,
        forge_url=profile.forge_url,
        repository=f"{profile.forge_owner}/{profile.ledger_repo}",
        branch=profile.branch,
        alias=profile.alias,
        organisation=profile.organisation,
        engelbot=" ".join(profile.engelbot),
        name=name,
    )


def changed(draft: Draft, **values: str) -> Draft:
    """The draft with other answers."""
    return msgspec.structs.replace(draft, **values)
