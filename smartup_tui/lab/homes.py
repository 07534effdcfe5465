"""A home of the workspace for each owner of the sample organisation: profile, Matrix token, forge token."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from smartup_tui.config import Home, Profile, write_private, write_profile
from smartup_tui.lab.system import BRANCH, FORGE_OF, FORGE_OWNER, LEDGER, MATRIX_OF, ORGANISATION, System
from smartup_tui.secrets import FileStore

PROFILE: Final = "smartup-zero"
_SECRETS: Final = {"matrix-token": MATRIX_OF, "forge-token": FORGE_OF}


def write_homes(system: System, devices: Mapping[str, str], owners: Sequence[str]) -> None:
    """Write the homes, by the addresses of now; what an owner has changed beside the profile stays."""
    for alias in owners:
        home = Home.find(system.layout.home(alias))
        if not home.config_file.exists():
            # A keyring belongs to a person's desktop; the lab's tokens stay in the lab.
            write_private(home.config_file, b'secrets = "file"\n')
        profile = Profile(
            organisation=ORGANISATION,
            homeserver=system.synapse.url,
            user_id=system.synapse.user_id(alias),
            alias=alias,
            forge_url=system.forge_url,
            forge_owner=FORGE_OWNER,
            device_id=devices[alias],
            ledger_repo=LEDGER,
            branch=BRANCH,
            engelbot=(system.engelbot_id,),
        )
        write_profile(home, PROFILE, profile, default=True)
        store = FileStore(home.config / "secrets")
        for name, secret in _SECRETS.items():
            value = system.keys.get(secret.format(alias))
            if store.get(PROFILE, name) != value:
                store.set(PROFILE, name, value)
