"""Accounts of a lab: on the forge for who reads and who writes, on the homeserver for every owner and Engelbot."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Final

from smartup_tui.forge.embedded.store import ForgeStore
from smartup_tui.forge.models import RepoRef
from smartup_tui.lab.keys import Keys
from smartup_tui.lab.sample import data
from smartup_tui.lab.sample.issues import make_issues, open_team_repositories
from smartup_tui.lab.synapse import Synapse
from smartup_tui.lab.system import BRANCH, ENGELBOT, FORGE_OF, FORGE_OWNER, LEDGER, MATRIX_OF, SERVICE
from smartup_tui.matrix.account import Account
from smartup_tui.toolbox.bootstrap.record import TEAMS

PUBLIC: Final = "1_general_forum"
PASSWORD_OF: Final = "password-{}"  # noqa: S105 (a name)
_READ: Final = ("read:repository", "read:user", "read:issue")
_AT_ONCE: Final = 4


def make_forge(root: Path, keys: Keys, owners: Sequence[str], now: datetime) -> None:
    """Repositories, accounts and issues: every owner reads the ledger and the repositories of their teams, the service
    account alone writes the ledger. `now` is the moment that the sample's issues have reached.

    Works on the forge's folder, whether its server runs or not. Source: ledger.md §1.
    """
    store = ForgeStore(root)
    try:
        store.create_organization(FORGE_OWNER)
        store.create_user(SERVICE, email=f"{SERVICE}@owners.invalid", full_name="Toolbox")
        for login in (ENGELBOT, *owners):
            store.create_user(login, email=f"{login}@owners.invalid")
        store.create_repository(RepoRef(FORGE_OWNER, PUBLIC), private=False, default_branch=BRANCH)
        ledger = RepoRef(FORGE_OWNER, LEDGER)
        for name in (LEDGER, *(f"{team.team_id}_{team.slug}" for team in TEAMS)):
            store.create_repository(RepoRef(FORGE_OWNER, name), private=True, default_branch=BRANCH)
        store.grant_access(ledger, SERVICE, "write")
        store.protect_branch(ledger, BRANCH, [SERVICE])
        for login in (ENGELBOT, *owners):
            store.grant_access(ledger, login, "read")
            keys.put(FORGE_OF.format(login), store.create_token(login, "smartup", _READ))
        open_team_repositories(store, FORGE_OWNER, data.organisation())
        make_issues(store, FORGE_OWNER, now)
        keys.put(FORGE_OF.format(SERVICE), store.create_token(SERVICE, "toolbox", ("write:repository", "read:user")))
    finally:
        store.close()


def make_users(synapse: Synapse, keys: Keys, owners: Sequence[str]) -> dict[str, str]:
    """Matrix accounts for the owners and Engelbot; returns the device of each. The homeserver must run.

    They are free of rate limits, since joining many rooms counts as many messages; see `limit_owners`.
    """
    names = [ENGELBOT, *owners]
    passwords = {name: keys.make(PASSWORD_OF.format(name)) for name in names}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        accounts = dict(zip(names, pool.map(lambda name: synapse.register(name, passwords[name]), names), strict=True))
    for name, account in accounts.items():
        keys.put(MATRIX_OF.format(name), account.access_token)
    for each in accounts.values():
        synapse.set_rate_limit_override(each.user_id)
    return {name: account.device_id for name, account in accounts.items()}


def limit_owners(synapse: Synapse, owners: Sequence[str]) -> None:
    """Give the owners the server's default rate limits, when they are in their rooms."""
    for name in owners:
        synapse.remove_rate_limit_override(synapse.user_id(name))


def account(synapse: Synapse, keys: Keys, devices: dict[str, str], name: str) -> Account:
    """The Matrix account of an owner or Engelbot."""
    return Account(synapse.url, synapse.user_id(name), devices[name], keys.get(MATRIX_OF.format(name)))
