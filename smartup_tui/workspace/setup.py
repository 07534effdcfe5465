"""Setting a profile up: what is found at the forge, what follows from the answers, and storing it all at the end.

The wizard of the terminal, `smartup setup --plain` and `smartup setup --user …` ask in their own ways and use these
steps; the answers are in `setup_draft`, the login in `setup_login`. Nothing is stored before `store`.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from smartup_tui import config, secrets
from smartup_tui.config import Home, Profile, SecretKind
from smartup_tui.config_error import ConfigError
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.errors import Forbidden, ForgeError, NotFound
from smartup_tui.forge.models import RepoRef
from smartup_tui.ledger import tables
from smartup_tui.ledger.problems import LedgerFileError
from smartup_tui.ledger.rows import Owner
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.tree import MappingTree
from smartup_tui.matrix.account import Account
from smartup_tui.workspace import checks
from smartup_tui.workspace.checks import Check, Health
from smartup_tui.workspace.places import FORGE_TOKEN, MATRIX_TOKEN
from smartup_tui.workspace.setup_draft import EXAMPLE, LEDGER_REPO, Draft, forget_draft
from smartup_tui.workspace.setup_login import Secrets


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


# The checks


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
        except Forbidden:
            what = "The token may not read repositories." if token else "The forge shows nothing without a token."
            mend = f"{checks.ANOTHER_ONE[:1].upper()}{checks.ANOTHER_ONE[1:]}."
            return Seen((first, Check("forge's token", Health.FAULT, what, mend)))
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
        mend = f"Write owner and name, such as {EXAMPLE}."
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
        limits = await checks.issues(client, repo)
    found = "one owner" if len(owners) == 1 else f"{len(owners)} owners"
    well = Check("book of owners", Health.WELL, f"{found} can be read")
    return Book((there, *([limits] if limits else ()), well), owners)


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


def profile_of(draft: Draft, account: Account, before: Profile | None = None) -> Profile:
    """The profile that the answers make; what is not asked stays as it was `before`."""
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
        rooms=before.rooms if before is not None and before.homeserver == account.homeserver else {},
    )


def store(home: Home, draft: Draft, account: Account, tokens: Secrets, kind: SecretKind | None = None) -> str:
    """Store profile and tokens; the profile's name. Raises `ConfigError` or `SecretError`, and then stores nothing new.

    The tokens come first: a profile without its login would open a workspace that can do nothing. A profile of this
    name is replaced, and becomes the one that opens when none is named.
    """
    loaded, name = config.load(home), profile_name(home, draft)
    profile = profile_of(draft, account, loaded.profiles.get(name))
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
